/** The other worktrees of a repository: where they are, and where their state is. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { namesIn } from "../fs/temp.js";

export interface OtherWorktree {
  /** Top of the worktree; it may be gone, or on a disk that is not mounted. */
  readonly worktree: string;
  readonly state: string;
}

/** @param ownState the state directory of the worktree that asks; it is left out */
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
  try {
    const file = readFileSync(path.join(gitDir, "gitdir"), "utf8").trimEnd();
    return path.dirname(path.resolve(gitDir, file));
  } catch {
    return null;
  }
}
