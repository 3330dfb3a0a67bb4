/**
 * Where and how a blob is kept on the remote: its key and its compression, as a ref file says them.
 * In records both are one text, `<key>` or `<key> <compression>`: no key has a blank in it.
 */
import type { Compression, RefFacts } from "./bref.js";
import type { Oid } from "./oid.js";

export interface RemotePlace {
  readonly key: string;
  readonly compressed?: Compression | undefined;
}

/** A blob and its place on the remote. */
export interface RemoteBlob extends RemotePlace {
  readonly oid: Oid;
  /** Bytes of the payload. */
  readonly size: number;
}

export function formatPlace({ key, compressed }: RemotePlace): string {
  return compressed === undefined ? key : `${key} ${compressed}`;
}

export function parsePlace(text: string): RemotePlace {
  const [key = "", compressed] = text.split(" ");
  return isCompression(compressed) ? { key, compressed } : { key };
}

export function placeOf({ remoteKey, compressed }: RefFacts): RemotePlace {
  return compressed === undefined ? { key: remoteKey } : { key: remoteKey, compressed };
}

/** Names a blob at its place: what is known of another blob under the same key is not meant. */
export function blobId(blob: RemoteBlob): string {
  return `${blob.oid} ${formatPlace(blob)}`;
}

/** The blob that a ref file names. */
export function remoteBlobOf(ref: RefFacts): RemoteBlob {
  return { oid: ref.oid, size: ref.size, ...placeOf(ref) };
}

function isCompression(text: string | undefined): text is Compression {
  return text === "zstd" || text === "gzip" || text === "brotli";
}
