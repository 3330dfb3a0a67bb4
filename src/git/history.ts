/**
 * What a push is about to publish.
 *
 * Ref files are found as changes at paths that end in `.bref`, not as objects: the same text may also
 * lie at another path, and Git names an object by the first path it meets.
 */
import { REF_FILE_LIMIT } from "../domain/bref.js";
import { detached } from "../domain/detached.js";
import { BlobsyError } from "../domain/errors.js";
import { runGit, type GitOptions } from "./git.js";
import { readBlobs } from "./objects.js";
import type { Repository } from "./repository.js";

/** One line of pre-push's standard input (githooks(5)). */
export interface PushedRef {
  readonly localRef: string;
  readonly localOid: string;
  readonly remoteRef: string;
  readonly remoteOid: string;
  /** The ref is to be removed: nothing is published by it. */
  readonly isDelete: boolean;
}

/** Where a ref file is in some commit that is pushed. */
export interface PublishedName {
  /** The path's bytes: anyone may have made that commit. */
  readonly path: Buffer;
  /** Git's name for the text. */
  readonly oid: string;
}

export interface PublishedRefFile extends PublishedName {
  /** The text; of one that is longer than a ref file may be, so many zeros. */
  readonly content: Buffer;
}

// What was pushed may be an expression with blanks in it, such as HEAD@{1 day ago}.
const PUSH_LINE = /^(\S+(?: \S+)*) ([0-9a-f]+) (\S+) ([0-9a-f]+)$/;
const MAX_LINE = 16_384;

/**
 * @throws {BlobsyError} PUSH_REFUSED when a line is not exactly what Git writes: a push that is not
 *   understood is not let through
 */
export function parsePushInput(input: Uint8Array): PushedRef[] {
  const text = Buffer.from(input).toString("latin1");
  if (text === "") return [];
  if (!text.endsWith("\n")) throw notUnderstood("its last line has no end");
  return text.slice(0, -1).split("\n").map(parsePushLine);
}

function parsePushLine(line: string, index: number): PushedRef {
  const fields = line.length <= MAX_LINE ? PUSH_LINE.exec(line) : null;
  const [, localRef = "", localOid = "", remoteRef = "", remoteOid = ""] = fields ?? [];
  if (fields === null || !isObjectId(localOid) || localOid.length !== remoteOid.length) {
    throw notUnderstood(`line ${index + 1} is not "<ref> <object> <ref> <object>"`);
  }
  return { localRef, localOid, remoteRef, remoteOid, isDelete: /^0+$/.test(localOid) };
}

function notUnderstood(why: string): BlobsyError {
  return new BlobsyError("PUSH_REFUSED", `what Git said about this push is not understood: ${why}`);
}

/** SHA-1 or SHA-256, in full: nothing else is ever handed to git as a revision. */
function isObjectId(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/**
 * Every ref file in the whole trees of the pushed commits, and in all their ancestors that no proven
 * commit has among its own; each path and text once.
 *
 * @param provenCommits object ids of commits whose whole history is known to be uploaded; those that
 *   are not here are passed over
 * @throws {BlobsyError} GIT_FAILED
 */
export async function* refFilesToPublish(
  repo: Repository,
  updates: readonly PushedRef[],
  provenCommits: Iterable<string>,
): AsyncGenerator<PublishedRefFile> {
  const tips = [...new Set(updates.filter((ref) => !ref.isDelete).map((ref) => ref.localOid))];
  const [trees, commits, proven] = await Promise.all([
    peel(repo, tips, "tree"),
    peel(repo, tips, "commit"),
    peel(repo, [...provenCommits].filter(isObjectId), "commit"),
  ]);
  const found = new Map<string, PublishedName>();
  const add = (output: Buffer) => {
    for (const entry of changedFiles(output)) {
      found.set(`${entry.oid} ${entry.path.toString("latin1")}`, entry);
    }
  };
  add(await refFilesOfTrees(repo, trees));
  add(await refFilesChangedBy(repo, await newCommits(repo, commits, proven)));
  const all = [...found.values()];
  found.clear();
  yield* inPieces(repo, all);
}

/**
 * Every ref file that came in by a commit which no ref leads to any more and some reflog still does:
 * of this and every other worktree, those of older stashes among them.
 *
 * @param tips object ids of what refs and HEADs point to
 * @throws {BlobsyError} GIT_FAILED
 */
export async function* refFilesOfReflogs(
  repo: Repository,
  tips: readonly string[],
): AsyncGenerator<PublishedRefFile> {
  const reached = await peel(repo, tips, "commit");
  const { stdout } = await runGit(repo, ["rev-list", "--reflog", "--stdin"], {
    input: lines(reached.map((oid) => `^${oid}`)),
    env: REAL_OBJECTS,
  });
  const commits = stdout.toString("latin1").split("\n").filter(isObjectId);
  yield* inPieces(repo, [...changedFiles(await refFilesChangedBy(repo, commits))]);
}

async function* inPieces(
  repo: Repository,
  names: readonly PublishedName[],
): AsyncGenerator<PublishedRefFile> {
  for (let at = 0; at < names.length; at += TEXTS_AT_ONCE) {
    yield* await withContents(repo, names.slice(at, at + TEXTS_AT_ONCE));
  }
}

/** Ref texts that are in memory at once. */
const TEXTS_AT_ONCE = 2000;

/** Replaced objects are for looking at; what is pushed are the real ones. */
const REAL_OBJECTS = {
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_LITERAL_PATHSPECS: undefined,
  GIT_GLOB_PATHSPECS: undefined,
  GIT_NOGLOB_PATHSPECS: undefined,
  GIT_ICASE_PATHSPECS: undefined,
} satisfies GitOptions["env"];

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");

/** What these ids lead to through tags; those that lead to nothing of the kind are left out. */
async function peel(
  repo: Repository,
  oids: readonly string[],
  kind: "tree" | "commit",
): Promise<string[]> {
  if (oids.length === 0) return [];
  const { stdout } = await runGit(repo, ["cat-file", "--batch-check=%(objectname) %(objecttype)"], {
    input: lines(oids.map((oid) => `${oid}^{${kind}}`)),
    env: REAL_OBJECTS,
  });
  return stdout
    .toString("latin1")
    .split("\n")
    .flatMap((line) => {
      const [oid = "", type] = line.split(" ");
      return type === kind && isObjectId(oid) ? [oid] : [];
    });
}

async function newCommits(
  repo: Repository,
  tips: readonly string[],
  proven: readonly string[],
): Promise<string[]> {
  if (tips.length === 0) return [];
  const { stdout } = await runGit(repo, ["rev-list", "--stdin"], {
    input: lines([...tips, ...proven.map((oid) => `^${oid}`)]),
    env: REAL_OBJECTS,
  });
  return stdout.toString("latin1").split("\n").filter(isObjectId);
}

const RAW = ["diff-tree", "--stdin", "-r", "--raw", "-z", "--no-commit-id", "--no-renames"];
const REF_FILES = ["--", "*.bref"];

/** Each tree beside the empty one, which Git knows without having it: everything in it is a change. */
async function refFilesOfTrees(repo: Repository, trees: readonly string[]): Promise<Buffer> {
  if (trees.length === 0) return Buffer.alloc(0);
  const { stdout } = await runGit(repo, ["hash-object", "-t", "tree", "--stdin"], {
    input: "",
  });
  const empty = stdout.toString("latin1").trim();
  const input = lines([...new Set(trees)].map((tree) => `${empty} ${tree}`));
  return (await runGit(repo, [...RAW, ...REF_FILES], { input, env: REAL_OBJECTS })).stdout;
}

/**
 * A merge is compared with its first parent: what differs from it is new there or came from another
 * parent, which is among the commits itself unless it is proven. The first commit is all new.
 */
async function refFilesChangedBy(repo: Repository, commits: readonly string[]): Promise<Buffer> {
  if (commits.length === 0) return Buffer.alloc(0);
  const args = [...RAW, "--root", "--diff-merges=first-parent", ...REF_FILES];
  return (await runGit(repo, args, { input: lines(commits), env: REAL_OBJECTS })).stdout;
}

/** The regular files that `diff-tree --raw -z` says are there after the change. */
function* changedFiles(output: Buffer): Generator<PublishedName> {
  for (let at = 0; at < output.length;) {
    const metaEnd = output.indexOf(0, at);
    const pathEnd = output.indexOf(0, metaEnd + 1);
    if (metaEnd < 0 || pathEnd < 0) return;
    // A pair of trees is named on a line of its own before its changes.
    const meta = output.toString("latin1", at, metaEnd).split("\n").at(-1) ?? "";
    const [, mode = "", , oid = ""] = meta.split(" ");
    at = pathEnd + 1;
    if (mode.startsWith("100") && isObjectId(oid)) {
      yield { oid: detached(oid), path: output.subarray(metaEnd + 1, pathEnd) };
    }
  }
}

async function withContents(
  repo: Repository,
  entries: readonly PublishedName[],
): Promise<PublishedRefFile[]> {
  const sizes = await blobSizes(repo, [...new Set(entries.map((entry) => entry.oid))]);
  const small = [...sizes].filter(([, size]) => size <= REF_FILE_LIMIT).map(([oid]) => oid);
  const texts = await readBlobs(repo, small);
  const tooLong = Buffer.alloc(REF_FILE_LIMIT + 1);
  return entries.map((entry) => ({ ...entry, content: texts.get(entry.oid) ?? tooLong }));
}

async function blobSizes(repo: Repository, oids: readonly string[]): Promise<Map<string, number>> {
  if (oids.length === 0) return new Map();
  const { stdout } = await runGit(repo, ["cat-file", "--batch-check=%(objectname) %(objectsize)"], {
    input: lines(oids),
    env: REAL_OBJECTS,
  });
  const pairs = stdout.toString("latin1").split("\n").filter(Boolean);
  return new Map(
    pairs.flatMap((line): [string, number][] => {
      const [oid = "", size] = line.split(" ");
      return /^\d+$/.test(size ?? "") ? [[oid, Number(size)]] : [];
    }),
  );
}

/** Was the history cut off (`git clone --depth`)? Then it names less than there is. */
export async function isShallow(repo: Repository): Promise<boolean> {
  const { stdout } = await runGit(repo, ["rev-parse", "--is-shallow-repository"]);
  return stdout.toString("latin1").trim() === "true";
}

/** Who brought a ref file in. */
export interface Introduction {
  readonly commit: string;
  readonly author: string;
}

/**
 * The commit that brought this text in, for a message; `null` when no ref leads to one.
 *
 * @param path not given to git: it is whatever bytes somebody committed
 * @throws {BlobsyError} GIT_FAILED
 */
export async function introducedBy(
  repo: Repository,
  blobOid: string,
  path: Uint8Array | string,
): Promise<Introduction | null> {
  if (!isObjectId(blobOid)) throw new TypeError(`not an object id, for ${String(path)}`);
  const found = [`--find-object=${blobOid}`, "--full-history", "-m"];
  const shown = ["--no-patch", "--no-show-signature", "--format=%H %an <%ae>"];
  const { stdout } = await runGit(repo, ["log", "--all", ...found, ...shown], {
    env: REAL_OBJECTS,
  });
  const first = stdout.toString("utf8").trimEnd().split("\n").at(-1) ?? "";
  const space = first.indexOf(" ");
  if (space < 0) return null;
  return { commit: first.slice(0, space), author: first.slice(space + 1) };
}
