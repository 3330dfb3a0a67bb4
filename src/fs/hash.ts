/**
 * Reads payloads: hashes them, or hashes and copies them in one read.
 *
 * A payload belongs to the user and may change while it is read, so it is looked at before and after:
 * when anything differs, what was read is nobody's content and is thrown away. An edit through a
 * memory map reaches the file's times only with a sync (on ext4, XFS and Btrfs; never on tmpfs), so
 * the payload is synced before its first look.
 */
import { createHash } from "node:crypto";
import path from "node:path";
import { BlobsyError, fromReading } from "../domain/errors.js";
import { sameFacts, type FileFacts } from "../domain/file-facts.js";
import { asOid, type Oid } from "../domain/oid.js";
import { factsOf, lstatFacts } from "./facts.js";
import {
  chmod,
  cloneFile,
  createFile,
  setMtime,
  syncFile,
  syncForeignFile,
  unlinkIfThere,
  writeAll,
} from "./ops.js";
import { OpenFile } from "./open-file.js";
import { openPayload } from "./open-payload.js";
import { readAhead, type ReadOptions } from "./read-ahead.js";

export type { ReadOptions } from "./read-ahead.js";

const TRIES = 3;

export interface Hashed {
  readonly oid: Oid;
  readonly size: number;
  /** The file that was read, as it was both before and after. */
  readonly facts: FileFacts;
}

export interface CopyOptions extends ReadOptions {
  /** Permission bits of the copy; what a new file gets unless told. */
  readonly mode?: number;
  /** Modification time of the copy. */
  readonly mtimeNs?: bigint;
}

export interface Copied extends Hashed {
  /** Whether the copy shares its blocks with the original. */
  readonly cloned: boolean;
}

/**
 * @param file absolute path of a payload or a store object; a link at its end is not followed
 * @throws {BlobsyError} PAYLOAD_UNREADABLE when it is no readable regular file, PAYLOAD_BUSY when it
 *   changed in each of three tries, IO when the disk fails, INTERRUPTED
 */
export function hashFile(file: string, options: ReadOptions = {}): Promise<Hashed> {
  return readStable(file, options, async (handle, before, counting) => {
    const { oid, size } = await hashHandle(handle, before.size, counting);
    return { oid, size, facts: before };
  });
}

/**
 * Copies `file` to `temp`, which must not exist, and says what the copy's bytes are. The copy is
 * complete and synced; its name is not. Where the file system can, it is a clone, and then it is the
 * clone that is hashed.
 * @throws as `hashFile`, also DISK_FULL and PERMISSION; then there is nothing at `temp`
 */
export async function copyHashing(
  file: string,
  temp: string,
  options: CopyOptions = {},
): Promise<Copied> {
  if (lstatFacts(temp)) throw Object.assign(new Error(`${temp} is there`), { code: "EEXIST" });
  try {
    return await readStable(file, options, async (handle, before, counting) => {
      await unlinkIfThere(temp); // what an earlier try made of it
      const cloned = await cloneHashing(handle, file, before, temp, { ...options, ...counting });
      return cloned ?? (await copyAndHash(handle, before, temp, { ...options, ...counting }));
    });
  } catch (error) {
    await unlinkIfThere(temp).catch(() => undefined);
    throw error;
  }
}

type Attempt<T> = (handle: OpenFile, before: FileFacts, counting: ReadOptions) => Promise<T>;

/** Runs `attempt` until the file was the same before and after it, three times at most. */
async function readStable<T extends Hashed>(
  file: string,
  options: ReadOptions,
  attempt: Attempt<T>,
): Promise<T> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const handle = await openPayload(file);
    let counted = 0;
    const onBytes = (bytes: number): void => {
      counted += bytes;
      options.onBytes?.(bytes);
    };
    try {
      const before = await settledFacts(handle, file);
      const result = await attempt(handle, before, { signal: options.signal, onBytes });
      const after = await factsOf(handle);
      if (sameFacts(before, after) && result.size === after.size) return result;
    } catch (error) {
      throw fromReading(error, file);
    } finally {
      await handle.close();
    }
    options.onBytes?.(-counted);
  }
  throw new BlobsyError("PAYLOAD_BUSY", `${file} keeps changing while it is read`, { path: file });
}

async function settledFacts(handle: OpenFile, file: string): Promise<FileFacts> {
  const facts = await factsOf(handle);
  if (facts.kind !== "file") {
    throw new BlobsyError("PAYLOAD_UNREADABLE", `${file} is not a regular file`, { path: file });
  }
  await syncForeignFile(handle, file);
  return factsOf(handle);
}

async function hashHandle(
  handle: OpenFile,
  size: number,
  options: ReadOptions,
): Promise<{ oid: Oid; size: number }> {
  const hash = createHash("sha256");
  const read = await readAhead(handle, size, (piece) => void hash.update(piece), options);
  return { oid: asOid(hash.digest("hex")), size: read };
}

/** Pairs of places that were found unable to clone between; asking costs a file creation each. */
const noClone = new Set<string>();

async function cloneHashing(
  source: OpenFile,
  file: string,
  before: FileFacts,
  temp: string,
  options: CopyOptions,
): Promise<Copied | null> {
  const pair = `${before.dev}:${path.dirname(temp)}`;
  if (noClone.has(pair)) return null;
  if (!(await cloneFile(heldName(source, file), temp))) {
    noClone.add(pair);
    await unlinkIfThere(temp);
    return null;
  }
  const clone = OpenFile.toRead(temp);
  try {
    const { oid, size } = await hashHandle(clone, before.size, options);
    await finishCopy(clone, temp, size, options);
    return { oid, size, facts: before, cloned: true };
  } finally {
    await clone.close();
  }
}

/** By this name the file that is open is cloned, and not what may have taken its place. */
function heldName(handle: OpenFile, file: string): string {
  return process.platform === "linux" ? `/proc/self/fd/${handle.fd}` : file;
}

async function copyAndHash(
  source: OpenFile,
  before: FileFacts,
  temp: string,
  options: CopyOptions,
): Promise<Copied> {
  const hash = createHash("sha256");
  const copy = await createFile(temp, 0o600);
  try {
    const write = async (piece: Buffer, position: number): Promise<void> => {
      const written = writeAll(copy, temp, piece, position);
      hash.update(piece); // while the kernel copies
      await written;
    };
    const size = await readAhead(source, before.size, write, options);
    await finishCopy(copy, temp, size, options);
    return { oid: asOid(hash.digest("hex")), size, facts: before, cloned: false };
  } finally {
    await copy.close();
  }
}

/** The kernel may say a write went well that did not: the copy's length must be what was hashed. */
async function finishCopy(
  copy: OpenFile,
  temp: string,
  size: number,
  { mode, mtimeNs }: CopyOptions,
): Promise<void> {
  const written = (await factsOf(copy)).size;
  if (written !== size) {
    throw new BlobsyError("IO", `${temp} has ${written} bytes of ${size} after writing`);
  }
  await chmod(copy, temp, mode ?? 0o666 & ~process.umask());
  if (mtimeNs !== undefined) await setMtime(copy, temp, mtimeNs);
  await syncFile(copy, temp);
}
