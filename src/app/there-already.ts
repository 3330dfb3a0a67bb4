/**
 * Is a blob on the remote already, so that it need not be sent? Of one that is not compressed its length
 * tells. Half a compressed one, left by an upload that was cut short, has a likely length too: so it is
 * compared with what this clone would send, and where those differ it is read back.
 */
import { fitsObjectSize } from "../domain/compression.js";
import { isBlobsyError } from "../domain/errors.js";
import type { RemoteBlob } from "../domain/remote-place.js";
import { unlinkIfThere } from "../fs/ops.js";
import type { TransferSession } from "./transfer-session.js";
import { packedSizeOf, type UploadSource } from "./upload-blob.js";

/**
 * Proves what it found out for certain. Of a compressed blob whose bytes this clone has not got, and which
 * is not being copied from elsewhere either, its length has to do; then nothing is proven.
 *
 * @param objectSize what the remote has there: `undefined` for nothing
 * @throws {BlobsyError} when it cannot be found out
 */
export async function isThereAlready(
  session: TransferSession,
  blob: RemoteBlob,
  objectSize: number | undefined,
  from: UploadSource,
): Promise<boolean> {
  if (objectSize === undefined || !fitsObjectSize(blob, objectSize)) return false;
  if (blob.compressed !== undefined) {
    const packedSize = await packedSizeOf(session, blob, from);
    if (packedSize === null && !from.fetchObject) return true;
    if (packedSize !== objectSize && !(await isWhole(session, blob, objectSize))) return false;
  }
  await session.prove(blob);
  return true;
}

async function isWhole(session: TransferSession, blob: RemoteBlob, size: number): Promise<boolean> {
  try {
    const { file } = await session.fetchObject(blob, { size });
    await unlinkIfThere(file);
    return true;
  } catch (error) {
    if (isBlobsyError(error) && ["BLOB_CORRUPT", "BLOB_MISSING"].includes(error.code)) return false;
    throw error;
  }
}
