/** The steps around a payload that is aside: moving it there, back, and on into the store. */
import { BlobsyError, errnoOf, fromErrno } from "../domain/errors.js";
import { sameContentFacts, sameFacts, type FileFacts } from "../domain/file-facts.js";
import type { Oid } from "../domain/oid.js";
import type { RecoverEntry, RecoverReason } from "../domain/recover.js";
import { moveNoReplace } from "../fs/atomic.js";
import { lstatFacts } from "../fs/facts.js";
import { rename, unlinkIfThere } from "../fs/ops.js";
import type { SafeParent } from "../fs/safe-parent.js";
import { SharedSync } from "../fs/shared-sync.js";
import { expectedInNote, recoverEntry, writeNote, type AsideNote } from "./aside.js";
import { noteApart, type Room, type RoomContext } from "./room.js";

/** What of the store and the log is needed here; place.ts brings both. */
export interface AsideContext extends RoomContext {
  readonly store: {
    adopt(
      file: string,
      known: { oid: Oid; facts: FileFacts } | null,
      beforeFiling: (blob: { oid: Oid; size: number }) => Promise<void>,
      lasting?: "now" | "later",
    ): Promise<{ oid: Oid; size: number }>;
  };
  readonly recover: { append(entry: RecoverEntry): Promise<void> };
}

export interface AsideJob {
  readonly payload: string;
  readonly expected: FileFacts | null;
  readonly expectedOid: Oid | null;
  readonly why: RecoverReason | null;
  readonly key?: string | undefined;
  /** Set when it is only on its way there: back to its place, should the process be killed. */
  readonly movingTo?: string;
}

export interface Aside {
  readonly file: string;
  readonly noteFile: string;
  readonly note: AsideNote;
  /** What it was right after it was moved; null when nobody knows whether its bytes are `expectedOid`. */
  readonly expected: FileFacts | null;
}

const syncs = new SharedSync();

/**
 * Moves the payload aside and looks at what was moved.
 * @returns null when it was not what was expected; then it has been put back
 */
export async function moveAside(
  ctx: AsideContext,
  parent: SafeParent,
  room: Room,
  job: AsideJob,
): Promise<Aside | null> {
  const { file, noted } = room.newAside();
  const note: AsideNote = {
    path: job.payload,
    worktree: ctx.worktree,
    time: new Date().toISOString(),
    why: job.why,
    executable: ((job.expected?.mode ?? 0) & 0o100) !== 0,
    aside: noted,
    temp: null,
    expected: expectedInNote(job.expected),
    expectedOid: job.expectedOid,
    key: job.key,
    movingTo: job.movingTo ?? null,
  };
  const noteFile = await writeNote(ctx.asideDir, note, job.why !== null || !room.isShared);
  let aside: Aside = { file, noteFile, note, expected: null };
  try {
    if (!room.isShared) await syncs.sync(ctx.asideDir);
    // Looked at again at the last moment: an edit whose time was set back shows in ctime alone, and the
    // rename moves that.
    if (!isStill(parent, job.expected)) {
      await unlinkIfThere(noteFile);
      return null;
    }
    await rename(parent.at(), file);
  } catch (error) {
    // A file server may have done it all the same.
    if (lstatFacts(file)) await putBack(ctx, parent, aside);
    else await unlinkIfThere(noteFile);
    if (errnoOf(error) === "ENOENT") return null;
    if (errnoOf(error) === "EXDEV") noteApart(parent, room);
    throw error;
  }
  const moved = lstatFacts(file);
  if (moved?.kind !== "file" || !job.expected || !sameContentFacts(job.expected, moved)) {
    await putBack(ctx, parent, aside);
    return null;
  }
  aside = { ...aside, expected: moved };
  try {
    if (room.asideDir) await syncs.sync(room.asideDir);
  } catch (error) {
    await putBack(ctx, parent, aside);
    throw error;
  }
  return aside;
}

function isStill(parent: SafeParent, expected: FileFacts | null): boolean {
  const now = lstatFacts(parent.at());
  return now !== null && expected !== null && sameFacts(now, expected);
}

/**
 * Puts what is aside back in its place. Where something new is there, that is the user's latest, and
 * what is aside goes into the store. What cannot even be done now, `sweepAside` does later.
 */
export async function putBack(ctx: AsideContext, parent: SafeParent, aside: Aside): Promise<void> {
  let isClean = false;
  try {
    isClean = await moveNoReplace(aside.file, parent.at());
    await parent.sync();
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") return;
    const note: AsideNote = { ...aside.note, why: "raced" };
    await fileAside(ctx, { ...aside, note }).catch(() => undefined);
    return;
  }
  if (isClean) await unlinkIfThere(aside.noteFile).catch(() => undefined);
}

/**
 * Files it in the store and logs it; logged first, so that no kill can leave bytes without a line.
 * @param lasting "later": the caller sees to `store.settle()`
 */
export async function fileAside(
  ctx: AsideContext,
  { file, noteFile, note, expected }: Aside,
  lasting: "now" | "later" = "now",
): Promise<{ oid: Oid; size: number }> {
  const known = note.expectedOid && expected ? { oid: note.expectedOid, facts: expected } : null;
  const log = async (found: { oid: Oid; size: number }): Promise<void> => {
    const entry = recoverEntry(note, found);
    if (entry) await ctx.recover.append(entry);
  };
  const blob = await ctx.store.adopt(file, known, log, lasting);
  await unlinkIfThere(noteFile);
  return blob;
}

/** What is told of a payload that `fileAside` could not file: it is kept, and where. */
export function stillAside(error: unknown, { aside, path: payload }: AsideNote): BlobsyError {
  const cause = fromErrno(error, "storing it", payload);
  return new BlobsyError(
    cause.code,
    `the old payload lies at ${aside ?? ""} until it can be stored: ${cause.message}`,
    { path: payload, next: cause.next ?? "blobsy sync", cause },
  );
}
