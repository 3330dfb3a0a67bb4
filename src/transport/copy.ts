/** Copies one file's bytes with a limit, progress and a way to stop. */
import { createHash, type Hash } from "node:crypto";
import { fstatSync } from "node:fs";
import { BlobsyError } from "../domain/errors.js";
import { asOid } from "../domain/oid.js";
import { createFile, syncFile, writeAll, chmod } from "../fs/ops.js";
import { OpenFile } from "../fs/open-file.js";
import { readAhead } from "../fs/read-ahead.js";
import type { TransportOptions } from "./transport.js";

/** @throws {BlobsyError} INTERRUPTED when `signal` is aborted */
export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new BlobsyError("INTERRUPTED", "the transfer was stopped", { cause: signal.reason });
}

/**
 * Opens a regular file to read. A link is not followed, and a FIFO does not make us wait.
 * @throws system errors, and {BlobsyError} IO when it is no regular file
 */
export async function openRegular(file: string): Promise<OpenFile> {
  const handle = OpenFile.toReadItself(file);
  try {
    if (fstatSync(handle.fd).isFile()) return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  throw notRegular(file);
}

export function notRegular(file: string): BlobsyError {
  return new BlobsyError("IO", `not a regular file: ${file}`, { path: file });
}

export interface CopyOptions extends TransportOptions {
  /** Stop with BLOB_CORRUPT as soon as there is more. */
  readonly maxBytes: number;
  /** Permission bits of the new file, and whether it must be durable. */
  readonly mode?: number;
  readonly durable?: boolean;
}

/**
 * Writes the bytes of `from` into the new file `to`.
 * @returns how many there were
 * @throws system errors and {BlobsyError} BLOB_CORRUPT, INTERRUPTED; `to` may then hold a part
 */
export async function copyBytes(from: OpenFile, to: string, options: CopyOptions): Promise<number> {
  const hash = options.onHashed ? createHash("sha256") : null;
  const copied = await copyInto(from, to, hash, options);
  if (hash) options.onHashed?.(asOid(hash.digest("hex")));
  return copied;
}

async function copyInto(
  from: OpenFile,
  to: string,
  hash: Hash | null,
  options: CopyOptions,
): Promise<number> {
  const target = await createFile(to);
  try {
    const copied = await pump(from, target, to, hash, options);
    if (options.mode !== undefined) await chmod(target, to, options.mode);
    if (options.durable) await syncFile(target, to);
    return copied;
  } finally {
    await target.close();
  }
}

async function pump(
  from: OpenFile,
  target: OpenFile,
  to: string,
  hash: Hash | null,
  { maxBytes, signal, onBytes }: CopyOptions,
): Promise<number> {
  const write = async (piece: Buffer, at: number): Promise<void> => {
    throwIfStopped(signal);
    if (at + piece.length > maxBytes) throw tooLong(maxBytes);
    const written = writeAll(target, to, piece, at);
    hash?.update(piece); // while the kernel copies
    await written;
  };
  throwIfStopped(signal);
  return readAhead(from, maxBytes, write, { onBytes });
}

export function tooLong(maxBytes: number): BlobsyError {
  return new BlobsyError("BLOB_CORRUPT", `more than the expected ${maxBytes} bytes are there`);
}

export function wrongSize(file: string, found: number, wanted: number): BlobsyError {
  return new BlobsyError("BLOB_CORRUPT", `${found} bytes where ${wanted} were expected: ${file}`, {
    path: file,
  });
}
