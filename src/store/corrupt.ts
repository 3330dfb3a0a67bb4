/** What is said of bytes that are not the blob they should be. */
import { BlobsyError } from "../domain/errors.js";
import type { Oid } from "../domain/oid.js";

export function corrupt(
  file: string,
  oid: Oid,
  size: number,
  found: { readonly oid: Oid; readonly size: number },
): BlobsyError {
  const got = `${found.size} bytes with SHA-256 ${found.oid}`;
  const want = `${size} bytes with SHA-256 ${oid}`;
  return new BlobsyError("BLOB_CORRUPT", `what arrived is not the blob: got ${got}, not ${want}`, {
    path: file,
  });
}
