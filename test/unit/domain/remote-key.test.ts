import { describe, expect, it } from "vitest";
import { asOid } from "../../../src/domain/oid.js";
import { checkKeyToWrite, checkRemoteKey } from "../../../src/domain/remote-key.js";

const oid = asOid("a1b2c3d4e5f6".padEnd(64, "0"));

const UNSAFE: ReadonlyArray<readonly [string, RegExp]> = [
  ["", /empty/],
  ["../../x", /dot/],
  ["a/../b", /dot/],
  ["a/..", /dot/],
  ["a/./b", /dot/],
  ["/etc/passwd", /empty component/],
  ["a//b", /empty component/],
  ["a/", /empty component/],
  [".hid", /dot/],
  ["a/.git/config", /dot/],
  [".blobsy/remote", /dot/],
  ["a/.blobsy/trash/x", /dot/],
  ["-rf", /dash/],
  ["a/-o", /dash/],
  ["--endpoint-url=x", /dash/],
  ["s3://evil/x", /characters/],
  [":local:/etc/passwd", /characters/],
  [':webdav,bearer_token_command="x":y', /characters/],
  ["a\\b", /characters/],
  ["a%2e%2e/b", /characters/],
  ["a b", /characters/],
  ["$HOME", /characters/],
  ["~/x", /characters/],
  ["\u00e9", /characters/],
  ["a?versionId=1", /characters/],
  ["a*", /characters/],
  ["a;b", /characters/],
  ["'a'", /characters/],
  ["a\nb", /characters/],
  ["a\n", /characters/],
  ["a\0b", /characters/],
  ["a\x7f", /characters/],
  ["\u202ea", /characters/],
  ["a".repeat(513), /512/],
];

describe("checkRemoteKey", () => {
  it.each(UNSAFE)("refuses %j", (key, reason) => {
    const refused = { ok: false, reason: expect.stringMatching(reason) as unknown };
    expect(checkRemoteKey(key)).toEqual(refused);
    expect(checkKeyToWrite(key, oid)).toEqual(refused);
  });

  it.each([
    "sha256/ab",
    `sha256/${oid}.zst`,
    "a",
    "_/x",
    "__proto__",
    "a..b",
    "a/b./c-",
    "branch=main/x=20y",
    "a".repeat(512),
  ])("reads %j", (key) => {
    expect(checkRemoteKey(key)).toEqual({ ok: true });
  });
});

describe("checkKeyToWrite", () => {
  const short = oid.slice(0, 12);
  it.each([
    `sha256/${oid}`,
    `${short}/data/x.bin`,
    `20260102T030405Z-${short}/deadbeef.bin`,
    `${short}/${oid}`,
    `x${oid.slice(0, 40)}`,
  ])("writes %j", (key) => {
    expect(checkKeyToWrite(key, oid)).toEqual({ ok: true });
  });

  const other = "b".repeat(64);
  it.each([
    ["no hash", "data/x.bin", /does not name/],
    ["eleven digits of it", oid.slice(0, 11), /does not name/],
    ["another hash", `sha256/${other}`, /another/],
    ["another short hash beside ours", `${oid}/${"1".repeat(12)}`, /another/],
    ["upper case", `sha256/${oid.toUpperCase()}`, /another/],
    ["mixed case behind a true prefix", `${short}A`, /another/],
    ["a run that begins before it", `f${oid}`, /another/],
    ["a run that goes on behind it", `${oid}0`, /another/],
    ["not the beginning of it", oid.slice(1, 20), /another/],
  ])("does not write one with %s", (_, key, reason) => {
    expect(checkKeyToWrite(key, oid)).toEqual({
      ok: false,
      reason: expect.stringMatching(reason) as unknown,
    });
    expect(checkRemoteKey(key)).toEqual({ ok: true });
  });
});
