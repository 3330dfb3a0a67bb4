/**
 * What the remote certainly has at this moment, before a last copy here is given up. Proofs from earlier
 * do not count. Objects are read back and hashed where reading costs no network, where the user wants it,
 * and where they are compressed: the length of those says next to nothing.
 */
import { fitsObjectSize } from "../domain/compression.js";
import { fromErrno, isBlobsyError } from "../domain/errors.js";
import { blobId } from "../domain/remote-place.js";
import { unlinkIfThere } from "../fs/ops.js";
import type { Context } from "./context.js";
import type { RemoteBlob } from "./proofs.js";
import { PayloadMeter, TransferSession } from "./transfer-session.js";

/** By `blobId`: two ref files may name one key for different blobs. What is not in it is not on the remote. */
export type Seen = ReadonlyMap<string, "there" | "damaged">;

/** @throws {BlobsyError} when the remote cannot be asked, or an object cannot be read back */
export async function lookOnRemote(
  ctx: Context,
  blobs: readonly RemoteBlob[],
  { verify, signal }: { verify: boolean; signal: AbortSignal },
): Promise<Seen> {
  const seen = new Map<string, "there" | "damaged">();
  const wanted = new Map(blobs.map((blob) => [blobId(blob), blob]));
  if (wanted.size === 0) return seen;
  const session = await TransferSession.start(ctx, { signal });
  const sizes = await session.sizesOf([...new Set(blobs.map(({ key }) => key))]);
  const isNear = session.remote.transport.capabilities.isNear === true;
  const bytes = [...wanted.values()].reduce((sum, { size }) => sum + size, 0);
  const progress = ctx.reporter.progress("verify", { files: wanted.size, bytes });
  try {
    for (const [id, blob] of wanted) {
      signal.throwIfAborted();
      const size = sizes.get(blob.key);
      if (size === undefined) continue;
      const meter = new PayloadMeter(blob.size, (more) => progress.add(0, more));
      const readsBack = verify || isNear || blob.compressed !== undefined;
      const isGood =
        fitsObjectSize(blob, size) &&
        (!readsBack || (await isWhole(session, blob, { size, onBytes: meter.onBytes })));
      meter.finish();
      seen.set(id, isGood ? "there" : "damaged");
      progress.add(1, 0);
    }
  } finally {
    progress.end();
  }
  await forgetProofs(
    session,
    [...wanted].flatMap(([id, { key }]) => (seen.get(id) === "there" ? [] : key)),
  );
  return seen;
}

/** The next push asks for them again, and uploads what it would have believed to be there. */
async function forgetProofs(session: TransferSession, keys: readonly string[]): Promise<void> {
  try {
    await session.proofs.forget(keys);
  } catch (error) {
    throw fromErrno(error, "taking back what was known of the remote", "uploaded");
  }
}

/** Reads the object back, beside the store, and keeps nothing of it. */
async function isWhole(
  session: TransferSession,
  blob: RemoteBlob,
  known: { readonly size: number; readonly onBytes: (bytes: number) => void },
): Promise<boolean> {
  try {
    const { file } = await session.fetchObject(blob, known);
    await unlinkIfThere(file);
    return true;
  } catch (error) {
    if (isBlobsyError(error) && ["BLOB_CORRUPT", "BLOB_MISSING"].includes(error.code)) return false;
    throw error;
  }
}
