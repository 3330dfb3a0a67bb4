/** The file system's own clock, as far as it may be compared with the payloads' times. */
import { fileSystemTick } from "../fs/clock.js";
import type { Repository } from "../git/repository.js";

/**
 * The time a payload written right now would get, in nanoseconds, or less. Read by touching a probe in
 * the state directory; local file systems share the kernel's clock.
 */
export async function fileTick(repo: Repository): Promise<bigint> {
  return fileSystemTick(repo.worktreeState);
}
