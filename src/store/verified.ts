/**
 * Which store objects this clone has hashed, and what they looked like then. It spares reading them
 * again; losing it, or any line of it, costs only that.
 *
 * A text file that grows by a line per object; each line ends in a checksum of its own, the last line
 * for an object counts, and when half of it is out of date it is written anew. Lines that other
 * processes (or threads) append are picked up when an object is not found here.
 */
import { createHash, randomInt } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { FileFacts } from "../domain/file-facts.js";
import { LineTable, linesIn } from "../domain/line-table.js";
import { isOid, type Oid } from "../domain/oid.js";
import { matches, type StatRecord } from "../domain/stat-trust.js";
import { writeFileAtomic } from "../fs/atomic.js";
import { acquireLock } from "../fs/lock.js";
import { appendLine } from "../fs/ops.js";

const OID_DIGITS = 64;
const SEED = randomInt(2 ** 32);
/** Below so many lines it is not worth writing anew. */
const SMALL = 1000;

export class VerifiedRecords {
  private readonly file: string;
  /** Lines as they stand in the file: they are parsed when asked for, most never are. */
  private readonly lines = new LineTable((line) => line.slice(0, OID_DIGITS), SEED);
  private lineCount = 0;
  private readTo = 0;
  private ino = 0n;
  private pending: string[] = [];
  private appending: Promise<void> | null = null;

  constructor(file: string) {
    this.file = file;
  }

  /** Is the object with these facts certainly still what was hashed? */
  vouch(oid: Oid, facts: FileFacts): boolean {
    if (this.matching(oid, facts)) return true;
    this.readOn();
    return this.matching(oid, facts);
  }

  /** Never fails: a record that cannot be written costs a read later on. */
  async add(record: StatRecord): Promise<void> {
    // Read back from the file when it is asked for, which for most is never.
    this.pending.push(formatRecord(record));
    // Many objects are under way at once: what they add within a turn of the loop is written together.
    this.appending ??= setImmediate()
      .then(() => this.append())
      .finally(() => (this.appending = null));
    await this.appending;
  }

  /**
   * Writes the file anew when most of its lines are out of date.
   * @param isCurrent whether the store still has the object
   */
  async compact(isCurrent: (oid: Oid) => boolean): Promise<void> {
    this.readOn();
    if (this.lineCount < Math.max(SMALL, 2 * this.lines.size)) return;
    const lock = await acquireLock(`${this.file}.lock`, { waitMs: 0 });
    if (!lock) return;
    try {
      this.readOn();
      const kept = [...this.lines.lines()].flatMap((line) => {
        const oid = line.slice(0, OID_DIGITS);
        return isOid(oid) && isCurrent(oid) ? `${line}\n` : [];
      });
      await writeFileAtomic(this.file, kept.join(""), { durable: false });
    } finally {
      await lock.release();
    }
  }

  /**
   * The change time need not lie before the tick here: nobody but us gives an object its times, so a
   * modification time in the past cannot be a later writer's.
   */
  private matching(oid: Oid, facts: FileFacts): boolean {
    const line = this.lines.get(oid);
    const record = line === undefined ? null : parseRecord(line);
    return record !== null && record.mtimeNs < record.tick && matches(record, facts);
  }

  private async append(): Promise<void> {
    while (this.pending.length > 0) {
      const lines = this.pending.splice(0);
      // Begins with a line break too: a torn line of a killed process ends there.
      await appendLine(this.file, `\n${lines.join("\n")}`).catch(() => undefined);
    }
  }

  /** Reads what was appended since the last time; everything, when the file is another one. */
  private readOn(): void {
    let fd: number;
    try {
      fd = openSync(this.file, constants.O_RDONLY);
    } catch {
      return; // not there yet, or lost
    }
    try {
      const stats = fstatSync(fd, { bigint: true });
      const size = Number(stats.size);
      if (stats.ino !== this.ino || size < this.readTo) this.startOver(stats.ino);
      if (size > this.readTo) this.take(readRange(fd, this.readTo, size));
    } catch {
      this.startOver(0n);
    } finally {
      closeSync(fd);
    }
  }

  private startOver(ino: bigint): void {
    this.ino = ino;
    this.readTo = 0;
    this.lineCount = 0;
  }

  private take(bytes: Buffer): void {
    const end = bytes.lastIndexOf("\n") + 1;
    this.readTo += end;
    for (const line of linesIn(bytes.subarray(0, end))) {
      if (line.length <= OID_DIGITS) continue;
      this.lineCount += 1;
      this.lines.set(line);
    }
  }
}

function readRange(fd: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(to - from);
  let done = 0;
  while (done < bytes.length) {
    const read = readSync(fd, bytes, done, bytes.length - done, from + done);
    if (read === 0) break;
    done += read;
  }
  return bytes.subarray(0, done);
}

function formatRecord({ oid, size, mtimeNs, ctimeNs, ino, tick }: StatRecord): string {
  const body = `${oid} ${size} ${mtimeNs} ${ctimeNs} ${ino} ${tick}`;
  return `${body} ${checksum(body)}`;
}

function parseRecord(line: string): StatRecord | null {
  const found = /^(([0-9a-f]{64}) (\d+) (-?\d+) (-?\d+) (\d+) (-?\d+)) ([0-9a-f]{8})$/.exec(line);
  if (!found) return null;
  const [, body = "", oid = "", size = "", mtime = "", ctime = "", ino = "", tick = "", sum] =
    found;
  if (!isOid(oid) || checksum(body) !== sum) return null;
  return {
    oid,
    size: Number(size),
    mtimeNs: BigInt(mtime),
    ctimeNs: BigInt(ctime),
    ino: BigInt(ino),
    tick: BigInt(tick),
  };
}

function checksum(body: string): string {
  return createHash("sha256").update(body).digest("hex").slice(0, 8);
}
