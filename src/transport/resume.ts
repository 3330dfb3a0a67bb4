/**
 * What an interrupted transfer goes on from, in another process too: a small file that names the
 * object, with a line for each part that is done. One process at a time goes on with one transfer;
 * another that comes meanwhile does without.
 *
 * Nothing here is believed: a part counts only when its bytes still have the hash its line says.
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

/** One part that is done. */
export interface DonePart {
  /** Of its bytes; hex. */
  readonly sha256: string;
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
    const lock = await acquireLock(`${file}.lock`, { waitMs: 0 });
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

  async note(part: number, { sha256, tag }: DonePart): Promise<void> {
    this.parts.set(part, { sha256, tag });
    await this.#append(`part ${part} ${sha256} ${encodeURIComponent(tag)}`);
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
      const [kind, first = "", sha256 = "", tag = "", end] = line.split(" ");
      if (kind === "begun" && sha256 === ".") {
        this.begun = Object.fromEntries(new URLSearchParams(first));
        this.parts.clear();
      } else if (kind === "part" && end === "." && /^[0-9a-f]{64}$/.test(sha256)) {
        this.parts.set(Number(first), { sha256, tag: decodeURIComponent(tag) });
      }
    }
  }
}

/** Removes what interrupted transfers left that nobody went on with for a week. Never fails. */
export async function sweepResumes(stateDir: string, now = Date.now()): Promise<void> {
  try {
    for (const name of namesIn(stateDir)) {
      const file = path.join(stateDir, name);
      const facts = NAME.test(name) ? lstatFacts(file) : null;
      if (facts && now - Number(facts.mtimeNs / 1_000_000n) > KEPT_MS) await unlinkIfThere(file);
    }
  } catch {
    // It only takes room.
  }
}
