/**
 * The one way by which ref files and payloads are brought in step: filter end, hooks and commands all
 * come here. Observe and decide (assess.ts), act (apply.ts), remember (finish.ts), under the worktree's
 * lock.
 */
import path from "node:path";
import type { SmudgeNote } from "../domain/discard.js";
import type { PayloadPath } from "../domain/repo-path.js";
import { acquireLock } from "../fs/lock.js";
import { mkdirs } from "../fs/ops.js";
import { namesIn } from "../fs/temp.js";
import { tookMs, trace } from "../fs/trace.js";
import { type Journal, readOtherJournals } from "../worktree/journal.js";
import {
  hasTodo,
  leaveTodo,
  type PendingDiscard,
  readPending,
  readLeft,
  readNotes,
  removeNotes,
  takeTodo,
  writePending,
  writeLeft,
} from "../worktree/notices.js";
import { movePayload, sweepAside } from "../worktree/place.js";
import { trimRewrites } from "../worktree/rewrites.js";
import { trimTold } from "../worktree/told.js";
import { StatCache } from "../worktree/stat-cache.js";
import { settleAnnounced } from "./announced-bases.js";
import { apply, type Applying, recordAtOnce, recordFailure } from "./apply.js";
import { assess, type Assessment, type AssessRequest, type Choice } from "./assess.js";
import type { Context } from "./context.js";
import { finish } from "./finish.js";
import { ignorePayloads } from "./ignore-payloads.js";
import { mendInstall } from "./mend-install.js";
import { emptyReport, type ReconcileReport } from "./report.js";
import type { Actor } from "./who-may-act.js";

export interface ReconcileRequest {
  readonly actor: Actor;
  /** The smudge requests this process answered. */
  readonly journal?: Journal;
  readonly asked?: Iterable<PayloadPath>;
  /** Look at every ref file in the index, not only at those known. */
  readonly everything?: boolean;
  /** May blobs come from the remote? Yes unless told; what has to is left to the next run otherwise. */
  readonly download?: boolean;
  /** When another process has the lock: wait for it, or leave it a note and go. */
  readonly wait: boolean;
  /** Paths the user asked for by name: placed even where they are left out otherwise. */
  readonly wanted?: (payload: PayloadPath) => boolean;
  /** Act on these paths only; all unless told. */
  readonly only?: (payload: PayloadPath) => boolean;
  /** How the user settles conflicts and edits. */
  readonly choose?: (payload: PayloadPath) => Choice | null;
  /** What this process learnt of payloads before: stat records and keys. */
  readonly cache?: StatCache;
  /** Git has written its index and will move HEAD only after this. */
  readonly headMoves?: boolean;
  /** A command's own part: under the lock, before anything is looked at. What it throws ends the run. */
  readonly first?: (work: Applying) => Promise<void>;
}

/** Others may leave work while we hold the lock; they cannot keep us for ever. */
const ROUNDS = 4;

/**
 * @returns what was done; failures of single paths are in the report
 * @throws {BlobsyError} what stops everything: GIT_FAILED, BAD_CONFIG, DISK_FULL, IO
 */
export async function reconcile(ctx: Context, request: ReconcileRequest): Promise<ReconcileReport> {
  const state = ctx.repo.worktreeState;
  await mkdirs(state);
  await ctx.store.prepare();
  if (request.actor === "command") await mendInstall(ctx);
  let report: ReconcileReport | null = null;
  for (let round = 0; round < ROUNDS; round += 1) {
    // Between the holder's last look for work left to it and its release, more may be left.
    if (report !== null && !hasTodo(state)) break;
    let lock = await takeLock(ctx, report === null && request.wait);
    if (lock === null && report === null) {
      await leaveTodo(state);
      lock = await takeLock(ctx, false); // its holder may have looked just before
    }
    if (lock === null) break;
    try {
      await takeTodo(state);
      trimRewrites(state);
      trimTold(state);
      const work = report === null ? request : { actor: "filter" as const, wait: false };
      const done = await reconcileLocked(ctx, work);
      report ??= done;
    } finally {
      await lock.release();
    }
  }
  return report ?? { ...emptyReport(), ran: false };
}

function takeLock(ctx: Context, wait: boolean): ReturnType<typeof acquireLock> {
  const file = path.join(ctx.repo.worktreeState, "lock");
  if (!wait) return acquireLock(file, { waitMs: 0 });
  let waiting: NodeJS.Timeout | undefined;
  return acquireLock(file, {
    waitMs: "forever",
    onWait: ({ pid }) => {
      waiting = setTimeout(() => {
        ctx.reporter.note(`waiting for another blobsy process (${pid}) in this worktree`);
      }, 2000);
    },
  }).finally(() => {
    clearTimeout(waiting);
  });
}

async function reconcileLocked(ctx: Context, request: ReconcileRequest): Promise<ReconcileReport> {
  const state = ctx.repo.worktreeState;
  const cache = request.cache ?? StatCache.load(state);
  cache.reload();
  await settleAnnounced(ctx, cache);
  const report = emptyReport();
  await rescueAside(ctx, report);

  const journals = readOtherJournals(state);
  const own: ReadonlyMap<string, SmudgeNote> = request.journal?.notes ?? new Map();
  const { orphaned } = journals;
  const notes = orphaned.size === 0 ? own : new Map([...orphaned, ...own]);
  const pending = readPending(state);
  const work: Applying = {
    ctx,
    cache,
    report,
    actor: request.actor,
    live: journals.live,
    ...(request.only ? { only: request.only } : {}),
    rewritten: new Set(),
    announced: false,
    movedBases: new Set(),
    written: own,
    unsettled: new Set(),
    download: request.download ?? true,
    putOff: new Set(),
    headMoves: request.headMoves ?? false,
  };
  const looking: AssessRequest = {
    asked: [...(request.asked ?? []), ...(notes.keys() as Iterable<PayloadPath>)],
    everything: request.everything ?? false,
    notes,
    pending,
    ...(request.wanted ? { wanted: request.wanted } : {}),
    ...(request.choose ? { choose: request.choose } : {}),
    record: (subject) => recordAtOnce(work, subject),
  };
  await request.first?.(work);
  const began = performance.now();
  let assessment = await assess(ctx, cache, looking);
  if (
    request.actor !== "status" &&
    request.actor !== "fsck" &&
    (await applyMoves(work, assessment))
  )
    assessment = await assess(ctx, cache, looking);
  trace("step", () => {
    const { inStep, subjects } = assessment;
    return `as ${request.actor}: ${inStep.length} in step, ${subjects.length} to decide, ${tookMs(began)}`;
  });
  const met = await ignoreFirst(work, assessment);
  await recordPending(state, pending, assessment, work);
  await apply(work, assessment);
  for (const problem of await finish(work, met)) {
    recordFailure(work, problem.path ?? ".", problem);
  }
  await settleNotices(ctx, report, assessment, work);
  request.journal?.remove();
  journals.removeOrphaned();
  return report;
}

/** What a killed process had moved out of the way is filed before anything else is looked at. */
async function rescueAside(ctx: Context, report: ReconcileReport): Promise<void> {
  const { asideDir, tempDir } = ctx.place;
  const aside = path.basename(asideDir);
  const isClean = namesIn(asideDir).length === 0 && namesIn(tempDir).every((n) => n === aside);
  if (isClean) return;
  for (const { payload, oid } of await sweepAside(ctx.place)) {
    report.events.push({ kind: "rescued", path: payload, oid });
  }
}

/**
 * A payload goes along with its renamed ref file, if it has not already (a whole directory was renamed)
 * or is not here at all; and what is known of it goes along in any case.
 * @returns whether anything moved
 */
async function applyMoves(work: Applying, assessment: Assessment): Promise<boolean> {
  let moved = false;
  for (const { from, to, facts } of assessment.moves) {
    if (work.live.has(from) || work.live.has(to)) continue;
    if (work.only && !work.only(from) && !work.only(to)) continue;
    const { ctx, cache, report, actor, headMoves } = work;
    await ignorePayloads(ctx, { actor, headMoves, mode: "grow", payloads: new Set([to]) });
    const entry = cache.get(from);
    let kept = entry.payload;
    if (facts !== null) {
      const outcome = await movePayload(ctx.place, { from, to, expected: facts });
      if (outcome.kind === "raced") continue;
      const record = entry.payload && { ...entry.payload, ctimeNs: outcome.facts.ctimeNs };
      kept = record && record.mtimeNs === outcome.facts.mtimeNs ? record : null;
    }
    cache.update(to, { ...entry, payload: kept, ref: null });
    cache.forget(from);
    report.events.push({ kind: "moved", path: to, from });
    trace("step", () => `${from}: its ref file was renamed -> moved to ${to}`);
    moved = true;
  }
  return moved;
}

/**
 * Git must not see a payload before its ignore line is there.
 * @returns every path this run has met: lines of these may go at its end
 */
async function ignoreFirst(work: Applying, { subjects }: Assessment): Promise<ReadonlySet<string>> {
  const payloads = new Set<string>(work.cache.paths());
  const met = new Set(payloads);
  for (const event of work.report.events) if (event.kind === "moved") met.add(event.from);
  for (const { path: payload, ref } of subjects) {
    met.add(payload);
    if (ref.kind === "hash") payloads.add(payload);
  }
  if (payloads.size === 0) return met;
  const { ctx, actor, headMoves } = work;
  await ignorePayloads(ctx, { actor, headMoves, mode: "grow", payloads });
  return met;
}

/** A discard is written down before anything moves, so that it stays decided. */
async function recordPending(
  state: string,
  before: readonly PendingDiscard[],
  assessment: Assessment,
  work: Applying,
): Promise<void> {
  const discards = pendingOf(assessment, work);
  if (discards.length === 0 && before.length === 0) return;
  await writePending(state, discards);
}

function pendingOf(assessment: Assessment, work: Applying): PendingDiscard[] {
  return assessment.subjects.flatMap(({ path: payload, action, payload: { state } }) => {
    if (action.kind !== "discard" || state.kind !== "hash") return [];
    if (work.live.has(payload)) return [];
    return [{ path: payload, payload: state.oid, ref: action.oid }];
  });
}

/** What is left to do, or went wrong, is there for the next process to find. */
async function settleNotices(
  ctx: Context,
  report: ReconcileReport,
  assessment: Assessment,
  work: Applying,
): Promise<void> {
  const state = ctx.repo.worktreeState;
  const placed = new Set(
    report.events.flatMap((event) => (event.kind === "placed" ? event.path : [])),
  );
  const left = pendingOf(assessment, work).filter((discard) => !placed.has(discard.path));
  await writePending(state, left);
  const standing = readLeft(state).filter((problem) => work.putOff.has(problem.path));
  const failed = report.failures.map(({ path: name, code, message }) => ({
    path: name,
    code,
    message,
  }));
  await writeLeft(state, [...standing, ...failed]);
  // An edit that Git was not told of stays noted until Git's index has it (unstaged-edits.ts).
  await removeNotes(readNotes(state).filter(({ problem }) => problem.stagedOld !== true));
}
