/**
 * What was taken out of the working tree and why, one JSON line each: `blobsy recover` reads it. The
 * bytes themselves are in the store. Losing the log loses the paths, never the bytes.
 */
import { readFileSync } from "node:fs";
import { errnoOf } from "../domain/errors.js";
import { isOid, type Oid } from "../domain/oid.js";
import { appendLine } from "../fs/ops.js";

/** Why a payload's bytes are no longer where they were. */
export type RecoverReason =
  | "replaced"
  | "removed"
  | "discarded"
  | "conflict"
  | "raced"
  | "moved"
  | "interrupted"
  | "late-write";

export interface RecoverEntry {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** The payload's path in its worktree; "" when it is not known any more. */
  readonly path: string;
  readonly oid: Oid;
  readonly size: number;
  readonly executable: boolean;
  readonly why: RecoverReason;
  /** Absolute path of the worktree; "" when it is not known any more. */
  readonly worktree: string;
}

export class RecoverLog {
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** Durable when it returns. @throws system errors */
  async append(entry: RecoverEntry): Promise<void> {
    const { time, path, oid, size, executable, why, worktree } = entry;
    const line = JSON.stringify({ time, path, oid, size, executable, why, worktree });
    // The line break comes first as well: a line that a killed process tore must not take this one along.
    await appendLine(this.file, `\n${line}`, { durable: true });
  }

  /** Every entry, newest first; the same bytes taken from the same place at one time are listed once. */
  listRecoverable(): RecoverEntry[] {
    const seen = new Set<string>();
    return this.read()
      .reverse()
      .filter((entry) => {
        const key = `${entry.time} ${entry.oid} ${entry.worktree} ${entry.path}`;
        if (seen.has(key)) return false;
        seen.add(key);
        return true;
      });
  }

  private read(): RecoverEntry[] {
    let text: string;
    try {
      text = readFileSync(this.file, "utf8");
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return [];
      throw error;
    }
    return text.split("\n").flatMap((line) => parseEntry(line) ?? []);
  }
}

function parseEntry(line: string): RecoverEntry | null {
  let value: Partial<Record<keyof RecoverEntry, unknown>>;
  try {
    value = JSON.parse(line) as typeof value;
  } catch {
    return null; // torn, or empty
  }
  if (value === null || typeof value !== "object") return null;
  const { time, path, oid, size, executable, why, worktree } = value;
  if (typeof oid !== "string" || !isOid(oid)) return null;
  if (typeof time !== "string" || typeof path !== "string" || typeof size !== "number") return null;
  return {
    time,
    path,
    oid,
    size,
    executable: executable === true,
    why: why as RecoverReason,
    worktree: typeof worktree === "string" ? worktree : "",
  };
}
