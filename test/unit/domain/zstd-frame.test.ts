import { describe, expect, it } from "vitest";
import { ZstdFrame } from "../../../src/domain/zstd-frame.js";

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
/** A block's header: last or not, 0 raw, 1 one byte repeated, 2 compressed; its size. */
const block = (last: boolean, kind: number, size: number, data: number[]): number[] => {
  const header = (last ? 1 : 0) | (kind << 1) | (size << 3);
  return [header & 0xff, (header >> 8) & 0xff, header >> 16, ...data];
};
const hello = [...Buffer.from("hello")];
/** A single segment of five bytes; window and size in one. */
const SINGLE = [...MAGIC, 0x20, 5];
/** No size, a window of 1 KiB. */
const WINDOW = [...MAGIC, 0x00, 0x00];

/** What is wrong with it, fed in pieces of every length. */
function verdict(bytes: readonly number[], size = 5): string {
  const verdicts = new Set<string>();
  for (let step = 1; step <= bytes.length + 1; step += 1) {
    try {
      const frame = new ZstdFrame(size);
      for (let at = 0; at < bytes.length; at += step) {
        frame.take(Buffer.from(bytes.slice(at, at + step)));
      }
      frame.finish();
      verdicts.add("whole");
    } catch (error) {
      verdicts.add((error as Error).message.replace("the compressed object is damaged: ", ""));
    }
  }
  expect([...verdicts]).toHaveLength(1);
  return [...verdicts].join();
}

describe("a zstd frame", () => {
  it.each([
    ["one raw block", [...SINGLE, ...block(true, 0, 5, hello)]],
    ["two blocks", [...SINGLE, ...block(false, 0, 2, [104, 101]), ...block(true, 0, 3, [1, 2, 3])]],
    ["an empty last block", [...WINDOW, ...block(false, 0, 5, hello), ...block(true, 0, 0, [])]],
    ["a repeated byte", [...WINDOW, ...block(true, 1, 5, [7])]],
    ["a checksum", [...MAGIC, 0x24, 5, ...block(true, 0, 5, hello), 1, 2, 3, 4]],
    ["its size in four bytes", [...MAGIC, 0x80, 0, 5, 0, 0, 0, ...block(true, 0, 5, hello)]],
    ["its size in eight", [...MAGIC, 0xc0, 0, 5, 0, 0, 0, 0, 0, 0, 0, ...block(true, 0, 5, hello)]],
  ])("is whole with %s, and not with a byte less or more", (_, bytes) => {
    expect(verdict(bytes)).toBe("whole");
    for (let length = 0; length < bytes.length; length += 1) {
      expect([length, verdict(bytes.slice(0, length))]).toEqual([length, "its end is missing"]);
    }
    expect(verdict([...bytes, 0])).toBe("there are bytes behind its end");
    expect(verdict([...bytes, ...bytes])).toBe("there are bytes behind its end");
  });

  it("that counts its size from 256 is read so", () => {
    const head = [...MAGIC, 0x60, 0, 0];
    expect(verdict([...head, ...block(true, 1, 256, [0])], 256)).toBe("whole");
  });

  it.each([
    ["it is no zstd frame", [...Buffer.from("not a frame at all")]],
    ["it needs a dictionary", [...MAGIC, 0x21, 9, 5, ...block(true, 0, 5, hello)]],
    ["its header has a bit set that must not be", [...MAGIC, 0x28, 5, 1, 0, 0]],
    ["it has a block of an unknown kind", [...SINGLE, ...block(true, 3, 0, [])]],
    ["it says that it holds 6 bytes instead of 5", [...MAGIC, 0x20, 6, 1, 0, 0]],
    ["it needs 16777216 bytes of memory", [...MAGIC, 0x00, 14 << 3, 1, 0, 0]],
  ])("is refused: %s", (why, bytes) => {
    expect(verdict(bytes)).toBe(why);
  });

  it("may need 8 MiB", () => {
    expect(verdict([...MAGIC, 0x00, 13 << 3, ...block(true, 0, 5, hello)])).toBe("whole");
    expect(verdict([...MAGIC, 0x00, (13 << 3) | 1, 1, 0, 0])).toMatch("of memory");
  });
});
