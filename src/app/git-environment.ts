/** What Git's variables mean for a blobsy process that Git started. */
import { readFileSync } from "node:fs";
import path from "node:path";

/**
 * `git stash` and `git commit PATH` point GIT_INDEX_FILE at an index of their own that lives as long as
 * the command; at the end of a filter process the real one is meant. An index the user named stays.
 */
export function dropGitTemporaryIndex(gitDir: string): void {
  const index = process.env["GIT_INDEX_FILE"];
  if (index === undefined) return;
  const file = path.resolve(index);
  const isGits = path.dirname(file) === path.resolve(gitDir) && path.basename(file) !== "index";
  if (isGits) delete process.env["GIT_INDEX_FILE"];
}

/** Clock ticks a second in /proc, on every Linux there is (proc(5), sysconf(_SC_CLK_TCK)). */
const TICKS_A_SECOND = 100;
/** What a coarse file system clock, and rounding, may take off. */
const SLACK_MS = 20;
/** How long Git may take to start its filter, where its own start cannot be known. */
const GUESS_MS = 500;

/** When the Git command that started this process began, or a little earlier; nanoseconds. */
export function gitStartedNs(): bigint {
  let startedMs = performance.timeOrigin - GUESS_MS;
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, "latin1");
    const ticks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
    const upMs = Number(readFileSync("/proc/uptime", "latin1").split(" ")[0]) * 1000;
    const agoMs = upMs - (ticks / TICKS_A_SECOND) * 1000;
    if (Number.isFinite(agoMs)) startedMs = Date.now() - agoMs - SLACK_MS;
  } catch {
    // no /proc here
  }
  return BigInt(Math.floor(startedMs)) * 1_000_000n;
}
