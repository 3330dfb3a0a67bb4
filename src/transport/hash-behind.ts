/**
 * The hash of a file whose parts arrive in any order: each is read back as soon as all before it are
 * there. So it is known a moment after the last part came, and it is of what the file really has.
 */
import { asOid, type Oid } from "../domain/oid.js";
import { hasherFor, type Hasher } from "./hasher.js";
import type { Part } from "./s3-parts.js";

export class HashBehind {
  readonly #file: string;
  readonly #signal: AbortSignal | undefined;
  readonly #there = new Map<number, Part>();
  readonly #hasher: Hasher;
  #next = 1;
  #failure: { readonly error: unknown } | null = null;
  #isRunning = false;
  #running: Promise<void> = Promise.resolve();

  /** @param size of the file when it is whole */
  constructor(file: string, size: number, signal: AbortSignal | undefined) {
    this.#file = file;
    this.#signal = signal;
    this.#hasher = hasherFor(size);
  }

  /** It is in the file, and stays as it is. */
  arrived(part: Part): void {
    this.#there.set(part.number, part);
    if (!this.#isRunning) this.#running = this.#follow();
  }

  /** Reads no more. */
  async stop(): Promise<void> {
    this.#there.clear();
    await this.#running;
    this.#hasher.drop();
  }

  /** @param parts how many there are; all of them have arrived. @throws what reading failed with */
  async digest(parts: number): Promise<Oid> {
    await this.#running;
    if (this.#failure) throw this.#failure.error;
    if (this.#next !== parts + 1)
      throw new Error(`${this.#next - 1} of ${parts} parts were hashed`);
    return asOid(await this.#hasher.digest());
  }

  async #follow(): Promise<void> {
    this.#isRunning = true;
    try {
      for (let part = this.#take(); part && !this.#failure; part = this.#take()) {
        await this.#hasher.add({ file: this.#file, ...part }, this.#signal);
      }
    } catch (error) {
      this.#failure = { error };
    }
    this.#isRunning = false;
  }

  #take(): Part | undefined {
    const part = this.#there.get(this.#next);
    if (!part) return undefined;
    this.#there.delete(this.#next);
    this.#next += 1;
    return part;
  }
}
