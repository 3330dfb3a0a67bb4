/** Which blobs the remote is proven to have, right now. */
import { fitsObjectSize } from "../domain/compression.js";
import { blobId } from "../domain/remote-place.js";
import type { Context } from "./context.js";
import type { Transport } from "../transport/transport.js";
import type { RemoteBlob } from "./proofs.js";
import { loadProofs, openRemote } from "./remote.js";

/** A proof only makes a switch cheaper; nobody is kept waiting for a remote that is not there. */
const PATIENCE_MS = 4_000;

/**
 * @returns those of `blobs`, by `blobId`, that were seen on the remote since its last garbage collection;
 *   none when the remote is not there to say so: then nothing may rely on it
 */
export async function provenBlobs(
  ctx: Context,
  blobs: readonly RemoteBlob[],
): Promise<ReadonlySet<string>> {
  try {
    const limit = AbortSignal.timeout(PATIENCE_MS);
    const proofs = await loadProofs(ctx, await openRemote(ctx), limit);
    return new Set(blobs.filter((blob) => proofs.has(blob)).map(blobId));
  } catch {
    return new Set(); // no remote, not trusted, not reachable: no proof
  }
}

/**
 * Asks the remote for blobs that are not proven to be there. What is compressed is not proven by that: half
 * of it has a likely length too.
 * @returns those that are, by `blobId`
 * @throws {BlobsyError} when the remote cannot be asked
 */
export async function blobsOnRemote(
  ctx: Context,
  blobs: readonly RemoteBlob[],
): Promise<ReadonlySet<string>> {
  const remote = await openRemote(ctx);
  const proofs = await loadProofs(ctx, remote);
  const there = new Set<string>();
  const seen: RemoteBlob[] = [];
  for (const blob of blobs) {
    if (!proofs.has(blob)) {
      if (!(await isThere(remote.transport, blob))) continue;
      if (blob.compressed === undefined) seen.push(blob);
    }
    there.add(blobId(blob));
  }
  await proofs.add(seen);
  return there;
}

async function isThere(transport: Transport, blob: RemoteBlob): Promise<boolean> {
  const found = await transport.has(blob.key);
  return found !== null && fitsObjectSize(blob, found.size);
}
