/** What Git's variables mean for a blobsy process that Git started. */
import path from "node:path";

/**
 * `git stash` and `git commit PATH` point GIT_INDEX_FILE at an index of their own that lives as long as
 * the command; at the end of a filter process the real one is meant. An index the user named stays.
 */
export function dropGitTemporaryIndex(gitDir: string): void {
  const index = process.env["GIT_INDEX_FILE"];
  if (index === undefined) return;
  const file = path.resolve(index);
  const isGits = path.dirname(file) === path.resolve(gitDir) && path.basename(file) !== "index";
  if (isGits) delete process.env["GIT_INDEX_FILE"];
}
