/** The store must be this user's own directory: bytes in it are trusted once they were hashed. */
import { lstatSync } from "node:fs";
import { BlobsyError } from "../domain/errors.js";

/**
 * @throws {BlobsyError} REFUSED_PATH when one of `dirs` is a link (which may lead to files of anybody)
 *   or belongs to another user; root may use everybody's
 */
export function assertOwnDirectories(dirs: readonly string[]): void {
  const uid = process.getuid?.();
  for (const dir of dirs) {
    const stats = lstatSync(dir, { throwIfNoEntry: false });
    if (!stats) continue;
    if (!stats.isDirectory()) throw refused(dir, "is not a directory");
    if (uid !== undefined && uid !== 0 && stats.uid !== uid) {
      throw refused(dir, "belongs to another user");
    }
  }
}

function refused(dir: string, why: string): BlobsyError {
  return new BlobsyError("REFUSED_PATH", `${dir} ${why}; the store is not used`, { path: dir });
}
