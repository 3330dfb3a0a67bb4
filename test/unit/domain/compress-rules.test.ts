import { describe, expect, it } from "vitest";
import {
  compressVerdict,
  isCompressedFormat,
  isWorthIt,
  sampleSpans,
} from "../../../src/domain/compress-rules.js";
import { fitsObjectSize, maxObjectSize } from "../../../src/domain/compression.js";

describe("whether a payload is to be compressed", () => {
  const rules = { minSize: 1000, always: ["*.csv", "raw/**"], never: ["*.bin", "raw/keep/**"] };
  it.each([
    ["a.txt", 1000, "ask-sample"],
    ["a.txt", 999, "no"],
    ["a.bin", 5000, "no"],
    ["a.csv", 1, "yes"],
    ["a.csv", 0, "no"],
    ["raw/photo.jpg", 5000, "yes"],
    ["raw/keep/a.csv", 5000, "no"],
    ["photo.jpg", 5000, "no"],
    ["PHOTO.JPG", 5000, "no"],
    ["jpg", 5000, "ask-sample"],
    [".zip", 5000, "ask-sample"],
    ["dir.zip/data", 5000, "ask-sample"],
    ["model.tar.gz", 5000, "no"],
    ["model.safetensors", 5000, "ask-sample"],
  ] as const)("%s of %i bytes: %s", (path, size, verdict) => {
    expect(compressVerdict(rules, path, size)).toBe(verdict);
  });

  it("knows formats by their ending only", () => {
    expect(["a.png", "a.b.zst", "x/y.mp4"].every(isCompressedFormat)).toBe(true);
    expect(["png", "a.txt", "a.png.txt", ""].some(isCompressedFormat)).toBe(false);
  });
});

describe("the sample", () => {
  it("is all of a small payload, and of a large one pieces up to its end", () => {
    expect(sampleSpans(0)).toEqual([]);
    expect(sampleSpans(10)).toEqual([{ offset: 0, length: 10 }]);
    for (const size of [262_144, 262_145, 1_000_003, 5e9]) {
      const spans = sampleSpans(size);
      const last = spans.at(-1);
      expect(spans[0]?.offset).toBe(0);
      expect((last?.offset ?? 0) + (last?.length ?? 0)).toBe(size);
      expect(spans.reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(262_144);
    }
  });

  it("must become smaller by a twentieth", () => {
    expect(isWorthIt(1000, 950)).toBe(true);
    expect(isWorthIt(1000, 951)).toBe(false);
    expect(isWorthIt(1000, 1005)).toBe(false);
  });
});

it("an object's length is exact without compression, and bounded with it", () => {
  expect(fitsObjectSize({ size: 10 }, 10)).toBe(true);
  expect(fitsObjectSize({ size: 10 }, 9)).toBe(false);
  const packed = { size: 1_000_000, compressed: "zstd" } as const;
  expect(fitsObjectSize(packed, 0)).toBe(false);
  expect(fitsObjectSize(packed, 1)).toBe(true);
  expect(fitsObjectSize(packed, maxObjectSize(packed))).toBe(true);
  expect(fitsObjectSize(packed, maxObjectSize(packed) + 1)).toBe(false);
  expect(maxObjectSize({ size: 7 })).toBe(7);
});
