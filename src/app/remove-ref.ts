/** Takes ref files out of the working tree and the index, as `git rm` does. */
import path from "node:path";
import { type PayloadPath, refPathOf } from "../domain/repo-path.js";
import { unlinkIfThere } from "../fs/ops.js";
import { checkParents } from "../fs/safe-parent.js";
import { unstagePaths } from "../git/index-entries.js";
import { removeEmptyParents } from "../worktree/empty-parents.js";
import type { Context } from "./context.js";

/** @throws {BlobsyError} GIT_FAILED, REFUSED_PATH @throws system errors */
export async function removeRefs(ctx: Context, payloads: readonly PayloadPath[]): Promise<void> {
  for (const payload of payloads) {
    const name = refPathOf(payload);
    const parent = checkParents(ctx.repo.worktree, name);
    if (parent === null) continue;
    try {
      await unlinkIfThere(parent.at(path.posix.basename(name)));
      await parent.sync();
    } finally {
      parent.close();
    }
  }
  await unstagePaths(ctx.repo, payloads.map(refPathOf));
  for (const payload of payloads) await removeEmptyParents(ctx.repo.worktree, refPathOf(payload));
}
