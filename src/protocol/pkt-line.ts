/**
 * Git's packet framing: four hex digits that count themselves and what follows, then the bytes.
 * `0000` is a flush packet. (Git's Documentation/technical/protocol-common, "pkt-line Format".)
 *
 * The decoder takes bytes in any pieces and gives packets; how the pipe cut the bytes never changes
 * what they mean. What packets mean is not known here.
 */

/** Longest packet, its four length digits included. */
export const MAX_PACKET = 65520;
/** Longest content of one packet. */
export const MAX_PACKET_DATA = MAX_PACKET - 4;

const HEADER = 4;

export type Packet = { readonly kind: "flush" } | { readonly kind: "data"; readonly data: Buffer };

export type ProtocolErrorCode = "BAD_LENGTH" | "TRUNCATED" | "BAD_HANDSHAKE" | "BAD_REQUEST";

/** The other side does not speak the protocol, or stopped in the middle of it. */
export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string) {
    super(message);
    this.name = "ProtocolError";
    this.code = code;
  }
}

const FLUSH: Packet = { kind: "flush" };

/** The bytes of a flush packet; not to be written to. */
export const FLUSH_BYTES = Buffer.from("0000", "ascii");

/** @throws {RangeError} when `data` is longer than `MAX_PACKET_DATA`: callers split first. */
export function encodePacket(data: Uint8Array): Buffer {
  if (data.length > MAX_PACKET_DATA) {
    throw new RangeError(`a packet holds at most ${MAX_PACKET_DATA} bytes, not ${data.length}`);
  }
  const packet = Buffer.allocUnsafe(HEADER + data.length);
  packet.write((HEADER + data.length).toString(16).padStart(HEADER, "0"), 0, "ascii");
  packet.set(data, HEADER);
  return packet;
}

/** A packet that holds one line of text; Git ends those with LF. */
export function encodeLine(text: string): Buffer {
  return encodePacket(Buffer.from(`${text}\n`, "utf8"));
}

/** Packets that hold `content` and no flush; none at all for empty content. */
export function* encodeContent(content: Uint8Array): Generator<Buffer> {
  for (let at = 0; at < content.length; at += MAX_PACKET_DATA) {
    yield encodePacket(content.subarray(at, at + MAX_PACKET_DATA));
  }
}

/** The bytes of a text packet without its line end: one LF, because only the last is the end. */
export function lineOf(data: Buffer): Buffer {
  return data.at(-1) === 0x0a ? data.subarray(0, -1) : data;
}

/** Packets out of bytes that come in pieces. */
export class PacketDecoder {
  readonly #header = Buffer.alloc(HEADER);
  #headerFilled = 0;
  /** Begun packet that lay across two chunks; `null` between packets. */
  #body: Buffer | null = null;
  #bodyFilled = 0;

  /**
   * Gives the packets that `chunk` completes. The iterator must be run to its end before the next
   * call. Packets may share memory with `chunk`, which must not be written to afterwards.
   *
   * @throws {ProtocolError} BAD_LENGTH, after the packets before the bad one were given
   */
  *decode(chunk: Uint8Array): Generator<Packet, void, undefined> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    while (at < bytes.length) {
      if (this.#body !== null) {
        at += this.#fill(this.#body, bytes.subarray(at));
        if (this.#bodyFilled < this.#body.length) return;
        const data = this.#body;
        this.#body = null;
        yield { kind: "data", data };
        continue;
      }
      const taken = bytes.copy(this.#header, this.#headerFilled, at);
      this.#headerFilled += taken;
      at += taken;
      if (this.#headerFilled < HEADER) return;
      this.#headerFilled = 0;
      const length = parseLength(this.#header);
      if (length === 0) {
        yield FLUSH;
        continue;
      }
      const end = at + length - HEADER;
      if (end <= bytes.length) {
        const data = bytes.subarray(at, end);
        at = end;
        yield { kind: "data", data };
      } else {
        this.#body = Buffer.allocUnsafe(length - HEADER);
        this.#bodyFilled = 0;
      }
    }
  }

  /** @throws {ProtocolError} TRUNCATED when the input ended inside a packet */
  end(): void {
    if (this.#body === null && this.#headerFilled === 0) return;
    throw new ProtocolError("TRUNCATED", "the input ended inside a packet");
  }

  #fill(body: Buffer, bytes: Buffer): number {
    const taken = bytes.copy(body, this.#bodyFilled);
    this.#bodyFilled += taken;
    return taken;
  }
}

const HEX = /^[0-9a-fA-F]{4}$/;

function parseLength(header: Buffer): number {
  const digits = header.toString("latin1");
  const length = HEX.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
  // 0001 to 0003 mean something in protocol v2 and nothing here; 0004 is an empty packet.
  if (length === 0 || (length >= HEADER && length <= MAX_PACKET)) return length;
  throw new ProtocolError("BAD_LENGTH", `not a packet length: ${JSON.stringify(digits)}`);
}
