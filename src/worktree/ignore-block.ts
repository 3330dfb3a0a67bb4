/**
 * Keeps payload paths out of Git's sight: one line per known payload, anchored and escaped, in a
 * marked block of `info/exclude` in the common git dir.
 *
 * The block is the union over all worktrees. A line is written before its payload appears, and goes
 * only when no worktree knows the path any more.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { writeFileAtomic } from "../fs/atomic.js";
import { acquireLock } from "../fs/lock.js";
import { worktreesBeside } from "./other-worktrees.js";

const BEGIN =
  "# >>> blobsy: payloads, kept in step by blobsy (do not edit between these lines) >>>";
const END = "# <<< blobsy <<<";

/** The ignore pattern for exactly this path (gitignore(5): special characters take a backslash). */
export function ignorePattern(payload: string): string {
  const escaped = payload.replace(/[\\*?[\]]/g, "\\$&").replace(/ (?= *$)/g, "\\ ");
  return `/${escaped}`;
}

export interface IgnoreBlock {
  readonly before: string;
  readonly lines: readonly string[];
  readonly after: string;
}

/** Splits an exclude file; damaged marks (one missing, order reversed) leave the user's text whole. */
export function splitIgnoreBlock(text: string): IgnoreBlock {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END, begin);
  if (begin < 0 || end < 0) return { before: text, lines: [], after: "" };
  const inside = text.slice(begin + BEGIN.length, end);
  return {
    before: text.slice(0, begin),
    lines: inside.split("\n").filter((line) => line !== ""),
    after: text.slice(end + END.length).replace(/^\n/, ""),
  };
}

export function joinIgnoreBlock(block: IgnoreBlock): string {
  if (block.lines.length === 0) return block.before + block.after;
  const lead = block.before === "" || block.before.endsWith("\n") ? "" : "\n";
  return `${block.before}${lead}${BEGIN}\n${block.lines.join("\n")}\n${END}\n${block.after}`;
}

/**
 * Brings the block in step with what all worktrees know.
 *
 * @param known the payload paths of this worktree; the other worktrees' come from their lists
 * @param mode "grow" only adds (before payloads appear), "exact" also removes
 */
export async function updateIgnoreBlock(
  commonDir: string,
  stateDir: string,
  known: Iterable<string>,
  mode: "grow" | "exact",
): Promise<void> {
  const file = path.join(commonDir, "info", "exclude");
  const wanted = new Set<string>();
  for (const payload of known) wanted.add(ignorePattern(payload));
  for (const payload of payloadsOfOtherWorktrees(commonDir, stateDir)) {
    wanted.add(ignorePattern(payload));
  }
  if (isInStep(splitIgnoreBlock(readText(file)).lines, wanted, mode)) return;

  const lock = await acquireLock(path.join(commonDir, "blobsy", "exclude.lock"), {
    waitMs: "forever",
  });
  try {
    const block = splitIgnoreBlock(readText(file));
    if (mode === "grow") for (const line of block.lines) wanted.add(line);
    const text = joinIgnoreBlock({ ...block, lines: [...wanted].sort() });
    await writeFileAtomic(file, Buffer.from(text), { durable: true });
  } finally {
    await lock?.release();
  }
}

function isInStep(lines: readonly string[], wanted: Set<string>, mode: "grow" | "exact"): boolean {
  const have = new Set(lines);
  for (const line of wanted) if (!have.has(line)) return false;
  return mode === "grow" || have.size === wanted.size;
}

function payloadsOfOtherWorktrees(commonDir: string, stateDir: string): string[] {
  return worktreesBeside(commonDir, stateDir).flatMap(({ state }) =>
    readText(path.join(state, "payloads"))
      .split("\0")
      .filter((entry) => entry.startsWith("./"))
      .map((entry) => entry.slice(2)),
  );
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
