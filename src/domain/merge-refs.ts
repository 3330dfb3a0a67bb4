/**
 * Merges three texts of one ref file: Git's merge driver for `*.bref`.
 *
 * A ref file is merged whole: hash, size and key of two sides never mix. What can be settled is settled
 * by what the texts refer to, so that a comment or another key on one side makes no conflict.
 */
import { parseRefFile } from "./bref.js";

export type Side = "ours" | "theirs";

/** @returns the side to take as it is, or `null` for a conflict that a person has to settle */
export function mergeRefs(base: Uint8Array, ours: Uint8Array, theirs: Uint8Array): Side | null {
  const [was, mine, other] = [base, ours, theirs].map(meaning);
  if (mine === other) return "ours";
  if (was === mine) return "theirs";
  if (was === other) return "ours";
  return null;
}

/** What a text refers to; one that cannot be read stands for itself alone. */
function meaning(text: Uint8Array): string {
  const parsed = parseRefFile(text);
  return parsed.ok ? `blob ${parsed.ref.oid}` : `text ${Buffer.from(text).toString("latin1")}`;
}

/**
 * The side that the user asked Git to favour in conflicts (`-X ours`, `-X theirs`), from the arguments
 * of the Git command: Git tells its own drivers, but not others.
 */
export function favouredSide(args: readonly string[]): Side | null {
  let side: Side | null = null;
  for (const [at, arg] of args.entries()) {
    const value =
      arg === "-X" || arg === "--strategy-option"
        ? args[at + 1]
        : /^(?:-X|--strategy-option=)(.+)$/.exec(arg)?.[1];
    if (value === "ours" || value === "theirs") side = value;
  }
  return side;
}
