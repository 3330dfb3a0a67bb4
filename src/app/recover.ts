/**
 * `recover`: lists payloads that were replaced or removed, and brings them back, to their place or
 * elsewhere. What lies at the place goes to the store, and is listed in turn; elsewhere nothing is replaced.
 */
import path from "node:path";
import type { RecoverEntry } from "../domain/recover.js";
import { BlobsyError } from "../domain/errors.js";
import { parsePlace } from "../domain/remote-place.js";
import type { PayloadPath } from "../domain/repo-path.js";
import { pasteWord } from "../domain/shell-words.js";
import { lstatFacts } from "../fs/facts.js";
import { replacePayload } from "../worktree/place.js";
import { selectPayloads, toPayloadPath, toWorktreePath } from "./arguments.js";
import type { Context } from "./context.js";
import { readRef } from "./observe.js";
import { RecoverSources } from "./recover-sources.js";
import { reconcile } from "./reconcile.js";
import { emptyReport, type ReconcileReport } from "./report.js";

export interface Recoverable extends RecoverEntry {
  /** Whether this clone still has the bytes, in its store or at a payload's path. */
  readonly available: boolean;
}

/** Newest first; all worktrees of the repository. */
export function listRecoverable(ctx: Context): Recoverable[] {
  const sources = new RecoverSources(ctx);
  return ctx.recover.listRecoverable().map((entry) => {
    const key = sources.keyOf(entry);
    const facts = key === undefined ? {} : { key };
    return { ...entry, ...facts, available: sources.hasHere(entry) };
  });
}

export interface RecoverRequest {
  readonly cwd: string;
  /** Paths, directories and patterns, of what is listed; none where `oid` says which. */
  readonly args: readonly string[];
  /** The beginning of the wanted version's hash; the newest version unless told. */
  readonly oid?: string;
  /** A file that does not exist yet, or a directory to put it in; its own place unless told. */
  readonly to?: string;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

export interface Recovered {
  /** Where it came from; "" when that is not known. */
  readonly path: string;
  /** Where it is now: relative to the worktree, or absolute outside of it. */
  readonly to: string;
  readonly version: Recoverable;
  /** False: an ordinary file now, for it has no ref file. */
  readonly tracked: boolean;
}

export interface RecoverResult {
  readonly recovered: readonly Recovered[];
  readonly problems: readonly BlobsyError[];
  readonly report: ReconcileReport;
}

/** The listed versions that the arguments name; all when there are none. @throws {BlobsyError} NOT_FOUND */
export async function namedVersions(
  ctx: Context,
  { cwd, args, oid }: Pick<RecoverRequest, "cwd" | "args" | "oid">,
): Promise<Recoverable[]> {
  const listed = listRecoverable(ctx).filter((entry) => entry.oid.startsWith(oid ?? ""));
  if (args.length === 0) return listed;
  const paths = [...new Set(listed.map((entry) => entry.path))] as PayloadPath[];
  const chosen = new Set<string>();
  for (const argument of args) {
    try {
      const { paths: found } = await selectPayloads(ctx.repo.worktree, cwd, [argument], paths);
      for (const payload of found) chosen.add(payload);
    } catch (error) {
      if (!(error instanceof BlobsyError) || error.code !== "NOT_TRACKED") throw error;
      const which = oid === undefined ? "" : ` that begins with ${oid}`;
      throw new BlobsyError("NOT_FOUND", `no version of it${which} is listed`, {
        path: argument,
        next: "blobsy recover",
      });
    }
  }
  return listed.filter((entry) => chosen.has(entry.path));
}

/**
 * Brings one version of each named path back.
 * @throws {BlobsyError} NOT_FOUND when none is listed, USAGE; what stops one path is in `problems`
 */
export async function recover(ctx: Context, request: RecoverRequest): Promise<RecoverResult> {
  const versions = chosenVersions(await namedVersions(ctx, request), request);
  if (versions.length === 0) {
    throw new BlobsyError("NOT_FOUND", "no such version is listed", { next: "blobsy recover" });
  }
  const jobs = versions.map((version) => ({ version, to: placeFor(ctx, request, version) }));
  refuseSame(jobs.map(({ to }) => to.shown));
  const problems: BlobsyError[] = [];
  const recovered: Recovered[] = [];
  const tried = async ({ version, to }: Job, act: () => Promise<void>): Promise<boolean> => {
    try {
      request.signal.throwIfAborted();
      await act();
      return true;
    } catch (error) {
      if (!(error instanceof BlobsyError)) throw error;
      problems.push(error.path === undefined ? about(error, version, to) : error);
      return false;
    }
  };
  const bringAll = async (): Promise<void> => {
    for (const job of ready) {
      const isDone = await tried(job, async () => {
        const leftAside = request.dryRun ? null : await bring(ctx, job);
        if (leftAside) problems.push(leftAside);
      });
      if (isDone) recovered.push(describe(ctx, job));
    }
  };
  const ready: Job[] = [];
  const sources = new RecoverSources(ctx);
  for (const job of jobs) {
    const isHere =
      request.dryRun || (await tried(job, () => provide(ctx, job, sources, request.signal)));
    if (isHere) ready.push(job);
  }
  if (request.dryRun) {
    await bringAll();
    return { recovered, problems, report: emptyReport() };
  }
  // Where there is a ref file, it says what was brought back from now on.
  const report = await reconcile(ctx, {
    actor: "command",
    asked: ready.flatMap((job) => (isTracked(ctx, job.to) ? (job.to.payload ?? []) : [])),
    wait: true,
    only: (payload) => recovered.some(({ to, tracked }) => tracked && to === payload),
    first: bringAll,
  });
  return { recovered, problems, report };
}

interface Job {
  readonly version: Recoverable;
  readonly to: Place;
}

function about(error: BlobsyError, version: Recoverable, to: Place): BlobsyError {
  const facts = error.next === undefined ? {} : { next: error.next };
  const where = version.path === "" ? to.shown : version.path;
  return new BlobsyError(error.code, error.message, { ...facts, path: where, cause: error });
}

function describe(ctx: Context, { version, to }: Job): Recovered {
  return { path: version.path, to: to.shown, version, tracked: isTracked(ctx, to) };
}

function isTracked(ctx: Context, { payload }: Place): boolean {
  return payload !== null && readRef(ctx.repo.worktree, payload).kind !== "absent";
}

/** Of each path one; the same bytes under several names are one file elsewhere. */
function chosenVersions(
  named: readonly Recoverable[],
  { cwd, oid, to }: RecoverRequest,
): Recoverable[] {
  const versions = newestOfEach(named);
  const isOne = new Set(versions.map((version) => version.oid)).size === 1;
  const isFile = to !== undefined && !isDirectory(cwd, to);
  return oid !== undefined && isOne && isFile ? versions.slice(0, 1) : versions;
}

function isDirectory(cwd: string, to: string): boolean {
  return lstatFacts(path.resolve(cwd, to))?.kind === "directory" || to.endsWith("/");
}

/** Of each path the newest that can be had, or the newest. */
function newestOfEach(versions: readonly Recoverable[]): Recoverable[] {
  const chosen = new Map<string, Recoverable>();
  for (const version of versions) {
    const key = version.path === "" ? version.oid : version.path;
    const better = chosen.get(key);
    if (!better || (!canBeHad(better) && canBeHad(version))) chosen.set(key, version);
  }
  return [...chosen.values()];
}

function canBeHad(version: Recoverable): boolean {
  return version.available || version.key !== undefined;
}

interface Place {
  /** For people: relative to the worktree, or absolute. */
  readonly shown: string;
  /** `null` outside the worktree. */
  readonly payload: PayloadPath | null;
  /** The version's own place: what lies there may be replaced. */
  readonly isOwn: boolean;
}

/** @throws {BlobsyError} USAGE, REFUSED_PATH */
function placeFor(ctx: Context, { cwd, to }: RecoverRequest, version: Recoverable): Place {
  const { worktree } = ctx.repo;
  if (to === undefined) {
    if (version.path === "") {
      throw new BlobsyError("USAGE", "it is not known where it was", {
        next: `blobsy recover --oid ${version.oid.slice(0, 12)} --to <file>`,
      });
    }
    const payload = toPayloadPath(version.path);
    return { shown: payload, payload, isOwn: true };
  }
  const name = path.posix.basename(version.path) || version.oid.slice(0, 12);
  const file = path.resolve(cwd, to, isDirectory(cwd, to) ? name : ".");
  try {
    const payload = toPayloadPath(toWorktreePath(worktree, cwd, file));
    return { shown: payload, payload, isOwn: false };
  } catch (error) {
    const isOutside = path.relative(worktree, file).startsWith("..");
    if (!isOutside || !(error instanceof BlobsyError)) throw error;
    return { shown: file, payload: null, isOwn: false };
  }
}

function refuseSame(places: readonly string[]): void {
  const twice = places.find((place, at) => places.indexOf(place) !== at);
  if (twice === undefined) return;
  throw new BlobsyError("USAGE", `several of them would become ${twice}`, {
    next: "blobsy recover --help",
  });
}

/** @returns why what lay there before is not in the store; it is kept */
async function bring(ctx: Context, { version, to }: Job): Promise<BlobsyError | null> {
  const { oid, size, executable } = version;
  if (to.payload === null) {
    const { writeOutside } = await import("./recover-outside.js");
    await writeOutside(ctx, version, to.shown);
    return null;
  }
  const facts = lstatFacts(path.join(ctx.repo.worktree, to.payload));
  if (!to.isOwn && facts !== null) throw exists(to.shown);
  const outcome = await replacePayload(ctx.place, {
    payload: to.payload,
    expected: facts,
    expectedOid: null,
    incoming: { oid, size, mayMove: false },
    executable,
    why: "replaced",
  });
  if (outcome.kind === "missing") throw gone(to.shown);
  if (outcome.kind === "raced") {
    throw new BlobsyError("PAYLOAD_CHANGED", `it was not replaced: ${outcome.reason}`, {
      path: to.payload,
      next: `blobsy status`,
    });
  }
  return outcome.leftAside;
}

/** It may be at a payload's path by now, or on the remote only. @throws {BlobsyError} why it cannot be had */
async function provide(
  ctx: Context,
  { version, to }: Job,
  sources: RecoverSources,
  signal: AbortSignal,
): Promise<void> {
  const { oid, size, key, path: from } = version;
  await ctx.store.prepare();
  if ((await ctx.store.verifiedPath(oid, size)) !== null) return;
  if (await sources.bringHere(oid)) return;
  if (key === undefined) throw gone(from === "" ? to.shown : from);
  const blob = { oid, size, ...parsePlace(key), path: from };
  const { downloadBlobs } = await import("./transfer.js");
  const { failed } = await downloadBlobs(ctx, [blob], { signal });
  const [failure] = failed;
  if (failure) throw failure.error;
}

export function exists(where: string): BlobsyError {
  return new BlobsyError("REFUSED_PATH", "something is there; nothing was replaced", {
    path: where,
  });
}

export function gone(where: string): BlobsyError {
  return new BlobsyError("BLOB_MISSING", "the store has not got these bytes any more", {
    path: where,
    next: `blobsy recover --list ${pasteWord(where)}`,
  });
}
