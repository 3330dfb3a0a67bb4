import { describe, expect, it } from "vitest";
import { pathMatcher, whyNotGlob } from "../../../src/domain/path-match.js";

describe("pathMatcher", () => {
  it.each([
    ["*.bin", "a.bin", true],
    ["*.bin", "deep/er/a.bin", true],
    ["*.bin", ".hidden.bin", true],
    ["*.bin", "a.BIN", false],
    ["*.bin", "a.bin/x", false],
    ["data/*.bin", "data/a.bin", true],
    ["data/*.bin", "data/sub/a.bin", false],
    ["data/*.bin", "x/data/a.bin", false],
    ["/a.bin", "a.bin", true],
    ["/a.bin", "x/a.bin", false],
    ["data/**", "data/x/y", true],
    ["data/**", "other/x", false],
    ["**/raw/**", "a/b/raw/c", true],
    ["**/raw/**", "raw/c", true],
    ["data/", "data/x/y", true],
    ["data/", "x/data/y", false],
    ["data/.*", "data/.x", true],
    ["*.{a,b}", "x.b", true],
    ["[x]*", "x1", true],
    ["+(a|b)", "ab", false],
    ["a b", "a b", true],
    ["__proto__", "d/__proto__", true],
    ["toString", "x", false],
  ])("%j takes %j: %j", (glob, path, expected) => {
    expect(pathMatcher([glob])(path)).toBe(expected);
  });

  it("takes nothing without patterns, and a path that any of several takes", () => {
    expect(pathMatcher([])("x")).toBe(false);
    expect(pathMatcher(["a", "b"])("b")).toBe(true);
  });
});

it.each([
  ["", /empty/],
  ["/", /empty/],
  ["x".repeat(501), /500/],
  ["a\nb", /control/],
  ["!*.bin", /!/],
  ["*a".repeat(7), /wildcards/],
  ["{a,b,c,d,e,f,g}", /wildcards/],
])("%j is no pattern", (glob, reason) => {
  expect(whyNotGlob(glob)).toMatch(reason);
});

it.each(["*.safetensors", "data/**/*.{bin,pt}", "**/x/**/y/**", "a!b"])("%j is one", (glob) => {
  expect(whyNotGlob(glob)).toBeNull();
});
