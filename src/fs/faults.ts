/**
 * Bad weather on demand, for tests: makes the Nth change of a file fail, or kills the process just
 * before or after it, and writes down every change. At work only when BLOBSY_FAULTS is set.
 *
 *     BLOBSY_FAULTS="at=7;do=kill-after;only=rename,fsync;under=/repo;log=/tmp/ops;counter=/tmp/n"
 *
 * `at` counts the operations that `only` and `under` let through, in this process, or over all
 * processes that share the file `counter`. `do` is kill-before, kill-after or the name of an errno.
 * Without `at` (or with 0) nothing fails; `log` gets one JSON line per operation.
 *
 * It uses the system calls itself: an operation of its own must not be counted.
 */
import { appendFileSync, closeSync, fstatSync, openSync, readlinkSync, writeSync } from "node:fs";
import os from "node:os";
import type { FileOp } from "./ops.js";

/** One line of the log. */
export interface FaultLogLine {
  readonly n: number;
  readonly pid: number;
  readonly op: FileOp;
  readonly path: string;
  /** The second path of rename, link and clone. */
  readonly to?: string;
  readonly hit?: string;
}

interface Settings {
  readonly at: number;
  readonly action: string;
  readonly only: ReadonlySet<string> | null;
  readonly under: string;
  readonly log: string | undefined;
  readonly counter: string | undefined;
}

const settings = readSettings(process.env["BLOBSY_FAULTS"] ?? "");
let count = 0;

function readSettings(text: string): Settings {
  const fields = new Map(
    text.split(";").map((part) => {
      const at = part.indexOf("=");
      return [part.slice(0, at), part.slice(at + 1)] as const;
    }),
  );
  const only = fields.get("only");
  return {
    at: Number(fields.get("at") ?? 0),
    action: fields.get("do") ?? "kill-before",
    only: only ? new Set(only.split(",")) : null,
    under: fields.get("under") ?? "",
    log: fields.get("log"),
    counter: fields.get("counter"),
  };
}

/** @returns whether the process is to die after the operation */
export function before(op: FileOp, at: string, to: string | undefined): boolean {
  const from = realName(at);
  const target = to === undefined ? undefined : realName(to);
  if (!isCounted(op, from, target)) return false;
  const n = nextNumber();
  const hit = n === settings.at;
  note({
    n,
    pid: process.pid,
    op,
    path: from,
    ...(target === undefined ? {} : { to: target }),
    ...(hit ? { hit: settings.action } : {}),
  });
  if (!hit) return false;
  if (settings.action === "kill-after") return true;
  if (settings.action === "kill-before") die();
  throw failure(settings.action, op, from);
}

export function after(dies: boolean): void {
  if (dies) die();
}

function isCounted(op: FileOp, from: string, to: string | undefined): boolean {
  if (settings.only && !settings.only.has(op)) return false;
  return from.startsWith(settings.under) || (to?.startsWith(settings.under) ?? false);
}

function nextNumber(): number {
  if (settings.counter === undefined) return ++count;
  const fd = openSync(settings.counter, "a");
  try {
    writeSync(fd, ".");
    return fstatSync(fd).size;
  } finally {
    closeSync(fd);
  }
}

function note(line: FaultLogLine): void {
  if (settings.log !== undefined) appendFileSync(settings.log, `${JSON.stringify(line)}\n`);
}

/** A name reached through a directory held open is told by that directory's own name. */
function realName(file: string): string {
  const held = /^(\/proc\/self\/fd\/\d+)(.*)$/.exec(file);
  if (!held) return file;
  try {
    return readlinkSync(held[1] ?? "") + (held[2] ?? "");
  } catch {
    return file;
  }
}

function failure(errno: string, op: string, file: string): NodeJS.ErrnoException {
  const number = (os.constants.errno as Record<string, number>)[errno] ?? 5;
  return Object.assign(new Error(`${errno}: made to fail, ${op} '${file}'`), {
    code: errno,
    errno: -number,
    syscall: op,
    path: file,
  });
}

function die(): never {
  process.kill(process.pid, "SIGKILL");
  // The signal is on its way; not one more step is taken.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  throw new Error("killed");
}
