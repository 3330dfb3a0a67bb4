/**
 * The journal of smudge requests: what Git asked for, before it was answered.
 *
 * The filter process appends a line per request to a file of its own. While that process lives, every
 * other blobsy process leaves the paths in it alone: Git hooks run before the filter ends, and Git nests
 * commands. When it died, the next process takes the file over as evidence.
 *
 * The name says whose it is, so that a file that has been made and not been written yet has an owner.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { SmudgeNote } from "../domain/discard.js";
import { errnoOf, fromErrno } from "../domain/errors.js";
import type { FileFacts } from "../domain/file-facts.js";
import { appendLineSync, mkdirsSync, unlinkIfThereSync } from "../fs/ops.js";
import { livenessOf, ownIdentity, ownProcess, parseOwner, type Identity } from "../fs/owner.js";
import { namesIn } from "../fs/temp.js";

const DIR = "journal";
const OWNER = "owner\t";

/** The latest note per payload path. */
export type SmudgeNotes = ReadonlyMap<string, SmudgeNote>;

export class Journal {
  readonly notes = new Map<string, SmudgeNote>();
  readonly file: string;
  private begun = false;

  constructor(stateDir: string) {
    this.file = path.join(stateDir, DIR, ownName());
  }

  /** Written before Git gets its answer: a crash after it finds the note. @throws system errors */
  append(note: SmudgeNote): void {
    const line = formatNote(note);
    if (this.begun) {
      appendLineSync(this.file, line);
    } else {
      mkdirsSync(path.dirname(this.file));
      this.begun = true;
      appendLineSync(this.file, `${OWNER}${ownProcess()}\n${line}`);
    }
    this.notes.set(note.path, note);
  }

  /** Called when everything in it has been reconciled. */
  remove(): void {
    if (this.begun) unlinkIfThereSync(this.file);
  }
}

export interface OtherJournals {
  /** Paths that a live process will settle at its end. */
  readonly live: ReadonlySet<string>;
  /** What processes that died had noted. */
  readonly orphaned: SmudgeNotes;
  /** Removes the files behind `orphaned`; called when they have been reconciled. */
  readonly removeOrphaned: () => void;
}

/**
 * Reads every journal in the worktree but this process's own.
 * @throws {BlobsyError} PERMISSION, IO: what is noted in a journal that cannot be read is not known
 */
export function readOtherJournals(stateDir: string): OtherJournals {
  const live = new Set<string>();
  const orphaned = new Map<string, SmudgeNote>();
  const dead: string[] = [];
  for (const file of journalFiles(stateDir)) {
    // First this, then the notes: what a process notes at the last moment before it dies is among them.
    const isLive = isJournalLive(file);
    if (!isLive) dead.push(file);
    for (const line of readJournalLines(file)) {
      if (isLive) {
        const payload = notedPath(line);
        if (payload !== null) live.add(payload);
        continue;
      }
      const note = parseNote(line);
      if (note) orphaned.set(note.path, note);
    }
  }
  const removeOrphaned = () => {
    for (const file of dead) unlinkIfThereSync(file);
  };
  return { live, orphaned, removeOrphaned };
}

/** False only where the process that wrote it is certainly gone. @throws as `readOtherJournals` */
export function isJournalLive(file: string): boolean {
  const owner = ownerInName(path.basename(file)) ?? ownerWithin(file);
  return owner !== null && livenessOf(owner) !== "dead";
}

/** Shell stubs read the pid off the name's start; the rest keeps a pid used again apart. */
function ownName(): string {
  const { pid, start, hostTag, boot } = ownIdentity();
  return `${pid}.${start}.${hostTag}.${boot}`;
}

function ownerInName(name: string): Identity | null {
  const [pid, start, hostTag, boot, ...rest] = name.split(".");
  return rest.length === 0 ? parseOwner([hostTag, boot, pid, start].join(".")) : null;
}

/** Once they were named `<pid>.<start>`, and the owner was written after the file had appeared. */
function ownerWithin(file: string): Identity | null {
  const [first = ""] = readJournalLines(file);
  const [pid, start] = path.basename(file).split(".");
  const { hostTag, boot } = ownIdentity();
  return parseOwner(
    first.startsWith(OWNER) ? first.slice(OWNER.length) : [hostTag, boot, pid, start].join("."),
  );
}

/** Every journal in the worktree but this process's own. */
export function journalFiles(stateDir: string): string[] {
  const dir = path.join(stateDir, DIR);
  return namesIn(dir).flatMap((name) => (name === ownName() ? [] : path.join(dir, name)));
}

/** The payload path in a line of a journal; `null` for a torn line, and for the owner's. */
export function notedPath(line: string): string | null {
  const end = line.indexOf("\t");
  return end > 0 && line.endsWith(".") ? line.slice(0, end) : null;
}

function readJournalLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch (error) {
    return goneMeanwhile(error, file);
  }
}

/** Its owner may remove it between our listing and our reading. @throws {BlobsyError} anything else */
export function goneMeanwhile(error: unknown, file: string): [] {
  if (errnoOf(error) === "ENOENT") return [];
  throw fromErrno(error, "cannot read what a filter process has noted", file);
}

function formatNote(note: SmudgeNote): string {
  return [
    note.path,
    note.textHash,
    note.refWas,
    note.noticed ? "noticed" : "-",
    String(note.passNs),
    String(note.sinceNs),
    formatFacts(note.payload),
  ].join("\t");
}

/** A torn last line (the process was killed while writing) is no note: Git got no answer for it. */
function parseNote(line: string): SmudgeNote | undefined {
  const [payloadPath, textHash, refWas, noticed, passNs, sinceNs, facts] = line.split("\t");
  if (!payloadPath || !textHash || !passNs || !sinceNs || !facts?.endsWith(".")) return undefined;
  if (refWas !== "absent" && refWas !== "empty" && refWas !== "present") return undefined;
  return {
    path: payloadPath,
    textHash,
    refWas,
    noticed: noticed === "noticed",
    passNs: BigInt(passNs),
    sinceNs: BigInt(sinceNs),
    payload: parseFacts(facts),
  };
}

function formatFacts(facts: FileFacts | null): string {
  if (!facts) return "-.";
  const { kind, size, mtimeNs, ctimeNs, ino, dev, nlink, mode } = facts;
  return `${kind} ${size} ${mtimeNs} ${ctimeNs} ${ino} ${dev} ${nlink} ${mode}.`;
}

function parseFacts(text: string): FileFacts | null {
  if (text === "-.") return null;
  const [kind, size, mtime, ctime, ino, dev, nlink, mode] = text.slice(0, -1).split(" ");
  return {
    kind: kind as FileFacts["kind"],
    size: Number(size),
    mtimeNs: BigInt(mtime ?? 0),
    ctimeNs: BigInt(ctime ?? 0),
    ino: BigInt(ino ?? 0),
    dev: BigInt(dev ?? 0),
    nlink: Number(nlink),
    mode: Number(mode),
  };
}
