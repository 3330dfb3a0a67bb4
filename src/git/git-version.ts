import { BlobsyError } from "../domain/errors.js";
import { runGit } from "./git.js";

/** What `git version` calls itself: "2.39.5", "2.45.0.windows.1". */
export async function gitVersion(cwd: string): Promise<string> {
  const { stdout } = await runGit(cwd, ["version"]);
  return /\d+\.\d+\S*/.exec(stdout.toString("utf8"))?.[0] ?? "0.0";
}

/**
 * Before 2.26 Git asked `core.fsmonitor` in another way (githooks(5), version 2 of the hook), and edits
 * would go unnoticed.
 * @returns the version
 * @throws {BlobsyError} GIT_FAILED
 */
export function refuseOldGit(version: string): string {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 2 || (major === 2 && minor >= 26)) return version;
  throw new BlobsyError("GIT_FAILED", `Git ${version} is too old: blobsy needs 2.26 or later`, {
    next: "git version",
  });
}

/** Hooks can be configured since Git 2.54 (git-config(1), `hook.<name>.command`). */
export function hasConfiguredHooks(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 2 || (major === 2 && minor >= 54);
}
