/**
 * Runs transfers side by side, and keeps one file's failure its own. Only when the remote, or the
 * disk, has failed several times in a row are the rest not tried: they would all wait and fail too.
 */
import PQueue from "p-queue";
import { BlobsyError, isBlobsyError, type ErrorCode } from "../domain/errors.js";
import type { Oid } from "../domain/oid.js";
import type { RemoteBlob } from "../domain/remote-place.js";
import type { Pace } from "./pace.js";
import type { ProgressTask, Reporter } from "./reporter.js";

/** A blob to be moved, and why. */
export interface WantedBlob extends RemoteBlob {
  /** The payload it is for, as messages name it. */
  readonly path?: string | undefined;
}

export interface TransferFailure<W extends WantedBlob = WantedBlob> {
  readonly key: string;
  readonly oid: Oid;
  readonly path: string | undefined;
  readonly error: BlobsyError;
  /** What was asked for: of several for one blob, each has its own failure. */
  readonly wanted: W;
}

export interface TransferReport<W extends WantedBlob = WantedBlob> {
  /** How many blobs were moved, and their bytes. */
  readonly done: number;
  readonly bytes: number;
  /** How many needed no move. */
  readonly skipped: number;
  readonly failed: readonly TransferFailure<W>[];
}

/** One blob, with everybody who asked for it. */
export interface Job<W extends WantedBlob = WantedBlob> extends RemoteBlob {
  readonly wanted: readonly [W, ...W[]];
}

const OUT_OF_REACH: ReadonlySet<ErrorCode> = new Set(["CREDENTIALS", "NETWORK", "DISK_FULL"]);
const FAILURES_IN_A_ROW = 3;

/** What came of a set of transfers, as it comes. */
export class Tally<W extends WantedBlob> {
  done = 0;
  bytes = 0;
  skipped = 0;
  readonly failed: TransferFailure<W>[] = [];
  #inARow = 0;
  #hopeless: BlobsyError | null = null;

  /** The reason not to try any more; null while there is hope. */
  get hopeless(): BlobsyError | null {
    return this.#hopeless;
  }

  succeed(result: "moved" | "skipped", size: number): void {
    this.#inARow = 0;
    if (result === "skipped") {
      this.skipped += 1;
    } else {
      this.done += 1;
      this.bytes += size;
    }
  }

  fail(wanted: readonly W[], error: BlobsyError): void {
    for (const one of wanted) {
      this.failed.push({ key: one.key, oid: one.oid, path: one.path, error, wanted: one });
    }
    this.#inARow = OUT_OF_REACH.has(error.code) ? this.#inARow + 1 : 0;
    if (this.#inARow >= FAILURES_IN_A_ROW || error.code === "INTERRUPTED") this.#hopeless ??= error;
  }

  /** One that was counted as moved has not arrived after all. */
  takeBack({ wanted, size }: Job<W>, error: BlobsyError): void {
    this.done -= 1;
    this.bytes -= size;
    this.fail(wanted, error);
  }

  report(): TransferReport<W> {
    const { done, bytes, skipped, failed } = this;
    return { done, bytes, skipped, failed };
  }
}

export interface QueueOptions<W extends WantedBlob> {
  /** How many at a time; told of each that was moved. */
  readonly pace: Pace;
  readonly reporter: Reporter;
  /** What is being done, for the progress display. */
  readonly task: string;
  readonly move: Move<W>;
}

/**
 * Moves one blob, telling of bytes as they go.
 * @returns "skipped" when it turned out to be there
 * @throws {BlobsyError} why it could not be moved
 */
export type Move<W extends WantedBlob> = (
  job: Job<W>,
  onBytes: (bytes: number) => void,
) => Promise<"moved" | "skipped">;

/** Jobs that wait in the queue itself. */
const WAITING = 64;

/** @throws only what is our own mistake; a BlobsyError is its job's failure, noted in `tally` */
export async function runTransfers<W extends WantedBlob>(
  jobs: readonly Job<W>[],
  tally: Tally<W>,
  { pace, reporter, task, move }: QueueOptions<W>,
): Promise<void> {
  if (jobs.length === 0) return;
  const bytes = jobs.reduce((sum, job) => sum + job.size, 0);
  const progress = reporter.progress(task, { files: jobs.length, bytes });
  const queue = new PQueue({ concurrency: pace.width });
  const run = async (job: Job<W>): Promise<void> => {
    if (await runOne(job, tally, progress, move)) pace.moved(job.size, performance.now());
    queue.concurrency = pace.width;
  };
  let failure: { error: unknown } | undefined;
  try {
    // A promise for each of a hundred thousand blobs would take a hundred megabytes.
    for (const job of jobs) {
      await queue.onSizeLessThan(WAITING);
      if (failure) break;
      void queue.add(() => run(job)).catch((error: unknown) => (failure ??= { error }));
    }
    await queue.onIdle();
    if (failure) throw failure.error;
  } finally {
    progress.end();
  }
}

/** @returns whether it was moved */
async function runOne<W extends WantedBlob>(
  job: Job<W>,
  tally: Tally<W>,
  progress: ProgressTask,
  move: Move<W>,
): Promise<boolean> {
  if (tally.hopeless) {
    tally.fail(job.wanted, notTried(tally.hopeless));
    return false;
  }
  let isMoved = false;
  try {
    const result = await move(job, (bytes) => progress.add(0, bytes));
    tally.succeed(result, job.size);
    isMoved = result === "moved";
  } catch (error) {
    if (!isBlobsyError(error)) throw error;
    tally.fail(job.wanted, error);
  }
  progress.add(1, 0);
  return isMoved;
}

function notTried(reason: BlobsyError): BlobsyError {
  const facts = reason.next === undefined ? {} : { next: reason.next };
  return new BlobsyError(reason.code, `not tried: ${reason.message}`, { ...facts, cause: reason });
}
