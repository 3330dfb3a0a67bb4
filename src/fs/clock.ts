/**
 * The file system's own clock, which is not the process's: it moves in ticks (of milliseconds, of two
 * seconds on FAT), and on a network file system it is another machine's. Read by making a file and
 * looking at the time it got.
 */
import path from "node:path";
import { createFile, unlinkIfThere } from "./ops.js";
import { factsOf } from "./facts.js";
import { tempName } from "./temp.js";

const SECOND_NS = 1_000_000_000n;
/** A busy machine may let no more than a moment of the time be ours. */
const LEAST_PROBES = 16;

/** @param dir a directory of the file system in question @returns nanoseconds since the epoch */
export async function fileSystemTick(dir: string): Promise<bigint> {
  const probe = path.join(dir, tempName(".blobsy-tmp"));
  const handle = await createFile(probe);
  try {
    return (await factsOf(handle)).mtimeNs;
  } finally {
    await handle.close();
    await unlinkIfThere(probe);
  }
}

/**
 * Waits until the clock of `dir` has passed `ns`.
 * @returns the later tick; null when `maxMs` and some more looks went by first, as they will on file
 *   systems with coarse times, and when `ns` lies in the future
 */
export async function waitForTickAfter(
  dir: string,
  ns: bigint,
  maxMs: number,
): Promise<bigint | null> {
  const end = performance.now() + maxMs;
  for (let probes = 1; ; probes += 1) {
    const tick = await fileSystemTick(dir);
    if (tick > ns) return tick;
    if (probes >= LEAST_PROBES && performance.now() >= end) return null;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Whole seconds only: such a file system tells two edits within a second apart by nothing. */
export function isCoarse(tick: bigint): boolean {
  return tick % SECOND_NS === 0n;
}

/** A time that a file written at `tick` or later cannot get by itself. */
export function safelyBefore(tick: bigint): bigint {
  return isCoarse(tick) ? tick - 2n * SECOND_NS : tick - 10_000_000n;
}
