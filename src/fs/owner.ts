/**
 * Who made a lock, a journal or a temporary file, and whether that process still lives.
 *
 * A pid alone is not enough: it is used again after a while, and means nothing on another machine or
 * in another container. So the process's start time, the boot, and a tag of machine and pid namespace
 * go with it. Where that cannot be known, the answer is "unknown", never a guess.
 */
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import os from "node:os";
import { errnoOf } from "../domain/errors.js";

export interface Identity {
  /** Eight hex digits for machine and pid namespace. */
  readonly hostTag: string;
  /** Eight hex digits for this boot of it: whatever ran before it is gone. */
  readonly boot: string;
  readonly pid: number;
  /** When the process started, in the machine's own units; "0" where that cannot be known. */
  readonly start: string;
}

export type Liveness = "alive" | "dead" | "unknown";

let own: Identity | undefined;

export function ownIdentity(): Identity {
  own ??= {
    hostTag: hostTag(),
    boot: digest(tryRead("/proc/sys/kernel/random/boot_id")),
    pid: process.pid,
    start: startOf(process.pid) ?? "0",
  };
  return own;
}

export function livenessOf(owner: Identity): Liveness {
  if (owner.hostTag !== ownIdentity().hostTag) return "unknown";
  if (owner.boot !== ownIdentity().boot || !pidExists(owner.pid)) return "dead";
  const start = startOf(owner.pid);
  if (start === null || owner.start === "0") return "alive";
  return start === owner.start ? "alive" : "dead";
}

/** This process as one word, to be written into a file. */
export function ownProcess(): string {
  return formatIdentity(ownIdentity());
}

export function formatIdentity({ hostTag, boot, pid, start }: Identity): string {
  return `${hostTag}.${boot}.${pid}.${start}`;
}

/** Reads what `ownProcess` wrote; null for anything else. */
export function parseOwner(text: string): Identity | null {
  const found = /^([0-9a-f]{8})\.([0-9a-f]{8})\.(\d{1,10})\.(\d+)$/.exec(text);
  const [, tag, boot, pid, start] = found ?? [];
  return tag && boot && pid && start ? { hostTag: tag, boot, pid: Number(pid), start } : null;
}

/** False only for a process that is certainly gone, and for a text that names none. */
export function isOwnerAlive(text: string): boolean {
  const owner = parseOwner(text);
  return owner !== null && livenessOf(owner) !== "dead";
}

function hostTag(): string {
  let namespace = "";
  try {
    namespace = readlinkSync("/proc/self/ns/pid");
  } catch {
    // a system without pid namespaces
  }
  return digest([os.hostname(), tryRead("/etc/machine-id"), namespace].join("\n"));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

/** PF_EXITING of Linux: set before a process that ends, by whatever cause, closes its files. */
const EXITING = 4;

/** Whether a process runs no more code of its own, as far as the system tells. */
export function isEnding(pid: number): boolean {
  const fields = statFields(pid);
  return fields[0] === "Z" || fields[0] === "X" || (Number(fields[6]) & EXITING) !== 0;
}

/** Fields 3 and up of /proc/<pid>/stat; the name in field 2 may hold spaces and parentheses. */
function statFields(pid: number): string[] {
  const stat = tryRead(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function startOf(pid: number): string | null {
  const fields = statFields(pid);
  // A zombie runs no more code: what it held is free.
  if (fields[0] === "Z" || fields[0] === "X") return "gone";
  return fields[19] ?? null;
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === "EPERM";
  }
}

function tryRead(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
