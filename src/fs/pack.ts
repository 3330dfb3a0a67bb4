/**
 * Compresses a file, and back, with limits. Streams: no more of it is in memory than a few buffers.
 *
 * A compressed object comes from a remote, so it may be anything: what is decompressed is counted and
 * stopped at the length it must have, and there must be nothing behind its end.
 */
import { createHash, type Hash } from "node:crypto";
import { fstatSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Compression } from "../domain/compression.js";
import { BlobsyError, errnoOf } from "../domain/errors.js";
import { asOid, type Oid } from "../domain/oid.js";
import { ZstdFrame } from "../domain/zstd-frame.js";
import { compressor, decompressor } from "./codec.js";
import { OpenFile } from "./open-file.js";
import { createFile, writeAll } from "./ops.js";
import type { ReadOptions } from "./read-ahead.js";

const PIECE = 256 * 1024;

export interface Packed {
  /** What was read, as it was read. */
  readonly oid: Oid;
  readonly size: number;
  /** Bytes of the compressed file. */
  readonly packedSize: number;
}

/**
 * @param file a regular file; a link at its end is not followed
 * @param dest must not exist; it may hold a part when this fails
 * @param size how many bytes `file` should have: more are not read
 * @throws system errors, {BlobsyError} INTERRUPTED, BLOB_CORRUPT when `file` has another length
 */
export async function packFile(
  file: string,
  dest: string,
  algorithm: Compression,
  size: number,
  options: ReadOptions = {},
): Promise<Packed> {
  const source = OpenFile.toReadItself(file);
  try {
    const hash = createHash("sha256");
    const target = await createFile(dest, 0o600);
    try {
      const found = fstatSync(source.fd).size;
      if (found !== size) throw corrupt(`${file} has ${found} bytes instead of ${size}`);
      let packedSize = 0;
      await pipeline(
        piecesOf(source, size, options),
        hashing(hash),
        await compressor(algorithm, size),
        async (output: AsyncIterable<Buffer>) => {
          for await (const piece of output) {
            await writeAll(target, dest, piece, packedSize);
            packedSize += piece.length;
          }
        },
      );
      return { oid: asOid(hash.digest("hex")), size, packedSize };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/**
 * @param dest must not exist; it may hold a part when this fails. `null` only finds out what it would be
 * @param size how many bytes must come out: it stops as soon as there are more
 * @returns the hash of what came out
 * @throws system errors, {BlobsyError} INTERRUPTED, BLOB_CORRUPT when `file` is not exactly one whole
 *   stream of that many bytes
 */
export async function unpackFile(
  file: string,
  dest: string | null,
  algorithm: Compression,
  size: number,
  options: ReadOptions = {},
): Promise<Oid> {
  const source = OpenFile.toReadItself(file);
  let target: OpenFile | undefined;
  try {
    const packedSize = fstatSync(source.fd).size;
    target = dest === null ? undefined : await createFile(dest, 0o600);
    const hash = createHash("sha256");
    let done = 0;
    const codec = await decompressor(algorithm, size);
    await pipeline(
      piecesOf(source, packedSize, options),
      checking(algorithm, size),
      codec,
      async (output: AsyncIterable<Buffer>) => {
        for await (const piece of output) {
          if (done + piece.length > size) throw corrupt(`there are more than ${size} bytes in it`);
          if (target) await writeAll(target, dest ?? "", piece, done);
          hash.update(piece);
          done += piece.length;
        }
      },
    );
    assertAllUsed(codec, packedSize);
    if (done !== size) throw corrupt(`there are ${done} bytes in it instead of ${size}`);
    return asOid(hash.digest("hex"));
  } catch (error) {
    throw classed(error);
  } finally {
    await target?.close();
    await source.close();
  }
}

async function* piecesOf(
  source: OpenFile,
  size: number,
  { signal, onBytes }: ReadOptions,
): AsyncGenerator<Buffer> {
  for (let at = 0; at < size;) {
    if (signal?.aborted) throw new BlobsyError("INTERRUPTED", "stopped on request");
    const piece = Buffer.allocUnsafe(Math.min(PIECE, size - at));
    const { bytesRead } = await source.read(piece, 0, piece.length, at);
    if (bytesRead === 0) throw corrupt("it became shorter while it was read");
    yield piece.subarray(0, bytesRead);
    onBytes?.(bytesRead);
    at += bytesRead;
  }
}

function hashing(hash: Hash) {
  return async function* (pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      hash.update(piece);
      yield piece;
    }
  };
}

/** Only zstd's structure needs to be followed: of the others Node finds the end by itself. */
function checking(algorithm: Compression, size: number) {
  return async function* (pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const frame = algorithm === "zstd" ? new ZstdFrame(size) : null;
    for await (const piece of pieces) {
      frame?.take(piece);
      yield piece;
    }
    frame?.finish();
  };
}

/** Node passes over what lies behind the end of a gzip or brotli stream, and counts what it used. */
function assertAllUsed(codec: object, packedSize: number): void {
  const used = (codec as { bytesWritten?: unknown }).bytesWritten;
  if (typeof used !== "number" || used === packedSize) return;
  throw corrupt("there are bytes behind its end");
}

/** What a decoder of Node says of data that it cannot read. */
const REFUSALS = /^(?:Z_|ZSTD_|ERR_(?:_ERROR|BROTLI))/;
/** What the pipeline says when a decoder has come to its end and there is more for it. */
const ENDED_EARLY = new Set(["ABORT_ERR", "ERR_STREAM_PREMATURE_CLOSE"]);

function classed(error: unknown): unknown {
  const code = errnoOf(error) ?? "";
  if (ENDED_EARLY.has(code)) return corrupt("there are bytes behind its end", error);
  return REFUSALS.test(code) ? corrupt((error as Error).message, error) : error;
}

function corrupt(why: string, cause?: unknown): BlobsyError {
  return new BlobsyError("BLOB_CORRUPT", `the compressed object is damaged: ${why}`, { cause });
}
