/** Streams that compress and decompress, the same on every version of Node. */
import type { Transform } from "node:stream";
import zlib from "node:zlib";
import type { Compression } from "../domain/compression.js";

/** Of each what its own program takes by default, or near it: fast enough to keep up with a network. */
const ZSTD_LEVEL = 3;
const GZIP_LEVEL = 6;
const BROTLI_QUALITY = 4;
/** 8 MiB, as domain/zstd-frame.ts checks it. */
const ZSTD_WINDOW_LOG = 23;
const CHUNK = 128 * 1024;

/** @param size how many bytes will come */
export async function compressor(algorithm: Compression, size: number): Promise<Transform> {
  switch (algorithm) {
    case "gzip":
      return zlib.createGzip({ level: GZIP_LEVEL, chunkSize: CHUNK });
    case "brotli":
      return zlib.createBrotliCompress({
        chunkSize: CHUNK,
        params: {
          [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
          [zlib.constants.BROTLI_PARAM_SIZE_HINT]: Math.min(size, 2 ** 30),
        },
      });
    case "zstd":
      return (
        nativeZstd()?.createZstdCompress({ chunkSize: CHUNK, pledgedSrcSize: size }) ??
        (await import("./zstd-wasm.js")).wasmCompressor(ZSTD_LEVEL)
      );
  }
}

/** @param maxBytes after so many bytes it may stop giving more */
export async function decompressor(algorithm: Compression, maxBytes: number): Promise<Transform> {
  switch (algorithm) {
    case "gzip":
      return zlib.createGunzip({ chunkSize: CHUNK });
    case "brotli":
      return zlib.createBrotliDecompress({ chunkSize: CHUNK });
    case "zstd":
      return (
        nativeZstd()?.createZstdDecompress({
          chunkSize: CHUNK,
          params: { [ZSTD_D_WINDOW_LOG_MAX]: ZSTD_WINDOW_LOG },
        }) ?? (await import("./zstd-wasm.js")).wasmDecompressor(maxBytes)
      );
  }
}

/** A quick look at how far bytes can be compressed. @returns how many are left of them */
export function sampleCompressed(bytes: Uint8Array): number {
  return zlib.deflateRawSync(bytes, { level: 1 }).length;
}

/** The number of libzstd's ZSTD_d_windowLogMax; Node 20 does not name it. */
const ZSTD_D_WINDOW_LOG_MAX = 100;

/** What Node has from 22.15 and 23.8 on. */
interface NativeZstd {
  createZstdCompress(options: { chunkSize: number; pledgedSrcSize: number }): Transform;
  createZstdDecompress(options: { chunkSize: number; params: Record<number, number> }): Transform;
}

/** @returns null on a version without it */
function nativeZstd(): NativeZstd | null {
  return "createZstdCompress" in zlib ? (zlib as unknown as NativeZstd) : null;
}
