/**
 * Carries out an assessment, in the order that loses nothing: what goes away is filed in the store
 * before anything is placed from it, and one path's failure does not stop the others.
 *
 * Each step is safe to be killed in; the next reconcile finds the rest to do.
 */
import type { Action } from "../domain/decide.js";
import { fromErrno, isBlobsyError, BlobsyError } from "../domain/errors.js";
import type { Oid } from "../domain/oid.js";
import { formatPlace, placeOf } from "../domain/remote-place.js";
import { type PayloadPath, refPathOf } from "../domain/repo-path.js";
import { removePayload } from "../worktree/place.js";
import { settlePlaced } from "../worktree/settle.js";
import type { StatCache } from "../worktree/stat-cache.js";
import type { Assessment, Subject } from "./assess.js";
import { BlobSupply } from "./blob-supply.js";
import type { Context } from "./context.js";
import { forEachLimit } from "./for-each-limit.js";
import { announce, placeBlob } from "./place-blob.js";
import type { ReconcileReport } from "./report.js";
import { beginStep, traceStep } from "./trace-step.js";
import { type Actor, mayAct } from "./who-may-act.js";
import { announceRefs, type PreparedRef, prepareRef, writeRef } from "./write-ref.js";

export interface Applying {
  readonly ctx: Context;
  readonly cache: StatCache;
  readonly report: ReconcileReport;
  readonly actor: Actor;
  /** Paths in the journal of a live process. */
  readonly live: ReadonlySet<string>;
  /** Paths the user named; without it, all. */
  readonly only?: (payload: PayloadPath) => boolean;
  /** Ref files written to, by their own paths: Git's index is to believe them again. */
  readonly rewritten: Set<string>;
  /** Whether ref files were about to be rewritten. */
  announced: boolean;
  /** Paths found in step with another blob than they were last. */
  readonly movedBases: Set<string>;
  /** Paths whose ref file Git wrote just now, and recorded in its index as it is. */
  readonly written: { has(payload: string): boolean };
  /** Edits Git must still be told of: the noticing stamp stays before them. */
  readonly unsettled: Set<string>;
  /** May blobs come from the remote? */
  readonly download: boolean;
  /** Paths whose blobs would have to. */
  readonly putOff: Set<string>;
  /** Git has written its index and will move HEAD only after this. */
  readonly headMoves: boolean;
}

/** A copy takes memory and the disk; a rename mostly waits for a sync that others share. */
const COPIED_AT_ONCE = 8;
const RENAMED_AT_ONCE = 32;

/** @throws {BlobsyError} IO when what was filed in the store cannot be made to last */
export async function apply(work: Applying, assessment: Assessment): Promise<void> {
  const { place } = work.ctx;
  try {
    await carryOut(work, assessment);
  } finally {
    await settlePlaced(place).catch((error: unknown) => {
      throw fromErrno(error, "making what was placed last", place.worktree);
    });
  }
}

async function carryOut(work: Applying, assessment: Assessment): Promise<void> {
  const { report } = work;
  report.inStep += assessment.inStep.length;
  report.refused.push(...assessment.refused);
  const open = assessment.subjects.filter((subject) => isOurs(work, subject));

  for (const subject of open) {
    const isAll = !comesLater(subject.action);
    await attempt(work, subject, () => settleWithoutBlobs(work, subject), isAll);
  }

  const wanted = open.filter((subject) => blobToPlace(subject.action) !== null);
  const supply = await BlobSupply.prepare(work, assessment, wanted);
  const toPlace = wanted.filter((subject) => work.download || !putOff(work, supply, subject));
  await announce(work, toPlace);
  const arrived = work.download
    ? await supply.fetch((subject, file) =>
        attempt(work, subject, () => placeBlob(work, supply, subject, file)),
      )
    : new Set<Subject>();
  const others = toPlace.filter((subject) => !arrived.has(subject));
  await placeAll(work, supply, others);
  await rewriteRefs(work, open);
}

/** All are prepared and announced before the first is written. */
async function rewriteRefs(work: Applying, open: readonly Subject[]): Promise<void> {
  const ready: PreparedRef[] = [];
  for (const subject of open) {
    if (subject.action.kind !== "write-ref") continue;
    const prepare = async (): Promise<void> => {
      const prepared = await prepareRef(work, subject);
      if (prepared !== null) ready.push(prepared);
    };
    await attempt(work, subject, prepare, false);
  }
  if (ready.length === 0) return;
  const failure = await announceRefs(work, ready).catch((error: unknown) => ({ error }));
  for (const prepared of ready) {
    await attempt(work, prepared.subject, () => {
      if (failure) throw failure.error;
      return writeRef(work, prepared);
    });
  }
}

/** @returns whether this one would have to be downloaded, and so is left to the next run */
function putOff(work: Applying, supply: BlobSupply, subject: Subject): boolean {
  if (!supply.isMissing(subject)) return false;
  leaveForNext(work, subject);
  work.putOff.add(subject.path);
  return true;
}

async function placeAll(
  work: Applying,
  supply: BlobSupply,
  subjects: readonly Subject[],
): Promise<void> {
  if (subjects.length === 0) return;
  const sizeOf = ({ ref }: Subject): number => (ref.kind === "hash" ? ref.ref.size : 0);
  const bytes = subjects.reduce((sum, subject) => sum + sizeOf(subject), 0);
  const progress = work.ctx.reporter.progress("placing", { files: subjects.length, bytes });
  try {
    const renamed = subjects.every((subject) => supply.mayMove(subject));
    const limit = renamed ? RENAMED_AT_ONCE : COPIED_AT_ONCE;
    await forEachLimit(subjects, limit, async (subject) => {
      await attempt(work, subject, () => placeBlob(work, supply, subject));
      progress.add(1, sizeOf(subject));
    });
  } finally {
    progress.end();
  }
}

/** It needs a blob, or comes after what does. */
function comesLater(action: Action): boolean {
  return blobToPlace(action) !== null || action.kind === "write-ref";
}

/** The blob an action puts at the payload's path, `null` for actions that place nothing. */
export function blobToPlace(action: Action): Oid | null {
  const places = action.kind === "materialise" || action.kind === "follow";
  return places || action.kind === "discard" ? action.oid : null;
}

/** @returns false where it is not this process's to act on */
export function recordAtOnce(work: Applying, subject: Subject): boolean {
  if (work.ctx.signal?.aborted === true || !mayActOn(work, subject)) return false;
  rememberInStep(work, subject);
  traceStep(subject, "done");
  return true;
}

function mayActOn({ only, live, actor }: Applying, { action, path }: Subject): boolean {
  return (only?.(path) ?? true) && !live.has(path) && mayAct(actor, action.kind);
}

function isOurs(work: Applying, subject: Subject): boolean {
  const { path } = subject;
  if (mayActOn(work, subject)) return true;
  leaveForNext(work, subject);
  traceStep(subject, whyHeld(work, subject));
  if (work.live.has(path)) work.unsettled.add(path);
  return false;
}

function whyHeld({ live, actor }: Applying, { path, action }: Subject): string {
  if (live.has(path)) return "left to the filter that Git still runs";
  return mayAct(actor, action.kind) ? "not asked for" : `left alone: not for a ${actor}`;
}

/** Left to the next reconcile. Git has still to be told of an edit. */
function leaveForNext(work: Applying, { action, path }: Subject): void {
  work.report.held += 1;
  if (action.kind === "write-ref") work.unsettled.add(path);
}

/** @param isAll whether nothing is left of the action after this */
async function attempt(
  work: Applying,
  subject: Subject,
  act: () => Promise<void>,
  isAll = true,
): Promise<void> {
  if (work.ctx.signal?.aborted) {
    leaveForNext(work, subject);
    return;
  }
  const end = beginStep(work.report, subject);
  try {
    await act();
    if (isAll) end();
  } catch (error) {
    const known = isBlobsyError(error) || typeof (error as { code?: unknown }).code === "string";
    if (!known) throw error;
    const failure = fromErrno(error, "keeping it in step", subject.path);
    end(`${failure.code}: ${failure.message}`);
    recordFailure(work, subject.path, failure);
    // Git has still to be told of an edit. What only could not be placed is nothing to examine again.
    const isEdit = subject.action.kind === "write-ref" || subject.payload.failure !== undefined;
    if (isEdit) work.unsettled.add(subject.path);
  }
}

export function recordFailure(work: Applying, path: string, error: BlobsyError): void {
  work.report.failures.push({ path, code: error.code, message: error.message, error });
}

async function settleWithoutBlobs(work: Applying, subject: Subject): Promise<void> {
  const { cache, report } = work;
  const { action, path } = subject;
  switch (action.kind) {
    case "record":
      rememberInStep(work, subject);
      report.inStep += 1;
      return;
    case "forget":
      cache.forget(path);
      return;
    case "git-owns":
      if (cache.has(path)) {
        await listOverwritten(work, path);
        report.events.push({ kind: "git-owns", path });
      }
      cache.forget(path);
      return;
    case "release":
      cache.forget(path);
      report.events.push({ kind: "released", path });
      return;
    case "stay-absent":
      rememberRef(work, subject);
      report.leftOut += 1;
      return;
    case "leave":
      if (subject.payload.failure) throw subject.payload.failure;
      report.events.push({ kind: "left", path, reason: action.reason });
      return;
    case "conflict":
      rememberRef(work, subject);
      report.events.push({
        kind: "conflict",
        path,
        payload: action.payload,
        ref: action.ref,
        base: subject.situation.base,
      });
      return;
    case "retire":
    case "vacate":
      await takeAway(work, subject);
      return;
    case "materialise":
    case "follow":
    case "discard":
    case "write-ref":
      return; // these need a blob, or come after those that do
  }
}

/** Git overwrote the payload without asking; what blobsy had seen of it is in the store. */
async function listOverwritten({ ctx, cache }: Applying, path: PayloadPath): Promise<void> {
  const { payload, base } = cache.get(path);
  if (!payload || !ctx.store.has(payload.oid, payload.size)) return;
  const { oid, size } = payload;
  const executable = base?.executable ?? false;
  const time = new Date().toISOString();
  const { worktree } = ctx.repo;
  await ctx.recover.append({ time, path, oid, size, executable, why: "replaced", worktree });
}

async function takeAway(work: Applying, subject: Subject): Promise<void> {
  const { ctx, cache, report } = work;
  const { path, payload, ref } = subject;
  if (payload.facts === null || payload.state.kind !== "hash") return;
  const { oid } = payload.state;
  const { base } = cache.get(path);
  const outcome = await removePayload(
    { ...ctx.place, filing: "later" },
    {
      payload: path,
      expected: payload.facts,
      expectedOid: oid,
      why: "removed",
      key: base?.oid === oid ? base.remoteKey : undefined,
    },
  );
  if (outcome.kind === "raced") throw raced(path, outcome.reason);
  if (ref.kind === "hash") rememberRef(work, subject);
  else cache.forget(path);
  report.events.push({ kind: "removed", path, oid: outcome.oid });
}

export function raced(path: PayloadPath, reason: string): BlobsyError {
  return new BlobsyError("PAYLOAD_CHANGED", `it changed while it was being replaced: ${reason}`, {
    path,
    next: "blobsy status",
  });
}

/** Ref file and payload agree: this is the base from now on. */
export function rememberInStep(work: Applying, subject: Subject): void {
  const { ref, payload, path } = subject;
  if (ref.kind !== "hash" || payload.facts === null) return;
  const executable = (payload.facts.mode & 0o111) !== 0;
  const { oid, size } = ref.ref;
  const before = work.cache.get(path).base;
  if (before !== null && before.oid !== oid) work.movedBases.add(path);
  const base = { oid, size, remoteKey: formatPlace(placeOf(ref.ref)), executable };
  rememberRef(work, subject);
  work.cache.update(path, { base, placing: null, dropped: false });
}

/** Keeps what the ref file was; its tick comes at the end of the run (app/finish.ts). */
export function rememberRef(work: Applying, subject: Subject): void {
  const { ref, path } = subject;
  if (ref.kind !== "hash") return;
  const { size, mtimeNs, ctimeNs, ino } = ref.facts;
  const old = work.cache.get(path).ref;
  const same = old?.mtimeNs === mtimeNs && old.ctimeNs === ctimeNs && old.ino === ino;
  const tick = same && old.oid === ref.ref.oid ? old.tick : 0n;
  // Touched since, by the monitor or by hand: Git's index is to believe it again.
  if (old && !same && !work.written.has(path)) work.rewritten.add(refPathOf(path));
  work.cache.update(path, { ref: { oid: ref.ref.oid, size, mtimeNs, ctimeNs, ino, tick } });
}
