/**
 * Which payloads would Git see, although lines of `info/exclude` have it ignore them?
 *
 * Only a rule that begins with "!" can undo such a line, in `info/exclude` itself or in a `.gitignore`
 * of the payload's directory or one above it; a user's own `core.excludesFile` cannot (gitignore(5),
 * order of precedence). Git is asked where there is one. It compares each path with each line, which
 * takes minutes for 100,000 payloads.
 */
import path from "node:path";
import { readCommittedFile } from "../fs/committed-file.js";
import { notIgnored } from "../git/index-entries.js";
import { excludeLine, readExclude } from "../worktree/ignore-exclude.js";
import type { Context } from "./context.js";

/** @returns the rule for each of `payloads` that Git does not ignore; "" where there is none */
export async function seenByGit(
  ctx: Context,
  payloads: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const exclude = readExclude(ctx.repo.commonDir).split("\n");
  if (exclude.some(isNegation)) return notIgnored(ctx.repo, payloads);
  const lines = new Set(exclude);
  const negates = negatingDirs(ctx.repo.worktree);
  const inDoubt = payloads.filter(
    (payload) => !lines.has(excludeLine(payload)) || negates(path.posix.dirname(payload)),
  );
  return notIgnored(ctx.repo, inDoubt);
}

/** Git reads no larger one either (dir.c). */
const MAX_BYTES = 100 * 1024 * 1024;

function isNegation(line: string): boolean {
  return line.startsWith("!");
}

/** Does a `.gitignore` in this directory, or in one above it, take back what others ignore? */
function negatingDirs(worktree: string): (dir: string) => boolean {
  const known = new Map<string, boolean>();
  const negates = (dir: string): boolean => {
    const seen = known.get(dir);
    if (seen !== undefined) return seen;
    const here = hasNegation(path.join(worktree, dir, ".gitignore"));
    const found = here || (dir !== "." && negates(path.posix.dirname(dir)));
    known.set(dir, found);
    return found;
  };
  return negates;
}

/** What cannot be read may hold anything. */
function hasNegation(file: string): boolean {
  try {
    const text = readCommittedFile(file, MAX_BYTES)?.toString("utf8") ?? "";
    return text.split("\n").some(isNegation);
  } catch {
    return true;
  }
}
