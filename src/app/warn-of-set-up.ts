/**
 * What a person should know who works in a clone where Git does not call blobsy: commits made here
 * would be pushed without their blobs.
 */
import { effectiveValue } from "../git/config-file.js";
import { prePushElsewhere } from "../git/hook-managers.js";
import type { Context } from "./context.js";

/** For commands: says that nobody ran `install`, or that another program has taken the hooks since. */
export async function warnOfSetUp(ctx: Context): Promise<void> {
  if ((await effectiveValue(ctx.repo.worktree, "filter.blobsy.process")) === undefined) {
    ctx.reporter.warn(
      "this clone is not set up: Git neither notices edited payloads nor uploads them; " +
        "next: blobsy install",
    );
    return;
  }
  await warnOfHooks(ctx);
}

/** For the filter, which took an edit in. */
export async function warnOfHooks(ctx: Context): Promise<void> {
  const where = await prePushElsewhere(ctx.repo);
  if (where === null) return;
  ctx.reporter.warn(
    `git push would not upload, because blobsy's hook is not called: ${where}; next: blobsy install`,
  );
}
