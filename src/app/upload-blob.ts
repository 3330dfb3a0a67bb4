/**
 * Uploads one blob, believing neither side: the source is a store object whose hash was checked just
 * before and is checked again after, and the remote is asked what it has got.
 */
import { BlobsyError, isBlobsyError } from "../domain/errors.js";
import type { RemoteBlob } from "./proofs.js";
import type { TransferSession } from "./transfer-session.js";

export interface UploadSource {
  /** Files that may hold the blob when the store does not: absolute paths, best first. */
  findPayloads(): Promise<readonly string[]>;
}

/**
 * @param from where the blob may be found
 * @throws {BlobsyError} BLOB_MISSING when it is nowhere here; BLOB_CORRUPT when the remote says it
 *   took the blob and has something else; what the transport throws
 */
export async function uploadBlob(
  session: TransferSession,
  blob: RemoteBlob,
  from: UploadSource,
  onBytes: (bytes: number) => void,
): Promise<void> {
  for (const isLastTry of [false, true]) {
    if (await sendOnce(session, blob, from, isLastTry, onBytes)) break;
  }
  const after = await session.remote.transport.has(blob.key, session.options());
  if (after?.size !== blob.size) {
    const found = after === null ? "is not there" : `has ${after.size} bytes there`;
    const message = `${session.remote.url} took ${blob.key}, ${blob.size} bytes, and it ${found}`;
    throw new BlobsyError("BLOB_CORRUPT", message);
  }
  await session.prove(blob);
}

/** @returns false when the object went, or changed, while it was being sent: it is worth a new try */
async function sendOnce(
  session: TransferSession,
  blob: RemoteBlob,
  from: UploadSource,
  isLastTry: boolean,
  onBytes: (bytes: number) => void,
): Promise<boolean> {
  const { transport } = session.remote;
  const source = await sourceOf(session, blob, from);
  try {
    await transport.upload(blob.key, source, blob.size, session.options(onBytes));
  } catch (error) {
    // A switch of branches may have moved the object to a payload's path.
    if (isLastTry || (await isInStore(session, blob))) throw error;
    return false;
  }
  if (await isInStore(session, blob)) return true;
  return isRightThere(session, blob, isLastTry);
}

/** A file that certainly holds the blob. */
async function sourceOf(
  session: TransferSession,
  { oid, size }: RemoteBlob,
  from: UploadSource,
): Promise<string> {
  const { store } = session.ctx;
  const stored = await store.verifiedPath(oid, size);
  if (stored !== null) return stored;
  for (const payload of await from.findPayloads()) {
    // Hashed while it is copied into the store, so that no edit slips in between.
    if ((await ingestedOid(session, payload)) !== oid) continue;
    const ingested = await store.verifiedPath(oid, size);
    if (ingested !== null) return ingested;
  }
  throw new BlobsyError("BLOB_MISSING", `this clone has no blob ${oid} to upload`);
}

async function ingestedOid(session: TransferSession, payload: string): Promise<string | null> {
  try {
    return (await session.ctx.store.ingest(payload)).oid;
  } catch (error) {
    // Gone, unreadable or being written: another payload may have it.
    if (isBlobsyError(error) && error.code !== "DISK_FULL") return null;
    throw error;
  }
}

async function isInStore(session: TransferSession, { oid, size }: RemoteBlob): Promise<boolean> {
  return (await session.ctx.store.verifiedPath(oid, size)) !== null;
}

/**
 * What was moved, or written to, while it was being read may have arrived wrong with the right size:
 * it is fetched back to see. What is wrong is taken away, or the next upload would leave it there.
 */
async function isRightThere(
  session: TransferSession,
  blob: RemoteBlob,
  isLastTry: boolean,
): Promise<boolean> {
  try {
    await session.fetch(blob);
    return true;
  } catch (error) {
    if (!isBlobsyError(error) || error.code !== "BLOB_CORRUPT") throw error;
    await session.remote.transport.remove(blob.key, session.options());
    if (isLastTry) throw error;
    return false;
  }
}
