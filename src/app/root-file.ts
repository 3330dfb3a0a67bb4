/** The small files at the root of the worktree that a team shares: read and written whole. */
import path from "node:path";
import { BlobsyError, fromErrno } from "../domain/errors.js";
import { pasteWord } from "../domain/shell-words.js";
import { readCommittedFile } from "../fs/committed-file.js";
import { replaceFile } from "../fs/user-file.js";
import type { Repository } from "../git/repository.js";

/** Git reads no larger `.gitattributes` either (attr.c); a configuration has a limit of its own. */
const MAX_BYTES = 100 * 1024 * 1024;

/** "" when there is none. @throws {BlobsyError} REFUSED_PATH for anything but a regular file */
export function readRootFile(repo: Repository, name: string): string {
  const file = path.join(repo.worktree, name);
  return readCommittedFile(file, MAX_BYTES, name)?.toString("utf8") ?? "";
}

export interface RootFileChange {
  /** What `readRootFile` gave. */
  readonly was: string;
  readonly next: string;
}

/** @throws {BlobsyError} PAYLOAD_CHANGED when it says something else by now; PERMISSION, DISK_FULL, IO */
export async function writeRootFile(
  repo: Repository,
  name: string,
  { was, next }: RootFileChange,
): Promise<void> {
  const file = path.join(repo.worktree, name);
  const bytes = readCommittedFile(file, MAX_BYTES, name);
  if (bytes !== null && !Buffer.from(bytes.toString("utf8")).equals(bytes)) {
    throw new BlobsyError("BAD_CONFIG", "it is not UTF-8, and is not rewritten therefore", {
      path: name,
      next: `file -i ${pasteWord(name)}`,
    });
  }
  try {
    const isSame = (bytes?.toString("utf8") ?? "") === was;
    if (isSame && (await replaceFile(file, { was: bytes, next: Buffer.from(next) }))) return;
  } catch (error) {
    throw fromErrno(error, "writing it", name);
  }
  throw new BlobsyError("PAYLOAD_CHANGED", "it was changed meanwhile, and stays as it is", {
    path: name,
    next: `git diff -- ${pasteWord(name)}`,
  });
}
