/**
 * May a stat record speak for the bytes?
 *
 * The race it guards against, as three shell lines within one tick of the file system's clock:
 *
 *     printf aaaa >f        # mtime = T
 *     hash f                # recorded: size 4, mtime T
 *     printf bbbb >f        # mtime = T again: nothing in stat(2) has changed
 *
 * So a record only counts when the file's times were already in the past when the recording began:
 * `tick` is the file system's own clock, read (by touching a probe) before the bytes were. Whatever
 * is written later gets a time of at least `tick`, and so differs from the recorded one. Git's rule
 * for "racily clean" entries (gitformat-index, racy-git) is the same with the index as the clock.
 */
import type { FileFacts } from "./file-facts.js";
import type { Oid } from "./oid.js";

export interface StatRecord {
  readonly oid: Oid;
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly ino: bigint;
  /** The file system's clock before the bytes were read, in nanoseconds. */
  readonly tick: bigint;
}

/** What a file's record is when its bytes were read after `tick` and its facts did not change. */
export function statRecord(oid: Oid, facts: FileFacts, tick: bigint): StatRecord {
  const { size, mtimeNs, ctimeNs, ino } = facts;
  return { oid, size, mtimeNs, ctimeNs, ino, tick };
}

/** True only when the bytes behind `now` are certainly still those that were hashed. */
export function vouches(record: StatRecord, now: FileFacts): boolean {
  return isSettled(record) && matches(record, now);
}

/** Nothing visible has changed since; whether that suffices is `isSettled`'s question. */
export function matches(record: StatRecord, now: FileFacts): boolean {
  return (
    now.kind === "file" &&
    record.size === now.size &&
    record.mtimeNs === now.mtimeNs &&
    record.ctimeNs === now.ctimeNs &&
    record.ino === now.ino
  );
}

export function isSettled(record: StatRecord): boolean {
  return isContentSettled(record) && isPast(record.ctimeNs, record.tick);
}

/** The bytes were written before the recording began; only the ctime, which a rename moves, may not. */
export function isContentSettled({ mtimeNs, tick }: StatRecord): boolean {
  return mtimeNs === ARMED_MTIME_NS ? tick !== 0n : isPast(mtimeNs, tick);
}

/** 2037-07-01T00:00:00Z: what `detect = arm` gives every ref file in step, and no clock ever will. */
export const ARMED_MTIME_NS = 2_130_019_200_000_000_000n;

const SECOND = 1_000_000_000n;

/**
 * A time of whole seconds may come from a file system that keeps no more (two seconds on FAT), while
 * `tick` may not: then the same time is given out for that long.
 */
function isPast(time: bigint, tick: bigint): boolean {
  return time % SECOND === 0n ? time + 2n * SECOND <= tick : time < tick;
}
