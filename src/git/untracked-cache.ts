/**
 * Git's untracked cache. Without it every `git status` compares each ignored file with each line of
 * `info/exclude`, in time that grows with the square of the number of payloads; with it, only in
 * directories that changed. Git compares the exclude file's content itself (git-update-index(1),
 * UNTRACKED CACHE), so a block that was rewritten counts at once.
 *
 * It believes in directories' modification times, so it is switched on only where these can be
 * believed, and where the user has said nothing about it.
 */
import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { tellsByDirTimes } from "../fs/dir-times.js";
import { lstatFacts } from "../fs/facts.js";
import { namesIn } from "../fs/temp.js";
import { effectiveValue, valuesIn, valueUpTo, type ConfigPlace } from "./config-file.js";
import { runGit } from "./git.js";
import type { InstallRecord } from "./install-record.js";
import type { Repository } from "./repository.js";

export const UNTRACKED_CACHE = "core.untrackedCache";

/** Earlier ones could take a directory for unchanged (fixed in 2.16.2 and 2.17). */
const RELIABLE_SINCE = [2, 17] as const;

export interface CacheQuestion {
  readonly place: ConfigPlace;
  readonly gitVersion: string;
  readonly record: InstallRecord | null;
  /** A directory of the file system to try, made for it; null on a dry run, which changes nothing. */
  readonly tryIn: string | null;
}

/** Is the untracked cache to be switched on, or to stay on where blobsy did so before? */
export async function wantsUntrackedCache(question: CacheQuestion): Promise<boolean> {
  const { place, gitVersion, record, tryIn } = question;
  const [major = 0, minor = 0] = gitVersion.split(".").map(Number);
  if (major < RELIABLE_SINCE[0] || (major === RELIABLE_SINCE[0] && minor < RELIABLE_SINCE[1])) {
    return false;
  }
  const ours = record?.keys[UNTRACKED_CACHE];
  const [here] = await valuesIn(place, UNTRACKED_CACHE);
  const isOurs = ours !== undefined && ours.before.length === 0 && here === ours.after;
  if (!isOurs && (await valueUpTo(place, UNTRACKED_CACHE)) !== undefined) return false;
  return tryIn === null || tellsByDirTimes(tryIn);
}

/** A directory on the worktree's file system, out of Git's sight where it can be. */
export function probeDir(repo: Repository): string {
  const same = lstatFacts(repo.gitDir)?.dev === lstatFacts(repo.worktree)?.dev;
  return same ? repo.gitDir : repo.worktree;
}

/** Where a user's, or a machine's, repositories can be expected. */
export function wideProbeDir(configFile: string): string {
  const dir = path.dirname(configFile);
  return existsSync(dir) ? dir : os.tmpdir();
}

/**
 * Takes the cache out of the index of every worktree: with no setting Git would keep it there for ever.
 * Where there is one again, it stays.
 *
 * @returns the index files that another git process has locked; what stays in them does no harm
 */
export async function dropUntrackedCaches(repo: Repository): Promise<string[]> {
  if ((await effectiveValue(repo.worktree, UNTRACKED_CACHE)) !== undefined) return [];
  const linked = path.join(repo.commonDir, "worktrees");
  const gitDirs = [repo.commonDir, ...namesIn(linked).map((name) => path.join(linked, name))];
  const locked: string[] = [];
  for (const gitDir of gitDirs) {
    const index = path.join(gitDir, "index");
    if (!existsSync(index)) continue;
    const args = ["--git-dir", gitDir, "update-index", "--no-untracked-cache"];
    const env = { GIT_DIR: undefined, GIT_INDEX_FILE: undefined, GIT_WORK_TREE: undefined };
    // 128: the index is locked.
    const { code } = await runGit(gitDir, args, { env, okCodes: [0, 128] });
    if (code !== 0) locked.push(index);
  }
  return locked;
}
