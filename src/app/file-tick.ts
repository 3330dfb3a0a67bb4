/** The file system's own clock, as far as it may be compared with the payloads' times. */
import { errnoOf } from "../domain/errors.js";
import { fileSystemTick } from "../fs/clock.js";
import type { Repository } from "../git/repository.js";

/** Times of whole seconds count for two more: a younger file gets a tick of its own. */
const RECENT_NS = 3_000_000_000n;
let last = 0n;

/**
 * The time a payload written right now would get, in nanoseconds, or less; the last one again where it
 * lies well after `changedNs`, for an older tick is no less safe. Read by touching a probe in
 * the state directory; local file systems share the kernel's clock. Where nothing may be written (another
 * user's clone, a snapshot) it is 0: whatever is read now is not relied on later, and `status` works.
 *
 * @param changedNs when the file that is about to be read changed last
 */
export async function fileTick(repo: Repository, changedNs: bigint): Promise<bigint> {
  if (last > changedNs + RECENT_NS) return last;
  try {
    return (last = await fileSystemTick(repo.worktreeState));
  } catch (error) {
    if (!/^(?:EACCES|EPERM|EROFS)$/.test(errnoOf(error) ?? "")) throw error;
    return 0n;
  }
}
