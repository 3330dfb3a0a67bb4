/** Parts of one object, several at a time: how they are cut, and what becomes of those that fail. */
import { isBlobsyError } from "../domain/errors.js";
import { throwIfStopped } from "./copy.js";
import type { Lanes } from "./lanes.js";

const MIB = 1024 * 1024;
const PART = 8 * MIB;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MOST_PARTS = 10_000;
/** Of one object: what is on its way is lost when it is interrupted. For all objects see `Lanes`. */
const AT_ONCE = 4;
/** After so many failures in a row the rest is not tried: the line is down. */
const IN_A_ROW = 3;

export interface Part {
  /** From 1. */
  readonly number: number;
  readonly start: number;
  readonly length: number;
}

/** All parts but the last are of one size. */
export function partSizeFor(size: number, wanted = PART): number {
  const least = Math.ceil(size / MOST_PARTS);
  return least <= wanted ? wanted : Math.ceil(least / MIB) * MIB;
}

/** Whether an object is moved in parts. */
export function isInParts(size: number, wanted = PART): boolean {
  return size > 2 * wanted;
}

export function partsOf(size: number, partSize: number): Part[] {
  return Array.from({ length: Math.ceil(size / partSize) }, (_, at) => ({
    number: at + 1,
    start: at * partSize,
    length: Math.min(partSize, size - at * partSize),
  }));
}

/**
 * Moves parts side by side. One that fails for a passing reason does not stop the others: what they
 * achieve is kept for the next try.
 * @throws the first failure, when all that were begun have ended
 */
export async function moveParts(
  parts: readonly Part[],
  lanes: Lanes,
  signal: AbortSignal | undefined,
  move: (part: Part) => Promise<void>,
): Promise<void> {
  const pending = [...parts];
  const failures: unknown[] = [];
  let inARow = 0;
  let isFinal = false;
  const work = async (part: Part): Promise<void> => {
    try {
      await move(part);
      inARow = 0;
      lanes.succeeded();
    } catch (error) {
      failures.push(error);
      inARow += 1;
      if (codeOf(error) === "THROTTLED") lanes.throttled();
      else if (codeOf(error) !== "NETWORK") isFinal = true;
    }
  };
  const worker = async (): Promise<void> => {
    while (!isFinal && inARow < IN_A_ROW && !signal?.aborted) {
      const part = pending.shift();
      if (!part) return;
      await lanes.run(() => work(part));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  throwIfStopped(signal);
  const worst = failures.find((error) => !["THROTTLED", "NETWORK"].includes(codeOf(error)));
  if (failures.length > 0) throw worst ?? failures[0];
}

function codeOf(error: unknown): string {
  return isBlobsyError(error) ? error.code : "";
}
