/**
 * A lock is a file that names its owner. It appears complete (linked in under its name), so there is
 * no moment at which it has no owner; and a lock whose owner is gone is taken away from it.
 *
 * Taking it away is the delicate part: between seeing that the owner is dead and removing the file,
 * another process may have done the same and locked anew. So the remover holds a second lock, made of
 * the same stuff, and looks again under it. Nobody else removes a dead owner's file, and a dead owner
 * does not either, so what is looked at under the second lock is what is removed.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { errnoOf } from "../domain/errors.js";
import { atEnd } from "./at-end.js";
import { lstatFacts } from "./facts.js";
import {
  createFile,
  link,
  mkdirs,
  rename,
  setMtimeOf,
  unlinkIfThere,
  unlinkIfThereSync,
  writeAll,
} from "./ops.js";
import { livenessOf, ownProcess, parseOwner, type Identity } from "./owner.js";
import { fileSystemTick } from "./clock.js";
import { sweepTemp, tempName } from "./temp.js";
import { tookMs, trace } from "./trace.js";

export { isOwnerAlive, ownProcess } from "./owner.js";

/** How often a held lock is touched, and how old an owner of another machine may make it. */
const TOUCH_MS = 30_000;
const FOREIGN_STALE_NS = 600n * 1_000_000_000n;
const TEMP_PREFIX = ".blobsy-lock";
const POLL_MS = [1, 2, 5, 10, 20, 50];

export interface LockOwner {
  readonly pid: number;
  /** Whether it runs on another machine or in another container, where its pid means nothing. */
  readonly elsewhere: boolean;
}

export interface Lock {
  release(): Promise<void>;
}

export interface LockOptions {
  /** How long to wait for another owner: 0 does not wait at all. */
  readonly waitMs: number | "forever";
  /** Called once, when there is someone to wait for. */
  readonly onWait?: (owner: LockOwner) => void;
}

/**
 * Locks `file` for this process, creating its directory when it has none.
 * @returns null when someone else still has it after `waitMs`
 * @throws system errors
 */
export async function acquireLock(file: string, options: LockOptions): Promise<Lock | null> {
  const began = performance.now();
  const end = options.waitMs === "forever" ? Infinity : began + options.waitMs;
  for (let round = 0; ; round += 1) {
    if (await tryTake(file)) {
      trace("lock", () => `${file}: taken after ${tookMs(began)}`);
      await sweepLeftovers(path.dirname(file));
      return heldLock(file);
    }
    const owner = readOwner(file);
    if (owner !== "none" && (await isStale(file, owner))) {
      trace("lock", () => `${file}: its owner is gone; taken away`);
      await removeStale(file);
      continue;
    }
    if (performance.now() >= end) {
      trace("lock", () => `${file}: ${shown(owner)} has it; not waited for`);
      return null;
    }
    if (round === 0) trace("lock", () => `${file}: waits for ${shown(owner)}`);
    if (round === 0 && owner !== "none") options.onWait?.(describe(owner));
    await pause(round, end);
  }
}

/** Writes the owner under a name of its own, then links it in: whole, or not at all. */
async function tryTake(file: string): Promise<boolean> {
  const temp = path.join(path.dirname(file), tempName(TEMP_PREFIX));
  await writeOwner(temp);
  try {
    await link(temp, file);
    return true;
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
    return false;
  } finally {
    await unlinkIfThere(temp);
  }
}

async function writeOwner(temp: string): Promise<void> {
  try {
    const handle = await createFile(temp);
    try {
      await writeAll(handle, temp, Buffer.from(`${ownProcess()}\n`), 0);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
    await mkdirs(path.dirname(temp));
    await writeOwner(temp);
  }
}

const swept = new Set<string>();

/** Processes killed while they took a lock leave the file they took it with; looked for once. */
async function sweepLeftovers(dir: string): Promise<void> {
  if (swept.has(dir)) return;
  swept.add(dir);
  await sweepTemp(dir, { prefix: TEMP_PREFIX, minAgeMs: 0 });
}

type Owner = Identity | "unreadable" | "none";

function readOwner(file: string): Owner {
  try {
    return parseOwner(readFileSync(file, "utf8").trim()) ?? "unreadable";
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return "none";
    throw error;
  }
}

/** A file that names nobody (a power cut may leave it empty) is stale when it is old. */
async function isStale(file: string, owner: Identity | "unreadable"): Promise<boolean> {
  const liveness = owner === "unreadable" ? "unknown" : livenessOf(owner);
  if (liveness !== "unknown") return liveness === "dead";
  const facts = lstatFacts(file);
  if (!facts) return false;
  return (await fileSystemTick(path.dirname(file))) - facts.mtimeNs > FOREIGN_STALE_NS;
}

/** Removes the lock file if its owner is still gone when nobody else can remove it. */
async function removeStale(file: string): Promise<void> {
  const remover = `${file}.remover`;
  if (!(await tryTake(remover))) {
    const owner = readOwner(remover);
    if (owner !== "none" && (await isStale(remover, owner))) await setAside(remover, owner);
    await pause(1, Infinity);
    return;
  }
  try {
    const owner = readOwner(file);
    if (owner !== "none" && (await isStale(file, owner))) await setAside(file, owner);
  } finally {
    await unlinkIfThere(remover);
  }
}

/** Renames first and looks at what it got: a lock that is someone's after all goes back. */
async function setAside(file: string, stale: Identity | "unreadable"): Promise<void> {
  const aside = path.join(path.dirname(file), tempName(".blobsy-lock"));
  try {
    await rename(file, aside);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return;
    throw error;
  }
  if (!isSameOwner(readOwner(aside), stale)) {
    await link(aside, file).catch(() => undefined);
  }
  await unlinkIfThere(aside);
}

function isSameOwner(a: Owner, b: Owner): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  return a.hostTag === b.hostTag && a.boot === b.boot && a.pid === b.pid && a.start === b.start;
}

/** The locks of this process, to be given back when it ends by a signal or an exit. */
const held = new Set<string>();
let watching = false;

function heldLock(file: string): Lock {
  held.add(file);
  watchEnd();
  // Owners of other machines are judged by the lock's age, so it must not age while it is held.
  const touch = setInterval(() => {
    setMtimeOf(file, BigInt(Date.now()) * 1_000_000n).catch(() => undefined);
  }, TOUCH_MS);
  touch.unref();
  const since = performance.now();
  let isReleased = false;
  return {
    release: async () => {
      if (isReleased) return;
      isReleased = true;
      clearInterval(touch);
      held.delete(file);
      if (isOurs(file)) await unlinkIfThere(file);
      trace("lock", () => `${file}: released, held ${tookMs(since)}`);
    },
  };
}

function isOurs(file: string): boolean {
  try {
    return readFileSync(file, "utf8").trim() === ownProcess();
  } catch {
    return false;
  }
}

function watchEnd(): void {
  if (watching) return;
  watching = true;
  atEnd(releaseAll);
}

function releaseAll(): void {
  for (const file of held) {
    if (isOurs(file)) unlinkIfThereSync(file);
  }
  held.clear();
}

function describe(owner: Identity | "unreadable"): LockOwner {
  if (owner === "unreadable") return { pid: 0, elsewhere: true };
  return { pid: owner.pid, elsewhere: livenessOf(owner) === "unknown" };
}

function shown(owner: Owner): string {
  return typeof owner === "string" ? "another process" : `process ${owner.pid}`;
}

async function pause(round: number, end: number): Promise<void> {
  const step = POLL_MS[Math.min(round, POLL_MS.length - 1)] ?? 50;
  const left = Math.max(0, Math.min(step, end - performance.now()));
  await new Promise((resolve) => setTimeout(resolve, left));
}
