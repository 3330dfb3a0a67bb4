import { describe, expect, it } from "vitest";
import { NameIndex } from "../../../src/domain/name-index.js";

const END = 0x09;

function indexOf(names: readonly string[], seed = 7): NameIndex {
  let at = 0;
  const starts = names.map((name) => {
    const start = at;
    at += Buffer.byteLength(name) + 1;
    return start;
  });
  const bytes = Buffer.from(names.map((name) => `${name}\t`).join(""));
  return new NameIndex(bytes, Uint32Array.from(starts), END, seed);
}

describe("the index of names", () => {
  it.each([0, 1, -5, 0xffffffff])("finds each of many names and no other, with seed %i", (seed) => {
    const names = Array.from({ length: 3000 }, (_, n) => `d${n % 7}/é${n}.bin`);
    const index = indexOf(names, seed);
    expect(index.size).toBe(3000);
    for (const [at, name] of names.entries()) expect(index.find(name)).toBe(at);
    for (const other of ["", "d0", "d0/é0.bi", "d0/é0.bin2", "é0.bin"]) {
      expect(index.find(other)).toBe(-1);
    }
  });

  it("tells where a name is, up to the last one", () => {
    const index = indexOf(["a", "bc", "d"]);
    expect([0, 1, 2].map((at) => [index.startOf(at), index.endOf(at)])).toEqual([
      [0, 1],
      [2, 4],
      [5, 6],
    ]);
  });

  it("finds the first of those with the same name, and the empty name", () => {
    const index = indexOf(["x", "", "x", "y"]);
    expect(index.find("x")).toBe(0);
    expect(index.find("")).toBe(1);
    expect(index.find("y")).toBe(3);
  });

  it("finds nothing in nothing", () => {
    expect(indexOf([]).find("x")).toBe(-1);
  });
});
