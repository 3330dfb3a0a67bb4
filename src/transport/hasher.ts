/**
 * A SHA-256 over stretches of files, in this thread or, for what is large, in another: the thread that
 * talks to the server has enough to do with that.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import os from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { BlobsyError } from "../domain/errors.js";
import { revive, type PlainError } from "../domain/plain-error.js";
import { throwIfStopped } from "./copy.js";
import { feed, type Stretch } from "./stretch.js";

export interface Hasher {
  /** One after the other. @throws {BlobsyError} BLOB_CORRUPT when the file is too short, INTERRUPTED, IO */
  add(stretch: Stretch, signal: AbortSignal | undefined): Promise<void>;
  /** @returns hex */
  digest(): Promise<string>;
  /** It is not needed any more. */
  drop(): void;
}

/** What is sent to the thread (hash-thread.ts) and back: each request has its answer. */
export type ToThread = { readonly request: number; readonly hash: number } & (
  { readonly kind: "add"; readonly stretch: Stretch } | { readonly kind: "digest" | "drop" }
);
export interface FromThread {
  readonly request: number;
  readonly digest?: string;
  readonly error?: PlainError;
}

/** Bytes; for fewer it is not worth its start of some 40 ms. */
const WORTH_A_THREAD = 48 * 1024 * 1024;
/** Beside the bundle; not there when the sources themselves are run. */
const THREAD = fileURLToPath(new URL("./hash-thread.js", import.meta.url));

/** @param size of all that will be added, in bytes */
export function hasherFor(size: number): Hasher {
  const isWorth = size >= WORTH_A_THREAD && os.availableParallelism() > 1 && existsSync(THREAD);
  return isWorth ? new ThreadHasher() : new LocalHasher();
}

class LocalHasher implements Hasher {
  readonly #hash = createHash("sha256");

  async add(stretch: Stretch, signal: AbortSignal | undefined): Promise<void> {
    await feed(this.#hash, stretch, signal);
  }

  async digest(): Promise<string> {
    return this.#hash.digest("hex");
  }

  drop(): void {}
}

class ThreadHasher implements Hasher {
  readonly #thread = HashThread.shared();
  readonly #hash = this.#thread.newHash();

  async add(stretch: Stretch, signal: AbortSignal | undefined): Promise<void> {
    throwIfStopped(signal);
    await this.#thread.ask({ kind: "add", hash: this.#hash, stretch });
    throwIfStopped(signal);
  }

  async digest(): Promise<string> {
    const { digest } = await this.#thread.ask({ kind: "digest", hash: this.#hash });
    if (digest === undefined) throw new Error("a thread gave no hash");
    return digest;
  }

  drop(): void {
    void this.#thread.ask({ kind: "drop", hash: this.#hash }).catch(() => undefined);
  }
}

type Question =
  | { readonly kind: "add"; readonly hash: number; readonly stretch: Stretch }
  | { readonly kind: "digest" | "drop"; readonly hash: number };

interface Waiting {
  readonly resolve: (answer: FromThread) => void;
  readonly reject: (error: unknown) => void;
}

/** One for all transfers of this process. It keeps the process running only while it is asked something. */
class HashThread {
  static #shared: HashThread | null = null;
  readonly #worker = new Worker(THREAD);
  readonly #waiting = new Map<number, Waiting>();
  #requests = 0;
  #hashes = 0;
  #failure: BlobsyError | null = null;

  static shared(): HashThread {
    return (HashThread.#shared ??= new HashThread());
  }

  private constructor() {
    this.#worker.unref();
    this.#worker.on("message", (answer: FromThread) => this.#take(answer));
    this.#worker.on("error", (error) => this.#fail(error));
    this.#worker.on("exit", () => this.#fail(new Error("a thread that hashes ended")));
  }

  newHash(): number {
    return (this.#hashes += 1);
  }

  ask(question: Question): Promise<FromThread> {
    if (this.#failure) return Promise.reject(this.#failure);
    const request = (this.#requests += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ ...question, request } satisfies ToThread);
    });
  }

  #take(answer: FromThread): void {
    const waiting = this.#waiting.get(answer.request);
    this.#waiting.delete(answer.request);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (answer.error) waiting?.reject(revive(answer.error));
    else waiting?.resolve(answer);
  }

  /** Whoever needs one next gets another. */
  #fail(error: unknown): void {
    if (HashThread.#shared === this) HashThread.#shared = null;
    this.#failure ??= new BlobsyError("IO", "a thread that hashes has failed", { cause: error });
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}
