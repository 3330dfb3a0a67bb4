/**
 * A stretch of a file on its way out, with the checksums that the server is to hold it against.
 *
 * `x-amz-content-sha256` is part of the signature: a server that checks signatures checks it, also
 * one that has never heard of `x-amz-checksum-sha256`. Small bodies get an MD5 too, which costs
 * next to nothing and is the one check that some old servers do.
 *
 * The hash comes before the bytes, so a stretch is read into memory, hashed and sent from there. Only
 * where there is no room for that is it read twice.
 */
import { createHash, type Hash } from "node:crypto";
import { Readable } from "node:stream";
import { BlobsyError } from "../domain/errors.js";
import type { OpenFile } from "../fs/open-file.js";
import { openRegular, throwIfStopped } from "./copy.js";

/** Up to so many bytes go out in one piece, and have an MD5. */
const SMALL = 1024 * 1024;
const PIECE = 256 * 1024;
/** As long as a part of any but the largest files. */
const BUFFER = 8 * SMALL;
/** As many as there are parts of one object on their way. */
const MOST_BUFFERS = 4;

/** To be filled again: memory that is asked for anew each time makes V8 collect garbage all the time. */
const spare: Buffer[] = [];
let made = 0;

export interface Stretch {
  readonly file: string;
  readonly start: number;
  readonly length: number;
}

export interface HashedBody {
  readonly length: number;
  /** Hex. */
  readonly sha256: string;
  /** Base64; only of what is small. */
  readonly md5: string | undefined;
  /** To be sent once; ask again for another try. */
  open(onBytes?: (bytes: number) => void): Buffer | Readable;
}

/**
 * @param send has the whole body sent when it resolves: its memory is used again then
 * @throws {BlobsyError} BLOB_CORRUPT when the file is shorter than that, INTERRUPTED; system errors;
 *   what `send` throws
 */
export async function withBody<T>(
  stretch: Stretch,
  signal: AbortSignal | undefined,
  send: (body: HashedBody) => Promise<T>,
): Promise<T> {
  const { length } = stretch;
  if (length <= SMALL) {
    const content = await readInto(Buffer.allocUnsafeSlow(length), stretch, signal);
    const md5 = createHash("md5").update(content).digest("base64");
    return send({ length, sha256: hashOf(content), md5, open: () => content });
  }
  const buffer = length <= BUFFER ? takeBuffer() : null;
  if (buffer === null) {
    const sha256 = await hashStretch(stretch, signal);
    return send({
      length,
      sha256,
      md5: undefined,
      open: (told) => fromFile(stretch, signal, told),
    });
  }
  try {
    const content = await readInto(buffer.subarray(0, length), stretch, signal);
    const open = (told?: (bytes: number) => void): Readable => fromMemory(content, told);
    const answer = await send({ length, sha256: hashOf(content), md5: undefined, open });
    spare.push(buffer);
    return answer;
  } catch (error) {
    made -= 1; // a broken connection may still hold on to it
    throw error;
  }
}

/** @returns the hash, hex @throws as `withBody` */
export async function hashStretch(
  stretch: Stretch,
  signal: AbortSignal | undefined,
): Promise<string> {
  const hash = createHash("sha256");
  await feed(hash, stretch, signal);
  return hash.digest("hex");
}

/** @throws as `withBody` */
export async function feed(
  hash: Hash,
  stretch: Stretch,
  signal: AbortSignal | undefined,
): Promise<void> {
  const again = Buffer.allocUnsafeSlow(Math.min(PIECE, stretch.length));
  for await (const piece of pieces(stretch, signal, () => again)) hash.update(piece);
}

function takeBuffer(): Buffer | null {
  const free = spare.pop();
  if (free) return free;
  if (made >= MOST_BUFFERS) return null;
  made += 1;
  return Buffer.allocUnsafeSlow(BUFFER);
}

function hashOf(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

function fromMemory(content: Buffer, onBytes?: (bytes: number) => void): Readable {
  function* slices(): Generator<Buffer> {
    for (let at = 0; at < content.length; at += PIECE) {
      const slice = content.subarray(at, at + PIECE);
      yield slice;
      onBytes?.(slice.length);
    }
  }
  return Readable.from(slices(), { objectMode: false, highWaterMark: PIECE });
}

function fromFile(
  stretch: Stretch,
  signal: AbortSignal | undefined,
  onBytes?: (bytes: number) => void,
): Readable {
  // A buffer for each piece: the socket may hold on to the one before.
  const each = pieces(stretch, signal, (length) => Buffer.allocUnsafeSlow(length), onBytes);
  return Readable.from(each, { objectMode: false, highWaterMark: PIECE });
}

async function readInto(
  buffer: Buffer,
  stretch: Stretch,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  let at = 0;
  const rest = (): Buffer => buffer.subarray(at);
  for await (const piece of pieces(stretch, signal, rest)) at += piece.length;
  return buffer;
}

async function* pieces(
  { file, start, length }: Stretch,
  signal: AbortSignal | undefined,
  bufferFor: (length: number) => Buffer,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const handle = await openRegular(file);
  try {
    for (let at = 0; at < length;) {
      throwIfStopped(signal);
      const piece = await readPiece(handle, bufferFor(Math.min(PIECE, length - at)), {
        at: start + at,
        most: length - at,
      });
      if (piece.length === 0) throw tooShort(file, start + at, start + length);
      at += piece.length;
      yield piece;
      onBytes?.(piece.length);
    }
  } finally {
    await handle.close();
  }
}

async function readPiece(
  handle: OpenFile,
  buffer: Buffer,
  { at, most }: { readonly at: number; readonly most: number },
): Promise<Buffer> {
  const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, most), at);
  return buffer.subarray(0, bytesRead);
}

function tooShort(file: string, found: number, wanted: number): BlobsyError {
  return new BlobsyError("BLOB_CORRUPT", `${found} bytes where ${wanted} were expected: ${file}`, {
    path: file,
  });
}
