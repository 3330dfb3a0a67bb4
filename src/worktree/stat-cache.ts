/**
 * The stat cache: per path, what payload and ref file were when they last agreed (the base), and the
 * stat records that spare reading them again. One per worktree.
 *
 * Losing it loses no bytes: what is in step is found by hashing, and a payload that differs from its
 * ref file is then a conflict, not a guess. So a damaged file is an empty cache, never an error. One that
 * cannot be read is neither: bases and what was dropped would go with the next `save`. And of two
 * processes that save at once the later one merges its changes into what it finds.
 *
 * On disk: a header, one line per path (stat-lines.ts), and a checksum over all before it. In memory the
 * same bytes: a line is parsed when it is asked for, for there may be a hundred thousand.
 */
import path from "node:path";
import { writeFileAtomic } from "../fs/atomic.js";
import { lstatFacts } from "../fs/facts.js";
import { type SavedLines, readSavedLines, saveLines } from "./saved-lines.js";
import { type CacheEntry, EMPTY_ENTRY, formatEntry, parseEntry } from "./stat-lines.js";

export { type Base, type CacheEntry, EMPTY_ENTRY } from "./stat-lines.js";

/** Entries that stay parsed: whoever works on a path asks for its entry several times. */
const PARSED_AT_ONCE = 2048;
/** Its file in the worktree's state directory. */
export const STAT_CACHE = "stat-cache";

/** Is there one that cannot be used? It counts as lost. */
export function isStatCacheDamaged(stateDir: string): boolean {
  const file = path.join(stateDir, STAT_CACHE);
  return (lstatFacts(file)?.size ?? 0) > 0 && readSavedLines(file, null).checksum === "";
}

export class StatCache {
  private readonly file: string;
  private saved: SavedLines;
  /** What is saved is other than that: this process wrote it, and nobody has asked since. */
  private isOutdated = false;
  /** What this process changed, field by field, as lines; `null` where it forgot the path. */
  private readonly changes = new Map<string, string | null>();
  private readonly parsed = new Map<string, CacheEntry>();

  private constructor(file: string) {
    this.file = file;
    this.saved = readSavedLines(file, null);
  }

  /** @param stateDir the worktree's state directory; the file need not exist */
  static load(stateDir: string): StatCache {
    return new StatCache(path.join(stateDir, STAT_CACHE));
  }

  get(payload: string): CacheEntry {
    const known = this.parsed.get(payload);
    if (known) return known;
    const entry = this.parse(payload);
    this.keepParsed(payload, entry);
    return entry;
  }

  has(payload: string): boolean {
    const change = this.changes.get(payload);
    return change === undefined ? this.lines().has(payload) : change !== null;
  }

  /** Changes some fields of an entry; in memory until `save`. */
  update(payload: string, change: Partial<CacheEntry>): void {
    this.keepParsed(payload, { ...this.get(payload), ...change });
    const earlier = this.changes.get(payload);
    // After `forget` nothing of what others have saved may come back.
    const before =
      earlier === null ? EMPTY_ENTRY : earlier === undefined ? {} : parseEntry(earlier);
    this.changes.set(payload, formatEntry({ ...before, ...change }));
  }

  forget(payload: string): void {
    if (!this.has(payload)) return;
    this.parsed.delete(payload);
    this.changes.set(payload, null);
  }

  *paths(): IterableIterator<string> {
    for (const payload of this.lines().names()) {
      if (this.changes.get(payload) !== null) yield payload;
    }
    for (const [payload, change] of this.changes) {
      if (change !== null && !this.lines().has(payload)) yield payload;
    }
  }

  get size(): number {
    let count = this.lines().size;
    for (const [payload, change] of this.changes) {
      if (this.lines().has(payload)) count -= change === null ? 1 : 0;
      else count += change === null ? 0 : 1;
    }
    return count;
  }

  /**
   * Takes up what other processes saved meanwhile. This one's changes stay on top, field by field: a
   * process that only hashed a payload must not bring back the base it found when it started, or a
   * payload that Git has just replaced would pass for an edit.
   */
  reload(): void {
    const before = this.saved;
    this.saved = readSavedLines(this.file, before);
    this.isOutdated = false;
    if (this.saved !== before) this.parsed.clear();
  }

  /**
   * Writes the cache; the caller holds the worktree's lock.
   * @param options.durable when it must survive a power cut
   * @throws {BlobsyError} DISK_FULL, IO
   */
  async save(options: { durable: boolean } = { durable: false }): Promise<void> {
    if (this.changes.size === 0) return;
    this.reload();
    const saving = new Map(this.changes);
    const changes = {
      names: () => saving.keys(),
      has: (name: string) => saving.has(name),
      line: (name: string) => (saving.get(name) === null ? null : formatEntry(this.parse(name))),
    };
    await writeFileAtomic(this.file, saveLines(this.saved, changes), options);
    this.isOutdated = true;
    for (const [payload, change] of saving) {
      if (this.changes.get(payload) === change) this.changes.delete(payload);
    }
  }

  private lines(): SavedLines {
    if (this.isOutdated) this.reload();
    return this.saved;
  }

  private parse(payload: string): CacheEntry {
    const change = this.changes.get(payload);
    if (change === null) return EMPTY_ENTRY;
    const line = this.lines().line(payload);
    const saved = line === null ? null : parseEntry(line);
    return { ...EMPTY_ENTRY, ...saved, ...(change === undefined ? null : parseEntry(change)) };
  }

  private keepParsed(payload: string, entry: CacheEntry): void {
    if (this.parsed.size >= PARSED_AT_ONCE) this.parsed.clear();
    this.parsed.set(payload, entry);
  }
}
