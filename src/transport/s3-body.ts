/**
 * A stretch of a file on its way out, with the checksums that the server is to hold it against.
 *
 * `x-amz-content-sha256` is part of the signature: a server that checks signatures checks it, also
 * one that has never heard of `x-amz-checksum-sha256`. Small bodies get an MD5 too, where it costs next to
 * nothing: it is the one check that some old servers do, and takes twice as long as a SHA-256.
 *
 * The hash comes before the bytes, so a stretch is read into memory, hashed and sent from there. Only
 * where there is no room for that is it read twice.
 */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { feed, PIECE, pieces, type Stretch } from "./stretch.js";

const MIB = 1024 * 1024;
/** Up to so many bytes go out in one piece. */
const SMALL = MIB;
/** Up to so many bytes have an MD5. */
const WITH_MD5 = 64 * 1024;
/** As long as a part of any but the largest files. */
const BUFFER = 8 * MIB;
/** As many as there are parts of one object on their way. */
const MOST_BUFFERS = 4;
/** As many small ones are kept at rest. */
const MOST_SMALL = 16;

/** To be filled again: memory that is asked for anew each time makes V8 collect garbage all the time. */
const spare: Buffer[] = [];
const spareSmall: Buffer[] = [];
let made = 0;

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
  send: Send<T>,
): Promise<T> {
  const { length } = stretch;
  if (length <= SMALL) return withSmall(stretch, signal, send);
  const buffer = length <= BUFFER ? takeBuffer() : null;
  if (buffer) return withBuffer(buffer, stretch, signal, send);
  const sha256 = await hashOfStretch(stretch, signal);
  const open = (told?: (bytes: number) => void): Readable => fromFile(stretch, signal, told);
  return send({ length, sha256, md5: undefined, open });
}

type Send<T> = (body: HashedBody) => Promise<T>;

async function withSmall<T>(
  stretch: Stretch,
  signal: AbortSignal | undefined,
  send: Send<T>,
): Promise<T> {
  const { length } = stretch;
  const isTiny = length <= WITH_MD5;
  const buffer = isTiny ? Buffer.allocUnsafe(length) : takeSmall();
  const content = await readInto(buffer.subarray(0, length), stretch, signal);
  const md5 = isTiny ? md5Of(content) : undefined;
  const answer = await send({ length, sha256: hashOf(content), md5, open: () => content });
  if (!isTiny && spareSmall.length < MOST_SMALL) spareSmall.push(buffer);
  return answer;
}

async function withBuffer<T>(
  buffer: Buffer,
  stretch: Stretch,
  signal: AbortSignal | undefined,
  send: Send<T>,
): Promise<T> {
  try {
    const content = await readInto(buffer.subarray(0, stretch.length), stretch, signal);
    const open = (told?: (bytes: number) => void): Readable => fromMemory(content, told);
    const answer = await send({
      length: stretch.length,
      sha256: hashOf(content),
      md5: undefined,
      open,
    });
    spare.push(buffer);
    return answer;
  } catch (error) {
    made -= 1; // a broken connection may still hold on to it
    throw error;
  }
}

function takeSmall(): Buffer {
  return spareSmall.pop() ?? Buffer.allocUnsafeSlow(SMALL);
}

function takeBuffer(): Buffer | null {
  const free = spare.pop();
  if (free) return free;
  if (made >= MOST_BUFFERS) return null;
  made += 1;
  return Buffer.allocUnsafeSlow(BUFFER);
}

async function hashOfStretch(stretch: Stretch, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash("sha256");
  await feed(hash, stretch, signal);
  return hash.digest("hex");
}

function md5Of(content: Buffer): string {
  return createHash("md5").update(content).digest("base64");
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
