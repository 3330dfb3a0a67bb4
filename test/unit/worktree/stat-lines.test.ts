import { describe, expect, it } from "vitest";
import { asOid } from "../../../src/domain/oid.js";
import {
  type CacheEntry,
  EMPTY_ENTRY,
  formatEntry,
  parseEntry,
} from "../../../src/worktree/stat-lines.js";

const A = asOid("a".repeat(64));
const B = asOid("b".repeat(64));
const times = { mtimeNs: 1_795_374_868_117_094_001n, ctimeNs: 1_795_374_868_117_094_000n };
const record = { oid: A, size: 5, ...times, ino: 2n ** 63n, tick: 0n };
const base = { oid: A, size: 5, remoteKey: `sha256/${A}`, executable: true };
const full: CacheEntry = {
  base,
  placing: { ...base, oid: B, remoteKey: `x/${A}/${B}-${B}`, executable: false },
  payload: { ...record, oid: B },
  ref: { ...record, mtimeNs: 2_130_019_200_000_000_000n },
  dropped: true,
  key: { oid: A, key: `sha256/${A}` },
};

describe("a line of the stat cache", () => {
  it.each([
    ["every field", full],
    ["none", EMPTY_ENTRY],
    ["one hash in all of them", { ...full, placing: base, payload: record, ref: record }],
    ["gaps", { ...EMPTY_ENTRY, placing: base, key: { oid: B, key: "k" } }],
  ])("reads back as written: %s", (_, entry) => {
    expect(parseEntry(formatEntry(entry))).toEqual(entry);
  });

  it("tells only of the fields that changed", () => {
    const change = { payload: record, placing: null, dropped: false };
    expect(parseEntry(formatEntry(change))).toEqual(change);
    expect(parseEntry(formatEntry({ key: null }))).toEqual({ key: null });
  });

  it("says the same hash once", () => {
    const line = formatEntry({ ...full, placing: null, payload: record });
    expect(line.split(A)).toHaveLength(2);
  });

  it.each(["", "d", "-\t-\t-\t-\t-", "\t\t\t\t\t"])(
    "is nothing where it is cut off: %j",
    (line) => {
      expect(parseEntry(line)).toBeNull();
    },
  );

  it("holds no record where its hash is none", () => {
    expect(parseEntry("-\t= 5 x k\t-\tzz 5 1 2 3 4\t= 5 1 2 3 4\t-")).toEqual(EMPTY_ENTRY);
  });
});
