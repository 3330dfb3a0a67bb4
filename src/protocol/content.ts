/** One file's content, drained from the pipe before anybody answers. */
import type { PacketSource } from "./packet-io.js";
import { ProtocolError } from "./pkt-line.js";

/** The whole content of one file as Git sent it. Valid until the answer was written. */
export interface Content {
  /** Bytes. */
  readonly size: number;
  /** All of it, or `null` when it was longer than the memory limit. */
  readonly bytes: Buffer | null;
  /** All of it in pieces, whatever its length; each call starts at the beginning. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** A place for content that is too long for memory. */
export interface Spool {
  write(chunk: Uint8Array): Promise<void>;
  /** Everything written, from the beginning; called after the last `write`. */
  readBack(): AsyncIterable<Uint8Array>;
  dispose(): Promise<void>;
}

export interface DrainOptions {
  /** Content up to this many bytes is kept in memory. */
  readonly memoryLimit: number;
  readonly spool: () => Promise<Spool>;
}

/** What was drained. `failure`: the content is gone, because the spool failed on it. */
export interface Drained {
  readonly content: Content | null;
  readonly failure: unknown;
  dispose(): Promise<void>;
}

/**
 * Reads content packets to their flush, whatever happens to the spool: what is left in the pipe
 * would be taken for the next request.
 *
 * @throws {ProtocolError} when the input ends or is damaged; the spool is disposed of then
 */
export async function drain(source: PacketSource, options: DrainOptions): Promise<Drained> {
  const drainage = new Drainage(options);
  try {
    for (let data = await nextPart(source); data !== null; data = await nextPart(source)) {
      await drainage.take(data);
    }
  } catch (error) {
    await drainage.dispose();
    throw error;
  }
  return drainage.result();
}

/** Reads content nobody wants. */
export async function discard(source: PacketSource): Promise<void> {
  while ((await nextPart(source)) !== null);
}

async function nextPart(source: PacketSource): Promise<Buffer | null> {
  const packet = await source.next();
  if (packet === null) throw new ProtocolError("TRUNCATED", "the input ended inside a file");
  return packet.kind === "flush" ? null : packet.data;
}

class Drainage {
  readonly #options: DrainOptions;
  #kept: Buffer[] = [];
  #size = 0;
  #spool: Spool | null = null;
  #failure: unknown = null;

  constructor(options: DrainOptions) {
    this.#options = options;
  }

  async take(data: Buffer): Promise<void> {
    this.#size += data.length;
    if (this.#failure !== null) return;
    if (this.#spool === null) {
      this.#kept.push(data);
      if (this.#size > this.#options.memoryLimit) await this.#attempt(() => this.#spill());
    } else {
      const spool = this.#spool;
      await this.#attempt(() => spool.write(data));
    }
  }

  result(): Drained {
    const dispose = (): Promise<void> => this.dispose();
    if (this.#failure !== null) return { content: null, failure: this.#failure, dispose };
    const content = this.#spool === null ? inMemory(this.#kept) : spooled(this.#spool, this.#size);
    return { content, failure: null, dispose };
  }

  async dispose(): Promise<void> {
    const spool = this.#spool;
    this.#spool = null;
    try {
      await spool?.dispose();
    } catch {
      // A temp file that stays behind is swept up later; the answer does not depend on it.
    }
  }

  async #spill(): Promise<void> {
    this.#spool = await this.#options.spool();
    const kept = this.#kept;
    this.#kept = [];
    for (const data of kept) await this.#spool.write(data);
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failure = error ?? new Error("the spool failed");
      this.#kept = [];
      await this.dispose();
    }
  }
}

function inMemory(kept: readonly Buffer[]): Content {
  const bytes = kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept);
  return {
    size: bytes.length,
    bytes,
    async *chunks() {
      yield bytes;
    },
  };
}

function spooled(spool: Spool, size: number): Content {
  return { size, bytes: null, chunks: () => spool.readBack() };
}
