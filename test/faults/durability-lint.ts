/** Reads a log of operations (src/fs/faults.ts) for names that a power cut could leave without bytes. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { FaultLogLine } from "../../src/fs/faults.js";

export function readLog(file: string): FaultLogLine[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as FaultLogLine);
}

/**
 * Every final name must be given to a file that was synced after it was last written to, and its
 * directory must be synced after. Under names that are not ours a file may lie that we never wrote.
 * @returns one sentence per name for which that is not so
 */
export function lintDurability(
  log: readonly FaultLogLine[],
  isFinal: (file: string) => boolean,
  isOurs: (file: string) => boolean,
): string[] {
  return log.flatMap((line, at) => {
    const { op, to } = line;
    if ((op !== "rename" && op !== "link") || to === undefined || !isFinal(to)) return [];
    const before = log.slice(0, at).filter((one) => nameAfter(one) === line.path);
    const lastSync = before.findLastIndex((one) => one.op === "fsync");
    const lastWrite = before.findLastIndex((one) => ["write", "clone", "append"].includes(one.op));
    const isSynced = lastSync > lastWrite || (lastWrite < 0 && !isOurs(to));
    const dir = path.dirname(to);
    const isDirSynced = log.slice(at).some((one) => one.op === "fsyncdir" && one.path === dir);
    return [
      ...(isSynced ? [] : [`${to}: published without a sync of ${line.path}`]),
      ...(isDirSynced ? [] : [`${to}: ${dir} was not synced after`]),
    ];
  });
}

/** The file an operation is about: a clone's is the new one. */
function nameAfter({ op, path: from, to }: FaultLogLine): string {
  return op === "clone" ? (to ?? from) : from;
}
