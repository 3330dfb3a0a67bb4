/**
 * The one way to put a whole file in place: written under another name, synced, given its name, and
 * that name synced. A reader sees the old file or the new one, and after a power cut so does the next
 * boot: without the first sync a valid name may lead to an empty file, without the second to none.
 */
import path from "node:path";
import { errnoOf } from "../domain/errors.js";
import { lstatFacts } from "./facts.js";
import {
  chmod,
  createFile,
  link,
  rename,
  setMtime,
  syncBytes,
  syncDir,
  syncFile,
  unlink,
  unlinkIfThere,
  writeAll,
} from "./ops.js";
import { openPayload } from "./open-payload.js";
import type { SharedSync } from "./shared-sync.js";
import { tempName } from "./temp.js";

export interface AtomicOptions {
  /** Permission bits to set whatever the umask; without it what a new file gets. */
  readonly mode?: number;
  /** Where to write the temporary file: a directory of the same file system. Beside it unless told. */
  readonly tempDir?: string;
  /** Whether it must survive a power cut once this returns. */
  readonly durable: boolean;
  /** Makes its name last later, at `settle`, for many files at once. */
  readonly names?: SharedSync;
  /** The last look at what is about to be replaced; when it throws, nothing is. */
  readonly lastLook?: () => void;
}

/**
 * Replaces a file, or creates it. Its directory exists.
 * @param data all of it, or its parts in order
 * @throws system errors; `file` is as before
 */
export async function writeFileAtomic(
  file: string,
  data: Uint8Array | string | Iterable<Uint8Array>,
  options: AtomicOptions,
): Promise<void> {
  const dir = path.dirname(file);
  const temp = path.join(options.tempDir ?? dir, tempName(".blobsy-tmp"));
  await writeNewFile(temp, partsOf(data), options);
  try {
    options.lastLook?.();
    await rename(temp, file);
  } catch (error) {
    await unlinkIfThere(temp).catch(() => undefined); // the first failure is the one to tell
    throw error;
  }
  if (options.names) options.names.later(dir);
  else if (options.durable) await syncDir(dir);
}

function partsOf(data: Uint8Array | string | Iterable<Uint8Array>): Iterable<Uint8Array> {
  if (typeof data === "string") return [Buffer.from(data)];
  return data instanceof Uint8Array ? [data] : data;
}

/**
 * Writes a file that is to get its real name later, by a rename.
 * @throws system errors; nothing is left then
 */
export async function writeNewFile(
  file: string,
  parts: Iterable<Uint8Array>,
  options: Pick<AtomicOptions, "mode" | "durable">,
): Promise<void> {
  try {
    const handle = await createFile(file);
    try {
      let position = 0;
      for (const part of parts) {
        await writeAll(handle, file, part, position);
        position += part.length;
      }
      if (options.mode !== undefined) await chmod(handle, file, options.mode);
      if (options.durable) await syncFile(handle, file);
    } finally {
      await handle.close();
    }
  } catch (error) {
    await unlinkIfThere(file).catch(() => undefined); // the first failure is the one to tell
    throw error;
  }
}

/**
 * Gives a file that is there its mode and time.
 * @param options.sync "bytes": those are on disk when this returns, which costs nothing where they are
 *   already; mode and time last with the next sync of a directory that names it. Not unless told
 */
export async function settleFile(
  file: string,
  { mode, mtimeNs, sync }: { mode: number; mtimeNs?: bigint; sync?: "bytes" | "all" },
): Promise<void> {
  const handle = await openPayload(file);
  try {
    await chmod(handle, file, mode);
    if (mtimeNs !== undefined) await setMtime(handle, file, mtimeNs);
    if (sync === "all") await syncFile(handle, file);
    if (sync === "bytes") await syncBytes(handle, file);
  } finally {
    await handle.close();
  }
}

const CANNOT_LINK = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/**
 * Moves a file to a name that nothing has, in one file system. Links where it can: rename(2) would
 * replace silently. Where the file system has no links, a look before the rename must do.
 * @returns false when it is there but its old name could not be removed: whoever sweeps that
 *   directory does it later
 * @throws EEXIST when something is there; `from` is then untouched
 */
export async function moveNoReplace(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
  } catch (error) {
    if (!CANNOT_LINK.has(errnoOf(error) ?? "")) throw error;
    if (lstatFacts(to)) throw Object.assign(new Error(`${to} is there`), { code: "EEXIST" });
    await rename(from, to);
    return true;
  }
  try {
    await unlink(from);
    return true;
  } catch {
    return false; // two names for one file are no reason to undo what was achieved
  }
}
