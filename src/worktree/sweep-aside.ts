/**
 * Finishes what killed processes left: payloads they had aside go into the store (or back to their
 * place, when they are a save that came in between, or were only on the way to another path), blobs
 * taken out of the store go back, and temporary files go away.
 */
import path from "node:path";
import { BlobsyError } from "../domain/errors.js";
import type { FileFacts } from "../domain/file-facts.js";
import type { Oid } from "../domain/oid.js";
import type { RecoverReason } from "../domain/recover.js";
import { TEMP_BESIDE } from "../domain/repo-path.js";
import { moveNoReplace } from "../fs/atomic.js";
import { lstatFacts } from "../fs/facts.js";
import { acquireLock } from "../fs/lock.js";
import { unlinkIfThere } from "../fs/ops.js";
import { checkParents } from "../fs/safe-parent.js";
import { isTempAbandoned, namesIn, sweepTemp } from "../fs/temp.js";
import {
  ASIDE_PREFIX,
  asideIdOf,
  expectedInNote,
  isExpected,
  NOTE_SUFFIX,
  readNote,
  TAKEN_PREFIX,
  type AsideNote,
} from "./aside.js";
import { fileAside, type AsideContext } from "./move-aside.js";
import { isOwnNote, withoutSuffix } from "./own-note.js";
import { PLACE_PREFIX } from "./room.js";

export interface SweptAside {
  /** "" when it is not known any more. */
  readonly payload: string;
  readonly oid: Oid;
  readonly size: number;
  readonly why: RecoverReason;
}

/** Prefixes of temporary files that only the process that made them has a use for. */
const WORTHLESS = ["ingest", "adopt", "download", PLACE_PREFIX, TEMP_BESIDE, ".blobsy-lock"];

/**
 * @returns the payloads that went into the store; what cannot be filed now (no space, a program that
 *   keeps writing) stays aside for the next time
 * @throws system errors of the store's own directories
 */
export async function sweepAside(ctx: AsideContext): Promise<SweptAside[]> {
  for (const prefix of WORTHLESS) await sweepTemp(ctx.tempDir, { prefix, minAgeMs: 0 });
  if (abandonedIn(ctx.asideDir).length === 0) return [];
  // One sweeper at a time; whoever comes second has nothing left to do.
  const lock = await acquireLock(`${ctx.asideDir}.lock`, { waitMs: 0 });
  if (!lock) return [];
  try {
    return await sweepAll(ctx);
  } finally {
    await lock.release();
  }
}

async function sweepAll(ctx: AsideContext): Promise<SweptAside[]> {
  const swept: SweptAside[] = [];
  // Notes first: they know where the files came from.
  const names = abandonedIn(ctx.asideDir).sort((a, b) => rank(a) - rank(b));
  for (const name of names) {
    const file = path.join(ctx.asideDir, name);
    try {
      const found = name.endsWith(NOTE_SUFFIX)
        ? await sweepNoted(ctx, file)
        : await sweepFile(ctx, file);
      if (found) swept.push(found);
    } catch (error) {
      if (!(error instanceof BlobsyError)) throw error;
    }
  }
  return swept;
}

const rank = (name: string): number => (name.endsWith(NOTE_SUFFIX) ? 0 : 1);

function abandonedIn(dir: string): string[] {
  return namesIn(dir).filter((name) => isAsideAbandoned(path.join(dir, name)));
}

/** Is the process gone that moved this aside, or wrote this note? As `isTempAbandoned` knows it. */
export function isAsideAbandoned(file: string): boolean {
  // The age is the note's own: what it is about may lie elsewhere.
  const name = path.basename(file, NOTE_SUFFIX);
  return isTempAbandoned(path.join(path.dirname(file), name), { aged: file });
}

async function sweepNoted(ctx: AsideContext, noteFile: string): Promise<SweptAside | null> {
  const note = readNote(noteFile);
  if (note === "torn") await forgetTorn(noteFile);
  if (note === null || note === "torn") return null;
  if (!isOwnNote(ctx, noteFile, note)) return sweepStrayed(ctx, noteFile, note);
  if (note.temp) await removeBeside(note, note.temp);
  if (note.aside && lstatFacts(note.aside)) {
    const isDone = (await isMoved(note, note.aside)) || (await isBack(note, note.aside));
    if (!isDone) return sweepPayload(ctx, noteFile, note, note.aside);
  }
  await unlinkIfThere(noteFile);
  return null;
}

/**
 * What a torn note is about is filed without it: what lies here by `sweepFile`, and what lies beside a
 * payload, wherever that is, by `fsck`, which then removes the note.
 */
async function forgetTorn(noteFile: string): Promise<void> {
  const isElsewhere = asideIdOf(noteFile).isBeside;
  if (!isElsewhere && !lstatFacts(withoutSuffix(noteFile))) await unlinkIfThere(noteFile);
}

/** The copy's own file, if it has one, goes into its store; what is the original's is let alone. */
async function sweepStrayed(
  ctx: AsideContext,
  noteFile: string,
  note: AsideNote,
): Promise<SweptAside | null> {
  const file = withoutSuffix(noteFile);
  const strayed = { ...note, worktree: "", aside: file, temp: null };
  if (lstatFacts(file) !== null) return sweepPayload(ctx, noteFile, strayed, file);
  await unlinkIfThere(noteFile);
  return null;
}

/** Killed between giving it its new name (or its old one again) and taking away the one it had aside. */
async function isMoved(note: AsideNote, file: string): Promise<boolean> {
  const here = lstatFacts(file);
  // With one name alone, that name is not there besides: it is this one.
  if (here === null || here.nlink < 2) return false;
  const isThere = [note.path, note.movingTo].some((payload) => {
    const there = payload === null ? null : lstatFacts(path.join(note.worktree, payload));
    return isSameFile(there, here);
  });
  if (!isThere) return false;
  await unlinkIfThere(file);
  return true;
}

/** What was only on its way to another path, or was saved at the last moment, goes back if it can. */
async function isBack(note: AsideNote, file: string): Promise<boolean> {
  const facts = lstatFacts(file);
  if (facts && isExpected(note, facts) && note.movingTo === null) return false;
  return putBackIfAbsent(note, file);
}

async function sweepPayload(
  ctx: AsideContext,
  noteFile: string,
  note: AsideNote,
  file: string,
): Promise<SweptAside> {
  const why = note.movingTo === null ? note.why : "interrupted";
  // Read anew: what was known of it was known to another process.
  const aside = { file, noteFile, note: { ...note, why }, expected: null };
  const { oid, size } = await fileAside(ctx, aside);
  return { payload: note.path, oid, size, why: why ?? "interrupted" };
}

/** A file without a note: a payload whose note a power cut took, or a blob on its way out of the store. */
async function sweepFile(ctx: AsideContext, file: string): Promise<SweptAside | null> {
  if (lstatFacts(file)?.kind !== "file") return null;
  if (path.basename(file).startsWith(`${TAKEN_PREFIX}.`)) {
    await ctx.store.adopt(file, null, () => Promise.resolve());
    return null;
  }
  if (!path.basename(file).startsWith(`${ASIDE_PREFIX}.`)) return null;
  return fileUnnoted(ctx, file, file + NOTE_SUFFIX);
}

async function fileUnnoted(ctx: AsideContext, file: string, noteFile: string): Promise<SweptAside> {
  const note: AsideNote = {
    path: "",
    worktree: "",
    time: new Date().toISOString(),
    why: "interrupted",
    executable: false,
    aside: file,
    temp: null,
    expected: expectedInNote(null),
    expectedOid: null,
    movingTo: null,
  };
  const { oid, size } = await fileAside(ctx, { file, noteFile, note, expected: null });
  return { payload: "", oid, size, why: "interrupted" };
}

/**
 * Files what a process that is gone left beside a payload. Its bytes may be the last copy of somebody's
 * payload, whatever its name: only an empty file is known to be worth nothing.
 * @throws {BlobsyError} why it cannot be filed now; it lies where it was
 */
export async function fileBeside(ctx: AsideContext, file: string): Promise<void> {
  const lock = await acquireLock(`${ctx.asideDir}.lock`, { waitMs: "forever" });
  try {
    const noteFile = path.join(ctx.asideDir, path.basename(file) + NOTE_SUFFIX);
    const note = readNote(noteFile);
    if (note !== null && note !== "torn" && isOwnNote(ctx, noteFile, note)) {
      const noted = note.aside === null ? null : lstatFacts(note.aside);
      if (isSameFile(noted, lstatFacts(file))) return void (await sweepNoted(ctx, noteFile));
    }
    const facts = lstatFacts(file);
    if (facts?.kind !== "file") return;
    if (facts.size === 0) await unlinkIfThere(file);
    // A note on another file of this name, in a copy of the repository, is that one's.
    else await fileUnnoted(ctx, file, note === "torn" ? noteFile : file + NOTE_SUFFIX);
  } finally {
    await lock?.release();
  }
}

/** Removes a note that says nothing, once every file it may be about has been looked for. */
export async function removeTornNote(noteFile: string): Promise<void> {
  if (readNote(noteFile) === "torn") await unlinkIfThere(noteFile);
}

function isSameFile(a: FileFacts | null, b: FileFacts | null): boolean {
  return a !== null && a.ino === b?.ino && a.dev === b.dev;
}

/** A note lies in the user's own Git directory; the path in it is checked again all the same. */
async function removeBeside(note: AsideNote, temp: string): Promise<void> {
  const name = path.basename(temp);
  const parent = checkParents(note.worktree, note.path);
  if (!parent) return;
  try {
    if (name.startsWith(`${TEMP_BESIDE}.`)) await unlinkIfThere(parent.at(name));
  } finally {
    parent.close();
  }
}

async function putBackIfAbsent(note: AsideNote, file: string): Promise<boolean> {
  try {
    const parent = checkParents(note.worktree, note.path);
    if (!parent) return false;
    try {
      await moveNoReplace(file, parent.at());
      await parent.sync();
      return true;
    } finally {
      parent.close();
    }
  } catch {
    return false; // something is there, or the path is not to be written: the store then
  }
}
