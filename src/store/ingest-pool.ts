/**
 * Hashes or ingests many files on all cores. Small batches stay in this process: a worker costs more
 * to start than it saves. Wherever the work is done, many files are under way at once, so that their
 * syncs overlap.
 */
import { existsSync } from "node:fs";
import os from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { BlobsyError, fromReading } from "../domain/errors.js";
import type { FileFacts } from "../domain/file-facts.js";
import type { Oid } from "../domain/oid.js";
import { revive, type PlainError } from "../domain/plain-error.js";
import { hashFile, type ReadOptions } from "../fs/hash.js";
import type { Store } from "./store.js";

/** Files under way at once, over all workers. Each may use two buffers of 1 MiB. */
const IN_FLIGHT = 16;
/** What a worker must have to do to be worth its start of some 40 ms. */
const WORTH_A_WORKER = 48 * 1024 * 1024;
const MAX_WORKERS = 8;

export interface PoolJob {
  /** Absolute path of the payload. */
  readonly file: string;
  /** What it is expected to be long; decides how many cores are worth starting. */
  readonly size: number;
}

export type PoolResult =
  | { readonly ok: true; readonly oid: Oid; readonly size: number; readonly facts: FileFacts }
  | { readonly ok: false; readonly error: BlobsyError };

export interface PoolOptions extends ReadOptions {
  /** Called as each job ends, in no promised order; `index` is the job's. */
  readonly onFile?: ((index: number, result: PoolResult) => void) | undefined;
}

/** What is sent to a worker (hash-worker.ts) and back. */
export type ToWorker = { index: number; file: string } | "stop";
export type FromWorker =
  | { readonly kind: "bytes"; readonly bytes: number }
  | { readonly kind: "done"; readonly index: number; readonly result: WorkerResult };
export type WorkerResult =
  | { readonly ok: true; readonly oid: Oid; readonly size: number; readonly facts: FileFacts }
  | { readonly ok: false; readonly error: PlainError };

/**
 * @returns one result per job, in their order; one file that fails does not stop the others
 * @throws system errors when the names of the new objects cannot be made durable
 */
export async function ingestMany(
  store: Store,
  jobs: readonly PoolJob[],
  options: PoolOptions = {},
): Promise<PoolResult[]> {
  const results = await runMany(store.layout.root, jobs, options, (file, read) =>
    store.ingest(file, { ...read, lasting: "later" }),
  );
  for (const result of results) if (result.ok) store.settleLater(result.oid);
  await store.settle();
  return results;
}

/** As `ingestMany`, without keeping anything. */
export function hashMany(
  jobs: readonly PoolJob[],
  options: PoolOptions = {},
): Promise<PoolResult[]> {
  return runMany(null, jobs, options, hashFile);
}

type Work = (
  file: string,
  options: ReadOptions,
) => Promise<{ oid: Oid; size: number; facts: FileFacts }>;

async function runMany(
  storeRoot: string | null,
  jobs: readonly PoolJob[],
  options: PoolOptions,
  work: Work,
): Promise<PoolResult[]> {
  const count = workerCount(jobs);
  const runners =
    count > 1
      ? Array.from({ length: count }, () => new WorkerRunner(storeRoot, options))
      : [new LocalRunner(work, options)];
  const results = new Array<PoolResult>(jobs.length);
  // Large files first: the last one to end decides how long all take.
  const order = jobs.map((_, index) => index);
  order.sort((a, b) => (jobs[b]?.size ?? 0) - (jobs[a]?.size ?? 0));
  let next = 0;
  const lane = async (runner: Runner): Promise<void> => {
    for (;;) {
      const index = order[next++];
      const job = index === undefined ? undefined : jobs[index];
      if (index === undefined || !job) return;
      const result = await runner.run(index, job.file);
      results[index] = result;
      options.onFile?.(index, result);
    }
  };
  const lanes = Math.max(1, Math.floor(IN_FLIGHT / runners.length));
  try {
    await Promise.all(
      runners.flatMap((runner) => Array.from({ length: lanes }, () => lane(runner))),
    );
  } finally {
    await Promise.all(runners.map((runner) => runner.end()));
  }
  return results;
}

function workerCount(jobs: readonly PoolJob[]): number {
  // Faults are counted per thread, and a sweep wants every operation in one row.
  if (process.env["BLOBSY_FAULTS"] || !existsSync(WORKER)) return 1;
  const bytes = jobs.reduce((sum, { size }) => sum + size, 0);
  const worth = Math.floor(bytes / WORTH_A_WORKER) + 1;
  return Math.min(os.availableParallelism(), jobs.length, worth, MAX_WORKERS);
}

/** Beside the bundle; not there when the sources themselves are run. */
const WORKER = fileURLToPath(new URL("./hash-worker.js", import.meta.url));

interface Runner {
  /** Never rejects. */
  run(index: number, file: string): Promise<PoolResult>;
  end(): Promise<void>;
}

class LocalRunner implements Runner {
  private readonly work: Work;
  private readonly options: PoolOptions;

  constructor(work: Work, options: PoolOptions) {
    this.work = work;
    this.options = options;
  }

  async run(_index: number, file: string): Promise<PoolResult> {
    try {
      if (this.options.signal?.aborted) throw interrupted();
      const { oid, size, facts } = await this.work(file, this.options);
      return { ok: true, oid, size, facts };
    } catch (error) {
      return { ok: false, error: fromReading(error, file) };
    }
  }

  async end(): Promise<void> {}
}

class WorkerRunner implements Runner {
  private readonly worker: Worker;
  private readonly options: PoolOptions;
  private readonly waiting = new Map<number, (result: PoolResult) => void>();
  private failed: BlobsyError | null = null;
  private readonly onAbort = (): void => this.post("stop");

  constructor(storeRoot: string | null, options: PoolOptions) {
    this.options = options;
    this.worker = new Worker(WORKER, { workerData: { storeRoot } });
    this.worker.on("message", (message: FromWorker) => this.take(message));
    this.worker.on("error", (error) => this.failAll(error));
    this.worker.on("exit", () => this.failAll(new Error("a worker thread ended")));
    options.signal?.addEventListener("abort", this.onAbort);
  }

  run(index: number, file: string): Promise<PoolResult> {
    const error = this.options.signal?.aborted ? interrupted() : this.failed;
    if (error) return Promise.resolve({ ok: false, error });
    return new Promise((resolve) => {
      this.waiting.set(index, resolve);
      this.post({ index, file });
    });
  }

  async end(): Promise<void> {
    this.options.signal?.removeEventListener("abort", this.onAbort);
    await this.worker.terminate();
  }

  private post(message: ToWorker): void {
    this.worker.postMessage(message);
  }

  private take(message: FromWorker): void {
    if (message.kind === "bytes") {
      this.options.onBytes?.(message.bytes);
      return;
    }
    const { index, result } = message;
    this.waiting.get(index)?.(result.ok ? result : { ok: false, error: revive(result.error) });
    this.waiting.delete(index);
  }

  private failAll(cause: unknown): void {
    this.failed ??= new BlobsyError("IO", "a worker thread failed", { cause });
    for (const resolve of this.waiting.values()) resolve({ ok: false, error: this.failed });
    this.waiting.clear();
  }
}

function interrupted(): BlobsyError {
  return new BlobsyError("INTERRUPTED", "stopped on request");
}
