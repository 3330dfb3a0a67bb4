/**
 * What the remote certainly has at this moment, before a last copy here is given up. Proofs from earlier
 * do not count. Where reading costs no network, or the user wants it, objects are read back and hashed.
 */
import { isBlobsyError } from "../domain/errors.js";
import { hashFile } from "../fs/hash.js";
import { unlinkIfThere } from "../fs/ops.js";
import type { Context } from "./context.js";
import type { RemoteBlob } from "./proofs.js";
import { TransferSession } from "./transfer-session.js";

/** By `idOf`; what is not in it is not on the remote. */
export type Seen = ReadonlyMap<string, "there" | "damaged">;

/** Two ref files may name one key for different blobs: only one of them can be right. */
export function idOf({ key, oid }: RemoteBlob): string {
  return `${oid} ${key}`;
}

/** @throws {BlobsyError} when the remote cannot be asked, or an object cannot be read back */
export async function lookOnRemote(
  ctx: Context,
  blobs: readonly RemoteBlob[],
  { verify, signal }: { verify: boolean; signal: AbortSignal },
): Promise<Seen> {
  const seen = new Map<string, "there" | "damaged">();
  const wanted = new Map(blobs.map((blob) => [idOf(blob), blob]));
  if (wanted.size === 0) return seen;
  const session = await TransferSession.start(ctx, { signal });
  const sizes = await session.sizesOf([...new Set(blobs.map(({ key }) => key))]);
  const readsBack = verify || session.remote.transport.capabilities.isNear === true;
  const bytes = [...wanted.values()].reduce((sum, { size }) => sum + size, 0);
  const progress = ctx.reporter.progress("verify", { files: wanted.size, bytes });
  try {
    for (const [id, blob] of wanted) {
      signal.throwIfAborted();
      if (sizes.get(blob.key) === undefined) continue;
      const isGood =
        sizes.get(blob.key) === blob.size &&
        (!readsBack || (await isWhole(session, blob, (more) => progress.add(0, more))));
      seen.set(id, isGood ? "there" : "damaged");
      progress.add(1, readsBack ? 0 : blob.size);
    }
  } finally {
    progress.end();
  }
  return seen;
}

/** Reads the object back, beside the store, and keeps nothing of it. */
async function isWhole(
  session: TransferSession,
  { key, oid, size }: RemoteBlob,
  onBytes: (bytes: number) => void,
): Promise<boolean> {
  const temp = session.ctx.store.tempPath("download");
  try {
    await session.remote.transport.download(key, temp, size, session.options(onBytes));
    const found = await hashFile(temp);
    return found.oid === oid && found.size === size;
  } catch (error) {
    if (isBlobsyError(error) && ["BLOB_CORRUPT", "NOT_FOUND"].includes(error.code)) return false;
    throw error;
  } finally {
    await unlinkIfThere(temp);
  }
}
