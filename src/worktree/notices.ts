/**
 * What must not be forgotten between two processes of one worktree.
 *
 * - `problems`: what went wrong at the end of a filter process. Git ignores that exit code, so the
 *   next blobsy command repeats it, and a push that would publish it stops. Whoever holds the
 *   worktree's lock writes it anew;
 * - `notes/`: the same from those who do not hold the lock. Each note is a file of its own, and only
 *   who has read it takes it away: none is lost because two processes write at once.
 * - `pending`: discards that were decided and could not be carried out yet (offline, killed). They stay
 *   decided until done, or until payload or ref file change.
 * - `todo`: somebody found the lock taken and left; its holder looks here before it releases.
 */
import path from "node:path";
import { isOid, type Oid } from "../domain/oid.js";
import { writeFileAtomic } from "../fs/atomic.js";
import { lstatFacts } from "../fs/facts.js";
import { mkdirs, unlinkIfThere } from "../fs/ops.js";
import { namesIn, tempName } from "../fs/temp.js";
import { readBytes } from "../fs/user-file.js";

const NOTES = "notes";
const NOTE = "note";

export interface Problem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
  /** The staged text does not name the payload's bytes: a commit would publish the old version. */
  readonly stagedOld?: boolean;
}

export interface PendingDiscard {
  readonly path: string;
  readonly payload: Oid;
  readonly ref: Oid;
}

/** All that stands. @throws {BlobsyError} PERMISSION, IO: what cannot be read is not taken for nothing */
export function readProblems(stateDir: string): Problem[] {
  const byPath = new Map(readNotes(stateDir).map(({ problem }) => [problem.path, problem]));
  return [...readLeft(stateDir).filter((one) => !byPath.has(one.path)), ...byPath.values()];
}

/** What the last reconcile left. @throws {BlobsyError} as `readProblems`: it is written anew from this */
export function readLeft(stateDir: string): Problem[] {
  return readList(path.join(stateDir, "problems"), parseProblem);
}

/** Called by the holder of the worktree's lock. */
export async function writeLeft(stateDir: string, problems: readonly Problem[]): Promise<void> {
  await writeList(stateDir, "problems", problems);
}

export interface Note {
  readonly file: string;
  readonly problem: Problem;
}

/** Adds a note, in the place of earlier ones about that path. */
export async function addNote(stateDir: string, problem: Problem): Promise<void> {
  // Looked for before: of two that come at once neither takes the other's away.
  const earlier = earlierNotes(stateDir, problem.path);
  const dir = path.join(stateDir, NOTES);
  await mkdirs(dir);
  const line = `${JSON.stringify(problem)}\n`;
  await writeFileAtomic(path.join(dir, tempName(NOTE)), line, { durable: true });
  await removeNotes(earlier);
}

function earlierNotes(stateDir: string, about: string): Note[] {
  try {
    return readNotes(stateDir).filter(({ problem }) => problem.path === about);
  } catch {
    return []; // what cannot be read stays beside
  }
}

/** @throws {BlobsyError} as `readProblems` */
export function readNotes(stateDir: string): Note[] {
  const dir = path.join(stateDir, NOTES);
  return namesIn(dir)
    .filter((name) => name.startsWith(`${NOTE}.`))
    .flatMap((name) => {
      const file = path.join(dir, name);
      return readList(file, parseProblem).map((problem) => ({ file, problem }));
    });
}

export async function removeNotes(notes: readonly Note[]): Promise<void> {
  for (const { file } of notes) await unlinkIfThere(file);
}

function parseProblem(value: Record<string, unknown>): Problem | null {
  const { path: name, code, message, stagedOld } = value;
  if (typeof name !== "string" || typeof code !== "string" || typeof message !== "string") {
    return null;
  }
  return { path: name, code, message, ...(stagedOld === true ? { stagedOld } : {}) };
}

/** @throws {BlobsyError} as `readProblems` */
export function readPending(stateDir: string): PendingDiscard[] {
  return readList(path.join(stateDir, "pending"), ({ path: name, payload, ref }) => {
    if (typeof name !== "string" || typeof payload !== "string" || typeof ref !== "string") {
      return null;
    }
    return isOid(payload) && isOid(ref) ? { path: name, payload, ref } : null;
  });
}

export async function writePending(
  stateDir: string,
  pending: readonly PendingDiscard[],
): Promise<void> {
  await writeList(stateDir, "pending", pending);
}

export async function leaveTodo(stateDir: string): Promise<void> {
  await writeFileAtomic(path.join(stateDir, "todo"), Buffer.alloc(0), { durable: false });
}

/** Whether somebody has left work. */
export function hasTodo(stateDir: string): boolean {
  return lstatFacts(path.join(stateDir, "todo")) !== null;
}

/** @returns whether somebody had left work */
export async function takeTodo(stateDir: string): Promise<boolean> {
  if (!hasTodo(stateDir)) return false;
  await unlinkIfThere(path.join(stateDir, "todo"));
  return true;
}

function readList<T>(file: string, read: (value: Record<string, unknown>) => T | null): T[] {
  const text = readBytes(file)?.toString("utf8") ?? "";
  return text.split("\n").flatMap((line) => {
    if (line === "") return [];
    try {
      return read(JSON.parse(line) as Record<string, unknown>) ?? [];
    } catch {
      return []; // a torn line says nothing
    }
  });
}

async function writeList(stateDir: string, name: string, values: readonly object[]): Promise<void> {
  const file = path.join(stateDir, name);
  if (values.length === 0) {
    await unlinkIfThere(file);
    return;
  }
  const text = values.map((value) => `${JSON.stringify(value)}\n`).join("");
  await writeFileAtomic(file, Buffer.from(text), { durable: true });
}
