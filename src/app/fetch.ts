/** `fetch`: the blobs that commits name, into the store, so that switching needs no connection. */
import { parseRefFile } from "../domain/bref.js";
import { BlobsyError } from "../domain/errors.js";
import { remoteBlobOf } from "../domain/remote-place.js";
import { checkRefPath } from "../domain/repo-path.js";
import { runGit } from "../git/git.js";
import { readBlobs } from "../git/objects.js";
import type { Context } from "./context.js";
import { downloadBlobs, type TransferReport, type WantedBlob } from "./transfer.js";

export interface FetchRequest {
  /** Commits, branches, tags; HEAD and its upstream when empty. */
  readonly refs: readonly string[];
  /** Every branch and tag there is. */
  readonly all: boolean;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

export interface FetchResult {
  readonly commits: readonly string[];
  readonly wanted: readonly WantedBlob[];
  readonly report: TransferReport;
}

/** @throws {BlobsyError} USAGE for a name that is no commit; what stops single blobs is in the report */
export async function fetch(ctx: Context, request: FetchRequest): Promise<FetchResult> {
  const commits = request.all ? await everyTip(ctx) : await named(ctx, request.refs);
  const entries = new Map<string, string>();
  for (const commit of commits) await addRefFiles(ctx, commit, entries);
  const texts = await readBlobs(ctx.repo, [...entries.keys()]);
  const wanted: WantedBlob[] = [];
  for (const [oid, name] of entries) {
    const parsed = parseRefFile(texts.get(oid) ?? Buffer.alloc(0));
    if (!parsed.ok) continue; // whoever checks it out is told
    wanted.push({ ...remoteBlobOf(parsed.ref), path: name });
  }
  const report = request.dryRun
    ? { done: 0, bytes: 0, skipped: 0, failed: [] }
    : await downloadBlobs(ctx, wanted, { signal: request.signal });
  return { commits, wanted, report };
}

async function named(ctx: Context, refs: readonly string[]): Promise<string[]> {
  const commits = new Set<string>();
  for (const ref of refs.length > 0 ? refs : ["HEAD", "@{upstream}"]) {
    const commit = await resolveCommit(ctx, ref);
    if (commit !== null) commits.add(commit);
    else if (refs.length > 0) throw noCommit(ref);
  }
  return [...commits];
}

function noCommit(ref: string): BlobsyError {
  return new BlobsyError("USAGE", `${ref} names no commit here`, { next: "git branch --all" });
}

async function resolveCommit(ctx: Context, ref: string): Promise<string | null> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`];
  const { code, stdout } = await runGit(ctx.repo, args, { okCodes: [0, 1, 128] });
  return code === 0 ? stdout.toString("latin1").trim() : null;
}

async function everyTip(ctx: Context): Promise<string[]> {
  const args = [
    "for-each-ref",
    "--format=%(objectname)",
    "refs/heads",
    "refs/tags",
    "refs/remotes",
  ];
  const { stdout } = await runGit(ctx.repo, args);
  const tips = new Set<string>();
  for (const oid of stdout.toString("latin1").split("\n").filter(Boolean)) {
    const commit = await resolveCommit(ctx, oid);
    if (commit !== null) tips.add(commit);
  }
  return [...tips];
}

/** Adds the ref files of one commit's tree: Git's object id -> payload path. */
async function addRefFiles(
  ctx: Context,
  commit: string,
  entries: Map<string, string>,
): Promise<void> {
  const args = ["ls-tree", "-r", "-z", "--full-tree", commit];
  const { stdout } = await runGit(ctx.repo, args);
  for (const record of stdout.toString("utf8").split("\0")) {
    const tab = record.indexOf("\t");
    const [mode, , oid] = record.slice(0, tab).split(" ");
    const checked = checkRefPath(record.slice(tab + 1), process.platform);
    if (oid && mode?.startsWith("100") && checked.ok) entries.set(oid, checked.payload);
  }
}
