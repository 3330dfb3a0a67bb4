/** The file system's own clock, as far as it may be compared with the payloads' times. */
import { errnoOf } from "../domain/errors.js";
import { fileSystemTick } from "../fs/clock.js";
import type { Repository } from "../git/repository.js";

/**
 * The time a payload written right now would get, in nanoseconds, or less. Read by touching a probe in
 * the state directory; local file systems share the kernel's clock. Where nothing may be written (another
 * user's clone, a snapshot) it is 0: whatever is read now is not relied on later, and `status` works.
 */
export async function fileTick(repo: Repository): Promise<bigint> {
  try {
    return await fileSystemTick(repo.worktreeState);
  } catch (error) {
    if (!/^(?:EACCES|EPERM|EROFS)$/.test(errnoOf(error) ?? "")) throw error;
    return 0n;
  }
}
