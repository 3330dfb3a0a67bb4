/**
 * What was taken out of the working tree and why, one JSON line each: `blobsy recover` reads it. The
 * bytes themselves are in the store. Losing the log loses the paths, never the bytes.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { errnoOf } from "../domain/errors.js";
import { isOid } from "../domain/oid.js";
import { storeLayout } from "./layout.js";
import type { RecoverEntry, RecoverReason } from "../domain/recover.js";
import { appendLine, mkdirs } from "../fs/ops.js";

export type { RecoverEntry, RecoverReason } from "../domain/recover.js";

export class RecoverLog {
  private readonly file: string;

  /** @param root `<common git dir>/blobsy` */
  constructor(root: string) {
    this.file = storeLayout(root).recoverLog;
  }

  /** Durable when it returns. @throws system errors */
  async append(entry: RecoverEntry): Promise<void> {
    await mkdirs(path.dirname(this.file));
    const { time, oid, size, executable, why, worktree, key } = entry;
    const line = JSON.stringify({
      time,
      path: entry.path,
      oid,
      size,
      executable,
      why,
      worktree,
      key,
    });
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
  const { time, path: payload, oid, size, executable, why, worktree, key } = value;
  if (typeof oid !== "string" || !isOid(oid) || typeof size !== "number") return null;
  if (typeof time !== "string" || typeof payload !== "string") return null;
  return {
    time,
    path: payload,
    oid,
    size,
    executable: executable === true,
    why: why as RecoverReason,
    worktree: typeof worktree === "string" ? worktree : "",
    ...(typeof key === "string" ? { key } : {}),
  };
}
