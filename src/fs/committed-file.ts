/**
 * Reads files of the worktree whose name and kind a commit chose: `.blobsyconfig` may be a link to any
 * file of the user's, to a terminal that is waited for, or to `/dev/zero`.
 */
import { fstatSync, readSync } from "node:fs";
import { BlobsyError, errnoOf, fromErrno } from "../domain/errors.js";
import { toFacts } from "./facts.js";
import { closeFd, OpenFile } from "./open-file.js";

/**
 * @param maxBytes of a longer one nothing is read
 * @param shown what people are told it is
 * @returns `null` when there is none
 * @throws {BlobsyError} REFUSED_PATH for a link, for anything but a regular file and for one that is too
 *   long; PERMISSION, IO when it cannot be read
 */
export function readCommittedFile(file: string, maxBytes: number, shown = file): Buffer | null {
  try {
    const { fd } = OpenFile.toReadItself(file);
    try {
      return readRegular(fd, maxBytes, shown);
    } finally {
      closeFd(fd);
    }
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT" || errno === "ENOTDIR") return null;
    // Git takes no link for its own files of this kind either.
    if (errno === "ELOOP" || errno === "EMLINK") throw refused("symlink", shown);
    if (errno === "ENXIO" || errno === "ENODEV") throw refused("other", shown);
    throw error instanceof BlobsyError ? error : fromErrno(error, "reading it", shown);
  }
}

function readRegular(fd: number, maxBytes: number, shown: string): Buffer {
  const { kind, size } = toFacts(fstatSync(fd, { bigint: true }));
  if (kind !== "file") throw refused(kind, shown);
  if (size > maxBytes) {
    throw new BlobsyError("REFUSED_PATH", `it is longer than ${maxBytes} bytes`, { path: shown });
  }
  // What is appended meanwhile is not read.
  const bytes = Buffer.alloc(size);
  let length = 0;
  for (let got = -1; got !== 0 && length < size; length += got) {
    got = readSync(fd, bytes, length, size - length, length);
  }
  return bytes.subarray(0, length);
}

function refused(kind: string, shown: string): BlobsyError {
  const what = { symlink: "symbolic link", directory: "directory" }[kind] ?? "device or the like";
  return new BlobsyError("REFUSED_PATH", `it is a ${what}, not a file`, { path: shown });
}
