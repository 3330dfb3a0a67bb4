import { describe, expect, it } from "vitest";
import { indexListing } from "../../../src/git/index-listing.js";

const A = "a".repeat(40);
const B = "b".repeat(40);
const output = (...records: (string | Buffer)[]): Buffer =>
  Buffer.concat(records.flatMap((record) => [Buffer.from(record), Buffer.from([0])]));

describe("a listing of the index", () => {
  it("finds entries by path, with what Git says of each", () => {
    const listing = indexListing(
      output(`H 100644 ${A} 0\ta.bref`, `S 100755 ${B} 0\td/b c.bref`, `H 120000 ${B} 0\té`),
    );
    expect(listing.get("a.bref")).toEqual([
      { mode: "100644", oid: A, stage: 0, skipWorktree: false },
    ]);
    expect(listing.get("d/b c.bref")?.[0]).toMatchObject({ mode: "100755", skipWorktree: true });
    expect(listing.has("é")).toBe(true);
    expect(listing.has("a")).toBe(false);
    expect(listing.get("d")).toBeUndefined();
    expect([...listing.keys()]).toEqual(["a.bref", "d/b c.bref", "é"]);
  });

  it("has all stages of an unmerged path in one place, also of the last one", () => {
    const stages = [1, 2, 3].map((stage) => `M 100644 ${A} ${stage}\tm`);
    const listing = indexListing(output(`H 100644 ${B} 0\ta`, ...stages));
    expect(listing.get("m")?.map(({ stage }) => stage)).toEqual([1, 2, 3]);
    expect([...listing].map(([path, entries]) => [path, entries.length])).toEqual([
      ["a", 1],
      ["m", 3],
    ]);
  });

  it("takes tabs and line breaks in a path for what they are", () => {
    const listing = indexListing(output(`H 100644 ${A} 0\ta\tb\nc`, `H 100644 ${B} 0\tz`));
    expect([...listing.keys()]).toEqual(["a\tb\nc", "z"]);
    expect(listing.get("a\tb\nc")?.[0]?.oid).toBe(A);
    expect(listing.get("z")?.[0]?.oid).toBe(B);
  });

  it("finds nothing by the key of a path that is not UTF-8", () => {
    const record = Buffer.concat([Buffer.from(`H 100644 ${A} 0\tx`), Buffer.from([0xff])]);
    const listing = indexListing(output(record));
    expect([...listing.keys()]).toEqual(["x\ufffd"]);
    expect(listing.has("x\ufffd")).toBe(false);
  });

  it("is empty where the index is", () => {
    expect([...indexListing(Buffer.alloc(0))]).toEqual([]);
    expect(indexListing(Buffer.alloc(0)).has("")).toBe(false);
  });
});
