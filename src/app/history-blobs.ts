/**
 * Every blob that this repository's history names: the ref files of all commits that any ref, or the HEAD
 * of any worktree, leads to, and those that are staged. What a reflog alone remembers is apart: most of it
 * was never published, and some of it is meant to be forgotten.
 */
import { parseRefFile, REF_FILE_LIMIT } from "../domain/bref.js";
import { blobId, remoteBlobOf, type RemoteBlob } from "../domain/remote-place.js";
import { checkRefPath } from "../domain/repo-path.js";
import { runGit } from "../git/git.js";
import { refFilesOfReflogs, refFilesToPublish, type PublishedRefFile } from "../git/history.js";
import { listIndex } from "../git/index-entries.js";
import { readBlobs } from "../git/objects.js";
import type { Context } from "./context.js";

/** A blob, with one of the paths it was committed at and Git's name for that ref file. */
export interface HistoryBlob extends RemoteBlob {
  readonly path: string;
  readonly refOid: string;
}

export interface UnreadableRefFile {
  readonly path: string;
  readonly refOid: string;
  readonly reason: string;
}

export interface HistoryBlobs {
  /** Each blob at its place once. */
  readonly blobs: readonly HistoryBlob[];
  /** Ref files that say nothing: each names a blob that nobody can find by it. */
  readonly unreadable: readonly UnreadableRefFile[];
}

/** @throws {BlobsyError} GIT_FAILED */
export async function historyBlobs(ctx: Context): Promise<HistoryBlobs> {
  const updates = (await everyTip(ctx)).map((localOid) => ({
    localRef: "",
    localOid,
    remoteRef: "",
    remoteOid: "",
    isDelete: false,
  }));
  const blobs = new Map<string, HistoryBlob>();
  const unreadable: UnreadableRefFile[] = [];
  const take = (file: PublishedRefFile): void => {
    const read = readRefFile(file);
    if ("reason" in read) unreadable.push(read);
    else if (!blobs.has(blobId(read))) blobs.set(blobId(read), read);
  };
  for await (const file of refFilesToPublish(ctx.repo, updates, [])) take(file);
  for (const file of await stagedRefFiles(ctx)) take(file);
  return { blobs: [...blobs.values()], unreadable };
}

/**
 * What only reflogs still name: amended, rebased and reset commits, and every stash but the last.
 * @param known left out
 * @throws {BlobsyError} GIT_FAILED
 */
export async function rememberedBlobs(
  ctx: Context,
  known: readonly HistoryBlob[],
): Promise<readonly HistoryBlob[]> {
  const others = new Set(known.map(blobId));
  const blobs = new Map<string, HistoryBlob>();
  for await (const file of refFilesOfReflogs(ctx.repo, await everyTip(ctx))) {
    const read = readRefFile(file);
    if ("reason" in read || others.has(blobId(read))) continue;
    blobs.set(blobId(read), read);
  }
  return [...blobs.values()];
}

/** Refs may lead to what is no commit; the second asks for the HEADs of all worktrees, too. */
async function everyTip(ctx: Context): Promise<string[]> {
  const refs = await runGit(ctx.repo, ["for-each-ref", "--format=%(objectname)"]);
  const heads = await runGit(ctx.repo, ["rev-list", "--no-walk", "--all"]);
  const names = `${refs.stdout.toString("latin1")}\n${heads.stdout.toString("latin1")}`;
  return [...new Set(names.split("\n").filter(Boolean))];
}

async function stagedRefFiles(ctx: Context): Promise<PublishedRefFile[]> {
  const index = await listIndex(ctx.repo);
  const staged = [...index].flatMap(([name, entries]) =>
    name.endsWith(".bref") ? entries.map(({ oid }) => ({ name, oid })) : [],
  );
  const texts = await readBlobs(ctx.repo, [...new Set(staged.map(({ oid }) => oid))]);
  return staged.map(({ name, oid }) => {
    const text = texts.get(oid) ?? Buffer.alloc(0);
    const content = text.length > REF_FILE_LIMIT ? Buffer.alloc(REF_FILE_LIMIT + 1) : text;
    return { path: Buffer.from(name), oid, content };
  });
}

function readRefFile({ path, oid, content }: PublishedRefFile): HistoryBlob | UnreadableRefFile {
  const where = { path: path.toString("utf8").replace(/\.bref$/, ""), refOid: oid };
  const checked = checkRefPath(path, process.platform);
  if (!checked.ok) return { ...where, reason: `no payload may be there: ${checked.reason}` };
  const parsed = parseRefFile(content);
  if (!parsed.ok) return { ...where, reason: `line ${parsed.line}: ${parsed.reason}` };
  return { ...remoteBlobOf(parsed.ref), path: checked.payload, refOid: oid };
}
