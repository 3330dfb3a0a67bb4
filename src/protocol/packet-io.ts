/** Packets pulled from a byte stream, and packets pushed into one with its backpressure. */
import type { Writable } from "node:stream";
import { PacketDecoder, encodeContent, type Packet } from "./pkt-line.js";

export class PacketSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #decoder = new PacketDecoder();
  #packets: Iterator<Packet, void> = [].values();

  constructor(input: AsyncIterable<Uint8Array>) {
    this.#chunks = input[Symbol.asyncIterator]();
  }

  /**
   * @returns `null` at the end of the input, which lies between two packets
   * @throws {ProtocolError} for bytes that are no packet, and for an end inside one
   */
  async next(): Promise<Packet | null> {
    for (;;) {
      const packet = this.#packets.next();
      if (packet.done !== true) return packet.value;
      const chunk = await this.#chunks.next();
      if (chunk.done === true) {
        this.#decoder.end();
        return null;
      }
      this.#packets = this.#decoder.decode(chunk.value);
    }
  }

  /** Lets go of an input that will not be read to its end. */
  async close(): Promise<void> {
    try {
      await this.#chunks.return?.();
    } catch {
      // The input has failed already; what it was read for has been reported.
    }
  }
}

/** Buffers below this total go out in one write: most answers are one small ref file. */
const GATHER = 16 * 1024;

export class PacketSink {
  readonly #output: Writable;
  // A broken pipe is told twice, to the write's callback and as an event; the first is enough.
  readonly #ignore = (): void => undefined;

  constructor(output: Writable) {
    this.#output = output;
    output.on("error", this.#ignore);
  }

  /** Resolves when the bytes were handed to the system, so nothing piles up here. */
  async write(...packets: readonly Uint8Array[]): Promise<void> {
    let gathered: Uint8Array[] = [];
    let bytes = 0;
    for (const packet of packets) {
      gathered.push(packet);
      bytes += packet.length;
      if (bytes < GATHER) continue;
      await this.#send(gathered);
      gathered = [];
      bytes = 0;
    }
    if (bytes > 0) await this.#send(gathered);
  }

  /** Cuts `bytes` into packets and writes them. */
  async writeContent(bytes: Uint8Array): Promise<void> {
    for (const packet of encodeContent(bytes)) await this.write(packet);
  }

  /** The error listener stays: a failed stream may tell so later, to nobody else. */
  #send(parts: readonly Uint8Array[]): Promise<void> {
    const bytes = parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
    return new Promise((resolve, reject) => {
      this.#output.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }
}
