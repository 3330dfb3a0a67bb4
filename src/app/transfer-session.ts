/** One remote for the length of one transfer: what is known of it, and how a blob is fetched. */
import { statfs } from "node:fs/promises";
import { BlobsyError, fromErrno, isBlobsyError } from "../domain/errors.js";
import { unlinkIfThere } from "../fs/ops.js";
import type { TransportOptions } from "../transport/transport.js";
import type { Context } from "./context.js";
import type { Proofs, RemoteBlob } from "./proofs.js";
import { sizesOnRemote } from "./remote-presence.js";
import { loadProofs, openRemote, type Remote } from "./remote.js";

export interface SessionOptions {
  readonly signal?: AbortSignal;
  /** Name of the backend; the configured default unless told. */
  readonly backend?: string;
}

/** How many proofs are gathered before they are written. */
const NOTE_EVERY = 100;

export class TransferSession {
  #seen: RemoteBlob[] = [];

  private constructor(
    readonly ctx: Context,
    readonly remote: Remote,
    readonly proofs: Proofs,
    /** How many transfers at a time. */
    readonly concurrency: number,
    readonly signal: AbortSignal | undefined,
  ) {}

  /** @throws {BlobsyError} no remote, no trust, or no answer from it */
  static async start(ctx: Context, { signal, backend }: SessionOptions): Promise<TransferSession> {
    const remote = await openRemote(ctx, backend);
    const proofs = await loadProofs(ctx, remote, signal);
    const { concurrency } = (await ctx.config()).transfer;
    return new TransferSession(ctx, remote, proofs, concurrency, signal);
  }

  options(onBytes?: (bytes: number) => void): TransportOptions {
    return { ...(this.signal ? { signal: this.signal } : {}), ...(onBytes ? { onBytes } : {}) };
  }

  /** The sizes of those objects that are on the remote. @throws {BlobsyError} when it does not answer */
  sizesOf(keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const options = { ...this.options(), concurrency: this.concurrency };
    return sizesOnRemote(this.remote.transport, keys, options);
  }

  /** The remote certainly has this blob. */
  async prove({ key, oid, size }: RemoteBlob): Promise<void> {
    this.#seen.push({ key, oid, size });
    if (this.#seen.length >= NOTE_EVERY) await this.#note();
  }

  /** What was fetched lasts, and what was proven is written down. @throws {BlobsyError} IO */
  async end(): Promise<void> {
    const { store } = this.ctx;
    try {
      await store.settleImports();
    } catch (error) {
      throw fromErrno(error, "keeping what was fetched", store.layout.root);
    } finally {
      await this.#note();
    }
  }

  async #note(): Promise<void> {
    const seen = this.#seen;
    this.#seen = [];
    await this.proofs.add(seen);
    await this.proofs.compact().catch(() => undefined); // a longer file does no harm
  }

  /**
   * Downloads one blob into the store.
   * @throws {BlobsyError} BLOB_MISSING, BLOB_CORRUPT, DISK_FULL, NETWORK ...
   */
  async fetch(blob: RemoteBlob, onBytes?: (bytes: number) => void): Promise<void> {
    const { store } = this.ctx;
    const { key, oid, size } = blob;
    try {
      await store.prepare();
    } catch (error) {
      throw fromErrno(error, "preparing the store", store.layout.root);
    }
    const temp = store.tempPath("download");
    try {
      await assertRoom(store.layout.tmp, size);
      await this.remote.transport.download(key, temp, size, this.options(onBytes));
      await store.importTemp(temp, oid, size);
    } catch (error) {
      await unlinkIfThere(temp).catch(() => undefined); // the first failure is the one to tell
      throw await this.#disproved(key, error);
    }
    await this.prove(blob);
  }

  /** Takes back the proof for what is not there after all, and says what is. */
  async #disproved(key: string, error: unknown): Promise<unknown> {
    if (!isBlobsyError(error)) return error;
    if (error.code !== "NOT_FOUND" && error.code !== "BLOB_CORRUPT") return error;
    try {
      await this.proofs.forget([key]);
    } catch (failure) {
      return fromErrno(failure, "taking back what was known of the remote", key);
    }
    const { url } = this.remote;
    return error.code === "NOT_FOUND"
      ? new BlobsyError("BLOB_MISSING", `${url} has no ${key}`, { cause: error })
      : new BlobsyError("BLOB_CORRUPT", `${url} has something else as ${key}: ${error.message}`, {
          cause: error,
        });
  }
}

/** @throws {BlobsyError} DISK_FULL rather than fill the disk to find out */
async function assertRoom(dir: string, size: number): Promise<void> {
  let free: number;
  try {
    const { bavail, bsize } = await statfs(dir);
    free = bavail * bsize;
  } catch (error) {
    throw fromErrno(error, "looking for room", dir);
  }
  if (size <= free) return;
  throw new BlobsyError("DISK_FULL", `${size} bytes are needed, and ${free} are free`, {
    path: dir,
    next: "df -h .",
  });
}
