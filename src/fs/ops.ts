/**
 * Every change of a file goes through here: one place to make an operation fail, to kill the process
 * before or after it, and to see that what was published had been synced (fs/faults.ts).
 *
 * Steps that only touch a directory or an inode are made at once: handing each to a thread and waiting
 * for its answer costs ten times what they do. What moves bytes or waits for the disk goes to a thread.
 *
 * These are the system calls and no policy. What order they go in is fs/atomic.ts, store/ and
 * worktree/place.ts. A failed fsync is never repeated: the kernel may have dropped the dirty pages and
 * will then call them clean, so the caller throws that temp file away.
 */
import {
  appendFileSync,
  closeSync,
  constants,
  chmodSync,
  fchmodSync,
  fdatasync,
  fsync,
  futimesSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  write,
  writeSync,
} from "node:fs";
import fsp from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { errnoOf } from "../domain/errors.js";
import * as faultPoints from "./faults.js";
import { AT_ONCE, OpenFile } from "./open-file.js";

export type FileOp =
  | "open"
  | "write"
  | "fsync"
  | "fsyncdir"
  | "rename"
  | "link"
  | "unlink"
  | "mkdir"
  | "rmdir"
  | "rmtree"
  | "symlink"
  | "chmod"
  | "utimes"
  | "clone"
  | "append";

/** Nothing is counted unless a test asks for it. */
const faults = process.env["BLOBSY_FAULTS"] ? faultPoints : null;

const syncFd = promisify(fsync);
const syncDataFd = promisify(fdatasync);

const writeFd = promisify(write);

async function guarded<T>(
  op: FileOp,
  at: string,
  act: () => T | Promise<T>,
  to?: string,
): Promise<T> {
  if (faults === null) return act();
  const point = faults.before(op, at, to);
  const result = await act();
  faults.after(point);
  return result;
}

function guardedSync<T>(op: FileOp, at: string, act: () => T, to?: string): T {
  if (faults === null) return act();
  const point = faults.before(op, at, to);
  const result = act();
  faults.after(point);
  return result;
}

/** Creates a new file to write to; never opens one that is there (EEXIST), nor follows a link. */
export function createFile(file: string, mode = 0o666): Promise<OpenFile> {
  const flags =
    constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
  return guarded("open", file, () => new OpenFile(openSync(file, flags, mode)));
}

/** Opens an existing file, or creates it, to write to from `offset` on: a download that goes on. */
export function openWrite(file: string, mode = 0o666): Promise<OpenFile> {
  const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
  return guarded("open", file, () => new OpenFile(openSync(file, flags, mode)));
}

/** Writes all of `data` at `position`; a short write goes on where it stopped. */
export async function writeAll(
  handle: OpenFile,
  file: string,
  data: Uint8Array,
  position: number,
): Promise<void> {
  await guarded("write", file, async () => {
    for (let done = 0; done < data.length;) {
      const left = data.length - done;
      done +=
        left <= AT_ONCE
          ? writeSync(handle.fd, data, done, left, position + done)
          : (await writeFd(handle.fd, data, done, left, position + done)).bytesWritten;
    }
  });
}

export function syncFile(handle: OpenFile, file: string): Promise<void> {
  return guarded("fsync", file, () => syncFd(handle.fd));
}

/** As `syncFile`, for one that got other times or another mode only: these follow with its new name. */
export function syncBytes(handle: OpenFile, file: string): Promise<void> {
  return guarded("fsync", file, () => syncDataFd(handle.fd));
}

/**
 * Syncs the bytes of a file that others may have written; of one whose bytes are on disk this waits for
 * nothing, whatever happened to its times and names. File systems that cannot sync (or are mounted to
 * be read only) have nothing pending; a real failure is thrown.
 */
export function syncForeignFile(handle: OpenFile, file: string): Promise<void> {
  return guarded("fsync", file, async () => {
    try {
      await syncDataFd(handle.fd);
    } catch (error) {
      if (!isNotSyncable(error)) throw error;
    }
  });
}

function isNotSyncable(error: unknown): boolean {
  const errno = errnoOf(error);
  // Windows syncs only through handles that may write.
  if (process.platform === "win32" && (errno === "EPERM" || errno === "EACCES")) return true;
  return errno === "EINVAL" || errno === "EROFS" || errno === "ENOTSUP" || errno === "ENOSYS";
}

/** Makes the entries of a directory durable. */
export async function syncDir(dir: string): Promise<void> {
  await guarded("fsyncdir", dir, async () => {
    let fd: number | undefined;
    try {
      fd = openSync(dir, "r");
      await syncFd(fd);
    } catch (error) {
      // Windows has no way to sync a directory, and no need: NTFS journals its names.
      if (process.platform !== "win32") throw error;
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  });
}

/** As `syncDir`, for a directory that is held open already, and is so until this has resolved. */
export function syncDirFd(fd: number, dir: string): Promise<void> {
  return guarded("fsyncdir", dir, () => syncFd(fd));
}

export function rename(from: string, to: string): Promise<void> {
  return guarded("rename", from, () => renameSync(from, to), to);
}

/**
 * Renames over a file of Git's while its lock on that is ours (made exclusively, as Git does), if that is
 * still what it was. In one step: a lock that is held while anything is waited for may be left behind.
 * @returns false when it is locked, or another file by now
 */
export function renameLocked(from: string, to: string, isStill: () => boolean): Promise<boolean> {
  const lock = `${to}.lock`;
  const underLock = (): boolean => {
    try {
      closeSync(openSync(lock, "wx"));
    } catch (error) {
      if (errnoOf(error) === "EEXIST") return false;
      throw error;
    }
    try {
      const isSame = isStill();
      if (isSame) renameSync(from, to);
      return isSame;
    } finally {
      unlinkSync(lock);
    }
  };
  return guarded("rename", from, underLock, to);
}

/** Gives a file a second name; fails with EEXIST rather than replace anything. */
export function link(from: string, to: string): Promise<void> {
  return guarded("link", from, () => linkSync(from, to), to);
}

export function unlink(file: string): Promise<void> {
  return guarded("unlink", file, () => unlinkSync(file));
}

/** Removes a name if it is there. */
export async function unlinkIfThere(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

/** For process exit, where nothing can be waited for. */
export function unlinkIfThereSync(file: string): void {
  guardedSync("unlink", file, () => {
    try {
      unlinkSync(file);
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw error;
    }
  });
}

export function mkdir(dir: string): Promise<void> {
  return guarded("mkdir", dir, () => void mkdirSync(dir));
}

/**
 * Creates a directory with all its parents and syncs each directory that gained an entry: a file is
 * only as durable as every name on the way to it.
 */
export async function mkdirs(dir: string): Promise<void> {
  try {
    await mkdir(dir);
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return;
    if (errnoOf(error) !== "ENOENT" || path.dirname(dir) === dir) throw error;
    await mkdirs(path.dirname(dir));
    return mkdirs(dir);
  }
  await syncDir(path.dirname(dir));
}

/** As `mkdirs`, where nothing can be waited for, and not durable. */
export function mkdirsSync(dir: string): void {
  guardedSync("mkdir", dir, () => {
    mkdirSync(dir, { recursive: true });
  });
}

export function rmdir(dir: string): Promise<void> {
  return guarded("rmdir", dir, () => rmdirSync(dir));
}

/** Makes a symbolic link; fails with EEXIST rather than replace anything. */
export function symlink(target: string, file: string): Promise<void> {
  return guarded("symlink", file, () => symlinkSync(target, file));
}

/** Removes a directory with all that is in it, if it is there; follows no link. */
export function removeTree(dir: string): Promise<void> {
  return guarded("rmtree", dir, () => fsp.rm(dir, { recursive: true, force: true }));
}

/** For a file that cannot be opened as it is. */
export function chmodAt(file: string, mode: number): Promise<void> {
  return guarded("chmod", file, () => chmodSync(file, mode));
}

export function chmod(handle: OpenFile, file: string, mode: number): Promise<void> {
  return guarded("chmod", file, () => fchmodSync(handle.fd, mode));
}

/** Sets the modification time (and the access time to the same); nanoseconds, kept to the microsecond. */
export function setMtime(handle: OpenFile, file: string, mtimeNs: bigint): Promise<void> {
  const seconds = Number(mtimeNs / 1000n) / 1e6;
  return guarded("utimes", file, () => futimesSync(handle.fd, seconds, seconds));
}

/** As `setMtime`, for a file that is not open. */
export function setMtimeOf(file: string, mtimeNs: bigint): Promise<void> {
  const seconds = Number(mtimeNs / 1000n) / 1e6;
  return guarded("utimes", file, () => utimesSync(file, seconds, seconds));
}

const CANNOT_CLONE = /^(ENOTSUP|EOPNOTSUPP|EXDEV|EINVAL|ENOTTY|ENOSYS|EPERM|ETXTBSY)$/;

/**
 * Clones copy-on-write where the file system can; `to` must not exist.
 * @returns false when it cannot: nothing has been created then, and the caller copies
 */
export function cloneFile(from: string, to: string): Promise<boolean> {
  return guarded(
    "clone",
    from,
    async () => {
      try {
        await fsp.copyFile(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
        return true;
      } catch (error) {
        if (CANNOT_CLONE.test(errnoOf(error) ?? "")) return false;
        throw error;
      }
    },
    to,
  );
}

/** Clones when possible and copies otherwise. @returns whether it cloned: a clone has the very bytes */
export async function cloneOrCopy(from: string, to: string): Promise<boolean> {
  if (await cloneFile(from, to)) return true;
  await guarded("write", from, () => fsp.copyFile(from, to, constants.COPYFILE_EXCL), to);
  return false;
}

/** Appends one line in a single write, so that lines of several processes do not mix. */
export async function appendLine(
  file: string,
  line: string,
  options: { durable?: boolean } = {},
): Promise<void> {
  const fd = await guarded("append", file, () => {
    const opened = openSync(file, "a");
    try {
      appendFileSync(opened, `${line}\n`);
      return opened;
    } catch (error) {
      closeSync(opened);
      throw error;
    }
  });
  try {
    if (options.durable) await guarded("fsync", file, () => syncFd(fd));
  } finally {
    closeSync(fd);
  }
}

/** As `appendLine`, where nothing can be waited for. */
export function appendLineSync(file: string, line: string): void {
  guardedSync("append", file, () => {
    appendFileSync(file, `${line}\n`);
  });
}
