/**
 * Names for temporary files. Each says whose it is, so that what a killed process left behind can be
 * told from what a live one is still writing.
 *
 *     <prefix>.<host>.<boot>.<pid>.<start>.<random>
 */
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import path from "node:path";
import { errnoOf } from "../domain/errors.js";
import { lstatFacts } from "./facts.js";
import { unlinkIfThere } from "./ops.js";
import { livenessOf, ownProcess, parseOwner, type Identity } from "./owner.js";

const HOUR_MS = 3_600_000;
const TEMP = /^[A-Za-z_.-]+\.([0-9a-f]{8}\.[0-9a-f]{8}\.\d+\.\d+)\.[0-9a-f]{12}$/;

/** @param prefix letters, "-" and "_": what the file is for */
export function tempName(prefix: string): string {
  return `${prefix}.${ownProcess()}.${randomBytes(6).toString("hex")}`;
}

/** Whose temporary file this is; null when the name is not one of ours. */
export function tempOwner(name: string): Identity | null {
  const owner = TEMP.exec(name)?.[1];
  return owner === undefined ? null : parseOwner(owner);
}

/**
 * Is the process that made this temporary file gone? One of another machine is taken for gone when
 * the file has not changed for a day.
 * @param options.aged the file whose age counts; this one unless told
 */
export function isTempAbandoned(
  file: string,
  { now = Date.now(), aged = file }: { now?: number; aged?: string } = {},
): boolean {
  const owner = tempOwner(path.basename(file));
  if (!owner) return false;
  const liveness = livenessOf(owner);
  if (liveness !== "unknown") return liveness === "dead";
  return ageMs(aged, now) > 24 * HOUR_MS;
}

/**
 * Removes temporary files whose process is gone. Files with other names stay.
 * @param options.minAgeMs only files not changed for so long; one hour unless told
 * @param options.prefix only names that start so
 * @returns how many were removed
 */
export async function sweepTemp(
  dir: string,
  options: { minAgeMs?: number; prefix?: string } = {},
): Promise<number> {
  const { minAgeMs = HOUR_MS, prefix = "" } = options;
  const now = Date.now();
  let removed = 0;
  for (const name of namesIn(dir)) {
    const file = path.join(dir, name);
    if (!name.startsWith(prefix) || tempOwner(name) === null) continue;
    if (lstatFacts(file)?.kind !== "file") continue;
    if (ageMs(file, now) < minAgeMs || !isTempAbandoned(file, { now })) continue;
    await unlinkIfThere(file);
    removed += 1;
  }
  return removed;
}

/** The names in a directory; none when there is no such directory. */
export function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}

function ageMs(file: string, now: number): number {
  const facts = lstatFacts(file);
  return facts ? now - Number(facts.mtimeNs / 1_000_000n) : 0;
}
