/** Brings a blob from the store to a file beside a payload's place: whole, verified and synced. */
import { BlobsyError, errnoOf } from "../domain/errors.js";
import { sameContentFacts, sameFacts, type FileFacts } from "../domain/file-facts.js";
import type { Oid } from "../domain/oid.js";
import { settleFile } from "../fs/atomic.js";
import { lstatFacts } from "../fs/facts.js";
import { copyHashing, hashFile } from "../fs/hash.js";
import { cloneFile, rename, unlinkIfThere } from "../fs/ops.js";
import { adoptFile } from "./adopt.js";
import { objectPath } from "./layout.js";
import type { Store } from "./store.js";

/** The facts of a good object, and whether a record vouches for them from now on. */
export type Examined = Good | "bad" | "absent";
type Good = FileFacts & { readonly isVouched: boolean };

/** How a blob is to lie in the working tree. */
export interface OutOptions {
  readonly executable: boolean;
  readonly mtimeNs: bigint;
}

/** See `Store.takeOut`. */
export async function takeObjectOut(
  store: Store,
  oid: Oid,
  size: number,
  dest: string,
  options: OutOptions,
): Promise<FileFacts | null> {
  const before = await store.examine(oid, size);
  if (before === "bad") await store.setAside(oid);
  if (typeof before === "string") return null;
  // A second name of the object: a temporary one that a killed process left. Its bytes are not ours alone.
  if (before.nlink > 1) return copyObjectOut(store, oid, size, dest, options);
  try {
    await rename(objectPath(store.layout, oid), dest);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null; // another process took it
    throw error;
  }
  try {
    if (await isStill(dest, oid, before)) {
      const looks = { mode: modeOf(options), mtimeNs: options.mtimeNs };
      // What a record vouches for was synced before it was made; asking again makes the disk flush.
      await settleFile(dest, before.isVouched ? looks : { ...looks, sync: "bytes" });
      return lstatFacts(dest);
    }
  } catch (error) {
    await adoptFile(store, dest, null).catch(() => undefined); // the first failure is the one to tell
    throw error;
  }
  // Somebody who had it open wrote to it: those are other bytes, to be filed as what they are.
  await adoptFile(store, dest, null);
  return null;
}

async function isStill(dest: string, oid: Oid, before: Good): Promise<boolean> {
  if (!before.isVouched) return (await hashFile(dest)).oid === oid;
  const now = lstatFacts(dest);
  return now !== null && sameContentFacts(before, now);
}

/** See `Store.copyOut`. */
export async function copyObjectOut(
  store: Store,
  oid: Oid,
  size: number,
  dest: string,
  options: OutOptions,
): Promise<FileFacts | null> {
  const before = store.objectFacts(oid);
  if (!before) return null;
  const object = objectPath(store.layout, oid);
  if (store.verified.vouch(oid, before) && (await cloneFile(object, dest))) {
    await finishClone(dest, options);
    const now = store.objectFacts(oid);
    // Unchanged on both sides of the cloning, so the clone has the very bytes that were hashed.
    if (now && sameFacts(before, now)) return lstatFacts(dest);
    await unlinkIfThere(dest);
  }
  return copyVerified(store, oid, size, dest, options);
}

/** A blob that arrived just now, verified, becomes a payload without going through the store. */
export async function settleArrived(file: string, options: OutOptions): Promise<FileFacts | null> {
  await settleFile(file, { mode: modeOf(options), mtimeNs: options.mtimeNs, sync: "all" });
  return lstatFacts(file);
}

async function finishClone(dest: string, options: OutOptions): Promise<void> {
  try {
    await settleFile(dest, { mode: modeOf(options), mtimeNs: options.mtimeNs, sync: "all" });
  } catch (error) {
    await unlinkIfThere(dest).catch(() => undefined);
    throw error;
  }
}

async function copyVerified(
  store: Store,
  oid: Oid,
  size: number,
  dest: string,
  options: OutOptions,
): Promise<FileFacts | null> {
  try {
    const copied = await copyHashing(objectPath(store.layout, oid), dest, {
      mode: modeOf(options),
      mtimeNs: options.mtimeNs,
    });
    if (copied.oid === oid && copied.size === size) return lstatFacts(dest);
    await unlinkIfThere(dest);
  } catch (error) {
    // Was it the object that could not be read, or `dest` that could not be written?
    const isObject = error instanceof BlobsyError && error.code !== "DISK_FULL";
    if (!isObject || typeof (await store.examine(oid, size)) === "object") throw error;
  }
  if ((await store.examine(oid, size)) === "bad") await store.setAside(oid);
  return null;
}

/** What Git gives a file it checks out. */
function modeOf({ executable }: OutOptions): number {
  return (executable ? 0o777 : 0o666) & ~process.umask();
}
