/** One remote for the length of one transfer: what is known of it, and how a blob is fetched. */
import { setMaxListeners } from "node:events";
import { statfsSync } from "node:fs";
import { maxObjectSize } from "../domain/compression.js";
import { BlobsyError, fromErrno, isBlobsyError } from "../domain/errors.js";
import type { Oid } from "../domain/oid.js";
import { unlinkIfThere } from "../fs/ops.js";
import { checkArrived } from "../store/arrived.js";
import { Lanes } from "../transport/lanes.js";
import type { TransportOptions } from "../transport/transport.js";
import type { Context } from "./context.js";
import { Pace } from "./pace.js";
import type { Proofs, RemoteBlob } from "./proofs.js";
import { sizesOnRemote } from "./remote-presence.js";
import { loadProofs, openRemote, type Remote } from "./remote.js";

export interface SessionOptions {
  readonly signal?: AbortSignal;
  /** Name of the backend; the configured default unless told. */
  readonly backend?: string;
  /** Of this remote, where its generation was asked for just before. */
  readonly proofs?: Proofs | undefined;
}

/** How many proofs are gathered before they are written. */
const NOTE_EVERY = 100;
/** The most that a remote which gains by more is asked at a time. */
const MOST_AT_ONCE = 48;

export class TransferSession {
  #seen: RemoteBlob[] = [];
  readonly #room = new FreeRoom();

  private constructor(
    readonly ctx: Context,
    readonly remote: Remote,
    readonly proofs: Proofs,
    /** How many transfers at a time. */
    readonly pace: Pace,
    readonly signal: AbortSignal | undefined,
    /** Where many blobs wait for one run of a program: how many are worked at on this machine. */
    private readonly steps: Lanes | null,
  ) {}

  /** What costs this machine something (hashing, compressing) is done for a few blobs at a time. */
  step<T>(work: () => Promise<T>): Promise<T> {
    return this.steps ? this.steps.run(work) : work();
  }

  /** @throws {BlobsyError} no remote, no trust, or no answer from it */
  static async start(ctx: Context, options: SessionOptions): Promise<TransferSession> {
    const { signal, backend } = options;
    // Each request under way listens to it, and Node warns of more than ten.
    if (signal) setMaxListeners(0, signal);
    const remote = await openRemote(ctx, backend);
    const proofs = options.proofs ?? (await loadProofs(ctx, remote, signal));
    const { concurrency, isChosen } = (await ctx.config()).transfer;
    // Where the user has said how many, and where the disk is the limit, there is nothing to find out.
    const adapts = remote.transport.capabilities.scales === true && !isChosen;
    const { together } = remote.transport.capabilities;
    const start = together ?? concurrency;
    const pace = new Pace({ start, most: adapts ? MOST_AT_ONCE : start });
    const steps = together === undefined ? null : new Lanes(concurrency);
    return new TransferSession(ctx, remote, proofs, pace, signal, steps);
  }

  options(onBytes?: (bytes: number) => void): TransportOptions {
    return {
      ...(this.signal ? { signal: this.signal } : {}),
      ...(onBytes ? { onBytes } : {}),
      onThrottled: () => this.pace.throttled(performance.now()),
    };
  }

  /** The sizes of those objects that are on the remote. @throws {BlobsyError} when it does not answer */
  sizesOf(keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const options = { ...this.options(), concurrency: this.pace.width };
    return sizesOnRemote(this.remote.transport, keys, options);
  }

  /** The remote certainly has this blob. */
  async prove({ key, oid, size, compressed }: RemoteBlob): Promise<void> {
    this.#seen.push({ key, oid, size, compressed });
    if (this.#seen.length >= NOTE_EVERY) await this.#note();
  }

  /** What was fetched lasts, and what was proven is written down. @throws {BlobsyError} IO */
  async end(): Promise<void> {
    const { store } = this.ctx;
    try {
      await store.settle();
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
   * Downloads one blob into the store, unless `take` takes it.
   * @throws {BlobsyError} BLOB_MISSING, BLOB_CORRUPT, DISK_FULL, NETWORK ...
   */
  async fetch(
    blob: RemoteBlob,
    onBytes?: (bytes: number) => void,
    take?: (file: string) => Promise<boolean>,
  ): Promise<void> {
    const { store } = this.ctx;
    const { key, oid, size } = blob;
    try {
      await store.prepare();
    } catch (error) {
      throw fromErrno(error, "preparing the store", store.layout.root);
    }
    const temp = store.tempPath("download");
    const meter = new PayloadMeter(size, onBytes);
    let file = temp;
    try {
      this.#room.take(store.layout.tmp, size);
      const hashed: Oid[] = [];
      const onHashed = (found: Oid): void => void hashed.push(found);
      const options = { ...this.options(meter.onBytes), oid, onHashed };
      await this.remote.transport.download(key, temp, maxObjectSize(blob), options);
      await this.step(async () => {
        file = await this.#unpacked(blob, temp);
        // Of a compressed object that is the object's hash, and the file is read.
        let known = file === temp ? (hashed[0] ?? null) : null;
        if (take) {
          await checkArrived(file, { oid, size }, known);
          known = oid;
        }
        if (!(await take?.(file))) await store.importTemp(file, { oid, size }, known);
      });
      meter.finish();
    } catch (error) {
      await unlinkIfThere(file).catch(() => undefined); // the first failure is the one to tell
      throw await this.#disproved(key, error);
    }
    await this.prove(blob);
  }

  /**
   * Downloads one object as it is on the remote, into a temporary file of the store.
   * @param known.size its length, where that was asked for: a compressed one needs less room
   * @throws {BlobsyError} as `fetch`: it is the right blob, or an error
   */
  async fetchObject(
    blob: RemoteBlob,
    known: { readonly size?: number; readonly onBytes?: (bytes: number) => void } = {},
  ): Promise<{ file: string; size: number }> {
    const { store } = this.ctx;
    await store.prepare();
    const temp = store.tempPath("object");
    try {
      this.#room.take(store.layout.tmp, known.size ?? blob.size);
      const { transport } = this.remote;
      const options = this.options(known.onBytes);
      await transport.download(blob.key, temp, maxObjectSize(blob), options);
      const size = await this.#checked(blob, temp);
      return { file: temp, size };
    } catch (error) {
      await unlinkIfThere(temp).catch(() => undefined);
      const told = await this.#disproved(blob.key, error);
      throw fromErrno(told, `fetching ${blob.key}`, temp);
    }
  }

  /** @returns its length @throws {BlobsyError} BLOB_CORRUPT when it is not the blob */
  async #checked({ oid, size, compressed }: RemoteBlob, file: string): Promise<number> {
    const { hashFile } = await import("../fs/hash.js");
    const found = await hashFile(file, { signal: this.signal });
    let content = found.oid;
    if (compressed !== undefined) {
      const { unpackFile } = await import("../fs/pack.js");
      content = await unpackFile(file, null, compressed, size, { signal: this.signal });
    } else if (found.size !== size) {
      throw new BlobsyError("BLOB_CORRUPT", `${found.size} bytes instead of ${size}`);
    }
    if (content !== oid) throw new BlobsyError("BLOB_CORRUPT", `its hash is ${content}`);
    return found.size;
  }

  /** @returns the file with the payload's bytes, as far as the object has them; `temp` is it, or gone */
  async #unpacked({ size, compressed }: RemoteBlob, temp: string): Promise<string> {
    if (compressed === undefined) return temp;
    const { store } = this.ctx;
    const { unpackFile } = await import("../fs/pack.js");
    const plain = store.tempPath("unpacked");
    try {
      this.#room.take(store.layout.tmp, size);
      await unpackFile(temp, plain, compressed, size, { signal: this.signal });
      await unlinkIfThere(temp);
      return plain;
    } catch (error) {
      await unlinkIfThere(plain).catch(() => undefined);
      throw fromErrno(error, "decompressing", plain);
    }
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

/**
 * Progress is told in bytes of payloads. How many of them an object of another length stands for shows
 * at its end only: until then its own are told, and then the rest.
 */
export class PayloadMeter {
  #left: number;

  constructor(
    size: number,
    private readonly tell: (bytes: number) => void = () => undefined,
  ) {
    this.#left = size;
  }

  readonly onBytes = (bytes: number): void => {
    const more = Math.min(bytes, this.#left);
    this.#left -= more;
    if (more > 0) this.tell(more);
  };

  finish(): void {
    this.onBytes(this.#left);
  }
}

/** How long an answer about the disk is good for; what was taken since is reckoned off. */
const ROOM_MS = 500;

class FreeRoom {
  #free = 0;
  #askedAt = -Infinity;

  /** @throws {BlobsyError} DISK_FULL rather than fill the disk to find out */
  take(dir: string, size: number): void {
    const now = performance.now();
    if (size > this.#free || now - this.#askedAt > ROOM_MS) {
      this.#free = freeBytes(dir);
      this.#askedAt = now;
    }
    if (size > this.#free) {
      const message = `${size} bytes are needed, and ${this.#free} are free`;
      throw new BlobsyError("DISK_FULL", message, { path: dir, next: "df -h ." });
    }
    this.#free -= size;
  }
}

function freeBytes(dir: string): number {
  try {
    const { bavail, bsize } = statfsSync(dir);
    return bavail * bsize;
  } catch (error) {
    throw fromErrno(error, "looking for room", dir);
  }
}
