/**
 * The directory a payload lies in, checked and held.
 *
 * A ref file's path says where its payload goes, and whoever wrote the commit chose that path. Every
 * directory on the way must be a real one inside this worktree: not a link (which may lead anywhere),
 * not part of a nested repository or submodule. Looking first and writing later would leave time to
 * swap a directory for a link; so on Linux each directory is opened without following links, from the
 * one above it, and the last one stays open: names in it are reached through the open directory,
 * whatever its path has become. Elsewhere the directories are looked at again after writing.
 */
import path from "node:path";
import { fstatSync, lstatSync } from "node:fs";
import { BlobsyError, errnoOf, fromErrno } from "../domain/errors.js";
import { lstatFacts } from "./facts.js";
import {
  type DirectoryIdentity,
  HeldDirectories,
  HeldDirectory,
  placeOf,
} from "./held-directories.js";
import { closeFd, openDirFd } from "./open-file.js";
import { mkdir, syncDir, syncDirFd } from "./ops.js";
import { SharedSync } from "./shared-sync.js";

const HOLDS_DIRECTORIES = process.platform === "linux" && lstatFacts("/proc/self/fd") !== null;

const syncs = new SharedSync();
const held = new HeldDirectories();

/**
 * Makes every name durable that was left to it by `SafeParent.syncLater`, and lets go of the directories
 * that nobody uses any more. @throws system errors
 */
export function settleParents(): Promise<void> {
  held.letGo();
  return syncs.settle();
}

/** A payload's directory. Close it when done. */
export class SafeParent {
  /** Absolute path of the directory; for messages and logs. */
  readonly dir: string;
  /** The payload's name in it. */
  readonly name: string;
  /** Device and inode of the worktree's root and of each directory down to `dir`. */
  readonly identity: readonly DirectoryIdentity[];
  private readonly root: string;
  private held: HeldDirectory | null;

  /** @internal use `checkParents` or `makeParents` */
  constructor(
    root: string,
    dir: string,
    name: string,
    identity: readonly DirectoryIdentity[],
    held: HeldDirectory | null,
  ) {
    this.root = root;
    this.dir = dir;
    this.name = name;
    this.identity = identity;
    this.held = held;
  }

  /** The file system the payload lies on. */
  get dev(): bigint {
    return this.identity.at(-1)?.dev ?? 0n;
  }

  /** A path for `name` in this very directory; the payload's own name unless told. */
  at(name: string = this.name): string {
    const { held, dir } = this;
    return held === null ? path.join(dir, name) : `/proc/self/fd/${held.fd}/${name}`;
  }

  /** Shared with everybody who waits for the same directory; it stays open until this resolves. */
  sync(): Promise<void> {
    const { held, dir } = this;
    if (held === null) return syncs.sync(dir);
    const { dev, ino } = this.identity.at(-1) ?? { dev: 0n, ino: 0n };
    return syncs.share(`${dev}:${ino}`, () => syncDirFd(held.fd, dir));
  }

  /** Leaves it to `settleParents`, once for however many names. */
  syncLater(): void {
    syncs.later(this.dir);
  }

  /** @throws {BlobsyError} REFUSED_PATH when the path no longer leads here */
  recheck(): void {
    if (this.held?.isInPlace()) return;
    const components = path.relative(this.root, this.dir).split(path.sep).filter(Boolean);
    const now = [this.root];
    for (const component of components) now.push(path.join(now.at(-1) ?? "", component));
    now.forEach((dir, at) => {
      const facts = lstatFacts(dir);
      const was = this.identity[at];
      if (facts?.kind !== "directory" || facts.dev !== was?.dev || facts.ino !== was.ino) {
        throw refused(path.join(this.dir, this.name), `${dir} was replaced meanwhile`);
      }
    });
  }

  close(): void {
    this.held?.release();
    this.held = null;
  }
}

/**
 * @param root the worktree's root, absolute
 * @param payload "/"-separated and relative to it, already a legal path
 * @returns null when one of the directories does not exist
 * @throws {BlobsyError} REFUSED_PATH when one is a link, a file, or holds a `.git`; PERMISSION
 */
export function checkParents(root: string, payload: string): SafeParent | null {
  const known = heldParent(root, payload);
  if (known) return known;
  const walk = new Walk(root, payload);
  try {
    for (const component of walk.components) {
      if (!walk.enter(component)) {
        walk.giveUp();
        return null;
      }
    }
    return walk.finish();
  } catch (error) {
    walk.giveUp();
    if (!/^(?:EACCES|EPERM)$/.test(errnoOf(error) ?? "")) throw error;
    throw fromErrno(error, "its directory cannot be looked at", payload);
  }
}

/** As `checkParents`, creating (and syncing) the directories that are missing. */
export async function makeParents(root: string, payload: string): Promise<SafeParent> {
  const known = heldParent(root, payload);
  if (known) return known;
  const walk = new Walk(root, payload);
  try {
    for (const component of walk.components) {
      while (!walk.enter(component)) await walk.make(component);
    }
    return walk.finish();
  } catch (error) {
    walk.giveUp();
    throw error;
  }
}

/** The payload's directory, when it is held from before and still where it was. */
function heldParent(root: string, payload: string): SafeParent | null {
  const end = payload.lastIndexOf("/");
  const name = payload.slice(end + 1);
  if (isNoName(name)) return null; // for `Walk` to refuse
  const dir = end < 0 ? root : `${root}/${payload.slice(0, end)}`;
  const directory = held.take(dir);
  return directory && new SafeParent(root, dir, name, directory.identity, directory);
}

function isNoName(part: string): boolean {
  return part === "" || part === "." || part === "..";
}

/** Goes down from the root, one component at a time, holding only the directory it is in. */
class Walk {
  readonly components: readonly string[];
  private readonly identity: DirectoryIdentity[] = [];
  private readonly name: string;
  private readonly root: string;
  private readonly payload: string;
  private dir: string;
  private fd: number | null = null;
  private readonly rootPlace: string | null = null;

  constructor(root: string, payload: string) {
    const parts = payload.split("/");
    this.name = parts.at(-1) ?? "";
    if (parts.some(isNoName)) {
      throw refused(payload, "it is no path inside the worktree");
    }
    this.components = parts.slice(0, -1);
    this.root = root;
    this.payload = payload;
    this.dir = root;
    // Where the user put the worktree, and through which links, is theirs to choose.
    if (HOLDS_DIRECTORIES) {
      this.fd = openDirFd(`${root}/.`);
      this.rootPlace = placeOf(this.fd);
    }
    this.remember();
  }

  /** @returns false when there is no such directory */
  enter(component: string): boolean {
    const next = this.pathOf(component);
    const shown = path.join(this.dir, component);
    if (this.fd === null) {
      if (!this.isDirectory(next, shown)) return false;
    } else {
      const child = this.openChild(next, shown);
      if (child === null) return false;
      closeFd(this.fd);
      this.fd = child;
    }
    this.dir = shown;
    this.remember();
    // A `.git` in the root is the worktree's own; one below it starts another repository.
    if (lstatFacts(this.pathOf(".git"))) {
      throw refused(this.payload, `${shown} belongs to another Git repository`);
    }
    return true;
  }

  /** @returns false when there is nothing */
  private isDirectory(next: string, shown: string): boolean {
    const facts = lstatFacts(next);
    if (!facts) return false;
    if (facts.kind === "symlink") throw refused(this.payload, `${shown} is a symbolic link`);
    if (facts.kind !== "directory") throw refused(this.payload, `${shown} is not a directory`);
    return true;
  }

  async make(component: string): Promise<void> {
    try {
      await mkdir(this.pathOf(component));
    } catch (error) {
      if (errnoOf(error) === "EEXIST") return;
      throw error;
    }
    await (this.fd === null ? syncDir(this.dir) : syncDirFd(this.fd, this.dir));
  }

  finish(): SafeParent {
    const { root, name, identity } = this;
    const dir = [root, ...this.components].join("/");
    const directory = this.hold(dir);
    this.fd = null;
    return new SafeParent(root, dir, name, identity, directory);
  }

  private hold(dir: string): HeldDirectory | null {
    if (this.fd === null) return null;
    const place = path.join(this.rootPlace ?? "", ...this.components);
    const directory = new HeldDirectory(this.fd, this.identity, place);
    held.keep(dir, directory);
    return directory;
  }

  giveUp(): void {
    if (this.fd !== null) closeFd(this.fd);
    this.fd = null;
  }

  private pathOf(name: string): string {
    return this.fd === null ? path.join(this.dir, name) : `/proc/self/fd/${this.fd}/${name}`;
  }

  /** Opening follows no link and takes nothing but a directory. @returns null when there is nothing */
  private openChild(next: string, shown: string): number | null {
    try {
      return openDirFd(next);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === "ENOENT") return null;
      if (errno !== "ELOOP" && errno !== "ENOTDIR") throw error;
      if (!this.isDirectory(next, shown)) return null;
      throw refused(this.payload, `${shown} is not a directory any more`); // it was not, a moment ago
    }
  }

  private remember(): void {
    const { fd, dir } = this;
    const options = { bigint: true } as const;
    const { dev, ino } = fd === null ? lstatSync(dir, options) : fstatSync(fd, options);
    this.identity.push({ dev, ino });
  }
}

function refused(payload: string, reason: string): BlobsyError {
  return new BlobsyError("REFUSED_PATH", `${payload} is refused: ${reason}`, { path: payload });
}
