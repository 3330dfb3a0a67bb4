/** Reads Git objects in one batch. */
import { REF_FILE_LIMIT } from "../domain/bref.js";
import { runGit } from "./git.js";
import type { Repository } from "./repository.js";

/**
 * The contents of blobs by object id; ids that are not there are left out. Meant for ref files: of a
 * longer blob one byte more is given than they may have.
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
 * @param limit of a longer blob only so many bytes are given; so a text that is too long for a ref file
 *   shows that it is
 * @throws {BlobsyError} GIT_FAILED
 */
export async function readNamedBlobs(
  repo: Repository,
  names: readonly string[],
  limit = REF_FILE_LIMIT + 1,
): Promise<(Buffer | null)[]> {
  const reader = new BatchReader(limit);
  if (names.length === 0) return [];
  await runGit(repo, ["cat-file", "--batch"], {
    input: names.map((name) => `${name}\n`).join(""),
    output: (piece) => reader.take(piece),
  });
  return reader.contents;
}

/** Of a blob, however long, no more is held than is wanted. */
class BatchReader {
  readonly contents: (Buffer | null)[] = [];
  readonly #limit: number;
  #header = "";
  #isBlob = false;
  #kept: Buffer[] = [];
  /** How much of the content is to be kept yet, and how much is to come, its line break included. */
  #wanted = 0;
  #left = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  take(piece: Buffer): void {
    for (let at = 0; at < piece.length;) {
      at = this.#left > 0 ? this.#readContent(piece, at) : this.#readHeader(piece, at);
    }
  }

  #readHeader(piece: Buffer, at: number): number {
    const end = piece.indexOf(0x0a, at);
    this.#header += piece.toString("latin1", at, end < 0 ? piece.length : end);
    if (end < 0) return piece.length;
    // "<oid> <type> <size>"; anything else ("<name> missing", "... ambiguous") has no content.
    const [, type, size] = /^[0-9a-f]{40,64} (\w+) (\d+)$/.exec(this.#header) ?? [];
    this.#header = "";
    if (size === undefined) {
      this.contents.push(null);
      return end + 1;
    }
    this.#isBlob = type === "blob";
    this.#wanted = this.#isBlob ? Math.min(Number(size), this.#limit) : 0;
    this.#left = Number(size) + 1;
    return end + 1;
  }

  #readContent(piece: Buffer, at: number): number {
    const end = Math.min(piece.length, at + this.#left);
    const kept = Buffer.from(piece.subarray(at, Math.min(end, at + this.#wanted)));
    if (kept.length > 0) this.#kept.push(kept);
    this.#wanted -= kept.length;
    this.#left -= end - at;
    if (this.#left === 0) {
      this.contents.push(this.#isBlob ? Buffer.concat(this.#kept) : null);
      this.#kept = [];
    }
    return end;
  }
}
