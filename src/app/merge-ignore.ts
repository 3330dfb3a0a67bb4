/**
 * The merge driver for a `.gitignore` with blobsy's block in it: the block is merged as a set of lines,
 * everything else as Git merges text, `-X ours` and `-X theirs` included.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fromErrno } from "../domain/errors.js";
import { favouredSide } from "../domain/merge-refs.js";
import { writeFileAtomic } from "../fs/atomic.js";
import { runGit } from "../git/git.js";
import { mergeGitignore, type TextMerge } from "../worktree/merge-gitignore.js";
import { argumentsOfGit, type MergeFiles } from "./merge-driver.js";
import type { Reporter } from "./reporter.js";

/** @returns 0 when settled, 1 for a conflict: what Git wants to be told. @throws {BlobsyError} IO */
export async function mergeIgnoreFile(files: MergeFiles, reporter: Reporter): Promise<number> {
  const { base, ours, theirs, path: name } = files;
  try {
    const texts = [base, ours, theirs].map(read) as [string, string, string];
    const merged = await mergeGitignore(texts, (...plain) => mergeText(files, plain));
    await write(ours, merged.text);
    if (!merged.conflict) return 0;
  } catch (error) {
    throw fromErrno(error, "merging", name);
  }
  reporter.warn(`${name}: lines that are not blobsy's were changed on both sides`);
  return 1;
}

const CONFLICT_COUNTS = Array.from({ length: 128 }, (_, count) => count);

/** By Git itself (git-merge-file(1)), in the files it made for this driver. */
async function mergeText(
  { base, ours, theirs }: MergeFiles,
  [was, mine, other]: readonly [string, string, string],
): Promise<TextMerge> {
  await write(base, was);
  await write(ours, mine);
  await write(theirs, other);
  const side = favouredSide(argumentsOfGit());
  const args = ["-q", ...(side ? [`--${side}`] : []), "-L", "ours", "-L", "base", "-L", "theirs"];
  const names = [ours, base, theirs].map((file) => path.resolve(file));
  const { code } = await runGit(process.cwd(), ["merge-file", ...args, ...names], {
    okCodes: CONFLICT_COUNTS,
  });
  return { text: read(ours), conflict: code !== 0 };
}

function read(file: string): string {
  return readFileSync(file, "latin1");
}

function write(file: string, text: string): Promise<void> {
  return writeFileAtomic(file, Buffer.from(text, "latin1"), { durable: false });
}
