/** Reads what the file system says of a file, without opening it or following a link. */
import { fstatSync, lstatSync, type BigIntStats } from "node:fs";
import { errnoOf } from "../domain/errors.js";
import type { FileFacts } from "../domain/file-facts.js";
import type { OpenFile } from "./open-file.js";

/**
 * @returns null when there is nothing at `file`, also when a parent is missing or is no directory
 * @throws system errors for everything else: not being allowed to look is no "absent"
 */
export function lstatFacts(file: string): FileFacts | null {
  try {
    const stats = lstatSync(file, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? null : toFacts(stats);
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return null;
    throw error;
  }
}

let lastDev = 0n;

export async function factsOf(handle: OpenFile): Promise<FileFacts> {
  return toFacts(fstatSync(handle.fd, { bigint: true }));
}

/** Facts are kept by the ten thousand: equal large numbers in them are one. */
export function toFacts(stats: BigIntStats): FileFacts {
  const { mtimeNs, ctimeNs, dev } = stats;
  if (lastDev !== dev) lastDev = dev;
  return {
    kind: kindOf(stats),
    size: Number(stats.size),
    mtimeNs,
    ctimeNs: ctimeNs === mtimeNs ? mtimeNs : ctimeNs,
    ino: stats.ino,
    dev: lastDev,
    nlink: Number(stats.nlink),
    mode: Number(stats.mode & 0o7777n),
  };
}

function kindOf(stats: BigIntStats): FileFacts["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isSymbolicLink()) return "symlink";
  return stats.isDirectory() ? "directory" : "other";
}
