/** Is there anything here that blobsy could do? Asked where nothing was found to be done. */
import { BlobsyError } from "../domain/errors.js";
import { listIndex } from "../git/index-entries.js";
import { StatCache } from "../worktree/stat-cache.js";
import type { Context } from "./context.js";
import { knownPayloads } from "./known-payloads.js";

/** Whether `.blobsyconfig` or the user's configuration names a remote. @throws {BlobsyError} BAD_CONFIG */
export async function hasRemote(ctx: Context): Promise<boolean> {
  const { backend, backends } = await ctx.config();
  const chosen = backends.get(backend.value);
  return chosen?.url !== undefined || chosen?.type !== undefined;
}

/**
 * @throws {BlobsyError} NO_REMOTE in a repository that has neither a remote nor a payload: what looks
 *   like "nothing to do" is "never set up"
 */
export async function requireSetUp(ctx: Context): Promise<void> {
  if (await hasRemote(ctx)) return;
  const cache = StatCache.load(ctx.repo.worktreeState);
  if (knownPayloads(await listIndex(ctx.repo), cache).length > 0) return;
  throw new BlobsyError("NO_REMOTE", "this repository does not use blobsy yet", {
    next: "blobsy init local:../blobs",
  });
}
