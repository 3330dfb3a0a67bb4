/**
 * Is a note about a payload that was moved aside here? A repository that was copied brings notes along
 * whose paths are those of the original, and one that somebody handed over may hold any note: acting on
 * it would take, or delete, a file that this repository has nothing to do with.
 */
import path from "node:path";
import { isBlobsyError } from "../domain/errors.js";
import { checkPayloadPath } from "../domain/repo-path.js";
import { lstatFacts } from "../fs/facts.js";
import { readCommittedFile } from "../fs/committed-file.js";
import { checkParents } from "../fs/safe-parent.js";
import { asideIdOf, NOTE_SUFFIX, type AsideNote } from "./aside.js";
import type { RoomContext } from "./room.js";

/** What lies beside the note has the note's name without this. */
export const withoutSuffix = (noteFile: string): string => noteFile.slice(0, -NOTE_SUFFIX.length);

/** @throws system errors of this repository's own directories */
export function isOwnNote(ctx: RoomContext, noteFile: string, note: AsideNote): boolean {
  if (!checkPayloadPath(note.path, process.platform).ok) return false;
  if (note.worktree !== ctx.worktree && !isWorktreeOf(commonDirOf(ctx), note.worktree))
    return false;
  if (note.aside === null || note.aside === withoutSuffix(noteFile)) return true;
  const { id, isBeside } = asideIdOf(noteFile);
  return isBeside && note.aside === besidePayload(note, id);
}

function commonDirOf({ asideDir }: RoomContext): string {
  return path.resolve(asideDir, "../../..");
}

/** Its `.git` is the common directory, or a file that leads there (gitrepository-layout(5)). */
function isWorktreeOf(commonDir: string, worktree: string): boolean {
  const dotGit = path.join(worktree, ".git");
  if (lstatFacts(dotGit)?.kind === "directory") return isSamePlace(dotGit, commonDir);
  const target = gitDirNamedIn(dotGit);
  if (target === null) return false;
  const gitDir = path.resolve(worktree, target);
  return isSamePlace(gitDir, commonDir) || isSamePlace(path.resolve(gitDir, "../.."), commonDir);
}

const MAX_DOT_GIT = 8192;

function gitDirNamedIn(dotGit: string): string | null {
  try {
    const text = readCommittedFile(dotGit, MAX_DOT_GIT)?.toString("utf8") ?? "";
    return /^gitdir: (.+?)\n*$/s.exec(text)?.[1] ?? null;
  } catch (error) {
    if (isBlobsyError(error)) return null;
    throw error;
  }
}

function isSamePlace(a: string, b: string): boolean {
  const [one, other] = [lstatFacts(a), lstatFacts(b)];
  return one !== null && one.ino === other?.ino && one.dev === other.dev;
}

/** Where a payload is put aside whose file system is another one; `null` where nothing may be looked for. */
function besidePayload(note: AsideNote, id: string): string | null {
  try {
    const parent = checkParents(note.worktree, note.path);
    const dir = parent?.dir;
    parent?.close();
    return dir === undefined ? null : path.join(dir, id);
  } catch (error) {
    if (isBlobsyError(error)) return null;
    throw error;
  }
}
