/**
 * Blobs that are compressed on the remote. Only there: hash and size in a ref file are always those of
 * the payload, the store holds payloads as they are, and what comes in is checked as a payload.
 */
import type { Compression } from "./bref.js";

export type { Compression } from "./bref.js";

/** What `{compress_suffix}` becomes; the endings that `zstd -d`, `gunzip` and `brotli -d` know. */
export const COMPRESS_SUFFIXES: Readonly<Record<Compression, string>> = {
  zstd: ".zst",
  gzip: ".gz",
  brotli: ".br",
};

/** A payload's length and how it is kept on the remote. */
export interface Packing {
  /** Bytes of the payload. */
  readonly size: number;
  readonly compressed?: Compression | undefined;
}

/**
 * The most bytes its object may have. None of the three formats adds more than one byte in a
 * thousand to what it cannot compress, and a header.
 */
export function maxObjectSize({ size, compressed }: Packing): number {
  return compressed === undefined ? size : size + Math.ceil(size / 64) + 1024;
}

/**
 * Can an object of this length be the whole blob? One that is not compressed is exactly as long as its
 * payload. How long a compressed one is depends on the program that wrote it; that it is not empty
 * and not too long is all that its length says.
 */
export function fitsObjectSize(blob: Packing, objectSize: number): boolean {
  if (blob.compressed === undefined) return objectSize === blob.size;
  return objectSize > 0 && objectSize <= maxObjectSize(blob);
}
