/** Git's index as `ls-files` prints it, found by path: the text itself is kept, and no object per entry. */
import { randomInt } from "node:crypto";
import { NameIndex } from "../domain/name-index.js";

export interface IndexEntry {
  readonly mode: string;
  readonly oid: string;
  /** 0, or 1 to 3 for an unmerged path (gitrevisions: base, ours, theirs). */
  readonly stage: number;
  readonly skipWorktree: boolean;
}

/** Keys are the path's bytes read as UTF-8; one that is not UTF-8 has a key that finds nothing. */
export interface IndexListing extends Iterable<readonly [string, readonly IndexEntry[]]> {
  has(path: string): boolean;
  get(path: string): readonly IndexEntry[] | undefined;
  keys(): Iterable<string>;
}

const TAB = 0x09;
const NUL = 0x00;
const SEED = randomInt(2 ** 32);

/** @param output of `ls-files -z -s -t`: "<tag> <mode> <object> <stage>\t<path>\0", sorted by path */
export function indexListing(output: Buffer): IndexListing {
  return new Listing(output);
}

class Listing implements IndexListing {
  private readonly index: NameIndex;

  constructor(private readonly output: Buffer) {
    this.index = new NameIndex(output, startsOf(output), NUL, SEED);
  }

  has(path: string): boolean {
    return this.index.find(path) !== -1;
  }

  get(path: string): readonly IndexEntry[] | undefined {
    const first = this.index.find(path);
    return first === -1 ? undefined : this.entriesFrom(first);
  }

  *keys(): Generator<string> {
    for (const [path] of this) yield path;
  }

  *[Symbol.iterator](): Generator<readonly [string, readonly IndexEntry[]]> {
    for (let record = 0; record < this.index.size;) {
      const entries = this.entriesFrom(record);
      yield [this.nameOf(record).toString("utf8"), entries];
      record += entries.length;
    }
  }

  /** The entries of one path stand one after the other. */
  private entriesFrom(first: number): IndexEntry[] {
    const name = this.nameOf(first);
    const entries: IndexEntry[] = [];
    for (let record = first; record < this.index.size; record += 1) {
      if (record > first && !this.nameOf(record).equals(name)) break;
      entries.push(this.entry(record));
    }
    return entries;
  }

  private entry(record: number): IndexEntry {
    const begin = record === 0 ? 0 : this.index.endOf(record - 1) + 1;
    const facts = this.output.toString("latin1", begin, this.index.startOf(record) - 1);
    const [tag, mode = "", oid = "", stage] = facts.split(" ");
    return { mode, oid, stage: Number(stage), skipWorktree: tag === "S" };
  }

  private nameOf(record: number): Buffer {
    return this.output.subarray(this.index.startOf(record), this.index.endOf(record));
  }
}

function startsOf(output: Buffer): Uint32Array {
  const starts: number[] = [];
  for (let at = 0; at < output.length;) {
    const tab = output.indexOf(TAB, at);
    const end = output.indexOf(NUL, tab);
    if (tab === -1 || end === -1) break;
    starts.push(tab + 1);
    at = end + 1;
  }
  return Uint32Array.from(starts);
}
