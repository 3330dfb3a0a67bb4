/**
 * Small files that are not blobsy's alone: Git's own, and those of the user in which blobsy keeps some
 * lines. All of such a file is written anew, so what could not be read is never taken for nothing, and
 * what was saved between the reading and the writing is not written over.
 */
import { readFileSync } from "node:fs";
import { errnoOf, fromErrno } from "../domain/errors.js";
import { writeFileAtomic } from "./atomic.js";
import { lstatFacts } from "./facts.js";
import { unlinkIfThere } from "./ops.js";

/**
 * @param shown what people are told it is
 * @returns null when there is no such file
 * @throws {BlobsyError} PERMISSION, IO when there is one that cannot be read
 */
export function readBytes(file: string, shown = file): Buffer | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return null;
    throw fromErrno(error, "reading it", shown);
  }
}

export interface Replacement {
  /** What was read of it; null: it was not there. */
  readonly was: Buffer | null;
  /** What it is to say; null removes it. */
  readonly next: Buffer | null;
  /** Permission bits; those it has, unless told. */
  readonly mode?: number | undefined;
  /** As in `AtomicOptions`. */
  readonly tempDir?: string | undefined;
}

/**
 * Puts `next` in place of `was`, to survive a power cut.
 * @returns false when it says something else by now: then it stays as it is
 * @throws {BlobsyError} PERMISSION, IO when it cannot be read @throws system errors
 */
export async function replaceFile(
  file: string,
  { was, next, mode, tempDir }: Replacement,
): Promise<boolean> {
  const lastLook = (): void => {
    const now = readBytes(file);
    const isSame = now === null || was === null ? now === was : now.equals(was);
    if (!isSame) throw CHANGED;
  };
  const before = lstatFacts(file);
  const bits = mode ?? (before?.kind === "file" ? before.mode & 0o777 : undefined);
  const options = { ...(bits === undefined ? {} : { mode: bits }), ...(tempDir && { tempDir }) };
  try {
    if (next !== null) await writeFileAtomic(file, next, { durable: true, lastLook, ...options });
    else {
      lastLook();
      await unlinkIfThere(file);
    }
    return true;
  } catch (error) {
    if (error === CHANGED) return false;
    throw error;
  }
}

const CHANGED = new Error("it was changed meanwhile");
