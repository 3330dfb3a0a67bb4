/**
 * Files that Git has tracked itself until now: `track` takes them out of the index. Git's history keeps
 * the old versions, and nobody can change that but by rewriting it.
 */
import { BlobsyError } from "../domain/errors.js";
import type { PayloadPath } from "../domain/repo-path.js";
import { pasteWord } from "../domain/shell-words.js";
import { runGit } from "../git/git.js";
import { type IndexListing, stagedPaths } from "../git/index-entries.js";
import type { Context } from "./context.js";

/**
 * Why some of these must stay in the index: as for `git rm --cached`, what is staged and neither in HEAD
 * nor in the file would be lost.
 * @throws {BlobsyError} GIT_FAILED
 */
export async function whyStayInGit(
  ctx: Context,
  index: IndexListing,
  payloads: readonly PayloadPath[],
): Promise<BlobsyError[]> {
  if (payloads.length === 0) return [];
  const staged = await stagedPaths(ctx.repo, payloads);
  const changed = staged.size === 0 ? new Set<string>() : await changedInWorktree(ctx);
  return payloads.flatMap((payload) => {
    const entries = index.get(payload) ?? [];
    const word = pasteWord(payload);
    if (entries.some(({ stage }) => stage > 0)) {
      return new BlobsyError("CONFLICT", "Git's merge is not settled there", {
        path: payload,
        next: `git add ${word}, once it is what it should be`,
      });
    }
    if (entries.some(({ mode }) => !mode.startsWith("100"))) {
      const message = "Git tracks this path itself, and not as a file";
      return new BlobsyError("TRACKED_BY_GIT", message, { path: payload });
    }
    if (!staged.has(payload) || !changed.has(payload)) return [];
    const message = "what is staged there is neither in the file nor in the last commit";
    return new BlobsyError("TRACKED_BY_GIT", message, {
      path: payload,
      next: `git add ${word}, or git restore --staged ${word}`,
    });
  });
}

async function changedInWorktree(ctx: Context): Promise<ReadonlySet<string>> {
  const { stdout } = await runGit(ctx.repo, ["diff-files", "--name-only", "-z"]);
  return new Set(stdout.toString("utf8").split("\0"));
}
