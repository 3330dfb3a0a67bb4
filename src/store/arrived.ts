/** Nothing that arrives is a blob until it was found to be: right length, right hash. */
import { BlobsyError } from "../domain/errors.js";
import { shortOid, type Oid } from "../domain/oid.js";
import { lstatFacts } from "../fs/facts.js";
import { hashFile } from "../fs/hash.js";

interface Blob {
  readonly oid: Oid;
  readonly size: number;
}

/**
 * @param known what its bytes are, if they were hashed as they were written to it; else it is read
 * @throws {BlobsyError} BLOB_CORRUPT when it is not the blob it should be, IO
 */
export async function checkArrived(file: string, blob: Blob, known: Oid | null): Promise<void> {
  const found = known ? { oid: known, size: lstatFacts(file)?.size ?? -1 } : await hashFile(file);
  if (found.oid === blob.oid && found.size === blob.size) return;
  const tell = ({ oid, size }: Blob): string => `${size} bytes with SHA-256 ${shortOid(oid)}`;
  const message = `what arrived is not the blob: got ${tell(found)}, not ${tell(blob)}`;
  throw new BlobsyError("BLOB_CORRUPT", message, { path: file });
}
