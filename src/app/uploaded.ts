/** Which blobs the remote is proven to have, right now. */
import type { Context } from "./context.js";
import type { RemoteBlob } from "./proofs.js";
import { loadProofs, openRemote } from "./remote.js";

/**
 * @returns those of `blobs`, by key, that were seen on the remote since its last garbage collection;
 *   none when the remote is not there to say so: then nothing may rely on it
 */
export async function provenKeys(
  ctx: Context,
  blobs: readonly RemoteBlob[],
): Promise<ReadonlySet<string>> {
  try {
    const proofs = await loadProofs(ctx, await openRemote(ctx));
    return new Set(blobs.filter((blob) => proofs.has(blob)).map((blob) => blob.key));
  } catch {
    return new Set(); // no remote, not trusted, not reachable: no proof
  }
}

/**
 * Asks the remote for blobs that are not proven to be there.
 * @returns those that are, by key
 * @throws {BlobsyError} when the remote cannot be asked
 */
export async function keysOnRemote(
  ctx: Context,
  blobs: readonly RemoteBlob[],
): Promise<ReadonlySet<string>> {
  const remote = await openRemote(ctx);
  const proofs = await loadProofs(ctx, remote);
  const there = new Set<string>();
  const seen: RemoteBlob[] = [];
  for (const blob of blobs) {
    if (proofs.has(blob)) there.add(blob.key);
    else if ((await remote.transport.has(blob.key))?.size === blob.size) seen.push(blob);
  }
  for (const { key } of seen) there.add(key);
  await proofs.add(seen);
  return there;
}
