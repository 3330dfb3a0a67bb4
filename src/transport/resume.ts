/**
 * What an interrupted transfer goes on from, in another process too: a small file that names the
 * object, with a line for each part that is done. One process at a time goes on with one transfer;
 * another that comes meanwhile does without.
 *
 * Nothing here is believed: a part counts only when its bytes still have the checksum its line says.
 * Torn lines count for nothing, and losing the file costs time.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { acquireLock, type Lock } from "../fs/lock.js";
import { lstatFacts } from "../fs/facts.js";
import { appendLine, mkdirs, unlinkIfThere } from "../fs/ops.js";
import { namesIn } from "../fs/temp.js";

/** Parts of blobs that nobody has come back for in so long are given up. */
const KEPT_MS = 7 * 24 * 3_600_000;
const NAME = /^[0-9a-f]{32}\.(?:upload|download|part)$/;
/** In hex; which it is, where there is a choice, stands before it. */
const CHECKSUM = /^(?:[a-z0-9]+:)?[0-9a-f]{8,}$/;

/** One part that is done. */
export interface DonePart {
  /** Of its bytes, a single word: what an upload sent, or see part-checksum.ts. */
  readonly checksum: string;
  /** What the server calls it, for uploads. */
  readonly tag: string;
}

export class Resume {
  readonly #file: string;
  readonly #lock: Lock;
  /** Where a download keeps its parts. */
  readonly partFile: string;
  readonly parts = new Map<number, DonePart>();
  /** What the transfer was begun as; `null` when there is none to go on with. */
  begun: Readonly<Record<string, string>> | null = null;

  private constructor(file: string, lock: Lock) {
    this.#file = file;
    this.#lock = lock;
    this.partFile = file.replace(/\.[a-z]+$/, ".part");
  }

  /**
   * @param subject what is transferred: remote and key
   * @returns `null` when another transfer of the same is under way
   * @throws system errors
   */
  static async take(
    stateDir: string,
    subject: string,
    kind: "upload" | "download",
  ): Promise<Resume | null> {
    await mkdirs(stateDir);
    const name = createHash("sha256").update(subject).digest("hex").slice(0, 32);
    const file = path.join(stateDir, `${name}.${kind}`);
    const lock = await acquireLock(lockOf(file), { waitMs: 0 });
    if (!lock) return null;
    const resume = new Resume(file, lock);
    resume.#read();
    return resume;
  }

  /** Begins anew. @param facts single words */
  async begin(facts: Readonly<Record<string, string>>): Promise<void> {
    await this.forget();
    this.begun = facts;
    await this.#append(`begun ${new URLSearchParams(facts).toString()}`);
  }

  async note(part: number, { checksum, tag }: DonePart): Promise<void> {
    this.parts.set(part, { checksum, tag });
    await this.#append(`part ${part} ${checksum} ${encodeURIComponent(tag)}`);
  }

  /** There is nothing to go on with. */
  async forget(): Promise<void> {
    this.begun = null;
    this.parts.clear();
    await unlinkIfThere(this.#file);
  }

  async close(): Promise<void> {
    await this.#lock.release();
  }

  #append(line: string): Promise<void> {
    // The full stop tells a line that is whole; the line break in front keeps a torn one apart.
    return appendLine(this.#file, `\n${line} .`);
  }

  #read(): void {
    let text: string;
    try {
      text = readFileSync(this.#file, "utf8");
    } catch {
      return; // none, or one that cannot be read
    }
    for (const line of text.split("\n")) {
      const [kind, first = "", second = "", tag = "", end] = line.split(" ");
      if (kind === "begun" && second === ".") {
        this.begun = Object.fromEntries(new URLSearchParams(first));
        this.parts.clear();
      } else if (kind === "part" && end === "." && CHECKSUM.test(second)) {
        this.parts.set(Number(first), { checksum: second, tag: decodeURIComponent(tag) });
      }
    }
  }
}

/** Removes what interrupted transfers left that nobody went on with for a week. Never fails. */
export async function sweepResumes(stateDir: string, now = Date.now()): Promise<void> {
  try {
    for (const name of namesIn(stateDir)) {
      if (NAME.test(name) && isOld(path.join(stateDir, name), now))
        await giveUp(stateDir, name, now);
    }
  } catch {
    // It only takes room.
  }
}

/** One that somebody goes on with just now is theirs. */
async function giveUp(stateDir: string, name: string, now: number): Promise<void> {
  const file = path.join(stateDir, name);
  const begun = file.replace(/\.part$/, ".download");
  const lock = await acquireLock(lockOf(begun), { waitMs: 0 });
  if (!lock) return;
  try {
    if (isOld(file, now)) await unlinkIfThere(file);
  } finally {
    await lock.release();
  }
}

function isOld(file: string, now: number): boolean {
  const facts = lstatFacts(file);
  return facts !== null && now - Number(facts.mtimeNs / 1_000_000n) > KEPT_MS;
}

function lockOf(file: string): string {
  return `${file}.lock`;
}
