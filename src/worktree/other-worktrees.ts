/** The other worktrees of a repository: where they are, and where their state is. */
import path from "node:path";
import { namesIn } from "../fs/temp.js";
import { readBytes } from "../fs/user-file.js";

export interface OtherWorktree {
  /** Top of the worktree; it may be gone, or on a disk that is not mounted. */
  readonly worktree: string;
  readonly state: string;
}

/**
 * @param ownState the state directory of the worktree that asks; it is left out
 * @throws {BlobsyError} PERMISSION, IO: what the others need cannot be told then
 */
export function worktreesBeside(commonDir: string, ownState: string): OtherWorktree[] {
  const all = [{ worktree: path.dirname(commonDir), state: stateIn(commonDir) }];
  for (const name of namesIn(path.join(commonDir, "worktrees"))) {
    const gitDir = path.join(commonDir, "worktrees", name);
    const worktree = topOf(gitDir);
    if (worktree !== null) all.push({ worktree, state: stateIn(gitDir) });
  }
  return all.filter((other) => path.resolve(other.state) !== path.resolve(ownState));
}

function stateIn(gitDir: string): string {
  return path.join(gitDir, "blobsy", "worktree");
}

/** `gitdir` holds the path of the worktree's `.git` file (gitrepository-layout(5)). */
function topOf(gitDir: string): string | null {
  const file = readBytes(path.join(gitDir, "gitdir"))?.toString("utf8").trimEnd();
  return file === undefined ? null : path.dirname(path.resolve(gitDir, file));
}
