/**
 * What live processes will settle, asked for one path after the other.
 *
 * A journal grows to a line for each payload while its owner lives, and stays that long when it was
 * killed. Of each file only what has been added since the last question is read.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { lstatFacts } from "../fs/facts.js";
import { goneMeanwhile, isJournalLive, journalFiles, notedPath } from "./journal.js";

interface Read {
  /** Bytes read so far: whole lines. */
  at: number;
  readonly paths: Set<string>;
}

export class LiveJournals {
  private readonly read = new Map<string, Read>();
  /** A process that has died does not come back. */
  private readonly dead = new Set<string>();

  constructor(private readonly stateDir: string) {}

  /**
   * Whether a live process other than this one will settle this path at its end.
   * @throws {BlobsyError} PERMISSION, IO: what is noted in a journal that cannot be read is not known
   */
  has(payload: string): boolean {
    return journalFiles(this.stateDir).some(
      (file) => this.isIn(file, payload) && this.isLive(file),
    );
  }

  private isIn(file: string, payload: string): boolean {
    const read = this.read.get(file) ?? { at: 0, paths: new Set<string>() };
    if (read.at === 0 && !this.isLive(file)) return false;
    this.read.set(file, read);
    for (const line of linesFrom(file, read)) {
      const noted = notedPath(line);
      if (noted !== null) read.paths.add(noted);
    }
    return read.paths.has(payload);
  }

  private isLive(file: string): boolean {
    if (this.dead.has(file)) return false;
    if (isJournalLive(file)) return true;
    this.dead.add(file);
    this.read.delete(file);
    return false;
  }
}

/** A line that has no end yet is left for the next time: Git got no answer for it. */
function linesFrom(file: string, read: Read): string[] {
  try {
    if ((lstatFacts(file)?.size ?? 0) <= read.at) return [];
    const added = readFrom(file, read.at);
    const end = added.lastIndexOf("\n") + 1;
    read.at += end;
    return added.toString("utf8", 0, end).split("\n").slice(0, -1);
  } catch (error) {
    return goneMeanwhile(error, file);
  }
}

function readFrom(file: string, from: number): Buffer {
  const fd = openSync(file, "r");
  try {
    const bytes = Buffer.allocUnsafe(Math.max(0, fstatSync(fd).size - from));
    return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, from));
  } finally {
    closeSync(fd);
  }
}
