/**
 * pre-commit: what is about to be committed can be had again. Every staged ref file's blob is in the
 * store, at a payload's path or on the remote; and no payload goes into Git itself by mistake.
 *
 * Git sets GIT_INDEX_FILE to the index it is about to commit (`git commit PATH` makes its own), so
 * whatever is asked of Git here is asked of that one.
 */
import path from "node:path";
import { isBlobsyError } from "../domain/errors.js";
import { parseRefFile, type RefFile } from "../domain/bref.js";
import { externalizer } from "../domain/externalize.js";
import { pasteWord } from "../domain/shell-words.js";
import { formatSize } from "../domain/size.js";
import { blobId, remoteBlobOf } from "../domain/remote-place.js";
import { checkRefPath, type PayloadPath, REF_SUFFIX } from "../domain/repo-path.js";
import { vouches } from "../domain/stat-trust.js";
import { lstatFacts } from "../fs/facts.js";
import { checkParents } from "../fs/safe-parent.js";
import { runGit } from "../git/git.js";
import { readBlobs } from "../git/objects.js";
import { StatCache } from "../worktree/stat-cache.js";
import type { Context } from "./context.js";
import { describeReport } from "./describe.js";
import { reconcile } from "./reconcile.js";
import { seenByGit } from "./seen-by-git.js";
import { standingEdits } from "./unstaged-edits.js";
import { stageIgnoreFilesOfCommit } from "./stage-ignore.js";

interface StagedFile {
  readonly path: string;
  readonly oid: string;
}

/** @returns 0, or 1 when the commit must not go on; each reason has been said */
export async function preCommit(ctx: Context): Promise<number> {
  const config = await ctx.config();
  const complaints: string[] = [];
  if (config.detect === "commit") complaints.push(...(await takeInEdits(ctx)));
  await stageIgnoreFilesOfCommit(ctx);
  const staged = await stagedFiles(ctx);
  const refs = staged.filter((file) => file.path.endsWith(REF_SUFFIX));
  complaints.push(...(await unfinishedEdits(ctx)));
  complaints.push(...(await refsWithoutBlob(ctx, refs)));
  complaints.push(...(await payloadsInGit(ctx, staged)));
  complaints.push(...(await payloadsUnignored(ctx, staged)));
  for (const line of complaints) ctx.reporter.warn(line);
  return complaints.length > 0 ? 1 : 0;
}

/** Without monitor or arm, this is where an edit is noticed: its ref file is rewritten, not staged. */
async function takeInEdits(ctx: Context): Promise<string[]> {
  const report = await reconcile(ctx, { actor: "filter", everything: true, wait: true });
  const written = report.events.flatMap((e) => (e.kind === "ref-written" ? e.path : []));
  const others = describeReport(report);
  if (written.length === 0) return others;
  const refs = written.map((payload) => pasteWord(payload + REF_SUFFIX)).join(" ");
  return [...others, `edited payloads are not in this commit yet; take them in: git add ${refs}`];
}

async function stagedFiles(ctx: Context): Promise<StagedFile[]> {
  const head = await runGit(ctx.repo, ["rev-parse", "--verify", "--quiet", "HEAD^{tree}"], {
    okCodes: [0, 1, 128],
  });
  // The empty tree, which every repository knows by name, stands for "before the first commit".
  const against =
    head.code === 0
      ? head.stdout.toString("latin1").trim()
      : (await runGit(ctx.repo, ["hash-object", "-t", "tree", "--stdin"], { input: "" })).stdout
          .toString("latin1")
          .trim();
  const args = ["diff-index", "--cached", "-z", "--no-renames", "--diff-filter=d", against, "--"];
  const { stdout } = await runGit(ctx.repo, args);
  const fields = stdout.toString("utf8").split("\0");
  const files: StagedFile[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [, mode, , oid] = (fields[i] ?? "").split(" ");
    if (oid && mode?.startsWith("100")) files.push({ path: fields[i + 1] ?? "", oid });
  }
  return files;
}

async function unfinishedEdits(ctx: Context): Promise<string[]> {
  return (await standingEdits(ctx)).map(
    ({ path: name, message }) =>
      `${name}: its edit could not be taken in (${message}); then: git add ${pasteWord(name + REF_SUFFIX)}`,
  );
}

async function refsWithoutBlob(ctx: Context, refs: readonly StagedFile[]): Promise<string[]> {
  const cache = StatCache.load(ctx.repo.worktreeState);
  const texts = await readBlobs(
    ctx.repo,
    refs.map((file) => file.oid),
  );
  const complaints: string[] = [];
  const unknown: { path: PayloadPath; ref: RefFile }[] = [];
  for (const { path: name, oid } of refs) {
    const checked = checkRefPath(name, process.platform);
    if (!checked.ok) {
      complaints.push(`${name} cannot be committed as a ref file: ${checked.reason}`);
      continue;
    }
    const parsed = parseRefFile(texts.get(oid) ?? Buffer.alloc(0));
    if (!parsed.ok) {
      complaints.push(`${name} is no usable ref file: line ${parsed.line}: ${parsed.reason}`);
    } else if (!isHere(ctx, cache, checked.payload, parsed.ref)) {
      unknown.push({ path: checked.payload, ref: parsed.ref });
    }
  }
  if (unknown.length > 0) complaints.push(...(await notOnRemote(ctx, unknown)));
  return complaints;
}

/** A pushed blob may lie only at its payload's path: it was renamed out of the store. */
function isHere(ctx: Context, cache: StatCache, payload: PayloadPath, ref: RefFile): boolean {
  if (ctx.store.has(ref.oid, ref.size)) return true;
  const record = cache.get(payload).payload;
  const facts = lstatFacts(path.join(ctx.repo.worktree, payload));
  return record?.oid === ref.oid && facts !== null && vouches(record, facts);
}

async function notOnRemote(
  ctx: Context,
  blobs: readonly { path: PayloadPath; ref: RefFile }[],
): Promise<string[]> {
  const there = await whatIsOnRemote(ctx, blobs);
  return blobs
    .filter(({ ref }) => !there.has(blobId(remoteBlobOf(ref))))
    .map(
      ({ path: name, ref }) =>
        `${name}: its blob ${ref.oid.slice(0, 12)} is nowhere to be had; next: blobsy status`,
    );
}

async function whatIsOnRemote(
  ctx: Context,
  blobs: readonly { ref: RefFile }[],
): Promise<ReadonlySet<string>> {
  const { blobsOnRemote } = await import("./uploaded.js");
  const wanted = blobs.map(({ ref }) => remoteBlobOf(ref));
  try {
    return await blobsOnRemote(ctx, wanted);
  } catch (error) {
    if (!isBlobsyError(error)) throw error;
    ctx.reporter.warn(`the remote could not be asked: ${error.message}`);
    return new Set();
  }
}

/** Rules that come with a commit outrank `info/exclude`; so it is Git that is asked (gitignore(5)). */
async function payloadsUnignored(ctx: Context, staged: readonly StagedFile[]): Promise<string[]> {
  const cache = StatCache.load(ctx.repo.worktreeState);
  const known = new Set(cache.paths());
  for (const { path: name } of staged) {
    const checked = checkRefPath(name, process.platform);
    if (checked.ok) known.add(checked.payload);
  }
  for (const { path: name } of staged) known.delete(name); // told already, and in Git's hands
  const present = [...known].filter((name) => isThere(ctx, name)).sort();
  const open = await seenByGit(ctx, present);
  return [...open].map(([name, rule]) =>
    rule === ""
      ? `${name}: nothing has Git ignore this payload, so git add . would take it in; next: blobsy sync`
      : `${name}: this rule has Git see the payload itself: ${rule}; take the rule out, or narrow it`,
  );
}

/** What lies behind a link is no payload, and Git would not even be asked about it. */
function isThere(ctx: Context, name: string): boolean {
  try {
    const parent = checkParents(ctx.repo.worktree, name);
    if (parent === null) return false;
    parent.close();
    return lstatFacts(path.join(ctx.repo.worktree, name))?.kind === "file";
  } catch (error) {
    if (isBlobsyError(error)) return false;
    throw error;
  }
}

/** A file for blobsy must not end up in Git's history, from where it never goes. */
async function payloadsInGit(ctx: Context, staged: readonly StagedFile[]): Promise<string[]> {
  const plain = staged.filter((file) => !file.path.endsWith(REF_SUFFIX));
  if (plain.length === 0) return [];
  const judge = externalizer((await ctx.config()).externalize);
  const sizes = await blobSizes(ctx, plain);
  const isTracked = new Set(StatCache.load(ctx.repo.worktreeState).paths());
  return plain.flatMap(({ path: name, oid }) => {
    const size = sizes.get(oid) ?? 0;
    const undo = `git rm --cached ${pasteWord(name)}`;
    if (isTracked.has(name)) {
      return [`${name} is tracked by blobsy and was staged itself; next: ${undo}`];
    }
    if (!judge(name, size).externalize) return [];
    return [
      `${name} (${formatSize(size)}) is above externalize.minSize; next: ${undo} && blobsy track ${pasteWord(name)}`,
    ];
  });
}

async function blobSizes(ctx: Context, files: readonly StagedFile[]): Promise<Map<string, number>> {
  const { stdout } = await runGit(
    ctx.repo,
    ["cat-file", "--batch-check=%(objectname) %(objectsize)"],
    {
      input: files.map((file) => `${file.oid}\n`).join(""),
    },
  );
  const pairs = stdout
    .toString("latin1")
    .trim()
    .split("\n")
    .map((line) => line.split(" ") as [string, string]);
  return new Map(pairs.map(([oid, size]) => [oid, Number(size)]));
}
