/** From the arguments of `track` to the files that are meant, and why others are not. */
import path from "node:path";
import { BlobsyError, isBlobsyError } from "../domain/errors.js";
import { externalizer, type ExternalizeRules } from "../domain/externalize.js";
import type { FileFacts } from "../domain/file-facts.js";
import { type PayloadPath, REF_SUFFIX } from "../domain/repo-path.js";
import { formatSize } from "../domain/size.js";
import { lstatFacts } from "../fs/facts.js";
import { checkParents } from "../fs/safe-parent.js";
import { runGit } from "../git/git.js";
import type { IndexListing } from "../git/index-entries.js";
import { isGlob, matcher, toPayloadPath, toWorktreePath } from "./arguments.js";
import type { Context } from "./context.js";

export interface SkippedFile {
  readonly path: string;
  readonly reason: string;
}

export interface FilesToTrack {
  readonly payloads: readonly PayloadPath[];
  readonly skipped: readonly SkippedFile[];
  readonly problems: readonly BlobsyError[];
}

/** What Git says of the files below a directory that are not in its index. */
interface Listing {
  /** Not ignored; another repository ends in "/". */
  readonly others: readonly string[];
  /** Ignored; a directory that is ignored as a whole ends in "/". */
  readonly ignored: readonly string[];
}

/** What was there before. */
export interface Tree {
  readonly index: IndexListing;
  readonly known: ReadonlySet<PayloadPath>;
}

/**
 * A file named by itself or by a glob is meant whatever the rules say; in a directory
 * `externalize` decides, and what Git ignores stays out of it.
 */
export async function filesToTrack(
  ctx: Context,
  cwd: string,
  args: readonly string[],
  tree: Tree,
): Promise<FilesToTrack> {
  const found: Found = { payloads: new Set(), skipped: [], problems: [] };
  for (const argument of args) {
    try {
      await addArgument(ctx, cwd, argument, tree, found);
    } catch (error) {
      if (!isBlobsyError(error)) throw error;
      found.problems.push(error);
    }
  }
  // What a directory's rules pass over may be named by itself as well.
  const skipped = found.skipped.filter(
    ({ path: name }) => !found.payloads.has(name as PayloadPath),
  );
  return { ...found, skipped, payloads: [...found.payloads].sort() };
}

interface Found {
  readonly payloads: Set<PayloadPath>;
  readonly skipped: SkippedFile[];
  readonly problems: BlobsyError[];
}

async function addArgument(
  ctx: Context,
  cwd: string,
  argument: string,
  tree: Tree,
  found: Found,
): Promise<void> {
  const { worktree } = ctx.repo;
  const name = toWorktreePath(worktree, cwd, argument);
  const facts = lstatFacts(path.join(worktree, name));
  if (facts?.kind === "directory") {
    if (name !== "") refuseNested(worktree, `${name}/x`);
    return addDirectory(ctx, name, tree, found);
  }
  const payload = name.endsWith(REF_SUFFIX) ? name.slice(0, -REF_SUFFIX.length) : name;
  const isThere = facts !== null || lstatFacts(path.join(worktree, payload)) !== null;
  if (isThere || tree.known.has(payload as PayloadPath)) {
    return addFile(ctx, toPayloadPath(name), found);
  }
  if (isGlob(name)) return addGlob(ctx, name, !argument.includes("/"), tree, found);
  throw new BlobsyError("NOT_FOUND", `there is no file ${argument}`, {
    path: argument,
    next: "blobsy status",
  });
}

const KIND_WORDS: Readonly<Record<FileFacts["kind"], string>> = {
  file: "a regular file",
  symlink: "a symbolic link",
  directory: "a directory",
  other: "a FIFO, a device or a socket",
};

/** @throws {BlobsyError} REFUSED_PATH behind a symlink or inside another repository */
function refuseNested(worktree: string, name: string): void {
  checkParents(worktree, name)?.close();
}

function addFile(ctx: Context, payload: PayloadPath, found: Found): void {
  try {
    refuseNested(ctx.repo.worktree, payload);
    const kind = lstatFacts(path.join(ctx.repo.worktree, payload))?.kind ?? "absent";
    if (kind !== "file" && kind !== "absent") {
      throw new BlobsyError("REFUSED_PATH", `${KIND_WORDS[kind]}; only regular files are tracked`, {
        path: payload,
      });
    }
    found.payloads.add(payload);
  } catch (error) {
    if (!isBlobsyError(error)) throw error;
    found.problems.push(error);
  }
}

async function addGlob(
  ctx: Context,
  glob: string,
  anyDepth: boolean,
  tree: Tree,
  found: Found,
): Promise<void> {
  const matches = await matcher(glob, anyDepth);
  const { others } = await listFiles(ctx, "");
  const all = [...others, ...tree.index.keys(), ...tree.known];
  const names = new Set(all.filter((name) => matches(name)));
  let any = false;
  for (const name of names) {
    if (name.endsWith(REF_SUFFIX)) continue;
    any = true;
    attempt(found, () => addFile(ctx, toPayloadPath(name), found));
  }
  if (!any) {
    throw new BlobsyError("NOT_FOUND", `no file matches ${glob}`, {
      path: glob,
      next: "blobsy status",
    });
  }
}

async function addDirectory(ctx: Context, dir: string, tree: Tree, found: Found): Promise<void> {
  const { externalize } = await ctx.config();
  const whyNot = whyNotRule(externalize);
  const { others, ignored } = await listFiles(ctx, dir);
  const { index, known } = tree;
  const below = dir === "" ? "" : `${dir}/`;
  const inGit = [...index.keys()].filter((name) => name.startsWith(below));
  for (const payload of known) {
    if (payload.startsWith(below)) addFile(ctx, payload, found);
  }
  for (const name of ignored) {
    if (!known.has(name as PayloadPath))
      found.skipped.push({ path: name, reason: "ignored by Git" });
  }
  for (const name of [...inGit, ...others]) {
    if (name.endsWith(REF_SUFFIX) || known.has(name as PayloadPath)) continue;
    const facts = lstatFacts(path.join(ctx.repo.worktree, name));
    if (facts === null) continue;
    const reason = name.endsWith("/")
      ? "a repository of its own"
      : facts.kind !== "file"
        ? `${KIND_WORDS[facts.kind]}, not a regular file`
        : whyNot(name, facts.size);
    if (reason !== null) found.skipped.push({ path: name, reason });
    else attempt(found, () => addFile(ctx, toPayloadPath(name), found));
  }
}

/** `null` when the rules make a file a payload; otherwise why it stays in Git. */
function whyNotRule(rules: ExternalizeRules): (name: string, size: number) => string | null {
  const verdictOf = externalizer(rules);
  const reasons = {
    name: "stays in Git: Git or blobsy reads it itself",
    never: "stays in Git: externalize.never matches it",
    always: "stays in Git",
    minSize: `stays in Git: smaller than ${formatSize(rules.minSize)} (externalize.minSize)`,
  };
  return (name, size) => {
    const { externalize, because } = verdictOf(name, size);
    return externalize ? null : reasons[because];
  };
}

function attempt(found: Found, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!isBlobsyError(error)) throw error;
    found.problems.push(error);
  }
}

async function listFiles(ctx: Context, name: string): Promise<Listing> {
  const where = ["--", name === "" ? ":/" : `:(top,literal)${name}`];
  const list = async (...flags: string[]): Promise<string[]> => {
    const args = ["ls-files", "-z", "--full-name", ...flags, ...where];
    const { stdout } = await runGit(ctx.repo, args);
    return stdout.toString("utf8").split("\0").filter(Boolean);
  };
  const [others, ignored] = await Promise.all([
    list("--others", "--exclude-standard"),
    list("--others", "--ignored", "--exclude-standard", "--directory"),
  ]);
  return { others, ignored };
}
