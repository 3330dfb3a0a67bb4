/**
 * A bucket whose bytes are moved by a tool of the user's: rclone, aws-cli or s5cmd. The tool copies,
 * and that is all: what is there is asked through the SDK, what comes in is hashed by our callers, and
 * what went out is asked for. Transfers that are asked for side by side go in one run.
 *
 *     batcher.ts                 gathers them
 *     tool-run.ts                one run
 *     tool-<name>.ts             how this tool is asked, and what it says
 */
import { lstatSync } from "node:fs";
import { BlobsyError, errnoOf, fromErrno, isBlobsyError } from "../domain/errors.js";
import { rename } from "../fs/ops.js";
import { sweepScratch, withScratch } from "../fs/scratch.js";
import { Batcher } from "./batcher.js";
import { copyBytes, notRegular, openRegular, throwIfStopped, tooLong, wrongSize } from "./copy.js";
import { Lanes } from "./lanes.js";
import { openS3 } from "./s3.js";
import { toolIdentity } from "./tool-identity.js";
import { runTool, stagedPath, tellRest, whyNot, type RunEnd, type ToolItem } from "./tool-run.js";
import type { ToolSpec } from "./tool-spec.js";
import { RESERVED_PREFIX } from "./transport.js";
import type { RemoteObject, Transport, TransportOptions, UnfinishedUpload } from "./transport.js";

/** Files in one run: what a tool starts for, and what is lost when it fails. */
const MOST = 250;
const QUESTIONS_AT_ONCE = 16;
const SCRATCH = "tool";

/** Reaches nobody yet. @throws {BlobsyError} as `openS3` */
export async function openTool(spec: ToolSpec): Promise<Transport> {
  return new ToolTransport(spec, await openS3(spec.s3));
}

class ToolTransport implements Transport {
  readonly id: string;
  readonly capabilities: Transport["capabilities"];
  readonly #spec: ToolSpec;
  readonly #s3: Transport;
  readonly #lanes = new Lanes(QUESTIONS_AT_ONCE);
  readonly #uploads = this.#batcher();
  readonly #downloads = this.#batcher();
  #swept = false;

  constructor(spec: ToolSpec, s3: Transport) {
    this.#spec = spec;
    this.#s3 = s3;
    this.id = s3.id;
    this.capabilities = { ...s3.capabilities, scales: false, together: MOST };
  }

  has(key: string, options?: TransportOptions): Promise<{ size: number } | null> {
    return this.#lanes.run(() => this.#s3.has(key, options));
  }

  async upload(
    key: string,
    file: string,
    size: number,
    options: TransportOptions = {},
  ): Promise<void> {
    throwIfStopped(options.signal);
    if (key.startsWith(RESERVED_PREFIX)) return this.#s3.upload(key, file, size, options);
    const found = sizeOfRegular(file);
    if (found !== size) throw wrongSize(file, found, size);
    await this.#wait(this.#uploads, { direction: "upload", key, file, size, options });
  }

  async download(
    key: string,
    dest: string,
    maxBytes: number,
    options: TransportOptions = {},
  ): Promise<void> {
    throwIfStopped(options.signal);
    if (key.startsWith(RESERVED_PREFIX)) return this.#s3.download(key, dest, maxBytes, options);
    const item = { direction: "download", key, file: dest, size: maxBytes, options } as const;
    await this.#wait(this.#downloads, item);
  }

  list(prefix: string, options?: TransportOptions): AsyncIterable<RemoteObject> {
    return this.#s3.list(prefix, options);
  }

  remove(key: string, options?: TransportOptions): Promise<void> {
    return this.#lanes.run(() => this.#s3.remove(key, options));
  }

  check(options?: TransportOptions): Promise<void> {
    return this.#s3.check(options);
  }

  generation(options?: TransportOptions): Promise<string> {
    return this.#s3.generation(options);
  }

  unfinished(options?: TransportOptions): AsyncIterable<UnfinishedUpload> {
    return this.#s3.unfinished?.(options) ?? nothing();
  }

  async abandon(upload: UnfinishedUpload, options?: TransportOptions): Promise<void> {
    await this.#s3.abandon?.(upload, options);
  }

  #batcher(): Batcher<ToolItem> {
    return new Batcher({ most: MOST, run: (items) => this.#serve(items) });
  }

  #wait(batcher: Batcher<ToolItem>, item: Omit<ToolItem, "done" | "fail">): Promise<void> {
    return new Promise((done, fail) => batcher.add({ ...item, done, fail }));
  }

  /** Each key once in a run: another one for the same key comes in a run of its own. */
  async #serve(items: readonly ToolItem[]): Promise<void> {
    const first = new Map<string, ToolItem>();
    for (const item of items) if (!first.has(item.key)) first.set(item.key, item);
    const now = [...first.values()];
    const later = items.filter((item) => first.get(item.key) !== item);
    if (now.length < this.#spec.from) await Promise.all(now.map((item) => this.#bySdk(item)));
    else await this.#byTool(now);
    if (later.length > 0) await this.#serve(later);
  }

  async #bySdk(item: ToolItem): Promise<void> {
    const { direction, key, file, size, options } = item;
    try {
      await this.#lanes.run(() => this.#s3[direction](key, file, size, options));
      item.done();
    } catch (error) {
      item.fail(error);
    }
  }

  async #byTool(items: readonly ToolItem[]): Promise<void> {
    const { scratch } = this.#spec;
    const stop = new AbortController();
    const stopAll = (): void => stop.abort();
    const signals = new Set(items.flatMap(({ options }) => options.signal ?? []));
    for (const signal of signals) signal.addEventListener("abort", stopAll);
    try {
      for (const signal of signals) throwIfStopped(signal);
      if (!this.#swept) await sweepScratch(scratch, SCRATCH);
      this.#swept = true;
      const identity = await toolIdentity(this.#spec.s3, this.id);
      await withScratch(scratch, SCRATCH, async (dir) => {
        const end = await runTool(this.#spec, identity, items, dir, stop.signal);
        for (const item of items) await this.#settle(item, end, dir);
      });
    } catch (error) {
      const told =
        (error as { syscall?: unknown }).syscall === undefined
          ? error
          : fromErrno(error, `running ${this.#spec.tool}`, scratch);
      // Those that were settled already do not mind.
      for (const item of items) item.fail(told);
    } finally {
      for (const signal of signals) signal.removeEventListener("abort", stopAll);
    }
  }

  async #settle(item: ToolItem, end: RunEnd, dir: string): Promise<void> {
    try {
      if (item.direction === "upload") this.#uploaded(item, end);
      else await this.#downloaded(item, end, stagedPath(`${dir}/stage`, item.key));
      item.done();
    } catch (error) {
      item.fail(error);
    }
  }

  #uploaded(item: ToolItem, end: RunEnd): void {
    const isWhole = end.end.because === "itself" && end.end.code === 0;
    if (!end.done.has(item.key) && (!isWhole || end.failed.has(item.key))) {
      throw whyNot(this.#spec, item.key, end);
    }
    tellRest(item, item.size);
  }

  async #downloaded(item: ToolItem, end: RunEnd, staged: string): Promise<void> {
    const { key, file, size, options } = item;
    const isWhole = end.end.because === "itself" && end.end.code === 0;
    const found = lstatSync(staged, { throwIfNoEntry: false });
    if (found && !found.isFile()) throw notRegular(staged);
    if (found && found.size > size) throw tooLong(size);
    if (end.end.because === "watch" && !end.done.has(key)) return this.#aloneBySdk(item);
    if (!found || !(isWhole || end.done.has(key) || found.size === size)) {
      throw await this.#notCome(item, end);
    }
    await moveFile(staged, file, size, options);
    tellRest(item, found.size);
  }

  /** One of the files was longer than it should be; the others need not go without theirs. */
  async #aloneBySdk(item: ToolItem): Promise<void> {
    const { key, file, size, options } = item;
    const { onBytes, ...others } = options;
    await this.#lanes.run(() => this.#s3.download(key, file, size, others));
    if (onBytes) tellRest(item, lstatSync(file).size);
  }

  /** A tool may leave out what is not there without a word, or with words of its own. */
  async #notCome({ key, size, options }: ToolItem, end: RunEnd): Promise<BlobsyError> {
    const because = whyNot(this.#spec, key, end);
    if (because.code === "INTERRUPTED" || because.code === "CREDENTIALS") return because;
    const there = await this.has(key, { signal: options.signal }).catch((error: unknown) => {
      if (isBlobsyError(error)) return error;
      throw error;
    });
    if (there === null) return new BlobsyError("NOT_FOUND", `${key} is not on ${this.id}`);
    if (isBlobsyError(there)) return there;
    if (there.size > size) return tooLong(size);
    return because.code === "NOT_FOUND" ? asIo(because) : because;
  }
}

function sizeOfRegular(file: string): number {
  try {
    const found = lstatSync(file);
    if (found.isFile()) return found.size;
  } catch (error) {
    throw fromErrno(error, "reading what is to be uploaded", file);
  }
  throw notRegular(file);
}

/** On another file system it is copied. */
async function moveFile(
  from: string,
  to: string,
  maxBytes: number,
  { signal }: TransportOptions,
): Promise<void> {
  try {
    await rename(from, to);
    return;
  } catch (error) {
    if (errnoOf(error) !== "EXDEV") throw error;
  }
  const source = await openRegular(from);
  try {
    await copyBytes(source, to, { maxBytes, signal });
  } finally {
    await source.close();
  }
}

function asIo(error: BlobsyError): BlobsyError {
  return new BlobsyError("IO", error.message, { cause: error.cause });
}

async function* nothing(): AsyncGenerator<never> {}
