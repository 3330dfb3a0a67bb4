/** What Git's index says of ref files and payloads. */
import { createHash } from "node:crypto";
import { runGit } from "./git.js";
import { type IndexListing, indexListing } from "./index-listing.js";
import type { Repository } from "./repository.js";

export type { IndexEntry, IndexListing } from "./index-listing.js";

/** Every entry of the index Git means here (GIT_INDEX_FILE is honoured). @throws {BlobsyError} GIT_FAILED */
export async function listIndex(
  repo: Repository,
  env?: Readonly<Record<string, string>>,
): Promise<IndexListing> {
  const args = ["ls-files", "-z", "-s", "-t", "--full-name", ":/"];
  return indexListing((await runGit(repo, args, { env })).stdout);
}

/** The name Git gives to these bytes as a blob, in the repository's own hash (told by its length). */
export function gitBlobOid(bytes: Uint8Array, like: string): string {
  return createHash(like.length === 64 ? "sha256" : "sha1")
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest("hex");
}

/** How long a Git command of somebody else may keep the index. */
const INDEX_WAIT_MS = 20_000;

/**
 * Stages these paths. Waits for another Git command that has the index.
 * @throws {BlobsyError} GIT_FAILED in Git's own words
 */
export async function stagePaths(repo: Repository, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const args = ["add", "--force", "--pathspec-from-file=-", "--pathspec-file-nul"];
  await changeIndex(repo, args, paths.map((path) => `:(literal,top)${path}\0`).join(""));
}

/**
 * Takes these paths out of the index; the files stay. Waits for another Git command that has the index.
 * @throws {BlobsyError} GIT_FAILED in Git's own words
 */
export async function unstagePaths(repo: Repository, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const args = ["update-index", "--force-remove", "-z", "--stdin"];
  await changeIndex(repo, args, paths.map((path) => `${path}\0`).join(""));
}

/**
 * A Git command that changes the index, tried again while another one has it.
 * @throws {BlobsyError} GIT_FAILED in Git's own words
 */
export async function changeIndex(
  repo: Repository,
  args: readonly string[],
  input = "",
): Promise<void> {
  const end = performance.now() + INDEX_WAIT_MS;
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 500)) {
    const tried = await runGit(repo, args, { input, okCodes: [0, 128] });
    if (tried.code === 0) return;
    const isBusy = tried.stderr.includes("index.lock") && performance.now() < end;
    if (!isBusy) break;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  await runGit(repo, args, { input });
}

/** Those of these paths that the index has otherwise than HEAD; all of them before the first commit. */
export async function stagedPaths(
  repo: Repository,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  const head = await runGit(repo, ["rev-parse", "--verify", "--quiet", "HEAD"], {
    okCodes: [0, 1, 128],
  });
  if (head.code !== 0) return new Set(paths);
  const args = ["diff-index", "--cached", "--name-only", "-z", "--no-renames", "HEAD", "--"];
  const { stdout } = await runGit(repo, args);
  const named = new Set(paths);
  const changed = stdout.toString("utf8").split("\0");
  return new Set(changed.filter((name) => named.has(name)));
}

/** Those of `paths` that the last commit has with other content than they have here. */
export async function changedSinceHead(
  repo: Repository,
  paths: readonly string[],
): Promise<readonly string[]> {
  const head = await runGit(repo, ["rev-parse", "--verify", "--quiet", "HEAD"], {
    okCodes: [0, 1, 128],
  });
  if (head.code !== 0 || paths.length === 0) return [];
  const args = [
    "diff",
    "--name-only",
    "-z",
    "--no-ext-diff",
    "--no-renames",
    "--diff-filter=M",
    "HEAD",
    "--",
  ];
  const { stdout } = await runGit(repo, args);
  const changed = new Set(stdout.toString("utf8").split("\0"));
  return paths.filter((name) => changed.has(name));
}

/** Those of `paths` that Git ignores and does not track, with the rule that says so. */
export async function ignoredBy(
  repo: Repository,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ignored = new Map<string, string>();
  if (paths.length === 0) return ignored;
  const { stdout } = await runGit(repo, ["check-ignore", "-z", "--stdin", "--verbose"], {
    input: paths.map((path) => `./${path}\0`).join(""),
    okCodes: [0, 1],
  });
  const fields = stdout.toString("utf8").split("\0");
  for (let i = 0; i + 3 < fields.length; i += 4) {
    const [source = "", line = "", pattern = "", path = ""] = fields.slice(i, i + 4);
    if (pattern.startsWith("!")) continue;
    ignored.set(path.replace(/^\.\//, ""), `${source}:${line}: ${pattern}`);
  }
  return ignored;
}

/** Those of `paths` that Git does not ignore, with the rule that says so when there is one. */
export async function notIgnored(
  repo: Repository,
  paths: readonly string[],
): Promise<Map<string, string>> {
  const open = new Map<string, string>();
  if (paths.length === 0) return open;
  const args = ["check-ignore", "-z", "--stdin", "--verbose", "--non-matching", "--no-index"];
  const { stdout } = await runGit(repo, args, {
    input: paths.map((path) => `./${path}\0`).join(""),
    okCodes: [0, 1],
  });
  const fields = stdout.toString("utf8").split("\0");
  for (let i = 0; i + 3 < fields.length; i += 4) {
    const [source, line, pattern, path] = fields.slice(i, i + 4) as [
      string,
      string,
      string,
      string,
    ];
    if (pattern !== "" && !pattern.startsWith("!")) continue;
    open.set(path.replace(/^\.\//, ""), pattern === "" ? "" : `${source}:${line}: ${pattern}`);
  }
  return open;
}
