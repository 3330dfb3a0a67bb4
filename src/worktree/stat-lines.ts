/**
 * The text of the stat cache: one line per path, fields parted by tabs (a payload's path holds no
 * control character). Pure.
 *
 *     <path> <dropped> <base> <placing> <payload> <ref> <key>
 *
 * Most of a line would be the same hash five times, so `=` stands for the hash that came last in it,
 * and `*` in a key (which has none of its own) for the key's hash; times are told from the first one
 * on. In a line of changes `~` stands for a field that was not changed.
 */
import { detached } from "../domain/detached.js";
import { isOid, type Oid } from "../domain/oid.js";
import type { StatRecord } from "../domain/stat-trust.js";

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

const NONE = "-";
const SAME = "~";

/** The line of an entry, or of some fields of one, without its path. */
export function formatEntry(entry: Partial<CacheEntry>): string {
  const oids = new OidWriter();
  return [
    entry.dropped === undefined ? SAME : entry.dropped ? "d" : NONE,
    field(entry.base, (base) => formatBase(base, oids)),
    field(entry.placing, (base) => formatBase(base, oids)),
    field(entry.payload, (record) => formatRecord(record, oids)),
    field(entry.ref, (record) => formatRecord(record, oids)),
    field(entry.key, ({ oid, key }) => `${oids.write(oid)} ${shortKey(key, oid)}`),
  ].join("\t");
}

/** @returns the fields that the line tells of; `null` for a line that is none */
export function parseEntry(line: string): Partial<CacheEntry> | null {
  const [dropped, base, placing, payload, ref, key] = line.split("\t");
  if (!dropped || !base || !placing || !payload || !ref || !key) return null;
  const oids = new OidReader();
  return {
    ...(dropped === SAME ? {} : { dropped: dropped === "d" }),
    ...(base === SAME ? {} : { base: parseBase(base, oids) }),
    ...(placing === SAME ? {} : { placing: parseBase(placing, oids) }),
    ...(payload === SAME ? {} : { payload: parseRecord(payload, oids) }),
    ...(ref === SAME ? {} : { ref: parseRecord(ref, oids) }),
    ...(key === SAME ? {} : { key: parseKey(key, oids) }),
  };
}

function field<T>(value: T | null | undefined, format: (value: T) => string): string {
  if (value === undefined) return SAME;
  return value === null ? NONE : format(value);
}

class OidWriter {
  private last: Oid | null = null;

  write(oid: Oid): string {
    if (oid === this.last) return "=";
    this.last = oid;
    return oid;
  }
}

class OidReader {
  private last: Oid | null = null;

  read(text: string | undefined): Oid | null {
    if (text === "=") return this.last;
    // An entry may be kept for long, its line is not.
    return (this.last = text !== undefined && isOid(text) ? detached(text) : null);
  }
}

function formatBase({ oid, size, remoteKey, executable }: Base, oids: OidWriter): string {
  return `${oids.write(oid)} ${size} ${executable ? "x" : NONE} ${shortKey(remoteKey, oid)}`;
}

function parseBase(text: string, oids: OidReader): Base | null {
  if (text === NONE) return null;
  const [name, size, executable, ...rest] = text.split(" ");
  const oid = oids.read(name);
  const key = rest.join(" ");
  if (oid === null || !size || key === "") return null;
  return { oid, size: Number(size), remoteKey: fullKey(key, oid), executable: executable === "x" };
}

function formatRecord(record: StatRecord, oids: OidWriter): string {
  const { oid, size, mtimeNs, ctimeNs, ino, tick } = record;
  return `${oids.write(oid)} ${size} ${mtimeNs} ${ctimeNs - mtimeNs} ${ino} ${tick - mtimeNs}`;
}

function parseRecord(text: string, oids: OidReader): StatRecord | null {
  if (text === NONE) return null;
  const [name, size, mtime, ctime, ino, tick] = text.split(" ");
  const oid = oids.read(name);
  if (oid === null || !size || !mtime || !ctime || !ino || !tick) return null;
  const mtimeNs = BigInt(mtime);
  return {
    oid,
    size: Number(size),
    mtimeNs,
    ctimeNs: mtimeNs + BigInt(ctime),
    ino: BigInt(ino),
    tick: mtimeNs + BigInt(tick),
  };
}

function parseKey(text: string, oids: OidReader): CacheEntry["key"] {
  if (text === NONE) return null;
  const space = text.indexOf(" ");
  const oid = oids.read(text.slice(0, space));
  return oid === null ? null : { oid, key: fullKey(text.slice(space + 1), oid) };
}

function shortKey(key: string, oid: Oid): string {
  return key.replaceAll(oid, "*");
}

function fullKey(key: string, oid: Oid): string {
  return key.replaceAll("*", oid);
}
