import { describe, expect, it } from "vitest";
import { LineTable, linesIn } from "../../../src/domain/line-table.js";

const nameOf = (line: string): string => line.split(" ", 1)[0] ?? "";

/** The same numbers in each run (a linear congruential generator). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe("a table of lines", () => {
  it.each([0, 1, 0x7fffffff])("answers as a map does, with seed %i", (seed) => {
    const table = new LineTable(nameOf, seed);
    const map = new Map<string, string>();
    const next = numbers(seed + 1);
    for (let step = 0; step < 20_000; step += 1) {
      const name = `k${next(700)}`;
      if (next(4) === 0) expect(table.delete(name)).toBe(map.delete(name));
      else {
        const line = `${name} ${"x".repeat(next(200))}${step}`;
        table.set(line);
        map.set(name, line);
      }
      expect(table.get(name)).toBe(map.get(name));
    }
    expect(table.size).toBe(map.size);
    expect([...table.lines()].sort()).toEqual([...map.values()].sort());
    for (let at = 0; at < 700; at += 1) expect(table.get(`k${at}`)).toBe(map.get(`k${at}`));
    table.clear();
    expect([table.size, table.get("k1"), [...table.lines()]]).toEqual([0, undefined, []]);
    table.set("k1 again");
    expect(table.get("k1")).toBe("k1 again");
  });

  it("leaves out what is no record: a line of a quarter of a megabyte", () => {
    const table = new LineTable(nameOf, 1);
    table.set(`a ${"x".repeat(300_000)}`);
    expect(table.get("a")).toBeUndefined();
    expect(table.size).toBe(0);
  });

  it("does not go through all slots for ever where lines come and go", () => {
    const table = new LineTable(nameOf, 1);
    for (let at = 0; at < 5000; at += 1) {
      table.set(`n${at} x`);
      table.delete(`n${at}`);
    }
    expect(table.get("n1")).toBeUndefined();
    expect(table.size).toBe(0);
  });
});

describe("the lines of a text", () => {
  it("are those between line breaks, but for empty ones", () => {
    const text = (from: string): string[] => [...linesIn(Buffer.from(from))];
    expect(text("\na\n\nbc\n")).toEqual(["a", "bc"]);
    expect(text("a\nb")).toEqual(["a", "b"]);
    expect(text("")).toEqual([]);
  });
});
