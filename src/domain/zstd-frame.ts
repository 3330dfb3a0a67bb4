/**
 * Follows the structure of a zstd stream without decompressing it (RFC 8878, section 3.1), so that
 * every decoder, of Node or of a library, is given the same: one whole frame and nothing behind it,
 * with a window that fits into memory. Some decoders pass over a missing end, or over a second frame.
 */
import { BlobsyError } from "./errors.js";

/** What level 19 of the reference program needs; a decoder allocates as much before any output. */
const MAX_WINDOW = 8 * 1024 * 1024;
const MAX_HEADER = 18;
const MAGIC = 0xfd2fb528;

type State = "header" | "block" | "data" | "checksum" | "end";

export class ZstdFrame {
  readonly #size: number;
  #state: State = "header";
  /** Bytes of a header that came in pieces. */
  #held: Buffer = Buffer.alloc(0);
  /** Bytes of a block's data, or of the checksum, that are still to come. */
  #left = 0;
  #isLast = false;
  #hasChecksum = false;

  /** @param size how many bytes it must say it holds, if it says so */
  constructor(size: number) {
    this.#size = size;
  }

  /** @throws {BlobsyError} BLOB_CORRUPT */
  take(piece: Uint8Array): void {
    let at = 0;
    while (at < piece.length) {
      if (this.#state === "end") throw damaged("there are bytes behind its end");
      at += this.#left > 0 ? this.#skip(piece.length - at) : this.#collect(piece.subarray(at));
    }
  }

  /** @throws {BlobsyError} BLOB_CORRUPT when the end is missing */
  finish(): void {
    if (this.#state !== "end") throw damaged("its end is missing");
  }

  #skip(available: number): number {
    const taken = Math.min(this.#left, available);
    this.#left -= taken;
    if (this.#left === 0) this.#afterData();
    return taken;
  }

  #afterData(): void {
    if (this.#state === "checksum" || !this.#isLast) {
      this.#state = this.#state === "checksum" ? "end" : "block";
    } else {
      this.#state = this.#hasChecksum ? "checksum" : "end";
      this.#left = this.#hasChecksum ? 4 : 0;
    }
  }

  /** Takes bytes until a header is whole. @returns how many */
  #collect(bytes: Uint8Array): number {
    const before = this.#held.length;
    const limit = this.#state === "header" ? MAX_HEADER : 3;
    const held = Buffer.concat([this.#held, bytes.subarray(0, limit - before)]);
    const used = this.#state === "header" ? this.#readHeader(held) : this.#readBlock(held);
    this.#held = used === 0 ? held : Buffer.alloc(0);
    return used === 0 ? held.length - before : used - before;
  }

  /** @returns the header's length, or 0 when there is more of it to come */
  #readHeader(held: Buffer): number {
    if (held.length < 5) return 0;
    if (held.readUInt32LE(0) !== MAGIC) throw damaged("it is no zstd frame");
    const descriptor = held.readUInt8(4);
    const isSingle = (descriptor & 0x20) !== 0;
    const windowBytes = isSingle ? 0 : 1;
    const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
    if ((descriptor & 0x08) !== 0) throw damaged("its header has a bit set that must not be");
    if ((descriptor & 0x03) !== 0) throw damaged("it needs a dictionary");
    const length = 5 + windowBytes + sizeBytes;
    if (held.length < length) return 0;
    const content = readContentSize(held.subarray(5 + windowBytes, length));
    if (content !== null && content !== this.#size) {
      throw damaged(`it says that it holds ${content} bytes instead of ${this.#size}`);
    }
    const window = isSingle ? (content ?? 0) : windowSize(held.readUInt8(5));
    if (window > MAX_WINDOW) throw damaged(`it needs ${window} bytes of memory`);
    this.#hasChecksum = (descriptor & 0x04) !== 0;
    this.#state = "block";
    return length;
  }

  #readBlock(held: Buffer): number {
    if (held.length < 3) return 0;
    const header = held.readUIntLE(0, 3);
    const [isLast, kind, size] = [(header & 1) === 1, (header >> 1) & 3, header >> 3];
    if (kind === 3) throw damaged("it has a block of an unknown kind");
    this.#isLast = isLast;
    this.#state = "data";
    // A block of one repeated byte holds that byte only.
    this.#left = kind === 1 ? 1 : size;
    if (this.#left === 0) this.#afterData();
    return 3;
  }
}

function readContentSize(field: Buffer): number | null {
  if (field.length === 0) return null;
  if (field.length === 1) return field.readUInt8(0);
  if (field.length === 2) return field.readUInt16LE(0) + 256;
  return field.length === 4 ? field.readUInt32LE(0) : Number(field.readBigUInt64LE(0));
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function damaged(why: string): BlobsyError {
  return new BlobsyError("BLOB_CORRUPT", `the compressed object is damaged: ${why}`);
}
