/**
 * What a part of a download is known by when another process goes on with it. It tells bytes that were
 * written from a file that a power cut left long and empty; whether they are the right ones the SHA-256
 * of the whole says, which is made in any case. So the cheapest will do: where Node has a CRC-32 (20.15
 * and later; RFC 1952, 8) it costs a tenth of a second SHA-256 over everything.
 */
import { createHash } from "node:crypto";
import * as zlib from "node:zlib";
import { feed, type Fed, type Stretch } from "./stretch.js";

type Crc32 = (data: Uint8Array, before?: number) => number;

const crc32 = (zlib as { readonly crc32?: Crc32 }).crc32;
const CRC = "crc32:";
const SHA = "sha256:";

export interface PartChecksum extends Fed {
  /** A word that names its kind. */
  digest(): string;
}

/** The one to note parts by, on this Node. */
export function partChecksum(): PartChecksum {
  return crc32 ? new Crc(crc32) : new Sha();
}

/** @returns whether a stretch of a file still has the checksum that was noted @throws as `feed` */
export async function hasChecksum(
  noted: string,
  stretch: Stretch,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const found = likeThat(noted);
  if (!found) return false;
  await feed(found, stretch, signal);
  return found.digest() === noted;
}

/** @returns one of the kind that was noted; `null` when this Node does not have it, or nobody knows it */
export function likeThat(noted: string): PartChecksum | null {
  if (noted.startsWith(CRC)) return crc32 ? new Crc(crc32) : null;
  return noted.startsWith(SHA) ? new Sha() : null;
}

class Crc implements PartChecksum {
  #value = 0;

  constructor(private readonly next: Crc32) {}

  update(piece: Uint8Array): void {
    this.#value = this.next(piece, this.#value);
  }

  digest(): string {
    return `${CRC}${this.#value.toString(16).padStart(8, "0")}`;
  }
}

class Sha implements PartChecksum {
  readonly #hash = createHash("sha256");

  update(piece: Uint8Array): void {
    this.#hash.update(piece);
  }

  digest(): string {
    return `${SHA}${this.#hash.digest("hex")}`;
  }
}
