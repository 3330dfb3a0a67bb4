/**
 * A directory as a remote: a commit may name one only where it can do no harm, and one outside the
 * worktree only once this user has marked it as a blobsy remote. Absolute paths are the user's own.
 */
import { randomUUID } from "node:crypto";
import { lstat, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { BlobsyError, errnoOf, fromErrno } from "../domain/errors.js";
import { isDotGit } from "../domain/git-names.js";
import type { Origin } from "../domain/remote-url.js";
import { shellWord } from "../domain/shell-words.js";
import { writeFileAtomic } from "../fs/atomic.js";
import { mkdirs } from "../fs/ops.js";
import type { Repository } from "../git/repository.js";
import { markerFile, markerText } from "../transport/local.js";

/** @throws {BlobsyError} NO_REMOTE where it must not or cannot be, PERMISSION, IO ... */
export async function markRemote(
  repo: Repository,
  backend: string,
  written: string,
  origin: Origin,
): Promise<void> {
  const dir = absoluteDir(repo, written);
  if (origin === "committed") await assertPlace(repo, dir, written);
  await assertDirectory(dir, written, backend);
  if (await isMarked(dir)) return;
  const marker = markerFile(dir);
  try {
    await mkdirs(path.dirname(marker));
    await writeFileAtomic(marker, markerText(randomUUID()), { durable: true });
  } catch (error) {
    throw fromErrno(error, `marking the remote ${dir}`, marker);
  }
}

/** Resolved by name alone, so that no `..` is left for a link to change the meaning of. */
export function absoluteDir(repo: Repository, written: string): string {
  return path.resolve(repo.mainWorktree, written);
}

/** @throws {BlobsyError} NO_REMOTE where a commit must not lead us */
export async function assertPlace(repo: Repository, dir: string, written: string): Promise<void> {
  const refuse = (why: string): never => {
    throw new BlobsyError("NO_REMOTE", `local:${written} is not used: ${why}`, { path: dir });
  };
  if (path.isAbsolute(written)) refuse("a committed path must be relative to the repository");
  for (const worktree of new Set([repo.mainWorktree, repo.worktree])) {
    if (isInside(worktree, dir)) refuse("it holds the worktree itself");
    if (await linkBelow(worktree, dir)) refuse("it is reached through a link in the worktree");
  }
  for (const place of new Set([dir, await realOrSame(dir)])) {
    if (isInside(repo.commonDir, place)) refuse("it holds the Git directory");
    if (place.split(path.sep).some(isDotGit)) refuse("it lies inside a .git");
    if (await isInGitDir(place)) refuse("it lies inside a Git directory");
  }
}

/** Is `inner` the directory `outer`, or below it? */
function isInside(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(outer === path.sep ? outer : outer + path.sep);
}

async function linkBelow(worktree: string, dir: string): Promise<boolean> {
  if (!isInside(dir, worktree)) return false;
  let at = worktree;
  for (const part of path.relative(worktree, dir).split(path.sep)) {
    at = path.join(at, part);
    if (await is("isSymbolicLink", at, lstat)) return true;
  }
  return false;
}

/** As Git tells one: a directory with HEAD, objects and refs in it (setup.c, is_git_directory). */
async function isInGitDir(dir: string): Promise<boolean> {
  for (let at = dir; path.dirname(at) !== at; at = path.dirname(at)) {
    const names = ["HEAD", "objects", "refs"].map((name) => stat(path.join(at, name)));
    const found = await Promise.allSettled(names);
    if (found.every(({ status }) => status === "fulfilled")) return true;
  }
  return false;
}

/** @throws {BlobsyError} NO_REMOTE */
export async function assertDirectory(
  dir: string,
  written: string,
  backend: string,
): Promise<void> {
  if (await is("isDirectory", dir, stat)) return;
  throw new BlobsyError(
    "NO_REMOTE",
    `the remote local:${written} is not here: no directory ${dir}`,
    {
      path: dir,
      next: `git config ${shellWord(`blobsy.backend.${backend}.url`)} local:<where it is>`,
    },
  );
}

/** @throws {BlobsyError} NEEDS_TRUST */
export async function assertMarked(repo: Repository, dir: string, written: string): Promise<void> {
  if (isInside(dir, repo.mainWorktree) || (await isMarked(dir))) return;
  throw new BlobsyError(
    "NEEDS_TRUST",
    `local:${written} leads out of this repository, to ${dir}, which is not marked as a blobsy remote`,
    { path: dir, next: "blobsy trust" },
  );
}

async function isMarked(dir: string): Promise<boolean> {
  const marker = markerFile(dir);
  return (
    (await is("isDirectory", path.dirname(marker), lstat)) && (await is("isFile", marker, lstat))
  );
}

async function is(
  what: "isFile" | "isDirectory" | "isSymbolicLink",
  file: string,
  look: typeof lstat | typeof stat,
): Promise<boolean> {
  try {
    return (await look(file))[what]();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT" || errno === "ENOTDIR" || errno === "ELOOP") return false;
    throw fromErrno(error, "looking at the remote", file);
  }
}

/** Its real path, as far as there is one. */
export async function realOrSame(dir: string): Promise<string> {
  try {
    return await realpath(dir);
  } catch {
    return dir; // not there; whoever uses it will say so
  }
}
