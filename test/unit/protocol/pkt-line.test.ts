import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProtocolError } from "../../../src/protocol/pkt-line.js";
import {
  MAX_PACKET,
  MAX_PACKET_DATA,
  PacketDecoder,
  encodeContent,
  encodeLine,
  encodePacket,
  lineOf,
} from "../../../src/protocol/pkt-line.js";

/** Events as text, an error among them, so that two decodings compare in one go. */
function decode(chunks: readonly Uint8Array[]): string[] {
  const decoder = new PacketDecoder();
  const events: string[] = [];
  try {
    for (const chunk of chunks) {
      for (const packet of decoder.decode(chunk)) {
        events.push(packet.kind === "flush" ? "flush" : `data ${packet.data.toString("hex")}`);
      }
    }
    decoder.end();
    events.push("end");
  } catch (error) {
    events.push(`${(error as ProtocolError).code}`);
  }
  return events;
}

const decodeText = (text: string): string[] => decode([Buffer.from(text, "latin1")]);

describe("encoding", () => {
  it("counts its own four digits", () => {
    expect(encodePacket(Buffer.from("a")).toString()).toBe("0005a");
    expect(encodePacket(Buffer.alloc(0)).toString()).toBe("0004");
    expect(encodeLine("version=2").toString()).toBe("000eversion=2\n");
    expect(encodePacket(Buffer.alloc(MAX_PACKET_DATA)).toString("latin1", 0, 4)).toBe("fff0");
  });

  it("refuses what no packet can hold", () => {
    expect(() => encodePacket(Buffer.alloc(MAX_PACKET_DATA + 1))).toThrow(RangeError);
  });

  it("cuts content at the limit, and nothing at all into nothing", () => {
    const sizes = (length: number): number[] =>
      [...encodeContent(Buffer.alloc(length))].map((packet) => packet.length);
    expect(sizes(0)).toEqual([]);
    expect(sizes(MAX_PACKET_DATA)).toEqual([MAX_PACKET]);
    expect(sizes(MAX_PACKET_DATA + 1)).toEqual([MAX_PACKET, 5]);
  });

  it("takes one line end off, and no more", () => {
    expect(lineOf(Buffer.from("a\n\n")).toString()).toBe("a\n");
    expect(lineOf(Buffer.from("a")).toString()).toBe("a");
    expect(lineOf(Buffer.alloc(0)).toString()).toBe("");
  });
});

describe("decoding", () => {
  it("gives packets, empty packets and flushes", () => {
    expect(decodeText("0005a000000040006bc")).toEqual([
      "data 61",
      "flush",
      "data ",
      "data 6263",
      "end",
    ]);
  });

  it("takes the longest packet and refuses one byte more", () => {
    const longest = encodePacket(Buffer.alloc(MAX_PACKET_DATA, 7));
    expect(decode([longest])).toHaveLength(2);
    expect(decodeText("fff1" + "x".repeat(65521 - 4))).toEqual(["BAD_LENGTH"]);
  });

  it.each([
    "0001",
    "0002",
    "0003",
    "000g",
    "0x10",
    " 010",
    "-001",
    "+005",
    "00\n5",
    "ffff",
    "\u00ff\u00ff\u00ff\u00ff",
  ])("refuses %j as a length, after what came before it", (length) => {
    expect(decodeText(`0005a${length}0005b`)).toEqual(["data 61", "BAD_LENGTH"]);
  });

  it.each(["0", "000", "0005", "0006a", "0000000"])("calls %j truncated at the end", (text) => {
    expect(decodeText(text).at(-1)).toBe("TRUNCATED");
  });

  it("does not see how the pipe cut the bytes", () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((data) => encodePacket(data)),
      fc.constant(Buffer.from("0000")),
      fc.uint8Array({ minLength: 1, maxLength: 6 }).map((data) => Buffer.from(data)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(400)), (pieces, cuts) => {
        const bytes = Buffer.concat(pieces);
        const ends = [...new Set(cuts.map((cut) => Math.min(cut, bytes.length)))].sort(
          (a, b) => a - b,
        );
        const chunks = [0, ...ends].map((start, at) =>
          bytes.subarray(start, ends[at] ?? bytes.length),
        );
        expect(decode(chunks)).toEqual(decode([bytes]));
        expect(decode([...bytes].map((byte) => Buffer.of(byte)))).toEqual(decode([bytes]));
      }),
      { numRuns: 500 },
    );
  });

  it("gives back whatever was encoded", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200_000, size: "max" }), (content) => {
        const bytes = Buffer.concat([...encodeContent(content)]);
        const parts = [...new PacketDecoder().decode(bytes)].map((packet) =>
          packet.kind === "data" ? packet.data : Buffer.alloc(0),
        );
        expect(Buffer.compare(Buffer.concat(parts), content)).toBe(0);
      }),
      { numRuns: 20 },
    );
  });
});
