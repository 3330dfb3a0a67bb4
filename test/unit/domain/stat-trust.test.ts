import { describe, expect, it } from "vitest";
import type { FileFacts } from "../../../src/domain/file-facts.js";
import { asOid } from "../../../src/domain/oid.js";
import {
  ARMED_MTIME_NS,
  isContentSettled,
  statRecord,
  vouches,
} from "../../../src/domain/stat-trust.js";

const S = 1_000_000_000n;
const oid = asOid("a".repeat(64));

function file(mtimeNs: bigint, change: Partial<FileFacts> = {}): FileFacts {
  const times = { mtimeNs, ctimeNs: mtimeNs };
  return { kind: "file", size: 4, ino: 9n, dev: 1n, nlink: 1, mode: 0o644, ...times, ...change };
}

describe("a stat record", () => {
  const then = 50n * S + 123n;

  it("vouches for a file written before the recording began", () => {
    expect(vouches(statRecord(oid, file(then), then + 1n), file(then))).toBe(true);
  });

  it("never vouches for a file written in the tick of the recording", () => {
    expect(vouches(statRecord(oid, file(then), then), file(then))).toBe(false);
  });

  it("never vouches for a file from the future", () => {
    expect(vouches(statRecord(oid, file(then + S), then), file(then + S))).toBe(false);
  });

  it.each([
    ["size", file(then, { size: 5 })],
    ["mtime", file(then + 1n, { ctimeNs: then })],
    ["mtime set back", file(then - 1n, { ctimeNs: then })],
    ["ctime, the mtime set back to what it was", file(then, { ctimeNs: then + 1n })],
    ["inode", file(then, { ino: 10n })],
    ["kind", file(then, { kind: "symlink" })],
  ])("does not vouch once the %s differs", (_what, now) => {
    expect(vouches(statRecord(oid, file(then), then + S), now)).toBe(false);
  });

  it("wants two seconds between a time of whole seconds and the clock", () => {
    const coarse = file(50n * S);
    expect(vouches(statRecord(oid, coarse, 50n * S + 999n), coarse)).toBe(false);
    expect(vouches(statRecord(oid, coarse, 51n * S + 999n), coarse)).toBe(false);
    expect(vouches(statRecord(oid, coarse, 52n * S), coarse)).toBe(true);
  });

  it("settles bytes and name apart: a rename moves only the ctime", () => {
    const renamed = file(then, { ctimeNs: then + 10n });
    const record = statRecord(oid, renamed, then + 5n);
    expect(isContentSettled(record)).toBe(true);
    expect(vouches(record, renamed)).toBe(false);
  });

  it("takes the armed time for what it is, and still asks for the ctime", () => {
    const armed = file(ARMED_MTIME_NS, { ctimeNs: then });
    expect(vouches(statRecord(oid, armed, then + 1n), armed)).toBe(true);
    expect(vouches(statRecord(oid, armed, then), armed)).toBe(false);
  });
});
