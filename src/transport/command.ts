/**
 * The user's own commands as a remote: `push`, `pull`, and as far as they are configured `exists`,
 * `list` and `remove`. What may run at all is decided before (app/command-trust.ts).
 *
 * A command is believed in nothing and can harm nothing. It runs in an empty directory that is
 * removed after it. To upload it gets a copy, never a store object: a command that moves or edits its
 * input takes nothing away. What it downloads is copied, too: whatever it left there, and whoever
 * still writes to that file, what is hashed later is a file of ours.
 *
 * Exit codes: 0 is success. For `exists`, 1 is "no" and anything else a failure. For `pull`, 66 is
 * "there is no such object". Others are classed in explain-child.ts.
 */
import { lstatSync, statfsSync, type Stats } from "node:fs";
import path from "node:path";
import { BlobsyError, fromErrno, isBlobsyError } from "../domain/errors.js";
import { cloneFile, createFile } from "../fs/ops.js";
import { hashFile } from "../fs/hash.js";
import { sweepScratch, withScratch } from "../fs/scratch.js";
import { LONGEST_LISTING, isShort, readListing } from "./command-list.js";
import { CommandRunner, type CommandSpec } from "./command-runner.js";
import { copyBytes, openRegular, throwIfStopped, tooLong, wrongSize } from "./copy.js";
import { explainChild, lastWords } from "./explain-child.js";
import { RESERVED_PREFIX } from "./transport.js";
import type { RemoteObject, Transport, TransportOptions } from "./transport.js";

const GENERATION_KEY = `${RESERVED_PREFIX}generation`;
const SMALL = 4096;
const SCRATCH = "command";
const NO = 1;
const NO_INPUT = 66; // EX_NOINPUT

export function openCommand(spec: CommandSpec): Transport {
  return new CommandTransport(spec);
}

class CommandTransport implements Transport {
  readonly id: string;
  readonly capabilities: Transport["capabilities"];
  readonly #spec: CommandSpec;
  readonly #runner: CommandRunner;
  #swept = false;

  constructor(spec: CommandSpec) {
    this.id = spec.id;
    this.#spec = spec;
    this.#runner = new CommandRunner(spec);
    this.capabilities = {
      list: spec.templates.list !== undefined,
      write: spec.templates.push !== undefined,
    };
  }

  async has(key: string, options: TransportOptions = {}): Promise<{ size: number } | null> {
    throwIfStopped(options.signal);
    const { exists, list } = this.#spec.templates;
    if (exists !== undefined) {
      const answer = await this.#exists(key, options);
      if (answer !== "unknown") return answer;
    }
    if (list !== undefined) {
      for await (const object of this.list(key, options)) {
        if (object.key === key) return { size: object.size };
      }
      return null;
    }
    return this.#measure(key, options, exists !== undefined);
  }

  upload(key: string, file: string, size: number, options: TransportOptions = {}): Promise<void> {
    return this.#inScratch(options, async (dir) => {
      const local = path.join(dir, path.posix.basename(key));
      const copied = await copyOf(file, local, size, options);
      if (copied !== size) throw wrongSize(file, copied, size);
      const hash = options.oid ?? (await hashFile(local)).oid;
      const values = { local, remote_key: key, hash, size: String(size) };
      const end = await this.#runner.run("push", dir, values, { ...options, size });
      if (end.because !== "itself" || end.code !== 0) throw this.#failed("push", end, size);
      options.onBytes?.(size);
    });
  }

  download(
    key: string,
    dest: string,
    maxBytes: number,
    options: TransportOptions = {},
  ): Promise<void> {
    return this.#inScratch(options, async (dir) => {
      const found = await this.#pull(key, dir, maxBytes, options);
      if (found === null) throw this.#notFound(key);
      const copied = await copyOf(found.file, dest, maxBytes, { signal: options.signal });
      if (copied > maxBytes) throw tooLong(maxBytes);
      options.onBytes?.(copied - found.told);
    });
  }

  async *list(prefix: string, options: TransportOptions = {}): AsyncGenerator<RemoteObject> {
    throwIfStopped(options.signal);
    yield* await this.#inScratch(options, async (dir) => {
      const output = await createFile(path.join(dir, "listing"));
      try {
        const values = { local: "", remote_key: prefix, hash: "", size: "" };
        const how = { ...options, stdoutFd: output.fd, watch: () => isShort(output) };
        const end = await this.#runner.run("list", dir, values, how);
        if (end.because === "watch") throw tooLong(LONGEST_LISTING);
        // Only a whole listing is one: what is missing from it counts as absent.
        if (end.because !== "itself" || end.code !== 0) throw this.#failed("list", end);
        return await readListing(output, prefix, this.#runner.nameOf("list"));
      } finally {
        await output.close();
      }
    });
  }

  remove(key: string, options: TransportOptions = {}): Promise<void> {
    return this.#inScratch(options, async (dir) => {
      const values = { local: "", remote_key: key, hash: hashIn(key), size: "" };
      const end = await this.#runner.run("remove", dir, values, options);
      if (end.because === "itself" && end.code === 0) return;
      const failed = this.#failed("remove", end);
      // Some commands fail where there is nothing to remove.
      const isGone = failed.code !== "INTERRUPTED" && (await this.#isCertainlyGone(key, options));
      if (!isGone) throw failed;
    });
  }

  /** Asks for an object that nobody has: "no" is an answer. Without `exists`, `list` has to do. */
  async check(options: TransportOptions = {}): Promise<void> {
    throwIfStopped(options.signal);
    const { exists, list, pull } = this.#spec.templates;
    if (exists !== undefined) await this.#exists(GENERATION_KEY, options);
    else if (list !== undefined) await this.has(GENERATION_KEY, options);
    else this.#runner.find(pull === undefined ? "push" : "pull");
  }

  /**
   * Where neither `exists` nor `list` is configured, nobody can collect garbage, and what is not
   * there could not be told from what does not answer.
   */
  async generation(options: TransportOptions = {}): Promise<string> {
    const { exists, list, pull } = this.#spec.templates;
    if ((exists === undefined && list === undefined) || pull === undefined) {
      await this.check(options);
      return "0";
    }
    if ((await this.#isThere(GENERATION_KEY, options)) === false) return "0";
    return this.#inScratch(options, async (dir) => {
      const found = await this.#pull(GENERATION_KEY, dir, SMALL, options);
      if (found === null) return "0";
      const handle = await openRegular(found.file);
      try {
        return (await handle.readAll()).toString("utf8").trim() || "0";
      } finally {
        await handle.close();
      }
    });
  }

  /** `"unknown"` where it says that the object is there, and not how large it is. */
  #exists(key: string, options: TransportOptions): Promise<{ size: number } | "unknown" | null> {
    return this.#inScratch(options, async (dir) => {
      const values = { local: "", remote_key: key, hash: hashIn(key), size: "" };
      const end = await this.#runner.run("exists", dir, values, options);
      if (end.because === "itself" && end.code === NO) return null;
      if (end.because !== "itself" || end.code !== 0) throw this.#failed("exists", end);
      const size = /^\s*(\d{1,15})(?:\s|$)/.exec(end.out)?.[1];
      return size === undefined ? "unknown" : { size: Number(size) };
    });
  }

  async #isThere(key: string, options: TransportOptions): Promise<boolean> {
    if (this.#spec.templates.exists !== undefined)
      return (await this.#exists(key, options)) !== null;
    return (await this.has(key, options)) !== null;
  }

  /** By fetching it. Whatever goes wrong is "no" where the only question is whether to send it. */
  #measure(
    key: string,
    options: TransportOptions,
    isThere: boolean,
  ): Promise<{ size: number } | null> {
    return this.#inScratch(options, async (dir) => {
      try {
        const { signal } = options;
        const { bavail, bsize } = statfsSync(dir);
        const found = await this.#pull(key, dir, Math.floor((bavail * bsize) / 2), { signal });
        return found && { size: found.size };
      } catch (error) {
        const isFinal = isThere || this.#spec.templates.pull === undefined;
        if (isFinal || !isBlobsyError(error) || error.code === "INTERRUPTED") throw error;
        return null;
      }
    });
  }

  /** @returns the file it left, and how many of its bytes were told; `null` for no such object */
  async #pull(
    key: string,
    dir: string,
    maxBytes: number,
    options: TransportOptions,
  ): Promise<{ file: string; size: number; told: number } | null> {
    const file = path.join(dir, path.posix.basename(key));
    let told = 0;
    const watch = (): boolean => {
      const size = lstatOrNull(file)?.size ?? 0;
      const more = Math.min(size, maxBytes) - told;
      if (more > 0) options.onBytes?.(more);
      told += Math.max(more, 0);
      return size <= maxBytes;
    };
    const values = {
      local: file,
      remote_key: key,
      hash: options.oid ?? hashIn(key),
      size: String(maxBytes),
    };
    const how = { ...options, size: maxBytes, watch, out: file };
    const end = await this.#runner.run("pull", dir, values, how);
    if (end.because === "watch") throw tooLong(maxBytes);
    if (end.because === "itself" && end.code === NO_INPUT) return null;
    if (end.because !== "itself" || end.code !== 0) {
      const failed = this.#failed("pull", end, maxBytes);
      if (failed.code === "INTERRUPTED") throw failed;
      if (await this.#isCertainlyGone(key, options)) return null;
      // Its own word for "not found" may be about anything.
      throw failed.code === "NOT_FOUND" ? asIo(failed) : failed;
    }
    const left = lstatOrNull(file);
    if (left === null && (await this.#isCertainlyGone(key, options))) return null;
    return { file, size: this.#sizeOf(left, lastWords(end.err), maxBytes), told };
  }

  /** @throws {BlobsyError} for anything but a regular file of a fitting size */
  #sizeOf(left: Stats | null, said: string, maxBytes: number): number {
    const what = this.#runner.nameOf("pull");
    const next = this.#runner.look("pull");
    if (left === null) {
      const message = `${what} ended well, but wrote no file to $BLOBSY_TEMP_OUT${said}`;
      throw new BlobsyError("IO", message, { next });
    }
    if (!left.isFile()) {
      const kind = left.isSymbolicLink()
        ? "a link"
        : left.isDirectory()
          ? "a directory"
          : "no file";
      const message = `${what} left ${kind} at $BLOBSY_TEMP_OUT, which is not used`;
      throw new BlobsyError("IO", message, { next });
    }
    if (left.size > maxBytes) throw tooLong(maxBytes);
    return left.size;
  }

  async #isCertainlyGone(key: string, options: TransportOptions): Promise<boolean> {
    const { exists, list } = this.#spec.templates;
    if (exists === undefined && list === undefined) return false;
    return !(await this.#isThere(key, { signal: options.signal }));
  }

  async #inScratch<T>(options: TransportOptions, use: (dir: string) => Promise<T>): Promise<T> {
    throwIfStopped(options.signal);
    const { scratch } = this.#spec;
    try {
      if (!this.#swept) await sweepScratch(scratch, SCRATCH);
      this.#swept = true;
      return await withScratch(scratch, SCRATCH, use);
    } catch (error) {
      if ((error as { syscall?: unknown }).syscall === undefined) throw error;
      throw fromErrno(error, `a command of backend "${this.#spec.name}"`, scratch);
    }
  }

  #failed(what: keyof CommandSpec["templates"], end: Parameters<typeof explainChild>[0], size = 0) {
    return explainChild(end, this.#runner.describe(what, size));
  }

  #notFound(key: string): BlobsyError {
    return new BlobsyError("NOT_FOUND", `${key} is not on backend "${this.#spec.name}"`);
  }
}

/** A clone where the file system can make one. @returns its size */
async function copyOf(
  from: string,
  to: string,
  maxBytes: number,
  { signal }: Pick<TransportOptions, "signal">,
): Promise<number> {
  throwIfStopped(signal);
  const source = await openRegular(from);
  try {
    if (await cloneFile(from, to)) return lstatSync(to).size;
    return await copyBytes(source, to, { maxBytes, signal });
  } finally {
    await source.close();
  }
}

function asIo(error: BlobsyError): BlobsyError {
  return new BlobsyError("IO", error.message, { cause: error.cause });
}

function lstatOrNull(file: string): Stats | null {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null; // a component that cannot be looked at
  }
}

/** A key names its content, and mostly in full (domain/remote-key.ts); `""` where it does not. */
function hashIn(key: string): string {
  return /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/.exec(key)?.[0] ?? "";
}
