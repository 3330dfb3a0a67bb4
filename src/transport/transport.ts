import type { BlobsyError } from "../domain/errors.js";
import type { Oid } from "../domain/oid.js";

/**
 * A transport moves whole blobs between local files and one remote. It is dumb on purpose: it owns
 * no state, makes no decision, and is believed in nothing. Callers hash what comes in, and ask again
 * for the size of what went out.
 *
 * The promises every transport keeps (test/contract/transport.ts checks each):
 *
 * - A key is opaque and already checked (domain/remote-key.ts); a transport never interprets it
 *   beyond placing it under its own prefix.
 * - `upload` has returned: a later `has` from any process says so, with the right size, and the
 *   object survives a crash of this machine. It may be called twice with the same bytes, also at
 *   the same time. A reader sees the old object, the whole new one, or none; never a part.
 * - An object of another size under the same key (a damaged or truncated one) is replaced by
 *   `upload`; one of the same size may be left.
 * - `download` writes exactly the object's bytes into `dest`, a path that does not exist yet, and
 *   stops with BLOB_CORRUPT as soon as more than `maxBytes` arrive. It does not verify the hash.
 *   On failure `dest` may hold a part; the caller removes it.
 * - A key that is not there is `null` from `has`, NOT_FOUND from `download`, and no error for
 *   `remove`.
 * - Failures are BlobsyErrors of the classes CREDENTIALS, PERMISSION, NOT_FOUND, THROTTLED, NETWORK,
 *   DISK_FULL, BLOB_CORRUPT, IO. THROTTLED and NETWORK are worth repeating; the others are final.
 *   INTERRUPTED is thrown when the caller's signal was aborted.
 * - A remote that cannot be reached is a failure, never "there is no such object".
 */
export interface Transport {
  /** Stable text that names this remote in records ("local:/srv/blobs"); holds no secret. */
  readonly id: string;
  readonly capabilities: TransportCapabilities;

  /** Size in bytes of the object, or `null` when there is none. */
  has(key: string, options?: TransportOptions): Promise<{ size: number } | null>;
  upload(key: string, file: string, size: number, options?: TransportOptions): Promise<void>;
  download(key: string, dest: string, maxBytes: number, options?: TransportOptions): Promise<void>;
  /**
   * Every object whose key starts with `prefix`, in no promised order. Our own objects (below) are
   * among them only when `prefix` starts with `RESERVED_PREFIX`.
   */
  list(prefix: string, options?: TransportOptions): AsyncIterable<RemoteObject>;
  remove(key: string, options?: TransportOptions): Promise<void>;
  /** Resolves when the remote can be reached and read. */
  check(options?: TransportOptions): Promise<void>;
  /**
   * A token that changes whenever garbage collection deleted something, or the remote was made anew
   * where that shows; starts with "0" where it never ran. Compare it, and read nothing into it.
   * What was once seen on the remote is only known to be there while this stays the same.
   */
  generation(options?: TransportOptions): Promise<string>;
  /**
   * Uploads that were begun and neither finished nor given up, whoever began them. Absent where they
   * leave nothing behind that takes up room and no listing shows.
   */
  unfinished?(options?: TransportOptions): AsyncIterable<UnfinishedUpload>;
  /** Gives one up. One that is gone is no error; one that is still being sent then fails. */
  abandon?(upload: UnfinishedUpload, options?: TransportOptions): Promise<void>;
}

export interface UnfinishedUpload {
  readonly key: string;
  /** The remote's name for it. */
  readonly id: string;
  /** By this machine's clock, milliseconds since the epoch; NaN where the remote does not say. */
  readonly begunAt: number;
}

export interface TransportCapabilities {
  readonly list: boolean;
  readonly write: boolean;
  /** Reading an object back costs no network: worth doing before a last copy is given up. */
  readonly isNear?: boolean;
  /** More requests at a time may bring more: what a transfer waits for is the way, not the disk. */
  readonly scales?: boolean;
  /** So many transfers that are asked for side by side go in one run of a program. */
  readonly together?: number;
}

export interface TransportOptions {
  readonly signal?: AbortSignal | undefined;
  /** The payload's SHA-256, where one is moved: for whoever is told of it. It proves nothing. */
  readonly oid?: Oid;
  /** Called with the number of further bytes moved. */
  readonly onBytes?: (bytes: number) => void;
  /**
   * Called by a `download` that hashed what it wrote, as the last thing before it returns. Others leave
   * it: the caller then reads the file.
   */
  readonly onHashed?: (oid: Oid) => void;
  /** Called when the remote asks to slow down and the request is going to be repeated. */
  readonly onThrottled?: () => void;
  /** Called before a request is repeated, with what made it fail. */
  readonly onRetry?: (error: BlobsyError) => void;
}

export interface RemoteObject {
  readonly key: string;
  readonly size: number;
}

/** Our own objects on a remote live under this prefix, which no payload key can name. */
export const RESERVED_PREFIX = ".blobsy/";
