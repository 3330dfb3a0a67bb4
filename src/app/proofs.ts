/**
 * What this clone knows to be on a remote: which keys, and which commits whose every blob is there.
 *
 * A proof holds for one generation of the remote: garbage collection changes that, and then
 * everything is asked again. Losing a proof costs a question; a false one costs a blob. So lines are
 * only ever appended, each carries its generation and a checksum, and whatever is torn, damaged or of
 * another generation counts for nothing.
 *
 *     k <generation> <oid> <size> <key> <checksum>    the remote has this blob under this key;
 *                                                     <size> is 12/zstd where it is compressed there
 *     c <generation> <commit> <checksum>              and every blob that this commit names
 *     x <generation> <key> <checksum>                 it turned out not to have it
 */
import { createHash, randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Compression } from "../domain/compression.js";
import { LineTable, isSealed, linesIn, sealed } from "../domain/line-table.js";
import { isOid } from "../domain/oid.js";
import type { RemoteBlob } from "../domain/remote-place.js";
import { writeFileAtomic } from "../fs/atomic.js";
import { acquireLock } from "../fs/lock.js";
import { appendLine, mkdirs, unlinkIfThere } from "../fs/ops.js";

export type { RemoteBlob } from "../domain/remote-place.js";

/** Lines written in one go: a single write up to here cannot mix with another process's. */
const BATCH = 256;
/** Below so many lines it is not worth writing anew. */
const SMALL = 1000;
const FORGET_WAIT_MS = 5000;
const SEED = randomInt(2 ** 32);

/** The directory with a file for each remote, in `<common git dir>/blobsy`. */
export const UPLOADED = "uploaded";

/** @param sharedState `<common git dir>/blobsy` @param remoteId the transport's `id` */
export function proofsFile(sharedState: string, remoteId: string): string {
  const name = createHash("sha256").update(remoteId).digest("hex").slice(0, 16);
  return path.join(sharedState, UPLOADED, name);
}

export class Proofs {
  readonly #file: string;
  readonly #generation: string;
  /** By key, each as its line stands in the file: they are checked when asked for, most never are. */
  readonly #blobs = new LineTable(subjectOf, SEED);
  readonly #commits = new Set<string>();
  #lines = 0;

  private constructor(file: string, generation: string) {
    this.#file = file;
    this.#generation = encodeURIComponent(generation);
  }

  /** Never fails: what cannot be read is not known. */
  static load(file: string, generation: string): Proofs {
    const proofs = new Proofs(file, generation);
    proofs.#read();
    return proofs;
  }

  /** What was known when the remote was asked last; whether it still holds, only the remote can say. */
  static loadLatest(file: string): Proofs {
    return Proofs.load(file, decodeURIComponent(latestGeneration(file)));
  }

  /** Every blob that was seen there once, at whatever time; none where it cannot be read. */
  static *blobsIn(file: string): Generator<RemoteBlob> {
    for (const line of linesIn(bytesOf(file))) {
      if (!line.startsWith("k ") || !isSealed(line)) continue;
      const [, , oid = "", word = "", key = ""] = line.split(" ", 5);
      if (isOid(oid)) yield { key, oid, ...readSize(word) };
    }
  }

  /** Is this very blob known to be there under this key? */
  has(blob: RemoteBlob): boolean {
    const known = this.#blob(blob.key);
    return known?.oid === blob.oid && sizeWord(known) === sizeWord(blob);
  }

  hasCommit(commit: string): boolean {
    return this.#commits.has(commit);
  }

  get commits(): ReadonlySet<string> {
    return this.#commits;
  }

  /** Records what was just seen on the remote. Never fails: it would only be asked again. */
  async add(blobs: readonly RemoteBlob[]): Promise<void> {
    const fresh = blobs.filter((blob) => !this.has(blob));
    const lines = fresh.map((blob) =>
      sealed(`k ${this.#generation} ${blob.oid} ${sizeWord(blob)} ${blob.key}`),
    );
    for (const line of lines) this.#blobs.set(line);
    await this.#append(lines);
  }

  /** @param commits whose every blob, those of their whole tree, is on the remote */
  async addCommits(commits: readonly string[]): Promise<void> {
    const fresh = commits.filter((commit) => !this.#commits.has(commit));
    for (const commit of fresh) this.#commits.add(commit);
    await this.#append(fresh.map((commit) => sealed(`c ${this.#generation} ${commit}`)));
  }

  /**
   * Takes back what turned out to be wrong, and with it every commit: any of them may name the blob.
   * @throws system errors when the proof cannot be taken back, which must not go unseen
   */
  async forget(keys: readonly string[]): Promise<void> {
    const known = keys.filter((key) => this.#blobs.delete(key));
    if (known.length === 0) return;
    this.#commits.clear();
    const lock = await acquireLock(`${this.#file}.lock`, { waitMs: FORGET_WAIT_MS });
    try {
      // Without the lock somebody may be writing the file anew, without these lines.
      if (!lock) throw new Error("locked");
      await this.#write(known.map((key) => sealed(`x ${this.#generation} ${key}`)));
    } catch {
      await unlinkIfThere(this.#file);
    } finally {
      await lock?.release();
    }
  }

  /** Writes the file anew when most of its lines count for nothing. */
  async compact(): Promise<void> {
    if (this.#lines < Math.max(SMALL, 2 * (this.#blobs.size + this.#commits.size))) return;
    const lock = await acquireLock(`${this.#file}.lock`, { waitMs: 0 });
    if (!lock) return;
    try {
      this.#read();
      const commits = [...this.#commits].map((commit) => sealed(`c ${this.#generation} ${commit}`));
      const lines = [...this.#blobs.lines(), ...commits];
      const text = lines.map((line) => `${line}\n`).join("");
      await writeFileAtomic(this.#file, text, { durable: false });
      this.#lines = lines.length;
    } finally {
      await lock.release();
    }
  }

  async #append(lines: readonly string[]): Promise<void> {
    try {
      await this.#write(lines);
    } catch {
      // A full disk: the remote will be asked again.
    }
  }

  async #write(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    await mkdirs(path.dirname(this.#file));
    for (let at = 0; at < lines.length; at += BATCH) {
      const some = lines.slice(at, at + BATCH).join("\n");
      // The line break comes first as well: a torn line must not take this one along.
      await appendLine(this.#file, `\n${some}`);
    }
    this.#lines += lines.length;
  }

  #read(): void {
    const bytes = bytesOf(this.#file);
    if (bytes.length === 0) return; // not there yet, or lost
    this.#blobs.clear();
    this.#commits.clear();
    this.#lines = 0;
    for (const line of linesIn(bytes)) {
      this.#lines += 1;
      this.#take(line);
    }
  }

  #take(line: string): void {
    const kind = line[0] ?? "";
    if (!line.startsWith(`${kind} ${this.#generation} `)) return;
    const subject = subjectOf(line);
    if (kind === "k") {
      this.#blobs.set(line);
    } else if (kind === "x") {
      // Even if it is damaged: it can only cost a question.
      this.#blobs.delete(subject);
      this.#commits.clear();
    } else if (kind === "c" && line === sealed(`c ${this.#generation} ${subject}`)) {
      this.#commits.add(subject);
    }
  }

  #blob(key: string): RemoteBlob | null {
    const line = this.#blobs.get(key);
    if (line === undefined) return null;
    const [, , oid = "", word = ""] = line.split(" ", 4);
    if (line !== sealed(`k ${this.#generation} ${oid} ${word} ${key}`) || !isOid(oid)) return null;
    return { key, oid, ...readSize(word) };
  }
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}

function sizeWord({ size, compressed }: RemoteBlob): string {
  return compressed === undefined ? String(size) : `${size}/${compressed}`;
}

function readSize(word: string): Pick<RemoteBlob, "size" | "compressed"> {
  const [size, compressed] = word.split("/") as [string, Compression?];
  return { size: Number(size), ...(compressed ? { compressed } : {}) };
}

/** As the last whole line of the file has it. */
function latestGeneration(file: string): string {
  let lines: string[];
  try {
    lines = readFileSync(file, "latin1").split("\n");
  } catch {
    return "";
  }
  for (const line of lines.reverse()) {
    const [, generation = ""] = /^[kcx] (\S+) .* [0-9a-f]{8}$/.exec(line) ?? [];
    if (generation !== "" && isSealed(line)) return generation;
  }
  return "";
}

/** The last word but one: what the line is about. */
function subjectOf(line: string): string {
  const end = line.lastIndexOf(" ");
  return line.slice(line.lastIndexOf(" ", end - 1) + 1, end);
}
