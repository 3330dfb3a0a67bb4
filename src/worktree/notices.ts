/**
 * What must not be forgotten between two processes of one worktree.
 *
 * - `problems`: what went wrong at the end of a filter process. Git ignores that exit code, so the
 *   next blobsy command repeats it, and a push that would publish it stops.
 * - `pending`: discards that were decided and could not be carried out yet (offline, killed). They stay
 *   decided until done, or until payload or ref file change.
 * - `todo`: somebody found the lock taken and left; its holder looks here before it releases.
 */
import path from "node:path";
import { isOid, type Oid } from "../domain/oid.js";
import { writeFileAtomic } from "../fs/atomic.js";
import { lstatFacts } from "../fs/facts.js";
import { appendLine, unlinkIfThere } from "../fs/ops.js";
import { readBytes } from "../fs/user-file.js";

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

/** @throws {BlobsyError} PERMISSION, IO: whoever wrote them anew would lose them */
export function readProblems(stateDir: string): Problem[] {
  return readList(stateDir, "problems", (value) => {
    const { path: name, code, message, stagedOld } = value;
    if (typeof name !== "string" || typeof code !== "string" || typeof message !== "string") {
      return null;
    }
    return { path: name, code, message, ...(stagedOld === true ? { stagedOld } : {}) };
  });
}

export async function writeProblems(stateDir: string, problems: readonly Problem[]): Promise<void> {
  await writeList(stateDir, "problems", problems);
}

/** In place of what was noted of its path before; beside it where that cannot be read. */
export async function addProblem(stateDir: string, problem: Problem): Promise<void> {
  let others: Problem[];
  try {
    others = readProblems(stateDir).filter(({ path: name }) => name !== problem.path);
  } catch {
    const line = JSON.stringify(problem);
    return appendLine(path.join(stateDir, "problems"), line, { durable: true });
  }
  await writeProblems(stateDir, [...others, problem]);
}

/** @throws {BlobsyError} as `readProblems` */
export function readPending(stateDir: string): PendingDiscard[] {
  return readList(stateDir, "pending", ({ path: name, payload, ref }) => {
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

function readList<T>(
  stateDir: string,
  name: string,
  read: (value: Record<string, unknown>) => T | null,
): T[] {
  const text = readBytes(path.join(stateDir, name))?.toString("utf8") ?? "";
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
