/**
 * The directory behind a local remote: keys to paths, without ever following a link below it.
 *
 * Others may write there, and a link would lead our reads and writes anywhere this user may go. Each
 * component is looked at just before it is used. Who can swap one in that moment can write to the
 * remote already, and what comes from it is hashed in any case.
 */
import { fstatSync, type Stats } from "node:fs";
import { lstat, stat } from "node:fs/promises";
import path from "node:path";
import { BlobsyError, errnoOf } from "../domain/errors.js";
import { OpenFile } from "../fs/open-file.js";
import { chmod, mkdir } from "../fs/ops.js";
import { SharedSync } from "../fs/shared-sync.js";
import { notRegular, openRegular } from "./copy.js";

export class LocalTree {
  readonly dir: string;
  /** Directories whose own name was synced by this process, so that what they hold can last. */
  readonly #lasting = new Set<string>();
  /** Directories that were looked at and are no links, for reading from. */
  readonly #seen = new Set<string>();
  readonly #syncs = new SharedSync();

  /** @param dir absolute */
  constructor(dir: string) {
    this.dir = dir;
  }

  /** @throws {BlobsyError} REFUSED_KEY for a key that could leave the directory */
  pathOf(key: string): string {
    return path.join(this.dir, ...componentsOf(key));
  }

  /**
   * The permission bits of the directory itself.
   * @throws {BlobsyError} IO when it is not there: that is no answer about any key
   */
  async mode(): Promise<number> {
    try {
      const found = await stat(this.dir);
      if (found.isDirectory()) return found.mode & 0o7777;
    } catch (error) {
      if (errnoOf(error) !== "ENOENT" && errnoOf(error) !== "ENOTDIR") throw error;
    }
    throw new BlobsyError("IO", `the remote's directory is not there: ${this.dir}`, {
      path: this.dir,
    });
  }

  /**
   * @returns `null` when there is no such object
   * @throws {BlobsyError} IO where a link or a device is in its place
   */
  async find(key: string): Promise<Stats | null> {
    const file = this.pathOf(key);
    const dir = path.dirname(file);
    let found = this.#seen.has(dir) ? await lstatOrNull(file) : null;
    if (!found) {
      await this.mode();
      if (!(await this.holds(componentsOf(key).slice(0, -1)))) return null;
      this.#seen.add(dir);
      found = await lstatOrNull(file);
    }
    // A directory is there for longer keys; under this one nothing is.
    if (!found || found.isDirectory()) return null;
    if (!found.isFile()) throw notRegular(file);
    return found;
  }

  /**
   * Opens an object to read.
   * @returns `null` when there is no such object
   * @throws {BlobsyError} IO where a link or a device is in its place
   */
  async open(key: string): Promise<OpenFile | null> {
    const file = this.pathOf(key);
    const isKnown = this.#seen.has(path.dirname(file));
    if (!isKnown && !(await this.find(key))) return null;
    try {
      return await openRegular(file);
    } catch (error) {
      if (!(await this.find(key))) return null;
      throw error;
    }
  }

  /** Are all of these, one in the other, directories? @throws {BlobsyError} IO for a link */
  async holds(parts: readonly string[]): Promise<boolean> {
    let dir = this.dir;
    for (const part of parts) {
      dir = path.join(dir, part);
      const found = await lstatOrNull(dir);
      if (found?.isSymbolicLink()) throw notFollowed(dir);
      if (!found?.isDirectory()) return false;
    }
    return true;
  }

  /**
   * Makes the directories that an object lies in, with the permissions of the remote's own, so that
   * a shared one stays shared; all their names last when this returns.
   * @returns the innermost
   */
  async makeDirs(parts: readonly string[]): Promise<string> {
    const mode = await this.mode();
    let dir = this.dir;
    for (const part of parts) {
      const parent = dir;
      dir = path.join(dir, part);
      const found = await lstatOrNull(dir);
      if (found?.isSymbolicLink()) throw notFollowed(dir);
      if (!found) await makeDir(dir, mode);
      if (this.#lasting.has(dir)) continue;
      // Also one that was there already: whoever made it may not have come to sync its name.
      await this.#syncs.sync(parent);
      this.#lasting.add(dir);
    }
    return dir;
  }

  syncDir(dir: string): Promise<void> {
    return this.#syncs.sync(dir);
  }
}

/** The components of a key, each fit to be a file name. Keys are checked before; this is the net. */
export function componentsOf(key: string): string[] {
  const parts = key.split("/");
  const unfit = (part: string): boolean =>
    part === "" || part === "." || part === ".." || /[\0\\]/.test(part);
  if (!parts.some(unfit)) return parts;
  throw new BlobsyError("REFUSED_KEY", `not a remote key: ${JSON.stringify(key)}`);
}

export async function lstatOrNull(file: string): Promise<Stats | null> {
  try {
    return await lstat(file);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT" || errno === "ENOTDIR") return null;
    throw error;
  }
}

async function makeDir(dir: string, mode: number): Promise<void> {
  try {
    await mkdir(dir);
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
    return;
  }
  const handle = OpenFile.toRead(dir);
  try {
    const wanted = mode & 0o2777;
    if ((fstatSync(handle.fd).mode & 0o2777) !== wanted) await chmod(handle, dir, wanted);
  } finally {
    await handle.close();
  }
}

function notFollowed(file: string): BlobsyError {
  return new BlobsyError("IO", `a link, which is not followed: ${file}`, { path: file });
}
