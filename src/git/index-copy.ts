/**
 * Changes Git's index without a moment in which another Git's change of it could be lost.
 *
 * A Git command that reads the index and another one that writes it are two: in between a `git add` of the
 * user's may finish, and would be undone. Holding Git's lock over both would have every Git command of the
 * user's fail for as long, and one that is killed would leave the lock behind. So the commands change a
 * copy, and only its renaming into place happens under the lock: that is two system calls, and it happens
 * only if the index is still the file that was copied. Git replaces its index by another file, always.
 */
import path from "node:path";
import { errnoOf, isBlobsyError } from "../domain/errors.js";
import type { FileFacts } from "../domain/file-facts.js";
import { sameFacts } from "../domain/file-facts.js";
import { factsOf, lstatFacts } from "../fs/facts.js";
import { OpenFile } from "../fs/open-file.js";
import { cloneOrCopy, renameLocked, setMtimeOf, unlinkIfThere } from "../fs/ops.js";
import { tempName } from "../fs/temp.js";
import { trace } from "../fs/trace.js";
import type { Repository } from "./repository.js";
import { realPath } from "./text-file.js";

/** Has Git use the copy. */
export interface IndexEnv {
  readonly [GIT_INDEX_FILE: string]: string;
}

/** Others change the index, but not all the time. */
const TRIES = 3;

/**
 * @param change runs Git commands with this environment; returns whether the copy is to be the index.
 *   Called again when somebody else has changed the index meanwhile
 * @returns whether it is; not when another Git has locked it, nor where no copy of it can be made (a full
 *   disk, a clone that may not be written to): the index is then as it was
 * @throws {BlobsyError} what `change` throws
 */
export async function changeIndexCopy(
  repo: Repository,
  change: (env: IndexEnv) => Promise<boolean>,
): Promise<boolean> {
  try {
    return await tryChange(repo, change);
  } catch (error) {
    if (isBlobsyError(error) || errnoOf(error) === undefined) throw error;
    trace("git", () => `the index stays as it is: ${String(error)}`);
    return false;
  }
}

async function tryChange(
  repo: Repository,
  change: (env: IndexEnv) => Promise<boolean>,
): Promise<boolean> {
  const index = indexFile(repo);
  const copy = path.join(roomFor(repo, index), tempName(".blobsy-tmp"));
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (lstatFacts(`${index}.lock`) !== null) return false;
    const opened = openIfThere(index);
    if (opened === null) return false;
    try {
      const facts = await factsOf(opened);
      await copyAsItIs(index, copy, facts);
      if (!(await change({ GIT_INDEX_FILE: copy }))) return false;
      if (await renameLocked(copy, index, () => isSameFile(facts, index))) return true;
    } finally {
      // Open until now: as long as it is, no other file can have its inode number.
      await opened.close();
      await unlinkIfThere(copy);
    }
  }
  return false;
}

/** What Git takes for it (git(1), GIT_INDEX_FILE), without links: Git replaces what they lead to. */
function indexFile(repo: Repository): string {
  const given = process.env["GIT_INDEX_FILE"] || path.join(repo.gitDir, "index");
  return realPath(path.resolve(repo.worktree, given));
}

/** Where others look for what a killed process left, if a file can be renamed from there. */
function roomFor(repo: Repository, index: string): string {
  const tmp = path.join(repo.sharedState, "tmp");
  const beside = path.dirname(index);
  return lstatFacts(tmp)?.dev === lstatFacts(beside)?.dev ? tmp : beside;
}

function openIfThere(file: string): OpenFile | null {
  try {
    return OpenFile.toRead(file);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
}

/**
 * Entries not older than the index count as changed in the same moment (gitformat-index(5), "racy"): a copy
 * with a later time would vouch for them.
 */
async function copyAsItIs(index: string, copy: string, { mtimeNs }: FileFacts): Promise<void> {
  await cloneOrCopy(index, copy);
  await setMtimeOf(copy, mtimeNs);
}

function isSameFile(facts: FileFacts, file: string): boolean {
  const now = lstatFacts(file);
  return now !== null && now.dev === facts.dev && sameFacts(facts, now);
}
