/**
 * Finishes what killed processes left: payloads they had aside go into the store (or back to their
 * place, when they are a save that came in between, or were only on the way to another path), blobs
 * taken out of the store go back, and temporary files go away.
 */
import path from "node:path";
import { BlobsyError } from "../domain/errors.js";
import type { Oid } from "../domain/oid.js";
import type { RecoverReason } from "../domain/recover.js";
import { moveNoReplace } from "../fs/atomic.js";
import { lstatFacts } from "../fs/facts.js";
import { acquireLock } from "../fs/lock.js";
import { unlinkIfThere } from "../fs/ops.js";
import { checkParents } from "../fs/safe-parent.js";
import { isTempAbandoned, namesIn, sweepTemp } from "../fs/temp.js";
import {
  ASIDE_PREFIX,
  expectedInNote,
  isExpected,
  NOTE_SUFFIX,
  readNote,
  TAKEN_PREFIX,
  type AsideNote,
} from "./aside.js";
import { fileAside, type AsideContext } from "./move-aside.js";
import { PLACE_PREFIX } from "./room.js";

export interface SweptAside {
  /** "" when it is not known any more. */
  readonly payload: string;
  readonly oid: Oid;
  readonly size: number;
  readonly why: RecoverReason;
}

/** Prefixes of temporary files that only the process that made them has a use for. */
const WORTHLESS = ["ingest", "adopt", "download", PLACE_PREFIX, ".blobsy-tmp", ".blobsy-lock"];

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
  return namesIn(dir).filter((name) => {
    const stem = name.endsWith(NOTE_SUFFIX) ? name.slice(0, -NOTE_SUFFIX.length) : name;
    return isTempAbandoned(path.join(dir, stem));
  });
}

async function sweepNoted(ctx: AsideContext, noteFile: string): Promise<SweptAside | null> {
  const note = readNote(noteFile);
  if (note && !isOwn(ctx, noteFile, note)) return sweepStrayed(ctx, noteFile, note);
  // A torn note was written before anything moved; what lies beside it is found without it.
  if (note?.temp) await removeBeside(note, note.temp);
  if (note?.aside && lstatFacts(note.aside)) {
    const isDone = (await isMoved(note, note.aside)) || (await isBack(note, note.aside));
    if (!isDone) return sweepPayload(ctx, noteFile, note, note.aside);
  }
  await unlinkIfThere(noteFile);
  return null;
}

/** A repository that was copied brings notes along whose paths are those of the original. */
function isOwn({ asideDir, worktree }: AsideContext, noteFile: string, note: AsideNote): boolean {
  if (note.aside === withoutSuffix(noteFile) || note.worktree === worktree) return true;
  if (note.aside !== null && lstatFacts(withoutSuffix(noteFile)) !== null) return false;
  const git = lstatFacts(path.join(note.worktree, ".git"));
  if (git?.kind !== "directory") return true;
  const own = lstatFacts(path.resolve(asideDir, "../../.."));
  return own !== null && own.ino === git.ino && own.dev === git.dev;
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

const withoutSuffix = (noteFile: string): string => noteFile.slice(0, -NOTE_SUFFIX.length);

/** Killed between giving it its new name (or its old one again) and taking away the one it had aside. */
async function isMoved(note: AsideNote, file: string): Promise<boolean> {
  const here = lstatFacts(file);
  const isThere = [note.path, note.movingTo].some((payload) => {
    const there = payload === null ? null : lstatFacts(path.join(note.worktree, payload));
    return there !== null && there.ino === here?.ino && there.dev === here.dev;
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
  const noteFile = file + NOTE_SUFFIX;
  const { oid, size } = await fileAside(ctx, { file, noteFile, note, expected: null });
  return { payload: "", oid, size, why: "interrupted" };
}

/** A note lies in the user's own Git directory; the path in it is checked again all the same. */
async function removeBeside(note: AsideNote, temp: string): Promise<void> {
  const name = path.basename(temp);
  const parent = checkParents(note.worktree, note.path);
  if (!parent) return;
  try {
    if (name.startsWith(".blobsy-tmp.")) await unlinkIfThere(parent.at(name));
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
