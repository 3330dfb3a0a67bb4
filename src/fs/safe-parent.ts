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
import { lstatSync } from "node:fs";
import { BlobsyError, errnoOf, fromErrno } from "../domain/errors.js";
import { lstatFacts } from "./facts.js";
import { closeFd, mkdir, openDirFd, syncDir, syncDirFd } from "./ops.js";
import { SharedSync } from "./shared-sync.js";

const HOLDS_DIRECTORIES = process.platform === "linux" && lstatFacts("/proc/self/fd") !== null;

const syncs = new SharedSync();

/** Makes every name durable that was left to it by `SafeParent.syncLater`. @throws system errors */
export function settleParents(): Promise<void> {
  return syncs.settle();
}

export interface DirectoryIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
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
  private fd: number | null;

  /** @internal use `checkParents` or `makeParents` */
  constructor(
    root: string,
    components: readonly string[],
    name: string,
    identity: readonly DirectoryIdentity[],
    fd: number | null,
  ) {
    this.root = root;
    this.dir = path.join(root, ...components);
    this.name = name;
    this.identity = identity;
    this.fd = fd;
  }

  /** The file system the payload lies on. */
  get dev(): bigint {
    return this.identity.at(-1)?.dev ?? 0n;
  }

  /** A path for `name` in this very directory; the payload's own name unless told. */
  at(name: string = this.name): string {
    return this.fd === null ? path.join(this.dir, name) : `/proc/self/fd/${this.fd}/${name}`;
  }

  /** Shared with everybody who waits for the same directory; it stays open until this resolves. */
  sync(): Promise<void> {
    const { fd, dir } = this;
    if (fd === null) return syncs.sync(dir);
    const { dev, ino } = this.identity.at(-1) ?? { dev: 0n, ino: 0n };
    return syncs.share(`${dev}:${ino}`, () => syncDirFd(fd, dir));
  }

  /** Leaves it to `settleParents`, once for however many names. */
  syncLater(): void {
    syncs.later(this.dir);
  }

  /** @throws {BlobsyError} REFUSED_PATH when the path no longer leads here */
  recheck(): void {
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
    if (this.fd !== null) closeFd(this.fd);
    this.fd = null;
  }
}

/**
 * @param root the worktree's root, absolute
 * @param payload "/"-separated and relative to it, already a legal path
 * @returns null when one of the directories does not exist
 * @throws {BlobsyError} REFUSED_PATH when one is a link, a file, or holds a `.git`; PERMISSION
 */
export function checkParents(root: string, payload: string): SafeParent | null {
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

/** Goes down from the root, one component at a time, holding only the directory it is in. */
class Walk {
  readonly components: readonly string[];
  private readonly identity: DirectoryIdentity[] = [];
  private readonly name: string;
  private readonly root: string;
  private readonly payload: string;
  private dir: string;
  private fd: number | null = null;

  constructor(root: string, payload: string) {
    const parts = payload.split("/");
    this.name = parts.at(-1) ?? "";
    if (parts.some((part) => part === "" || part === "." || part === "..")) {
      throw refused(payload, "it is no path inside the worktree");
    }
    this.components = parts.slice(0, -1);
    this.root = root;
    this.payload = payload;
    this.dir = root;
    // Where the user put the worktree, and through which links, is theirs to choose.
    if (HOLDS_DIRECTORIES) this.fd = openDirFd(`${root}/.`);
    this.remember();
  }

  /** @returns false when there is no such directory */
  enter(component: string): boolean {
    const next = this.pathOf(component);
    const facts = lstatFacts(next);
    if (!facts) return false;
    const shown = path.join(this.dir, component);
    if (facts.kind === "symlink") throw refused(this.payload, `${shown} is a symbolic link`);
    if (facts.kind !== "directory") throw refused(this.payload, `${shown} is not a directory`);
    if (HOLDS_DIRECTORIES) {
      const above = this.fd;
      this.fd = this.openChild(next, shown);
      if (above !== null) closeFd(above);
    }
    this.dir = shown;
    this.remember();
    // A `.git` in the root is the worktree's own; one below it starts another repository.
    if (lstatFacts(this.pathOf(".git"))) {
      throw refused(this.payload, `${shown} belongs to another Git repository`);
    }
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
    const parent = new SafeParent(this.root, this.components, this.name, this.identity, this.fd);
    this.fd = null;
    return parent;
  }

  giveUp(): void {
    if (this.fd !== null) closeFd(this.fd);
    this.fd = null;
  }

  private pathOf(name: string): string {
    return this.fd === null ? path.join(this.dir, name) : `/proc/self/fd/${this.fd}/${name}`;
  }

  private openChild(next: string, shown: string): number {
    try {
      return openDirFd(next);
    } catch (error) {
      const errno = errnoOf(error);
      // Swapped between the look and the open: exactly what holding it is for.
      if (errno === "ELOOP" || errno === "ENOTDIR") {
        throw refused(this.payload, `${shown} is not a directory any more`);
      }
      throw error;
    }
  }

  private remember(): void {
    const here = this.fd === null ? this.dir : `/proc/self/fd/${this.fd}/.`;
    const { dev, ino } = lstatSync(here, { bigint: true });
    this.identity.push({ dev, ino });
  }
}

function refused(payload: string, reason: string): BlobsyError {
  return new BlobsyError("REFUSED_PATH", `${payload} is refused: ${reason}`, { path: payload });
}
