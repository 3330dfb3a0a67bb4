/** A stretch of a file, read once from front to end in pieces. */
import { BlobsyError } from "../domain/errors.js";
import type { OpenFile } from "../fs/open-file.js";
import { openRegular, throwIfStopped } from "./copy.js";

/** Bytes; what is read at a time. */
export const PIECE = 256 * 1024;

export interface Stretch {
  readonly file: string;
  readonly start: number;
  readonly length: number;
}

/** A hash or a checksum that is being made. */
export interface Fed {
  update(piece: Uint8Array): unknown;
}

/**
 * @throws {BlobsyError} BLOB_CORRUPT when the file is shorter than that, INTERRUPTED; system errors
 */
export async function feed(
  fed: Fed,
  stretch: Stretch,
  signal: AbortSignal | undefined,
): Promise<void> {
  const again = Buffer.allocUnsafeSlow(Math.min(PIECE, stretch.length));
  for await (const piece of pieces(stretch, signal, () => again)) fed.update(piece);
}

/**
 * @param bufferFor where to read the next bytes to, at least `length` if there is room for as many
 * @param onBytes told when a piece has been used
 * @throws as `feed`
 */
export async function* pieces(
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
