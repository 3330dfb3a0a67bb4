/**
 * `track`: files leave Git, and ref files take their place.
 *
 * A file that has a ref file already goes the way of everything, through reconcile: an edit rewrites
 * the ref file, a stale payload under a ref file that Git moved is replaced, a conflict stays one.
 * Only a file without one is this module's own business. It gets its ignore line, goes into the
 * store, gets its ref file, and then reconcile finds both in step and remembers it. Killed anywhere,
 * the payload is untouched and the next run finishes.
 */
import path from "node:path";
import { BlobsyError } from "../domain/errors.js";
import { type PayloadPath, refPathOf } from "../domain/repo-path.js";
import { statRecord } from "../domain/stat-trust.js";
import { writeFileAtomic } from "../fs/atomic.js";
import { fileSystemTick, waitForTickAfter } from "../fs/clock.js";
import { lstatFacts } from "../fs/facts.js";
import { acquireLock } from "../fs/lock.js";
import { mkdirs } from "../fs/ops.js";
import { checkParents } from "../fs/safe-parent.js";
import { SharedSync } from "../fs/shared-sync.js";
import {
  ignoredBy,
  type IndexListing,
  listIndex,
  stagePaths,
  unstagePaths,
} from "../git/index-entries.js";
import { ingestMany, type PoolResult } from "../store/ingest-pool.js";
import { dirOf } from "../worktree/gitignore-file.js";
import { StatCache } from "../worktree/stat-cache.js";
import type { Context } from "./context.js";
import { forEachLimit } from "./for-each-limit.js";
import { ignorePayloads } from "./ignore-payloads.js";
import { knownPayloads } from "./known-payloads.js";
import { readRef } from "./observe.js";
import { reconcile } from "./reconcile.js";
import type { ProgressTask } from "./reporter.js";
import { refTextFor } from "./ref-text.js";
import { emptyReport, type ReconcileReport } from "./report.js";
import { hasRemote } from "./require-set-up.js";
import { seenByGit } from "./seen-by-git.js";
import { stageIgnoreFiles } from "./stage-ignore.js";
import { filesToTrack, type SkippedFile } from "./track-files.js";
import { whyStayInGit } from "./track-from-git.js";

export interface TrackRequest {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

export interface TrackedFile {
  readonly path: PayloadPath;
  /** new: it has a ref file now; known: it had one before; in-git: Git tracked the file itself. */
  readonly was: "new" | "known" | "in-git";
  readonly size: number;
}

export interface TrackResult {
  readonly files: readonly TrackedFile[];
  readonly skipped: readonly SkippedFile[];
  readonly problems: readonly BlobsyError[];
  /** What became of the known ones. */
  readonly report: ReconcileReport;
}

/** @throws {BlobsyError} what stops everything; what stops one file is in `problems` */
export async function track(ctx: Context, request: TrackRequest): Promise<TrackResult> {
  const cache = StatCache.load(ctx.repo.worktreeState);
  const index = await listIndex(ctx.repo);
  const before = new Set(knownPayloads(index, cache));
  const found = await filesToTrack(ctx, request.cwd, request.args, { index, known: before });
  const { skipped } = found;
  const inGit = found.payloads.filter((payload) => index.has(payload));
  const problems = [
    ...found.problems,
    ...(await whyStayInGit(ctx, index, inGit)),
    ...(await whyNotStage(ctx, index, found.payloads)),
  ];
  const refused = new Set(problems.map((problem) => problem.path));
  const payloads = found.payloads.filter((payload) => !refused.has(payload));
  const fresh: NewFile[] = [];
  const files = payloads.map((payload): TrackedFile => {
    const facts = lstatFacts(path.join(ctx.repo.worktree, payload));
    const isNew = facts !== null && readRef(ctx.repo.worktree, payload).kind === "absent";
    if (isNew) fresh.push({ path: payload, size: facts.size });
    const was = index.has(payload) ? "in-git" : isNew ? "new" : "known";
    return { path: payload, was, size: facts?.size ?? 0 };
  });
  if (request.dryRun || files.length === 0) {
    return { files, skipped, problems, report: emptyReport() };
  }

  if (!(await hasRemote(ctx))) {
    ctx.reporter.warn(
      "no remote is configured yet, so nothing can be shared; next: blobsy init <url>",
    );
  }
  const failed = [...problems, ...(await writeNewRefs(ctx, cache, fresh, request.signal))];
  // A file that could not get a ref file is none of reconcile's business.
  const failedPaths = new Set(failed.map((problem) => problem.path));
  const asked = new Set(payloads.filter((payload) => !failedPaths.has(payload)));
  await unstagePaths(
    ctx.repo,
    inGit.filter((payload) => asked.has(payload)),
  );
  const report = await reconcile(ctx, {
    actor: "command",
    asked,
    wait: true,
    wanted: (payload) => asked.has(payload),
    cache,
  });
  const unsettled = unsettledPaths(report);
  for (const { path: name } of failed) if (name !== undefined) unsettled.add(name);
  const settled = files.filter((file) => !unsettled.has(file.path));
  const refs = settled.map((file) => refPathOf(file.path));
  await stagePaths(
    ctx.repo,
    refs.filter((name) => lstatFacts(path.join(ctx.repo.worktree, name)) !== null),
  );
  await stageIgnoreFiles(ctx, refs);
  return { files: settled, skipped, problems: failed, report };
}

/** A ref file that the user has Git ignore is not staged over that. */
async function whyNotStage(
  ctx: Context,
  index: IndexListing,
  payloads: readonly PayloadPath[],
): Promise<BlobsyError[]> {
  const fresh = payloads.filter((payload) => !index.has(refPathOf(payload)));
  const rules = await ignoredBy(ctx.repo, fresh.map(refPathOf));
  return fresh.flatMap((payload) => {
    const rule = rules.get(refPathOf(payload));
    if (rule === undefined) return [];
    const message = `Git ignores its ref file, by this rule: ${rule}`;
    return new BlobsyError("NOT_IGNORED", message, { path: payload });
  });
}

interface NewFile {
  readonly path: PayloadPath;
  readonly size: number;
}

/** Files whose results are in memory at once. */
const FILES_AT_ONCE = 4096;

/** File systems tick every few milliseconds; on one that takes longer a file is hashed twice. */
const TICK_WAIT_MS = 30;

/** Each waits for the disk, and these waits cost little more together than one alone. */
const REFS_AT_ONCE = 32;

/** @returns why some of them have no ref file now */
async function writeNewRefs(
  ctx: Context,
  cache: StatCache,
  files: readonly NewFile[],
  signal: AbortSignal,
): Promise<BlobsyError[]> {
  if (files.length === 0) return [];
  const { repo, store } = ctx;
  await mkdirs(repo.worktreeState);
  await store.prepare();
  const { ignored, problems } = await ignoreFirst(ctx, cache, files);
  if (ignored.length === 0) return problems;
  await forgetBases(ctx, cache, ignored);

  const bytes = ignored.reduce((sum, { size }) => sum + size, 0);
  const progress = ctx.reporter.progress("tracking", { files: ignored.length, bytes });
  try {
    for (let at = 0; at < ignored.length; at += FILES_AT_ONCE) {
      const some = ignored.slice(at, at + FILES_AT_ONCE);
      problems.push(...(await trackSome(ctx, cache, some, { signal, progress })));
    }
  } finally {
    progress.end();
    await showAgain(ctx, cache, ignored);
  }
  return problems;
}

/**
 * Of a ref file that was removed by hand the base is still known. Killed before the new one is saved, and
 * with the ref file moved by Git after that, the payload would pass for an edit of what it was long ago.
 */
async function forgetBases(
  ctx: Context,
  cache: StatCache,
  files: readonly NewFile[],
): Promise<void> {
  const known = files.filter((file) => cache.get(file.path).base !== null);
  if (known.length === 0) return;
  const lock = await acquireLock(path.join(ctx.repo.worktreeState, "lock"), { waitMs: "forever" });
  try {
    for (const file of known) cache.update(file.path, { base: null, placing: null });
    await cache.save({ durable: true });
  } finally {
    await lock?.release();
  }
}

/** A file that got no ref file after all must not stay hidden from Git. */
async function showAgain(ctx: Context, cache: StatCache, files: readonly NewFile[]): Promise<void> {
  const names = files.map((file) => file.path);
  const failed = names.filter((name) => readRef(ctx.repo.worktree, name).kind === "absent");
  if (failed.length === 0) return;
  const payloads = new Set<string>([...cache.paths(), ...names]);
  for (const name of failed) {
    cache.forget(name);
    payloads.delete(name);
  }
  await ignorePayloads(ctx, {
    mode: "exact",
    actor: "command",
    payloads,
    met: new Set(failed),
  });
}

interface Going {
  readonly signal: AbortSignal;
  readonly progress: ProgressTask;
}

async function trackSome(
  ctx: Context,
  cache: StatCache,
  files: readonly NewFile[],
  { signal, progress }: Going,
): Promise<BlobsyError[]> {
  const tick = await tickAfter(ctx, files);
  const jobs = files.map(({ path: payload, size }) => ({
    file: path.join(ctx.repo.worktree, payload),
    size,
  }));
  const results = await ingestMany(ctx.store, jobs, {
    signal,
    onBytes: (more) => progress.add(0, more),
    onFile: () => progress.add(1, 0),
  });
  signal.throwIfAborted();
  const problems: BlobsyError[] = [];
  const names = new SharedSync();
  await forEachLimit(files.entries(), REFS_AT_ONCE, async ([at, file]) => {
    const result = results[at];
    if (!result) return;
    if (!result.ok) {
      problems.push(named(result.error, file.path));
      return;
    }
    cache.update(file.path, { payload: statRecord(result.oid, result.facts, tick) });
    const error = await writeNewRef(ctx, cache, file, result, names);
    if (error) problems.push(error);
  });
  await names.settle();
  return problems;
}

/** A stat record counts only when the clock had moved on before the bytes were read. */
async function tickAfter(ctx: Context, files: readonly NewFile[]): Promise<bigint> {
  const { worktree, worktreeState } = ctx.repo;
  let newest = 0n;
  for (const { path: payload } of files) {
    const ctimeNs = lstatFacts(path.join(worktree, payload))?.ctimeNs ?? 0n;
    if (ctimeNs > newest) newest = ctimeNs;
  }
  const tick = await waitForTickAfter(worktreeState, newest, TICK_WAIT_MS);
  return tick ?? (await fileSystemTick(worktreeState));
}

/** The ignore lines come first; whatever Git would still not ignore stays as it is. */
async function ignoreFirst(
  ctx: Context,
  cache: StatCache,
  files: readonly NewFile[],
): Promise<{ ignored: NewFile[]; problems: BlobsyError[] }> {
  const names = files.map((file) => file.path);
  const refused = await ignorePayloads(ctx, {
    mode: "grow",
    actor: "command",
    payloads: new Set([...cache.paths(), ...names]),
    fresh: new Set(names),
  });
  // Where the line cannot be committed, a file would be ignored in this clone only.
  const byDir = new Map(refused.map((problem) => [dirOf(problem.path ?? ""), problem]));
  const cannot = names.flatMap((name) => {
    const why = byDir.get(dirOf(name));
    const message = `${why?.path ?? ""}: ${why?.message ?? ""}`;
    return why ? new BlobsyError(why.code, message, { path: name, cause: why }) : [];
  });
  const possible = names.filter((name) => !byDir.has(dirOf(name)));
  const open = await seenByGit(ctx, possible);
  const problems = [...open].map(([name, rule]) => {
    const which = rule === "" ? "no rule ignores it" : `this rule un-ignores it: ${rule}`;
    return new BlobsyError("NOT_IGNORED", `Git would see the payload itself: ${which}`, {
      path: name,
    });
  });
  const ignored = files.filter(({ path: name }) => !byDir.has(dirOf(name)) && !open.has(name));
  return { ignored, problems: [...cannot, ...problems] };
}

/** The executable bit travels with the ref file: Git keeps that one of a file's modes. */
const EXECUTABLE = 0o755;

async function writeNewRef(
  ctx: Context,
  cache: StatCache,
  { path: payload }: NewFile,
  { oid, size, facts }: Extract<PoolResult, { ok: true }>,
  names: SharedSync,
): Promise<BlobsyError | null> {
  const text = await refTextFor(ctx, cache, payload, { oid, size }, null);
  checkParents(ctx.repo.worktree, payload)?.close();
  const file = path.join(ctx.repo.worktree, refPathOf(payload));
  if (lstatFacts(file) !== null) {
    return new BlobsyError("PAYLOAD_CHANGED", "a ref file appeared meanwhile; it was left alone", {
      path: payload,
      next: "blobsy status",
    });
  }
  const mode = (facts.mode & 0o111) === 0 ? {} : { mode: EXECUTABLE };
  await writeFileAtomic(file, text, { durable: true, names, ...mode });
  return null;
}

/** Pool jobs know absolute paths; people are told the one they know. */
function named(error: BlobsyError, payload: PayloadPath): BlobsyError {
  return new BlobsyError(error.code, error.message, {
    path: payload,
    ...(error.next === undefined ? {} : { next: error.next }),
    cause: error,
  });
}

/** What reconcile could not settle is not staged: the index keeps saying what it said. */
function unsettledPaths({ failures, events }: ReconcileReport): Set<string> {
  const open = events.filter(
    ({ kind }) => kind === "conflict" || kind === "left" || kind === "git-owns",
  );
  return new Set([...failures, ...open].map(({ path: name }) => name));
}
