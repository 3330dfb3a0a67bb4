import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatCount,
  formatDuration,
  formatSize,
  parseDuration,
  parseSize,
} from "../../../src/domain/size.js";

describe("parseSize", () => {
  it.each([
    ["0", 0],
    ["4096", 4096],
    ["12b", 12],
    ["1kb", 1024],
    ["1mb", 1048576],
    ["1 MB", 1048576],
    ["10gb", 10 * 1024 ** 3],
    ["2tb", 2 * 1024 ** 4],
    ["512k", 524288],
    ["1.5mb", 1572864],
    [" 7 ", 7],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
  ])("%j is %d", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each([
    "",
    "mb",
    "-1",
    "+1",
    "1e3",
    "0x10",
    "1.5",
    "1.5b",
    ".5mb",
    "1.mb",
    "1 m b",
    "1pb",
    "1kib",
    "1,000",
    "9007199254740992",
    "9999999tb",
    "Infinity",
    "1mb\n2",
    "\u0661mb",
  ])("%j is no size", (text) => {
    expect(parseSize(text)).toBeNull();
  });
});

it.each([
  [0, "0 B"],
  [1, "1 B"],
  [1023, "1023 B"],
  [1024, "1.0 KB"],
  [1536, "1.5 KB"],
  [102348, "99.9 KB"],
  [102400, "100 KB"],
  [1048575, "1.0 MB"],
  [200 * 1024 ** 2, "200 MB"],
  [3 * 1024 ** 3, "3.0 GB"],
  [5000 * 1024 ** 4, "5000 TB"],
])("formatSize(%d) is %j", (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

it("formatSize is within a twentieth of the truth", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 52 }), (bytes) => {
      const back = parseSize(formatSize(bytes));
      expect(Math.abs((back ?? 0) / bytes - 1)).toBeLessThan(0.051);
    }),
  );
});

it.each([
  [0, "0.0 s"],
  [-1, "0.0 s"],
  [0.44, "0.4 s"],
  [9.96, "10 s"],
  [59.4, "59 s"],
  [59.6, "1 min"],
  [185, "3 min 5 s"],
  [3599.7, "1 h"],
  [7380, "2 h 3 min"],
  [86399, "1 d"],
  [4 * 86400 + 7200, "4 d 2 h"],
])("formatDuration(%d) is %j", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

it.each([
  ["14d", 1209600],
  ["12h", 43200],
  ["30m", 1800],
  ["90s", 90],
  ["14", null],
  ["d", null],
  ["-1d", null],
  ["1.5d", null],
  ["1w", null],
])("parseDuration(%j) is %j", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

it.each([
  [formatCount(0), "0"],
  [formatCount(999), "999"],
  [formatCount(1234567), "1,234,567"],
  [formatCount(1, "payload"), "1 payload"],
  [formatCount(1000, "payload"), "1,000 payloads"],
  [formatCount(2, "copy", "copies"), "2 copies"],
])("formatCount: %j", (text, expected) => {
  expect(text).toBe(expected);
});
