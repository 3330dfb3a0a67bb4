/** The stat cache's file: its lines by path, without a string for each, and how it is written anew. */
import { createHash, randomInt } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { errnoOf, fromErrno } from "../domain/errors.js";
import { NameIndex } from "../domain/name-index.js";

const HEADER = "blobsy stat cache 3\n";
const CHECKSUM_BYTES = 65;
const TAB = 0x09;
const NEWLINE = 0x0a;
/** What is handed to the disk at once. */
const CHUNK_BYTES = 256 * 1024;
const SEED = randomInt(2 ** 32);

export class SavedLines {
  private readonly index: NameIndex;

  /** @param bytes the file's, without the header @param checksum the file's last line */
  constructor(
    private readonly bytes: Buffer,
    readonly checksum: string,
  ) {
    this.index = new NameIndex(bytes, startsOf(bytes), TAB, SEED);
  }

  get size(): number {
    return this.index.size;
  }

  has(name: string): boolean {
    return this.index.find(name) !== -1;
  }

  /** What follows the name. */
  line(name: string): string | null {
    const record = this.index.find(name);
    if (record === -1) return null;
    return this.bytes.toString("utf8", this.index.endOf(record) + 1, this.endOfLine(record));
  }

  *names(): Generator<string> {
    for (let record = 0; record < this.index.size; record += 1) yield this.nameOf(record);
  }

  /** Each line as it stands there, with its end. */
  *lines(): Generator<{ name: string; bytes: Buffer }> {
    for (let record = 0; record < this.index.size; record += 1) {
      const bytes = this.bytes.subarray(this.index.startOf(record), this.endOfLine(record) + 1);
      yield { name: this.nameOf(record), bytes };
    }
  }

  private nameOf(record: number): string {
    return this.bytes.toString("utf8", this.index.startOf(record), this.index.endOf(record));
  }

  private endOfLine(record: number): number {
    return this.bytes.indexOf(NEWLINE, this.index.endOf(record));
  }
}

function startsOf(bytes: Buffer): Uint32Array {
  const starts: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const tab = bytes.indexOf(TAB, at);
    const end = bytes.indexOf(NEWLINE, at);
    if (tab === -1 || end === -1) break;
    if (tab > at && tab < end) starts.push(at);
    at = end + 1;
  }
  return Uint32Array.from(starts);
}

/**
 * @param known what was read of it before: it is that again when the checksum is the same
 * @returns nothing, where it is lost, damaged, or not there yet
 * @throws {BlobsyError} PERMISSION, IO when it cannot be read: it would be written anew without its lines
 */
export function readSavedLines(file: string, known: SavedLines | null): SavedLines {
  const bytes = read(file, known?.checksum);
  if (bytes === "known" && known !== null) return known;
  if (!Buffer.isBuffer(bytes)) return new SavedLines(Buffer.alloc(0), "");
  const end = bytes.length - CHECKSUM_BYTES;
  const checksum = bytes.toString("latin1", Math.max(end, 0));
  const isWhole = end >= HEADER.length && checksum === `${checksumOf(bytes.subarray(0, end))}\n`;
  if (!isWhole || bytes.toString("latin1", 0, HEADER.length) !== HEADER) {
    return new SavedLines(Buffer.alloc(0), "");
  }
  return new SavedLines(bytes.subarray(HEADER.length, end), checksum);
}

function read(file: string, knownChecksum: string | undefined): Buffer | "known" | null {
  let fd: number | null = null;
  try {
    fd = openSync(file, "r");
    const { size } = fstatSync(fd);
    const last = readRange(fd, Math.max(0, size - CHECKSUM_BYTES), size);
    return last.toString("latin1") === knownChecksum ? "known" : readRange(fd, 0, size);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw fromErrno(error, "reading what blobsy remembers of this worktree", file);
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

function readRange(fd: number, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(to - from);
  let done = 0;
  while (done < bytes.length) {
    const more = readSync(fd, bytes, done, bytes.length - done, from + done);
    if (more === 0) break;
    done += more;
  }
  return bytes.subarray(0, done);
}

export interface ChangedLines {
  /** Every path with a change. */
  names(): Iterable<string>;
  has(name: string): boolean;
  /** The line it has now, `null` when it is to go. */
  line(name: string): string | null;
}

/** The file with these changes, piece by piece. */
export function* saveLines(saved: SavedLines, changes: ChangedLines): Generator<Buffer> {
  const hash = createHash("sha256");
  let pieces: Buffer[] = [Buffer.from(HEADER)];
  let length = 0;
  const take = (): Buffer => {
    const chunk = Buffer.concat(pieces);
    hash.update(chunk);
    pieces = [];
    length = 0;
    return chunk;
  };
  for (const piece of changed(saved, changes)) {
    pieces.push(piece);
    length += piece.length;
    if (length >= CHUNK_BYTES) yield take();
  }
  const rest = take();
  yield Buffer.concat([rest, Buffer.from(`${hash.digest("hex")}\n`)]);
}

function* changed(saved: SavedLines, changes: ChangedLines): Generator<Buffer> {
  for (const { name, bytes } of saved.lines()) {
    if (!changes.has(name)) yield bytes;
    else yield* lineOf(name, changes);
  }
  for (const name of changes.names()) if (!saved.has(name)) yield* lineOf(name, changes);
}

function* lineOf(name: string, changes: ChangedLines): Generator<Buffer> {
  const line = changes.line(name);
  if (line !== null) yield Buffer.from(`${name}\t${line}\n`);
}

function checksumOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
