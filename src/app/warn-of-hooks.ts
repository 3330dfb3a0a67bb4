/** Said when an edit was taken in: what is committed now would be pushed without its blob. */
import { prePushElsewhere } from "../git/hook-managers.js";
import type { Context } from "./context.js";

export async function warnOfHooks(ctx: Context): Promise<void> {
  const where = await prePushElsewhere(ctx.repo);
  if (where === null) return;
  ctx.reporter.warn(
    `git push would not upload, because blobsy's hook is not called: ${where}; next: blobsy install`,
  );
}
