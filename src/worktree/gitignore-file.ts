/**
 * The `.gitignore` of one directory: read and written without following a link, for it came with a
 * commit like everything else in the tree.
 */
import path from "node:path";
import { isBlobsyError } from "../domain/errors.js";
import { readCommittedFile } from "../fs/committed-file.js";
import { lstatFacts } from "../fs/facts.js";
import { checkParents, type SafeParent } from "../fs/safe-parent.js";
import { replaceFile } from "../fs/user-file.js";
import { EMPTY_TEXT, type GitignoreText, parseGitignore } from "./gitignore-text.js";

export const GITIGNORE = ".gitignore";

export type GitignoreFile =
  | { readonly kind: "absent" }
  /** `raw`: its bytes, as latin1. */
  | { readonly kind: "text"; readonly raw: string; readonly text: GitignoreText }
  /** Nothing is read through it, nor written. */
  | { readonly kind: "refused"; readonly reason: string };

/** Git reads no larger one either (gitignore(5) does not say; dir.c does). */
export const MAX_GITIGNORE_BYTES = 100 * 1024 * 1024;

/** @param dir "/"-separated and relative to the worktree; "" is its root */
export function gitignorePath(dir: string): string {
  return dir === "" ? GITIGNORE : `${dir}/${GITIGNORE}`;
}

export function readGitignore(worktree: string, dir: string): GitignoreFile {
  try {
    const parent = checkParents(worktree, gitignorePath(dir));
    if (parent === null) return { kind: "absent" };
    try {
      return readIn(parent);
    } finally {
      parent.close();
    }
  } catch (error) {
    if (isBlobsyError(error)) return { kind: "refused", reason: error.message };
    throw error;
  }
}

function readIn(parent: SafeParent): GitignoreFile {
  const facts = lstatFacts(parent.at());
  if (facts === null) return { kind: "absent" };
  if (facts.kind !== "file") {
    return { kind: "refused", reason: `it is a ${facts.kind}, not a regular file` };
  }
  if (facts.size > MAX_GITIGNORE_BYTES)
    return { kind: "refused", reason: "it is larger than 100 MB" };
  const shown = path.join(parent.dir, GITIGNORE);
  const raw = readCommittedFile(parent.at(), MAX_GITIGNORE_BYTES, shown)?.toString("latin1") ?? "";
  return { kind: "text", raw, text: parseGitignore(raw) };
}

/** What it says, and nothing when it is not there. */
export function textOf(file: Exclude<GitignoreFile, { kind: "refused" }>): GitignoreText {
  return file.kind === "absent" ? EMPTY_TEXT : file.text;
}

/**
 * Puts `next` in place of what was read; an empty text removes the file. What the user changed
 * meanwhile stays.
 *
 * @param tempDir used when it is on the same file system: no temporary name shows in `git status`
 * @returns whether it was written
 * @throws {BlobsyError} REFUSED_PATH @throws system errors
 */
export async function replaceGitignore(
  worktree: string,
  dir: string,
  { was, next, tempDir }: { was: GitignoreFile; next: string; tempDir: string },
): Promise<boolean> {
  const parent = checkParents(worktree, gitignorePath(dir));
  if (parent === null) return false;
  try {
    const now = readIn(parent);
    if (now.kind !== was.kind || now.kind === "refused") return false;
    if (now.kind === "text" && was.kind === "text" && now.raw !== was.raw) return false;
    const sameDisk = lstatFacts(tempDir)?.dev === parent.dev;
    return await replaceFile(parent.at(), {
      was: now.kind === "text" ? Buffer.from(now.raw, "latin1") : null,
      next: next === "" ? null : Buffer.from(next, "latin1"),
      tempDir: sameDisk ? tempDir : undefined,
    });
  } finally {
    parent.close();
  }
}

/** The directory of a path, "" for the root. */
export function dirOf(file: string): string {
  const dir = path.posix.dirname(file);
  return dir === "." ? "" : dir;
}
