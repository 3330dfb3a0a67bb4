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
  const wanted = [...new Set(oids)];
  const found = await readNamedBlobs(repo, wanted);
  return new Map(
    wanted.flatMap((oid, at) => {
      const content = found[at];
      return content ? [[oid, content] as const] : [];
    }),
  );
}

/**
 * What each name stands for, in their order; `null` for one that names no blob. A name holds no line
 * break (a payload's path cannot).
 *
 * @param names as gitrevisions(7) has them: an object id, or `HEAD:path`
 * @throws {BlobsyError} GIT_FAILED
 */
export async function readNamedBlobs(
  repo: Repository,
  names: readonly string[],
): Promise<(Buffer | null)[]> {
  if (names.length === 0) return [];
  const { stdout } = await runGit(repo, ["cat-file", "--batch"], {
    input: names.map((name) => `${name}\n`).join(""),
  });
  const contents: (Buffer | null)[] = [];
  for (let at = 0; at < stdout.length;) {
    const end = stdout.indexOf(0x0a, at);
    const header = stdout.toString("utf8", at, end);
    at = end + 1;
    // "<oid> <type> <size>"; anything else ("<name> missing", "... ambiguous") has no content.
    const [, type, size] = /^[0-9a-f]{40,64} (\w+) (\d+)$/.exec(header) ?? [];
    if (type === undefined || size === undefined) {
      contents.push(null);
      continue;
    }
    contents.push(type === "blob" ? stdout.subarray(at, at + Number(size)) : null);
    at += Number(size) + 1;
  }
  return contents;
}
