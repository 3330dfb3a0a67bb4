/**
 * The end of a reconcile: stat records that may be trusted, the lists and the stamp for the next
 * noticing pass, the ignore block, and Git's index at ease with what was rewritten.
 */
import path from "node:path";
import type { FileFacts } from "../domain/file-facts.js";
import type { BlobsyError } from "../domain/errors.js";
import { type PayloadPath, REF_SUFFIX } from "../domain/repo-path.js";
import {
  isContentSettled,
  isSettled,
  matches,
  statRecord,
  type StatRecord,
} from "../domain/stat-trust.js";
import { fileSystemTick, isCoarse, waitForTickAfter } from "../fs/clock.js";
import { lstatFacts } from "../fs/facts.js";
import { settleEntries } from "../git/settle-entries.js";
import { moveStamp, writeMonitorLists } from "../worktree/monitor-files.js";
import type { StatCache } from "../worktree/stat-cache.js";
import { forgetAnnounced } from "../worktree/announced.js";
import { rewritePlace } from "./announced-bases.js";
import { armRefs } from "./arm.js";
import type { Context } from "./context.js";
import { ignorePayloads } from "./ignore-payloads.js";
import { readRef, refTextAt } from "./observe.js";
import type { Actor } from "./who-may-act.js";

/** File systems tick every few milliseconds; one that takes longer is treated as coarse. */
const TICK_WAIT_MS = 30;
/** How far the stamp stays behind where times are coarse, or the file system is not the state's. */
const COARSE_MARGIN_NS = 2_500_000_000n;
/** Times are set to the microsecond. */
const FINE_MARGIN_NS = 2_000n;

export interface Finishing {
  readonly ctx: Context;
  readonly cache: StatCache;
  /** Ref files by path, as in `Applying`. */
  readonly rewritten: ReadonlySet<string>;
  readonly unsettled: ReadonlySet<string>;
  readonly announced: boolean;
  readonly actor: Actor;
  readonly headMoves: boolean;
}

/**
 * @param met every path this run has met
 * @returns what stands in the way of ignoring payloads where they should be
 */
export async function finish(
  work: Finishing,
  met: ReadonlySet<string>,
): Promise<readonly BlobsyError[]> {
  const { ctx, cache } = work;
  const settling = new Set([...work.rewritten, ...(await armRefs(ctx, cache))]);
  await settleEntries(ctx.repo, settling, (refPath) => refTextAt(ctx.repo.worktree, refPath));
  const { newest } = sweep(work, null);
  const state = ctx.repo.worktreeState;
  const tick = await waitForTickAfter(state, newest, TICK_WAIT_MS);
  const now = tick ?? (await fileSystemTick(state));
  const { examinedUpTo, isOneFileSystem } = sweep(work, now);

  const payloads = [...cache.paths()] as PayloadPath[];
  await writeMonitorLists(state, payloads);
  const problems = await ignorePayloads(ctx, {
    mode: "exact",
    actor: work.actor,
    headMoves: work.headMoves,
    payloads: new Set<string>(payloads),
    met,
  });
  const fine = tick !== null && !isCoarse(tick) && isOneFileSystem;
  const limit = now - (fine ? FINE_MARGIN_NS : COARSE_MARGIN_NS);
  // The stamp comes last: until the bases are saved, every edit is to be looked at again.
  await cache.save({ durable: work.announced });
  if (work.announced) await forgetAnnounced(rewritePlace(ctx));
  await moveStamp(state, examinedUpTo !== null && examinedUpTo < limit ? examinedUpTo : limit);
  return problems;
}

interface Swept {
  /** The latest ctime of any file that is as recorded. */
  readonly newest: bigint;
  /** Before the first change that has not been examined; `null` when all have been. */
  readonly examinedUpTo: bigint | null;
  /** Whether all of them are where the stamp is: another file system may keep coarser times. */
  readonly isOneFileSystem: boolean;
}

/**
 * Looks at every known file once more, after `tick`: what is still as it was recorded has not been
 * written to since, so its record may count from that tick on.
 */
function sweep(work: Finishing, tick: bigint | null): Swept {
  const { ctx, cache, unsettled } = work;
  let newest = 0n;
  let examinedUpTo: bigint | null = null;
  const dev = lstatFacts(ctx.repo.worktreeState)?.dev;
  let isOneFileSystem = lstatFacts(ctx.repo.worktree)?.dev === dev;
  for (const payload of cache.paths() as Iterable<PayloadPath>) {
    const file = path.join(ctx.repo.worktree, payload);
    const entry = cache.get(payload);
    const ref = lstatQuietly(file + REF_SUFFIX);
    const there = lstatQuietly(file);
    const settledRef = raise(entry.ref, ref, tick) ?? rereadRef(ctx, payload, entry.ref, ref, tick);
    const settledPayload = raise(entry.payload, there, tick);
    if (settledRef || settledPayload) {
      cache.update(payload, {
        ...(settledRef ? { ref: settledRef } : {}),
        ...(settledPayload ? { payload: settledPayload } : {}),
      });
    }
    for (const facts of [ref, there]) {
      if (facts === null) continue;
      if (facts.ctimeNs > newest) newest = facts.ctimeNs;
      if (facts.dev !== dev) isOneFileSystem = false;
    }
    const record = settledPayload ?? entry.payload;
    const examined =
      there?.kind !== "file" || (record && matches(record, there) && isSettled(record));
    if (there !== null && (!examined || unsettled.has(payload))) {
      const before = there.ctimeNs - FINE_MARGIN_NS;
      if (examinedUpTo === null || before < examinedUpTo) examinedUpTo = before;
    }
  }
  return { newest, examinedUpTo, isOneFileSystem };
}

/**
 * The record with a later tick, where that makes it count. Only the ctime may be made good in this way
 * (a rename moved it): bytes that were read within a tick of their mtime must be read again.
 */
function raise(
  record: StatRecord | null,
  facts: FileFacts | null,
  tick: bigint | null,
): StatRecord | null {
  if (tick === null || record === null || facts === null) return null;
  if (isSettled(record) || !isContentSettled(record) || !matches(record, facts)) return null;
  return { ...record, tick };
}

/** A ref file that Git wrote a moment ago is read once more, now that its tick is over. */
function rereadRef(
  ctx: Context,
  payload: PayloadPath,
  record: StatRecord | null,
  facts: FileFacts | null,
  tick: bigint | null,
): StatRecord | null {
  if (tick === null || record === null || facts === null || isSettled(record)) return null;
  const now = readRef(ctx.repo.worktree, payload);
  if (now.kind !== "hash" || now.ref.oid !== record.oid) return null;
  return statRecord(record.oid, now.facts, tick);
}

/** What cannot be looked at now is looked at, and explained, by the next reconcile. */
function lstatQuietly(file: string): FileFacts | null {
  try {
    return lstatFacts(file);
  } catch {
    return null;
  }
}
