/** Directories that a removed payload leaves empty go too, as Git's do. */
import path from "node:path";
import { rmdir } from "../fs/ops.js";
import { checkParents } from "../fs/safe-parent.js";

/**
 * Goes up from the payload's directory, stopping below the root and at the first that is not empty, or that
 * the user stands in: their next command would find itself nowhere (so does Git since 2.35).
 */
export async function removeEmptyParents(worktree: string, payload: string): Promise<void> {
  let dir = path.posix.dirname(payload);
  while (dir !== "." && !isUsersOwn(worktree, dir) && (await tryRemove(worktree, dir))) {
    dir = path.posix.dirname(dir);
  }
}

/** Git starts filters and hooks at the root, and tells in GIT_PREFIX where it was started itself. */
function isUsersOwn(worktree: string, dir: string): boolean {
  if (process.env["GIT_PREFIX"] === `${dir}/`) return true;
  return path.join(worktree, dir) === currentDirectory();
}

function currentDirectory(): string | null {
  try {
    return process.cwd();
  } catch {
    return null; // it was removed
  }
}

async function tryRemove(worktree: string, dir: string): Promise<boolean> {
  try {
    const parent = checkParents(worktree, dir);
    if (!parent) return false;
    try {
      await rmdir(parent.at());
      return true;
    } finally {
      parent.close();
    }
  } catch {
    return false; // not empty, or not ours to remove: nothing depends on it
  }
}
