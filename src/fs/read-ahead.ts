/** Reads a file once, front to end, with the next piece on its way while this one is being used. */
import { BlobsyError } from "../domain/errors.js";
import { AT_ONCE, type OpenFile } from "./open-file.js";

/** A payload of 1 MiB, of which there are often many, takes one read. */
const CHUNK = 1024 * 1024 + 4096;
/** Buffers at rest: a million small files must not cost a million large allocations. */
const spare: Buffer[] = [];
const MAX_SPARE = 16;

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of further bytes read; negative when a read has to start again. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Hands every piece to `use`, in order; a buffer is filled again only when `use` has resolved.
 * @param size how long the file was; a read that goes far beyond it stops there, as it has changed
 * @returns how many bytes were read
 * @throws {BlobsyError} INTERRUPTED when the signal fires; system errors as they come
 */
export async function readAhead(
  handle: OpenFile,
  size: number,
  use: (piece: Buffer, position: number) => Promise<void> | void,
  options: ReadOptions = {},
): Promise<number> {
  // One byte more than there should be, so that a single read finds the end of a small file.
  const length = Math.min(size + 1, CHUNK);
  let current = takeBuffer(length);
  let other: Buffer | null = null;
  let position = 0;
  let pending = handle.read(current, 0, length, 0);
  try {
    for (;;) {
      const { bytesRead } = await pending;
      if (bytesRead === 0) return position;
      assertRunning(options.signal);
      const piece = current.subarray(0, bytesRead);
      const start = position;
      position += bytesRead;
      const isLast = position > size || (position === size && bytesRead < length);
      other ??= isLast ? null : takeBuffer(length);
      if (!isLast && other) pending = handle.read(other, 0, length, position);
      // A rejection must not go unheard while `use` is being waited for.
      pending.catch(() => undefined);
      await use(piece, start);
      options.onBytes?.(bytesRead);
      if (isLast || !other) return position;
      [current, other] = [other, current];
    }
  } finally {
    await pending.catch(() => undefined); // it still writes into a buffer until it is done
    giveBack(current);
    if (other) giveBack(other);
  }
}

function takeBuffer(length: number): Buffer {
  if (length <= AT_ONCE) return Buffer.allocUnsafe(length);
  return spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK);
}

function giveBack(buffer: Buffer): void {
  if (buffer.length === CHUNK && spare.length < MAX_SPARE) spare.push(buffer);
}

function assertRunning(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new BlobsyError("INTERRUPTED", "stopped on request");
}
