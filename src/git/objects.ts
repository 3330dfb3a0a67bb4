/** Reads Git objects in one batch. */
import { runGit } from "./git.js";
import type { Repository } from "./repository.js";

/**
 * The contents of blobs by object id; ids that are not there are left out. Meant for ref files: all
 * contents are held in memory.
 *
 * @throws {BlobsyError} GIT_FAILED
 */
export async function readBlobs(
  repo: Repository,
  oids: readonly string[],
): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  if (oids.length === 0) return contents;
  const { stdout } = await runGit(repo, ["cat-file", "--batch"], {
    input: [...new Set(oids)].map((oid) => `${oid}\n`).join(""),
  });
  for (let at = 0; at < stdout.length;) {
    const end = stdout.indexOf(0x0a, at);
    const [oid, type, size] = stdout.toString("latin1", at, end).split(" ");
    at = end + 1;
    if (!oid || type === "missing" || size === undefined) continue;
    contents.set(oid, stdout.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return contents;
}
