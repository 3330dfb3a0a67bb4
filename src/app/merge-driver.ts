/**
 * The merge driver: three ref texts, one answer (gitattributes(5), "Defining a custom merge driver").
 *
 * What both sides agree on, or only one of them changed, is settled (domain/merge-refs.ts). Everything
 * else ends as on a binary file: the path stays unmerged, with our version in place.
 */
import { readFileSync } from "node:fs";
import { favouredSide, mergeRefs } from "../domain/merge-refs.js";
import { fromErrno } from "../domain/errors.js";
import { pasteWord } from "../domain/shell-words.js";
import { writeFileAtomic } from "../fs/atomic.js";
import type { Reporter } from "./reporter.js";

export interface MergeFiles {
  /** The files Git made: the common ancestor's text, ours (which takes the result), and theirs. */
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
  /** The file's path in the tree, for people. */
  readonly path: string;
}

/** @returns 0 when settled, 1 for a conflict: what Git wants to be told. @throws {BlobsyError} IO */
export async function runMergeDriver(files: MergeFiles, reporter: Reporter): Promise<number> {
  const refPath = files.path;
  try {
    const [base, ours, theirs] = [files.base, files.ours, files.theirs].map((f) => readFileSync(f));
    if (!base || !ours || !theirs) return 1;
    const side = mergeRefs(base, ours, theirs) ?? favouredSide(argumentsOfGit());
    if (side === "theirs") await writeFileAtomic(files.ours, theirs, { durable: false });
    if (side !== null) return 0;
  } catch (error) {
    throw fromErrno(error, "merging", refPath);
  }
  const word = pasteWord(refPath);
  reporter.warn(
    `${refPath}: changed on both sides; ours stays in place. To take theirs: git checkout --theirs -- ${word}, or: blobsy resolve --theirs ${word}`,
  );
  return 1;
}

/** The Git command that started this driver; none where the system does not tell. */
export function argumentsOfGit(): string[] {
  try {
    return readFileSync(`/proc/${process.ppid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}
