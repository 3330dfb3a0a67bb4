/**
 * Payloads moved aside: the user's bytes on their way from the working tree into the store.
 *
 * Before a payload is moved, a note says where it came from and what is about to happen, so that a
 * process that is killed leaves nothing that the next one does not understand. The name of both tells
 * whose they are: what a live process has aside is left alone.
 *
 * Normally they lie in the common Git directory; beside the payload where that is on another file
 * system. There only the note knows the payload, so the note is on disk before the payload is moved;
 * and the name alone says that what lies there is the user's.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { FileFacts } from "../domain/file-facts.js";
import { errnoOf, fromErrno } from "../domain/errors.js";
import { isOid, type Oid } from "../domain/oid.js";
import type { RecoverEntry, RecoverReason } from "../domain/recover.js";
import { ASIDE_BESIDE, TEMP_BESIDE } from "../domain/repo-path.js";
import { createFile, syncFile, unlinkIfThere, writeAll } from "../fs/ops.js";
import { tempName } from "../fs/temp.js";

export const ASIDE_PREFIX = "aside";
/** Blobs moved out of the store that have not reached their place yet. */
export const TAKEN_PREFIX = "take";
export const NOTE_SUFFIX = ".json";

export interface AsideNote {
  readonly path: string;
  readonly worktree: string;
  /** ISO 8601; also the time of the entry in recover.log, which so is written twice at worst. */
  readonly time: string;
  readonly why: RecoverReason | null;
  readonly executable: boolean;
  /** Where the payload is while it is aside; null when this note is about `temp` only. */
  readonly aside: string | null;
  /** A temporary file beside the payload, worth nothing; null when there is none. */
  readonly temp: string | null;
  /** What was decided upon; anything else that is found aside is the user's latest save. */
  readonly expected: { readonly size: number; readonly mtimeNs: string; readonly ino: string };
  readonly expectedOid: Oid | null;
  /** Where those bytes are on the remote, if they were shared: as `formatPlace` says it. */
  readonly key?: string | undefined;
  /** The payload path it was being moved to; null when it was on its way into the store. */
  readonly movingTo: string | null;
}

export interface NotedAside {
  readonly note: AsideNote;
  readonly noteFile: string;
}

/** @param durable when it must survive a power cut, which a note about known bytes need not */
export async function writeNote(
  asideDir: string,
  note: AsideNote,
  durable: boolean,
): Promise<string> {
  const id = note.aside === null ? tempName(ASIDE_PREFIX) : path.basename(note.aside);
  const noteFile = path.join(asideDir, id + NOTE_SUFFIX);
  const handle = await createFile(noteFile);
  try {
    await writeAll(handle, noteFile, Buffer.from(JSON.stringify(note)), 0);
    if (durable) await syncFile(handle, noteFile);
  } catch (error) {
    await unlinkIfThere(noteFile).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
  return noteFile;
}

/** The file beside a payload, or beside the note, that a note of this name is about. */
export function asideIdOf(noteFile: string): { readonly id: string; readonly isBeside: boolean } {
  const id = path.basename(noteFile, NOTE_SUFFIX);
  // Files of both names were payloads once.
  const isBeside = [ASIDE_BESIDE, TEMP_BESIDE].some((prefix) => id.startsWith(`${prefix}.`));
  return { id, isBeside };
}

/**
 * @returns "torn" for one that was not written to its end, null when it is gone
 * @throws {BlobsyError} IO, PERMISSION: what it says is not known then
 */
export function readNote(noteFile: string): AsideNote | "torn" | null {
  let text: string;
  try {
    text = readFileSync(noteFile, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw fromErrno(error, "cannot read the note on a payload that was moved aside", noteFile);
  }
  return parseNote(text) ?? "torn";
}

function parseNote(text: string): AsideNote | null {
  try {
    const value = JSON.parse(text) as Partial<AsideNote> | null;
    if (typeof value?.path !== "string" || typeof value.worktree !== "string") return null;
    if (typeof value.time !== "string" || typeof value.expected !== "object") return null;
    const { expectedOid } = value;
    return {
      path: value.path,
      worktree: value.worktree,
      time: value.time,
      why: value.why ?? null,
      executable: value.executable === true,
      aside: value.aside ?? null,
      temp: value.temp ?? null,
      expected: value.expected,
      expectedOid: expectedOid && isOid(expectedOid) ? expectedOid : null,
      ...(typeof value.key === "string" ? { key: value.key } : {}),
      movingTo: value.movingTo ?? null,
    };
  } catch {
    return null;
  }
}

export function expectedInNote(facts: FileFacts | null): AsideNote["expected"] {
  return {
    size: facts?.size ?? -1,
    mtimeNs: String(facts?.mtimeNs ?? -1n),
    ino: String(facts?.ino ?? -1n),
  };
}

/** Is what lies aside what was decided upon, and not a later save? */
export function isExpected({ expected }: AsideNote, facts: FileFacts): boolean {
  return (
    facts.kind === "file" &&
    facts.size === expected.size &&
    String(facts.mtimeNs) === expected.mtimeNs &&
    String(facts.ino) === expected.ino
  );
}

/** The line for recover.log; null when the bytes are only what was known before. */
export function recoverEntry(
  note: AsideNote,
  blob: { oid: Oid; size: number },
): RecoverEntry | null {
  const why = reasonFor(note, blob.oid);
  if (why === null) return null;
  const { time, path: payload, worktree, executable } = note;
  const key = note.key !== undefined && blob.oid === note.expectedOid ? { key: note.key } : {};
  return { time, path: payload, oid: blob.oid, size: blob.size, executable, why, worktree, ...key };
}

function reasonFor({ why, expectedOid }: AsideNote, oid: Oid): RecoverReason | null {
  if (expectedOid !== null && oid !== expectedOid) return "late-write";
  // Bytes that nobody had a name for are worth a line whatever the reason.
  return expectedOid === null ? (why ?? "replaced") : why;
}
