/**
 * Where content that this clone has seen lies on the remote: it keeps the key and the compression it got
 * when it was first seen, although a template with a date or a branch in it would give another key now.
 *
 * `<common git dir>/blobsy/places` has a line for each content whose place is not told by the content alone:
 *
 *     <oid> <key> <checksum>
 *     <oid> <key> <compression> <checksum>
 *
 * Beside it count the stat cache, and what is known to be on a remote. Losing the file loses no bytes:
 * content that comes back then gets a second key.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { LineTable, isSealed, linesIn, sealed } from "../domain/line-table.js";
import { isOid, type Oid } from "../domain/oid.js";
import { checkKeyToWrite } from "../domain/remote-key.js";
import { formatPlace, parsePlace, type RemotePlace } from "../domain/remote-place.js";
import { appendLine, mkdirs } from "../fs/ops.js";
import { namesIn } from "../fs/temp.js";
import type { StatCache } from "../worktree/stat-cache.js";
import { Proofs, UPLOADED } from "./proofs.js";

const FILE = "places";
/** Names are hashes, which nobody chooses. */
const SEED = 0;
const oidOf = (line: string): string => line.slice(0, line.indexOf(" "));

export class KnownPlaces {
  readonly #file: string;
  /** Lines of the file, without their checksums. */
  readonly #noted = new LineTable(oidOf, SEED);
  /** What else is known, in the same form. */
  readonly #seen = new LineTable(oidOf, SEED);

  private constructor(file: string) {
    this.#file = file;
  }

  /** Never fails: what cannot be read is not known. @param sharedState `<common git dir>/blobsy` */
  static load(sharedState: string, cache: StatCache): KnownPlaces {
    const places = new KnownPlaces(path.join(sharedState, FILE));
    places.#readFile();
    for (const payload of cache.paths()) {
      const { base, key } = cache.get(payload);
      if (base) places.#see(base.oid, base.remoteKey);
      if (key) places.#see(key.oid, key.key);
    }
    const uploaded = path.join(sharedState, UPLOADED);
    for (const name of namesIn(uploaded)) {
      for (const blob of Proofs.blobsIn(path.join(uploaded, name))) {
        places.#see(blob.oid, formatPlace(blob));
      }
    }
    return places;
  }

  get(oid: Oid): RemotePlace | null {
    const line = this.#noted.get(oid) ?? this.#seen.get(oid);
    return line === undefined ? null : parsePlace(line.slice(oid.length + 1));
  }

  /** From now on this content has this place, unless it has one. Never fails: then it is not noted. */
  async note(oid: Oid, place: string): Promise<void> {
    if (this.#noted.get(oid) !== undefined || !isFit(oid, place)) return;
    const line = `${oid} ${place}`;
    this.#noted.set(line);
    try {
      await mkdirs(path.dirname(this.#file));
      // The line break comes first as well: a torn line must not take this one along.
      await appendLine(this.#file, `\n${sealed(line)}`);
    } catch {
      // A full disk: the content may get a second key one day.
    }
  }

  #see(oid: Oid, place: string): void {
    if (isFit(oid, place) && this.#seen.get(oid) === undefined) this.#seen.set(`${oid} ${place}`);
  }

  #readFile(): void {
    let bytes: Buffer;
    try {
      bytes = readFileSync(this.#file);
    } catch {
      return; // not there yet, or lost
    }
    for (const text of linesIn(bytes)) {
      if (!isSealed(text)) continue;
      const line = text.slice(0, text.lastIndexOf(" "));
      const oid = oidOf(line);
      // Of two processes that chose at once, the first one counts.
      if (isOid(oid) && this.#noted.get(oid) === undefined) this.#noted.set(line);
    }
  }
}

/** A ref file may name any key; only one that can be uploaded to is worth taking over. */
function isFit(oid: Oid, place: string): boolean {
  return checkKeyToWrite(parsePlace(place).key, oid).ok;
}
