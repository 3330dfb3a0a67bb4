/**
 * A stretch of a file on its way out, with the checksums that the server is to hold it against.
 *
 * `x-amz-content-sha256` is part of the signature: a server that checks signatures checks it, also
 * one that has never heard of `x-amz-checksum-sha256`. Small bodies get an MD5 too, which costs
 * next to nothing and is the one check that some old servers do.
 */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { BlobsyError } from "../domain/errors.js";
import { openRegular, throwIfStopped } from "./copy.js";

/** Up to so many bytes are read at once, and hashed and sent from memory. */
const SMALL = 1024 * 1024;
const PIECE = 256 * 1024;

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

/** @throws {BlobsyError} BLOB_CORRUPT when the file is shorter than that, INTERRUPTED; system errors */
export async function hashStretch(
  stretch: Stretch,
  signal: AbortSignal | undefined,
): Promise<HashedBody> {
  const { length } = stretch;
  const hash = createHash("sha256");
  if (length <= SMALL) {
    const content = await readWhole(stretch, signal);
    const md5 = createHash("md5").update(content).digest("base64");
    return { length, sha256: hash.update(content).digest("hex"), md5, open: () => content };
  }
  for await (const piece of pieces(stretch, signal)) hash.update(piece);
  const open = (onBytes?: (bytes: number) => void): Readable =>
    Readable.from(pieces(stretch, signal, onBytes), { objectMode: false, highWaterMark: PIECE });
  return { length, sha256: hash.digest("hex"), md5: undefined, open };
}

async function readWhole(stretch: Stretch, signal: AbortSignal | undefined): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces(stretch, signal)) all.push(piece);
  return Buffer.concat(all);
}

async function* pieces(
  { file, start, length }: Stretch,
  signal: AbortSignal | undefined,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const handle = await openRegular(file);
  try {
    for (let at = 0; at < length;) {
      throwIfStopped(signal);
      // A buffer for each piece: the socket may hold on to the one before.
      const piece = Buffer.allocUnsafeSlow(Math.min(PIECE, length - at));
      const { bytesRead } = await handle.read(piece, 0, piece.length, start + at);
      if (bytesRead === 0) throw tooShort(file, start + at, start + length);
      at += bytesRead;
      yield piece.subarray(0, bytesRead);
      onBytes?.(bytesRead);
    }
  } finally {
    await handle.close();
  }
}

function tooShort(file: string, found: number, wanted: number): BlobsyError {
  return new BlobsyError("BLOB_CORRUPT", `${found} bytes where ${wanted} were expected: ${file}`, {
    path: file,
  });
}
