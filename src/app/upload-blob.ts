/**
 * Uploads one blob, believing neither side: the source is a store object whose hash was checked just
 * before and is checked again after, and the remote is asked what it has got.
 */
import { fitsObjectSize, type Compression } from "../domain/compression.js";
import { BlobsyError, fromErrno, isBlobsyError } from "../domain/errors.js";
import { unlinkIfThere } from "../fs/ops.js";
import type { RemoteBlob } from "./proofs.js";
import { PayloadMeter, type TransferSession } from "./transfer-session.js";

export interface UploadSource {
  /** Files that may hold the blob when the store does not: absolute paths, best first. */
  findPayloads(): Promise<readonly string[]>;
  /**
   * For a blob that is nowhere here: its object from another remote, compressed if it is so there,
   * and known to be right.
   */
  readonly fetchObject?: ((blob: RemoteBlob) => Promise<FetchedObject>) | undefined;
}

/** A temporary file; whoever takes it removes it. */
export interface FetchedObject {
  readonly file: string;
  readonly size: number;
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
  await confirmBlob(session, blob, await sendBlob(session, blob, from, onBytes));
}

/**
 * As `uploadBlob`, without the last question. What was sent is not proven to be there yet.
 * @returns the object's size
 */
export async function sendBlob(
  session: TransferSession,
  blob: RemoteBlob,
  from: UploadSource,
  onBytes: (bytes: number) => void,
): Promise<number> {
  const sent = await sendOnce(session, blob, from, false, onBytes);
  return sent ?? (await sendOnce(session, blob, from, true, onBytes)) ?? 0;
}

/** Asks the remote what it has got. @throws {BlobsyError} BLOB_CORRUPT when it is something else */
export async function confirmBlob(
  session: TransferSession,
  blob: RemoteBlob,
  sent: number,
): Promise<void> {
  const after = await session.remote.transport.has(blob.key, session.options());
  if (after?.size !== sent) await lookAgain(session, blob, sent, after);
  await session.prove(blob);
}

/**
 * The remote has something of another length there. A compressed blob may have been uploaded by
 * somebody else at the same moment, whose compressor is another one: then it is right all the same.
 */
async function lookAgain(
  session: TransferSession,
  blob: RemoteBlob,
  sent: number,
  found: { size: number } | null,
): Promise<void> {
  if (found && blob.compressed !== undefined && fitsObjectSize(blob, found.size)) {
    return session.fetch(blob);
  }
  const what = found === null ? "is not there" : `has ${found.size} bytes there`;
  const message = `backend "${session.remote.name}" took ${blob.key}, ${sent} bytes, and it ${what}`;
  const next = "blobsy push; if it stays, look at what that remote does with what it is given";
  throw new BlobsyError("BLOB_CORRUPT", message, { next });
}

/**
 * @returns how many bytes were sent; `null` when the object went, or changed, while it was being
 *   sent: it is worth a new try
 */
async function sendOnce(
  session: TransferSession,
  blob: RemoteBlob,
  from: UploadSource,
  isLastTry: boolean,
  onBytes: (bytes: number) => void,
): Promise<number | null> {
  let source: string;
  try {
    source = await session.step(() => sourceOf(session, blob, from));
  } catch (error) {
    const isGone = isBlobsyError(error) && error.code === "BLOB_MISSING";
    if (!isGone || !from.fetchObject) throw error;
    return sendObject(session, blob, await from.fetchObject(blob), onBytes);
  }
  if (blob.compressed !== undefined) {
    return sendCompressed(session, blob, blob.compressed, source, isLastTry, onBytes);
  }
  try {
    const options = { ...session.options(onBytes), oid: blob.oid };
    await session.remote.transport.upload(blob.key, source, blob.size, options);
  } catch (error) {
    // A switch of branches may have moved the object to a payload's path.
    if (isLastTry || (await isInStore(session, blob))) throw error;
    return null;
  }
  if (await isInStore(session, blob)) return blob.size;
  return (await isRightThere(session, blob, isLastTry)) ? blob.size : null;
}

async function sendObject(
  session: TransferSession,
  blob: RemoteBlob,
  { file, size }: FetchedObject,
  onBytes: (bytes: number) => void,
): Promise<number> {
  const meter = new PayloadMeter(blob.size, onBytes);
  try {
    await session.remote.transport.upload(blob.key, file, size, {
      ...session.options(meter.onBytes),
      oid: blob.oid,
    });
    meter.finish();
    return size;
  } finally {
    await unlinkIfThere(file).catch(() => undefined); // swept later
  }
}

async function sendCompressed(
  session: TransferSession,
  blob: RemoteBlob,
  algorithm: Compression,
  source: string,
  isLastTry: boolean,
  onBytes: (bytes: number) => void,
): Promise<number | null> {
  const { store } = session.ctx;
  const temp = store.tempPath("packed");
  try {
    await store.prepare();
    const packedSize = await session.step(() => pack(session, blob, algorithm, source, temp));
    const meter = new PayloadMeter(blob.size, onBytes);
    const options = { ...session.options(meter.onBytes), oid: blob.oid };
    await session.remote.transport.upload(blob.key, temp, packedSize, options);
    meter.finish();
    return packedSize;
  } catch (error) {
    if (isLastTry || (await isInStore(session, blob))) {
      throw fromErrno(error, `compressing ${source}`, source);
    }
    return null;
  } finally {
    await unlinkIfThere(temp).catch(() => undefined); // swept later
  }
}

/**
 * How long the object is that this clone would send for a compressed blob.
 * @returns `null` when it has not got the blob
 * @throws {BlobsyError} DISK_FULL, IO ...
 */
export async function packedSizeOf(
  session: TransferSession,
  blob: RemoteBlob,
  from: UploadSource,
): Promise<number | null> {
  const { compressed } = blob;
  if (compressed === undefined) return blob.size;
  const { store } = session.ctx;
  const temp = store.tempPath("packed");
  try {
    await store.prepare();
    return await session.step(async () => {
      const source = await sourceOf(session, blob, from);
      return pack(session, blob, compressed, source, temp);
    });
  } catch (error) {
    if (isBlobsyError(error) && error.code === "BLOB_MISSING") return null;
    throw fromErrno(error, `compressing blob ${blob.oid}`, temp);
  } finally {
    await unlinkIfThere(temp).catch(() => undefined); // swept later
  }
}

/**
 * The compressed file is checked by decompressing it: it may become the only copy there is.
 * @returns its size
 */
async function pack(
  session: TransferSession,
  blob: RemoteBlob,
  algorithm: Compression,
  source: string,
  temp: string,
): Promise<number> {
  const { packFile, unpackFile } = await import("../fs/pack.js");
  const reading = { signal: session.signal };
  const { oid, packedSize } = await packFile(source, temp, algorithm, blob.size, reading);
  if (oid !== blob.oid) throw changed(source);
  if ((await unpackFile(temp, null, algorithm, blob.size, reading)) === blob.oid) return packedSize;
  throw new BlobsyError("IO", `what ${algorithm} made of blob ${oid} does not decompress to it`);
}

function changed(source: string): BlobsyError {
  return new BlobsyError("PAYLOAD_BUSY", `${source} changed while it was compressed`);
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
