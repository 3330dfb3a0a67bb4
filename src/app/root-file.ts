/** The small files at the root of the worktree that a team shares: read and written whole. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { BlobsyError, errnoOf, fromErrno } from "../domain/errors.js";
import { writeFileAtomic } from "../fs/atomic.js";
import { lstatFacts } from "../fs/facts.js";
import type { Repository } from "../git/repository.js";

/** "" when there is none. @throws {BlobsyError} REFUSED_PATH for anything but a regular file */
export function readRootFile(repo: Repository, name: string): string {
  const file = path.join(repo.worktree, name);
  const kind = lstatFacts(file)?.kind ?? "file";
  if (kind !== "file") {
    throw new BlobsyError("REFUSED_PATH", `it is a ${kind}, not a file`, { path: name });
  }
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return "";
    throw fromErrno(error, "reading it", name);
  }
}

/** @throws {BlobsyError} PERMISSION, DISK_FULL, IO */
export async function writeRootFile(repo: Repository, name: string, text: string): Promise<void> {
  const file = path.join(repo.worktree, name);
  const mode = lstatFacts(file)?.mode;
  try {
    await writeFileAtomic(file, text, { durable: true, ...(mode === undefined ? {} : { mode }) });
  } catch (error) {
    throw fromErrno(error, "writing it", name);
  }
}
