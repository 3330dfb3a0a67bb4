/**
 * The stat cache: per path, what payload and ref file were when they last agreed (the base), and the
 * stat records that spare reading them again. One per worktree.
 *
 * Losing it loses no bytes: what is in step is found by hashing, and a payload that differs from its
 * ref file is then a conflict, not a guess. So a damaged file is an empty cache, never an error; and
 * of two processes that save at once the later one merges its changes into what it finds.
 *
 * On disk: a header, one line per path (fields parted by tabs; a payload path holds no control
 * character), and a checksum over all before it.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { isOid, type Oid } from "../domain/oid.js";
import type { StatRecord } from "../domain/stat-trust.js";
import { writeFileAtomic } from "../fs/atomic.js";

export interface Base {
  readonly oid: Oid;
  readonly size: number;
  readonly remoteKey: string;
  readonly executable: boolean;
}

export interface CacheEntry {
  /** What payload and ref file were when they last agreed. */
  readonly base: Base | null;
  /** The payload as it was last hashed; not always the base: an edit is hashed as well. */
  readonly payload: StatRecord | null;
  /** The ref file as it was last read; `oid` is the blob it named. */
  readonly ref: StatRecord | null;
  /** The user freed this payload's disk space (`drop`). */
  readonly dropped: boolean;
  /** The remote key chosen for the payload's present content: chosen once, so that asking twice agrees. */
  readonly key: { readonly oid: Oid; readonly key: string } | null;
  /** What was about to be placed: a payload that is this is no edit, whoever was killed meanwhile. */
  readonly placing: Base | null;
}

export const EMPTY_ENTRY: CacheEntry = {
  base: null,
  payload: null,
  ref: null,
  dropped: false,
  key: null,
  placing: null,
};

const HEADER = "blobsy stat cache 2\n";

export class StatCache {
  private readonly file: string;
  private lines: Map<string, string>;
  private readonly parsed = new Map<string, CacheEntry>();
  /** What this process changed, field by field; `null` where it forgot the path. */
  private readonly changes = new Map<string, Partial<CacheEntry> | null>();

  private constructor(file: string, lines: Map<string, string>) {
    this.file = file;
    this.lines = lines;
  }

  /** @param stateDir the worktree's state directory; the file need not exist */
  static load(stateDir: string): StatCache {
    const file = path.join(stateDir, "stat-cache");
    return new StatCache(file, readLines(file));
  }

  get(payload: string): CacheEntry {
    const known = this.parsed.get(payload);
    if (known) return known;
    const line = this.lines.get(payload);
    const entry = line === undefined ? EMPTY_ENTRY : (parseEntry(line) ?? EMPTY_ENTRY);
    this.parsed.set(payload, entry);
    return entry;
  }

  has(payload: string): boolean {
    return this.lines.has(payload);
  }

  /** Changes some fields of an entry; in memory until `save`. */
  update(payload: string, change: Partial<CacheEntry>): void {
    const entry = { ...this.get(payload), ...change };
    this.parsed.set(payload, entry);
    this.lines.set(payload, formatEntry(entry));
    const earlier = this.changes.get(payload);
    // After `forget` nothing of what others have saved may come back.
    this.changes.set(payload, { ...(earlier === null ? EMPTY_ENTRY : earlier), ...change });
  }

  forget(payload: string): void {
    this.parsed.delete(payload);
    if (this.lines.delete(payload)) this.changes.set(payload, null);
  }

  paths(): IterableIterator<string> {
    return this.lines.keys();
  }

  get size(): number {
    return this.lines.size;
  }

  /**
   * Takes up what other processes saved meanwhile. This one's changes stay on top, field by field: a
   * process that only hashed a payload must not bring back the base it found when it started, or a
   * payload that Git has just replaced would pass for an edit.
   */
  reload(): void {
    this.lines = readLines(this.file);
    this.parsed.clear();
    for (const [payload, change] of this.changes) {
      if (change === null) {
        this.lines.delete(payload);
      } else {
        const entry = { ...this.get(payload), ...change };
        this.parsed.set(payload, entry);
        this.lines.set(payload, formatEntry(entry));
      }
    }
  }

  /**
   * Writes the cache; the caller holds the worktree's lock.
   * @param options.durable when it must survive a power cut
   * @throws {BlobsyError} DISK_FULL, IO
   */
  async save(options: { durable: boolean } = { durable: false }): Promise<void> {
    if (this.changes.size === 0) return;
    this.reload();
    await writeFileAtomic(this.file, serialise(this.lines), options);
    this.changes.clear();
  }
}

function readLines(file: string): Map<string, string> {
  const lines = new Map<string, string>();
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return lines; // lost, or not there yet: the same thing
  }
  const end = bytes.lastIndexOf("\n", bytes.length - 2) + 1;
  const body = bytes.subarray(0, end);
  if (bytes.subarray(end).toString("latin1") !== `${checksum(body)}\n`) return lines;
  const text = body.toString("utf8");
  if (!text.startsWith(HEADER)) return lines;
  for (const line of text.slice(HEADER.length).split("\n")) {
    const tab = line.indexOf("\t");
    if (tab > 0) lines.set(line.slice(0, tab), line.slice(tab + 1));
  }
  return lines;
}

function serialise(lines: ReadonlyMap<string, string>): Buffer {
  const sorted = [...lines.keys()].sort();
  const body = Buffer.from(HEADER + sorted.map((name) => `${name}\t${lines.get(name)}\n`).join(""));
  return Buffer.concat([body, Buffer.from(`${checksum(body)}\n`)]);
}

function checksum(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function formatEntry(entry: CacheEntry): string {
  const flags = [entry.base?.executable, entry.placing?.executable, entry.dropped];
  return [
    flags.map((flag, at) => (flag ? "xpd"[at] : "-")).join(""),
    formatBase(entry.base),
    formatBase(entry.placing),
    formatRecord(entry.payload),
    formatRecord(entry.ref),
    entry.key ? `${entry.key.oid} ${entry.key.key}` : "-",
  ].join("\t");
}

function formatBase(base: Base | null): string {
  return base ? `${base.oid} ${base.size} ${base.remoteKey}` : "-";
}

function formatRecord(record: StatRecord | null): string {
  if (!record) return "-";
  const { oid, size, mtimeNs, ctimeNs, ino, tick } = record;
  return `${oid} ${size} ${mtimeNs} ${ctimeNs} ${ino} ${tick}`;
}

function parseEntry(line: string): CacheEntry | null {
  const [flags, base, placing, payload, ref, key] = line.split("\t");
  if (!flags || !base || !placing || !payload || !ref || !key) return null;
  const space = key.indexOf(" ");
  const keyOid = key.slice(0, space);
  return {
    base: parseBase(base, flags.includes("x")),
    placing: parseBase(placing, flags.includes("p")),
    payload: parseRecord(payload),
    ref: parseRecord(ref),
    dropped: flags.includes("d"),
    key: isOid(keyOid) ? { oid: keyOid, key: key.slice(space + 1) } : null,
  };
}

function parseBase(text: string, executable: boolean): Base | null {
  const [oid, size, ...key] = text.split(" ");
  if (!oid || !isOid(oid)) return null;
  return { oid, size: Number(size), remoteKey: key.join(" "), executable };
}

function parseRecord(text: string): StatRecord | null {
  const [oid, size, mtime, ctime, ino, tick] = text.split(" ");
  if (!oid || !isOid(oid) || !size || !mtime || !ctime || !ino || !tick) return null;
  return {
    oid,
    size: Number(size),
    mtimeNs: BigInt(mtime),
    ctimeNs: BigInt(ctime),
    ino: BigInt(ino),
    tick: BigInt(tick),
  };
}
