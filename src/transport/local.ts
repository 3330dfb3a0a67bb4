/**
 * A directory as a remote: a disk, a mounted share, the folder next door. Objects lie at
 * `<dir>/<key>`; what is blobsy's own lies under `<dir>/.blobsy/`:
 *
 *     remote       says that this directory is a blobsy remote, and which
 *     generation   changes when garbage collection has deleted something
 *     tmp/         uploads on their way
 *
 * Nothing is taken for an object that is not a regular file, and no object ever shares its inode
 * with a file of ours: an editor that writes in place would write into the remote.
 *
 * Not here: whether this directory may be used at all (app/remote-trust.ts).
 */
import { fstatSync, type Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { BlobsyError, errnoOf, fromErrno } from "../domain/errors.js";
import { pasteWord } from "../domain/shell-words.js";
import { chmod, cloneFile, rename, syncFile, syncForeignFile, unlinkIfThere } from "../fs/ops.js";
import { OpenFile } from "../fs/open-file.js";
import { sweepTemp, tempName } from "../fs/temp.js";
import { copyBytes, openRegular, throwIfStopped, tooLong, wrongSize } from "./copy.js";
import type { CopyOptions } from "./copy.js";
import { LocalTree, componentsOf, lstatOrNull } from "./local-tree.js";
import { RESERVED_PREFIX } from "./transport.js";
import type { RemoteObject, Transport, TransportOptions } from "./transport.js";

const MARKER_KEY = `${RESERVED_PREFIX}remote`;
const GENERATION_KEY = `${RESERVED_PREFIX}generation`;
const TEMP = [".blobsy", "tmp"] as const;
const SMALL = 4096;
const STATS_AT_ONCE = 64;

/** @param dir absolute, and used as it is: give the real path, for it names the remote */
export function openLocal(dir: string): Transport {
  return new LocalTransport(dir);
}

/** The file that makes a directory a blobsy remote. */
export function markerFile(dir: string): string {
  return path.join(dir, MARKER_KEY);
}

/** @param id any word; another one makes it another remote, whatever the directory's name */
export function markerText(id: string): string {
  return `This directory is a blobsy remote.\nid: ${id}\n`;
}

class LocalTransport implements Transport {
  readonly id: string;
  readonly capabilities = { list: true, write: true, isNear: true };
  readonly #tree: LocalTree;
  #canClone = true;
  #swept = false;

  constructor(dir: string) {
    this.#tree = new LocalTree(dir);
    this.id = `local:${dir}`;
  }

  has(key: string, { signal }: TransportOptions = {}): Promise<{ size: number } | null> {
    return this.#told(`asking for ${key}`, async () => {
      throwIfStopped(signal);
      const found = await this.#tree.find(key);
      return found && { size: found.size };
    });
  }

  upload(key: string, file: string, size: number, options: TransportOptions = {}): Promise<void> {
    return this.#told(`uploading ${key}`, async () => {
      throwIfStopped(options.signal);
      const existing = await this.#tree.find(key);
      // Our own small objects change; payloads never do.
      if (existing?.size === size && !key.startsWith(RESERVED_PREFIX)) {
        await this.#makeLasting(key);
        options.onBytes?.(size);
      } else {
        await this.#put(key, file, size, options);
      }
    });
  }

  download(
    key: string,
    dest: string,
    maxBytes: number,
    options: TransportOptions = {},
  ): Promise<void> {
    return this.#told(`downloading ${key}`, async () => {
      throwIfStopped(options.signal);
      const source = await this.#tree.open(key);
      if (!source) throw notFound(key, this.id);
      try {
        if (fstatSync(source.fd).size > maxBytes) throw tooLong(maxBytes);
        await this.#fetch(source, this.#tree.pathOf(key), dest, { ...options, maxBytes });
      } finally {
        await source.close();
      }
    });
  }

  /** Our own objects are listed only when `prefix` asks for them. */
  async *list(prefix: string, { signal }: TransportOptions = {}): AsyncGenerator<RemoteObject> {
    const parts = componentsOf(`${prefix}x`).slice(0, -1);
    const told = <T>(act: () => Promise<T>): Promise<T> => this.#told(`listing ${prefix}`, act);
    if (!(await told(async () => (await this.#tree.mode(), this.#tree.holds(parts))))) return;
    const pending = [parts.map((part) => `${part}/`).join("")];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      throwIfStopped(signal);
      const dir = path.join(this.#tree.dir, at);
      const entries = (await told(() => entriesOf(dir))).filter((entry) => isListed(at, entry));
      const names = (kept: readonly Dirent[]): string[] => kept.map(({ name }) => `${at}${name}`);
      const inside = names(entries.filter((entry) => entry.isDirectory())).map((key) => `${key}/`);
      pending.push(...inside.filter((key) => key.startsWith(prefix) || prefix.startsWith(key)));
      const keys = names(entries.filter((entry) => entry.isFile()));
      yield* this.#sizesOf(
        keys.filter((key) => key.startsWith(prefix)),
        told,
      );
    }
  }

  remove(key: string, { signal }: TransportOptions = {}): Promise<void> {
    return this.#told(`removing ${key}`, async () => {
      throwIfStopped(signal);
      if (!(await this.#tree.find(key))) return;
      const file = this.#tree.pathOf(key);
      await unlinkIfThere(file);
      await this.#tree.syncDir(path.dirname(file));
    });
  }

  check({ signal }: TransportOptions = {}): Promise<void> {
    return this.#told("reaching the remote", async () => {
      throwIfStopped(signal);
      await this.#tree.mode();
      await readdir(this.#tree.dir);
    });
  }

  /**
   * Holds the marker's id as well: a directory that was emptied and made anew, or another one that
   * is mounted in its place, is not the one where a blob was seen.
   */
  generation({ signal }: TransportOptions = {}): Promise<string> {
    return this.#told("reaching the remote", async () => {
      throwIfStopped(signal);
      const generation = (await this.#readSmall(GENERATION_KEY))?.trim();
      const id = /^id: (\S+)$/m.exec((await this.#readSmall(MARKER_KEY)) ?? "")?.[1];
      return `${generation || "0"}${id === undefined ? "" : `@${id}`}`;
    });
  }

  async #put(key: string, file: string, size: number, options: TransportOptions): Promise<void> {
    const tempDir = await this.#tree.makeDirs(TEMP);
    await this.#sweepOnce(tempDir);
    const temp = path.join(tempDir, tempName("upload"));
    try {
      await this.#fill(temp, file, size, options);
      const dir = await this.#tree.makeDirs(componentsOf(key).slice(0, -1));
      throwIfStopped(options.signal);
      await rename(temp, this.#tree.pathOf(key));
      await this.#tree.syncDir(dir);
    } catch (error) {
      await unlinkIfThere(temp).catch(() => undefined); // the first failure is the one to tell
      throw error;
    }
  }

  /** Readable by whoever may read the directory, writable by nobody. */
  async #fill(temp: string, file: string, size: number, options: TransportOptions): Promise<void> {
    const mode = (await this.#tree.mode()) & 0o444;
    const source = await openRegular(file);
    try {
      const copied = (await this.#clone(file, temp))
        ? await finishClone(temp, mode, options)
        : await copyBytes(source, temp, { ...options, maxBytes: size, mode, durable: true });
      if (copied !== size) throw wrongSize(file, copied, size);
    } finally {
      await source.close();
    }
  }

  async #fetch(
    source: OpenFile,
    object: string,
    dest: string,
    options: CopyOptions,
  ): Promise<void> {
    if (!(await this.#clone(object, dest))) {
      await copyBytes(source, dest, options);
      return;
    }
    const size = (await lstatOrNull(dest))?.size ?? 0;
    if (size > options.maxBytes) throw tooLong(options.maxBytes);
    options.onBytes?.(size);
  }

  /** One refusal is enough to know the file system. */
  async #clone(from: string, to: string): Promise<boolean> {
    this.#canClone &&= await cloneFile(from, to);
    return this.#canClone;
  }

  /** For an object that is there: whoever put it may not have come to sync it. */
  async #makeLasting(key: string): Promise<void> {
    const object = this.#tree.pathOf(key);
    const handle = await openRegular(object);
    try {
      await syncForeignFile(handle, object);
    } finally {
      await handle.close();
    }
    const dir = await this.#tree.makeDirs(componentsOf(key).slice(0, -1));
    await this.#tree.syncDir(dir);
  }

  async *#sizesOf(
    keys: readonly string[],
    told: <T>(act: () => Promise<T>) => Promise<T>,
  ): AsyncGenerator<RemoteObject> {
    for (let at = 0; at < keys.length; at += STATS_AT_ONCE) {
      const some = keys.slice(at, at + STATS_AT_ONCE);
      const found = await told(() =>
        Promise.all(some.map((key) => lstatOrNull(path.join(this.#tree.dir, key)))),
      );
      for (const [index, key] of some.entries()) {
        const facts = found[index];
        if (facts?.isFile()) yield { key, size: facts.size };
      }
    }
  }

  async #sweepOnce(tempDir: string): Promise<void> {
    if (this.#swept) return;
    this.#swept = true;
    await sweepTemp(tempDir).catch(() => undefined); // what others left behind does no harm
  }

  async #readSmall(key: string): Promise<string | null> {
    const found = await this.#tree.find(key);
    if (!found) return null;
    if (found.size > SMALL) throw tooLong(SMALL);
    const handle = await openRegular(this.#tree.pathOf(key));
    try {
      return (await handle.readAll()).toString("utf8");
    } finally {
      await handle.close();
    }
  }

  async #told<T>(doing: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw classed(error, `${doing} (${this.id})`, this.#tree.dir);
    }
  }
}

/** A clone comes with the source's permissions, and not yet on the disk. */
async function finishClone(file: string, mode: number, options: TransportOptions): Promise<number> {
  const handle = OpenFile.toRead(file);
  try {
    await chmod(handle, file, mode);
    await syncFile(handle, file);
    const { size } = fstatSync(handle.fd);
    options.onBytes?.(size);
    return size;
  } finally {
    await handle.close();
  }
}

/** No key has a component that starts with a dot: those are ours, or a stranger's. Nor are temps. */
function isListed(dirKey: string, { name }: Dirent): boolean {
  if (dirKey === RESERVED_PREFIX) return name !== "tmp";
  return !name.startsWith(".");
}

async function entriesOf(dir: string): Promise<Dirent[]> {
  try {
    return await readdir(dir, { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}

const UNREACHABLE = new Set(["ESTALE", "ETIMEDOUT", "EHOSTDOWN", "EHOSTUNREACH", "ENETUNREACH"]);

function classed(error: unknown, doing: string, dir: string): BlobsyError {
  if (UNREACHABLE.has(errnoOf(error) ?? "")) {
    return new BlobsyError("NETWORK", `${doing}: ${errnoOf(error)}`, { path: dir, cause: error });
  }
  const known = fromErrno(error, doing, dir);
  if (known.code !== "DISK_FULL") return known;
  const next = `df -h ${pasteWord(dir)}`;
  return new BlobsyError("DISK_FULL", known.message, { path: dir, cause: error, next });
}

function notFound(key: string, id: string): BlobsyError {
  return new BlobsyError("NOT_FOUND", `${key} is not on ${id}`);
}
