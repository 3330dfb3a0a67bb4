/**
 * Puts payloads in place, and takes them away. Whatever happens in between, the path shows nothing,
 * the old payload or the new one, whole; and the old bytes are at the path, aside, or in the store.
 *
 * The order is the protection. The new payload is complete, verified and synced before the old one is
 * touched. The old one is moved aside and only then compared with what was decided upon: an editor may
 * save at any moment, and what it saved moves along and is put back. The new one is linked in, which
 * replaces nothing. Both directories are synced; then the old payload is filed in the store.
 *
 * `sweepAside` (sweep-aside.ts) finishes what a killed process left.
 */
import path from "node:path";
import { BlobsyError, errnoOf, fromErrno } from "../domain/errors.js";
import { sameContentFacts, sameFacts, type FileFacts } from "../domain/file-facts.js";
import type { Oid } from "../domain/oid.js";
import { moveNoReplace } from "../fs/atomic.js";
import { safelyBefore } from "../fs/clock.js";
import { lstatFacts } from "../fs/facts.js";
import { unlinkIfThere } from "../fs/ops.js";
import { checkParents, makeParents, type SafeParent } from "../fs/safe-parent.js";
import { tempName } from "../fs/temp.js";
import type { RecoverLog, RecoverReason } from "../store/recover-log.js";
import type { Store } from "../store/store.js";
import { settleArrived } from "../store/take-out.js";
import { TAKEN_PREFIX } from "./aside.js";
import { fileAside, moveAside, putBack, stillAside, type Aside } from "./move-aside.js";
import { findRoom, noteApart, recentTick, type Room } from "./room.js";
import { removeEmptyParents } from "./empty-parents.js";

export { sweepAside, type SweptAside } from "./sweep-aside.js";

export interface PlaceContext {
  /** Absolute path of the worktree's root. */
  readonly worktree: string;
  readonly store: Store;
  /** `<common git dir>/blobsy/tmp/aside` */
  readonly asideDir: string;
  /** `<common git dir>/blobsy/tmp` */
  readonly tempDir: string;
  readonly recover: RecoverLog;
  /** "later": whoever places calls `settlePlaced` (settle.ts) at the end, for all at once. */
  readonly filing?: "later";
}

export interface ReplaceJob {
  readonly payload: string;
  /** What lies there now, as it was decided upon; null when nothing does. */
  readonly expected: FileFacts | null;
  /** What its bytes are, only when `expected` vouches for them (domain/stat-trust.ts). */
  readonly expectedOid: Oid | null;
  readonly incoming: {
    readonly oid: Oid;
    readonly size: number;
    /** The store may give its object away: the remote has it, and nothing else here needs it. */
    readonly mayMove: boolean;
    /** A verified file of these bytes in `tempDir`; it is taken only when it is placed. */
    readonly arrived?: string | undefined;
  };
  readonly executable: boolean;
  /** Why the old bytes go, for `recover`; null when they are not worth a line (a known base). */
  readonly why: RecoverReason | null;
}

export type ReplaceResult =
  | {
      readonly kind: "placed";
      readonly facts: FileFacts;
      /** The payload's file system's clock before the payload could be seen; `mtimeNs` lies before it. */
      readonly tick: bigint;
      /** What was there before, once it is in the store. */
      readonly displaced: Oid | null;
      /** Why the old payload is still aside: the next run files it. */
      readonly leftAside: BlobsyError | null;
    }
  | { readonly kind: "raced"; readonly reason: string }
  | { readonly kind: "missing" };

export type RemoveResult =
  | { readonly kind: "removed"; readonly oid: Oid; readonly size: number }
  | { readonly kind: "raced"; readonly reason: string };

export type MoveResult =
  | { readonly kind: "moved"; readonly facts: FileFacts }
  | { readonly kind: "raced"; readonly reason: string };

export interface RemoveJob {
  readonly payload: string;
  readonly expected: FileFacts;
  /** As in `ReplaceJob`. */
  readonly expectedOid: Oid | null;
  readonly why: RecoverReason | null;
  readonly key?: string | undefined; // as in `AsideNote`
}

export interface MoveJob {
  readonly from: string;
  readonly to: string;
  readonly expected: FileFacts;
}

/**
 * Places a blob of the store at a payload path.
 * @returns "raced" when what lies there is not what was decided upon (it is untouched), "missing" when
 *   the store has not got the blob (likewise)
 * @throws {BlobsyError} REFUSED_PATH, DISK_FULL, PERMISSION, IO; the old payload is in its place, or
 *   aside and kept
 */
export function replacePayload(ctx: PlaceContext, job: ReplaceJob): Promise<ReplaceResult> {
  return telling(job.payload, "cannot place", async () => {
    await ctx.store.prepare();
    // No directory is made for a blob that is not there.
    const { oid, size, arrived } = job.incoming;
    if (arrived === undefined && !ctx.store.has(oid, size)) return { kind: "missing" };
    return retryApart(async () => {
      const parent = job.expected
        ? checkParents(ctx.worktree, job.payload)
        : await makeParents(ctx.worktree, job.payload);
      if (!parent) return raced("its directory is gone");
      return holding(parent, () => replaceIn(ctx, parent, job));
    });
  });
}

/** Moves a payload into the store, and removes directories that are empty then, as Git does. */
export function removePayload(ctx: PlaceContext, job: RemoveJob): Promise<RemoveResult> {
  return telling(job.payload, "cannot remove", async () => {
    await ctx.store.prepare();
    const result = await retryApart<RemoveResult>(async () => {
      const parent = checkParents(ctx.worktree, job.payload);
      if (!parent) return raced("its directory is gone");
      return holding(parent, () => removeIn(ctx, parent, job));
    });
    if (result.kind === "removed") await removeEmptyParents(ctx.worktree, job.payload);
    return result;
  });
}

/** Moves a payload to another path, whatever its bytes are; never over something that is there. */
export function movePayload(ctx: PlaceContext, job: MoveJob): Promise<MoveResult> {
  return telling(job.from, "cannot move", async () => {
    await ctx.store.prepare();
    const result = await retryApart<MoveResult>(async () => {
      const from = checkParents(ctx.worktree, job.from);
      if (!from) return raced("its directory is gone");
      return holding(from, async () => {
        const to = await makeParents(ctx.worktree, job.to);
        return holding(to, () => moveBetween(ctx, from, to, job));
      });
    });
    if (result.kind === "moved") await removeEmptyParents(ctx.worktree, job.from);
    return result;
  });
}

async function replaceIn(
  ctx: PlaceContext,
  parent: SafeParent,
  job: ReplaceJob,
): Promise<ReplaceResult> {
  if (!isStill(parent, job.expected)) return raced(CHANGED);
  const room = findRoom(ctx, parent);
  try {
    return await exchange(ctx, parent, room, job);
  } finally {
    await room.forgetTemp();
  }
}

async function exchange(
  ctx: PlaceContext,
  parent: SafeParent,
  room: Room,
  job: ReplaceJob,
): Promise<ReplaceResult> {
  const tick = await recentTick(parent, room);
  const incoming = await bringIncoming(ctx, room, job, tick);
  if (!incoming) return { kind: "missing" };
  let aside: Aside | null = null;
  try {
    if (job.expected) {
      aside = await moveAside(ctx, parent, room, job);
      if (aside === null) {
        await giveBack(ctx, incoming);
        return raced(CHANGED);
      }
    }
    await linkIn(incoming.file, parent, room);
  } catch (error) {
    if (aside) await putBack(ctx, parent, aside);
    await giveBack(ctx, incoming);
    if (errnoOf(error) === "EEXIST") return raced("something was put there meanwhile");
    throw error;
  }
  // Where nothing was before, a power cut leaves nothing worse than that.
  const waits = ctx.filing === "later" && !aside;
  if (waits) parent.syncLater();
  if (!waits) await parent.sync();
  parent.recheck();
  const facts = placedFacts(parent, incoming.facts);
  const placed = { kind: "placed", facts, tick } as const;
  if (!aside) return { ...placed, displaced: null, leftAside: null };
  try {
    const { oid } = await fileAside(ctx, aside, ctx.filing);
    return { ...placed, displaced: oid, leftAside: null };
  } catch (error) {
    return { ...placed, displaced: null, leftAside: stillAside(error, aside.note) };
  }
}

interface Incoming {
  readonly file: string;
  readonly facts: FileFacts;
  readonly oid: Oid;
  /** "taken": the store's only copy, which goes back there if it cannot be placed. */
  readonly from: "taken" | "copied" | "arrived";
}

async function bringIncoming(
  ctx: PlaceContext,
  room: Room,
  job: ReplaceJob,
  tick: bigint,
): Promise<Incoming | null> {
  const { oid, size, mayMove, arrived } = job.incoming;
  const options = { executable: job.executable, mtimeNs: safelyBefore(tick) };
  if (arrived !== undefined && room.isShared) {
    const facts = await settleArrived(arrived, options);
    return facts && { file: arrived, facts, oid, from: "arrived" };
  }
  if (arrived !== undefined) await ctx.store.importTemp(arrived, { oid, size }, oid);
  if (mayMove && room.isShared) {
    const file = path.join(ctx.asideDir, tempName(TAKEN_PREFIX));
    const facts = await ctx.store.takeOut(oid, size, file, options);
    return facts && { file, facts, oid, from: "taken" };
  }
  const file = await room.newTemp(job.payload);
  const facts = await ctx.store.copyOut(oid, size, file, options);
  return facts && { file, facts, oid, from: "copied" };
}

async function giveBack(ctx: PlaceContext, { file, facts, oid, from }: Incoming): Promise<void> {
  if (from === "taken") await ctx.store.adopt(file, { oid, facts }).catch(() => undefined); // sweepAside will
  if (from === "copied") await unlinkIfThere(file).catch(() => undefined);
}

async function linkIn(file: string, parent: SafeParent, room: Room): Promise<void> {
  try {
    await moveNoReplace(file, parent.at());
  } catch (error) {
    if (errnoOf(error) === "EXDEV") noteApart(parent, room);
    throw error;
  }
}

/** If somebody wrote to it already, our own facts are told: they no longer match, and say so. */
function placedFacts(parent: SafeParent, ours: FileFacts): FileFacts {
  const now = lstatFacts(parent.at());
  return now && sameContentFacts(ours, now) ? now : ours;
}

async function removeIn(
  ctx: PlaceContext,
  parent: SafeParent,
  job: RemoveJob,
): Promise<RemoveResult> {
  if (!isStill(parent, job.expected)) return raced(CHANGED);
  const room = findRoom(ctx, parent);
  const aside = await moveAside(ctx, parent, room, job);
  if (!aside) return raced(CHANGED);
  try {
    await parent.sync();
    return { kind: "removed", ...(await fileAside(ctx, aside, ctx.filing)) };
  } catch (error) {
    await putBack(ctx, parent, aside);
    throw error;
  }
}

async function moveBetween(
  ctx: PlaceContext,
  from: SafeParent,
  to: SafeParent,
  job: MoveJob,
): Promise<MoveResult> {
  if (!isStill(from, job.expected)) return raced(CHANGED);
  if (lstatFacts(to.at())) return raced(`${job.to} exists`);
  const aside = await moveAside(ctx, from, findRoom(ctx, from), {
    payload: job.from,
    expected: job.expected,
    expectedOid: null,
    why: "moved",
    movingTo: job.to,
  });
  if (!aside) return raced(CHANGED);
  let isClean: boolean;
  try {
    isClean = await moveNoReplace(aside.file, to.at());
  } catch (error) {
    await putBack(ctx, from, aside);
    if (errnoOf(error) === "EEXIST") return raced(`${job.to} exists`);
    throw error;
  }
  await to.sync();
  await from.sync();
  to.recheck();
  if (isClean) await unlinkIfThere(aside.noteFile);
  const facts = lstatFacts(to.at());
  return facts ? { kind: "moved", facts } : raced(`${job.to} was removed meanwhile`);
}

const CHANGED = "it changed meanwhile";

function isStill(parent: SafeParent, expected: FileFacts | null): boolean {
  const now = lstatFacts(parent.at());
  if (!now || !expected) return now === expected;
  return now.kind === "file" && now.dev === expected.dev && sameFacts(now, expected);
}

function raced(reason: string): { kind: "raced"; reason: string } {
  return { kind: "raced", reason };
}

async function holding<T>(parent: SafeParent, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } finally {
    parent.close();
  }
}

/** Once more, when it turned out that equal device numbers do not mean one file system (bind mounts). */
async function retryApart<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (errnoOf(error) !== "EXDEV") throw error;
    return act();
  }
}

async function telling<T>(payload: string, doing: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const isSystemError = (error as { syscall?: unknown } | null)?.syscall !== undefined;
    if (error instanceof BlobsyError || !isSystemError) throw error;
    throw fromErrno(error, `${doing} ${payload}`, payload);
  }
}
