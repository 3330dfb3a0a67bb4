/** No file system here folds names; so what it would say of them is made up, and nothing else is. */
import { describe, expect, it } from "vitest";
import { collidingPayloads } from "../../../src/app/colliding.js";
import { collisions } from "../../../src/domain/collisions.js";
import type { FileFacts } from "../../../src/domain/file-facts.js";
import { collisionKey } from "../../../src/domain/repo-path.js";

const facts = (ino: bigint, nlink = 1): FileFacts => ({
  kind: "file",
  size: 1,
  mtimeNs: 0n,
  ctimeNs: 0n,
  ino,
  dev: 1n,
  nlink,
  mode: 0o644,
});
const index = (...names: string[]) => new Map(names.map((name) => [name, []]));
/** Every name is there, and one file for all names that fold to one. */
function folding() {
  const inodes = new Map<string, bigint>();
  return (name: string) => {
    const key = collisionKey(name);
    if (!inodes.has(key)) inodes.set(key, BigInt(inodes.size + 1));
    return facts(inodes.get(key) ?? 0n);
  };
}
const exact = () => {
  let ino = 0n;
  return () => facts((ino += 1n));
};

describe("names that could meet", () => {
  it.each([
    [["X.bin", "x.bin"], [["X.bin", "x.bin"]]],
    [["caf\u00e9", "cafe\u0301", "cafe"], [["caf\u00e9", "cafe\u0301"]]],
    [["stra\u00dfe", "STRASSE", "Strasse"], [["stra\u00dfe", "STRASSE", "Strasse"]]],
    [["D/x", "d/X"], [["D/x", "d/X"]]],
    [["a/x", "b/x"], []],
  ])("%j", (names, groups) => {
    expect(collisions(names)).toEqual(groups);
  });
});

describe("payloads that meet on this file system", () => {
  it("are refused both, with the other's name", () => {
    const found = collidingPayloads("/", index("X.bin.bref", "x.bin.bref", "y.bref"), folding());
    expect([...found.keys()]).toEqual(["X.bin", "x.bin"]);
    expect(found.get("x.bin" as never)).toContain("one file with X.bin");
  });

  it("are refused where Git has a file of that name", () => {
    const found = collidingPayloads("/", index("Notes.txt", "notes.txt.bref"), folding());
    expect([...found.keys()]).toEqual(["notes.txt"]);
  });

  it("are ordinary names where the file system tells them apart", () => {
    const names = index("X.bin.bref", "x.bin.bref", "Notes.txt", "notes.txt.bref");
    expect(collidingPayloads("/", names, exact()).size).toBe(0);
  });

  it("are ordinary names when they are not there, or links of one file", () => {
    const names = index("X.bin.bref", "x.bin.bref");
    expect(collidingPayloads("/", names, () => null).size).toBe(0);
    expect(collidingPayloads("/", names, () => facts(7n, 2)).size).toBe(0);
  });
});
