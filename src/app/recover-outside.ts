/** Writes a version to a file outside the worktree: whole, verified, and over nothing that is there. */
import path from "node:path";
import { errnoOf, fromErrno } from "../domain/errors.js";
import { moveNoReplace } from "../fs/atomic.js";
import { lstatFacts } from "../fs/facts.js";
import { syncDir, unlinkIfThere } from "../fs/ops.js";
import { tempName } from "../fs/temp.js";
import type { Context } from "./context.js";
import { exists, gone, type Recoverable } from "./recover.js";

/** @throws {BlobsyError} REFUSED_PATH when something is there, BLOB_MISSING, DISK_FULL, PERMISSION, IO */
export async function writeOutside(
  ctx: Context,
  { oid, size, executable, time }: Recoverable,
  file: string,
): Promise<void> {
  if (lstatFacts(file) !== null) throw exists(file);
  const temp = path.join(path.dirname(file), tempName(".blobsy-tmp"));
  try {
    const mtimeNs = BigInt(Date.parse(time)) * 1_000_000n;
    const facts = await ctx.store.copyOut(oid, size, temp, { executable, mtimeNs });
    if (facts === null) throw gone(file);
    await moveNoReplace(temp, file);
    await syncDir(path.dirname(file));
  } catch (error) {
    await unlinkIfThere(temp).catch(() => undefined); // the first failure is the one to tell
    if (errnoOf(error) === "EEXIST") throw exists(file);
    throw fromErrno(error, `writing ${file}`, file);
  }
}
