import fc from "fast-check";
import picomatch from "picomatch";
import { describe, expect, it } from "vitest";
import { nameSteps } from "../../../src/domain/glob-name.js";
import { MANY, matchSequence, type Step } from "../../../src/domain/match-sequence.js";
import { pathMatcher, whyNotGlob, whyNotGlobs } from "../../../src/domain/path-match.js";

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
    ["./a.bin", "a.bin", true],
    ["data/**", "data/x/y", true],
    ["data/**", "other/x", false],
    ["data/**", "data", false],
    ["**/raw/**", "a/b/raw/c", true],
    ["**/raw/**", "raw/c", true],
    ["**/raw/**", "a/raw", false],
    ["a/**/b", "a/b", true],
    ["a/**/b", "a/x/y/b", true],
    ["a/**b", "a/x/b", false],
    ["a/**b", "a/xb", true],
    ["/**", "a/b", true],
    ["data/", "data/x/y", true],
    ["data/", "x/data/y", false],
    ["data/.*", "data/.x", true],
    ["a.*", "a.", true],
    ["*", "a/b", true],
    ["***", "ab", true],
    ["?", "ab", false],
    ["a/?", "a/", false],
    ["*a*b*", "xbxaxb", true],
    ["*a*b*", "xbxaxc", false],
    ["*.{a,b}", "x.b", true],
    ["*.{a,b}", "x.c", false],
    ["{a,{b,c}x}/{d/e,f}", "cx/d/e", true],
    ["{a,{b,c}x}/{d/e,f}", "c/f", false],
    ["x{,.gz}", "x", true],
    ["{a}", "{a}", true],
    ["{a,b", "{a,b", true],
    ["*{a,{b,c}", "x{a,c", true],
    ["a,b*", "a,bc", true],
    ["\\{a,b}*", "{a,b}", true],
    ["run{1..3}", "run2", true],
    ["run{1..3}", "run4", false],
    ["[x]*", "x1", true],
    ["[a-c]", "b", true],
    ["[a-c]", "d", false],
    ["[!a-c]", "b", false],
    ["[!a-c]", "d", true],
    ["[^a]", "a", false],
    ["[]a]", "]", true],
    ["[a-]x", "-x", true],
    ["[[:digit:]_]x", "7x", true],
    ["[[:digit:]_]x", "_x", true],
    ["[[:nonsense:]]x", "nx", false],
    ["[,]{a,b}", ",b", true],
    ["x[1", "x[1", true],
    ["x[1].bin", "x[1].bin", true],
    ["x[1].bin", "x1.bin", true],
    ["x\\[1\\]*", "x[1].bin", true],
    ["\\*", "x", false],
    ["\\*", "*", true],
    ["a\\", "a\\", true],
    ["+(a|b)", "ab", false],
    ["x (1)*", "x (1).bin", true],
    ["a+*", "aa.bin", false],
    ["a b", "a b", true],
    ["__proto__", "d/__proto__", true],
    ["[[:__proto__:]]x", "ax", false],
    ["toString", "x", false],
  ])("%j takes %j: %j", (glob, path, expected) => {
    expect(pathMatcher([glob])(path)).toBe(expected);
  });

  it("takes nothing without patterns, and a path that any of several takes", () => {
    expect(pathMatcher([])("x")).toBe(false);
    expect(pathMatcher(["a", "b"])("b")).toBe(true);
  });

  it("braces that multiply too much take only their own text", () => {
    const glob = "{a,b}".repeat(30);
    expect(pathMatcher([glob])("a".repeat(30))).toBe(false);
    expect(pathMatcher([glob])(glob)).toBe(true);
  });
});

describe("beside picomatch", () => {
  // It has its own mind about names that end in a dot, `**` in braces, and braces that stand for nothing.
  const name = fc.string({ unit: fc.constantFrom("a", "b", ".", "x"), minLength: 1, maxLength: 6 });
  const path = fc
    .array(
      name.filter((text) => !text.endsWith(".")),
      { minLength: 1, maxLength: 4 },
    )
    .map((names) => names.join("/"));
  const piece = fc.constantFrom(
    "a",
    "b",
    ".",
    "*",
    "?",
    "{a,b}",
    "{ab,x}",
    "[ab]",
    "[^a]",
    "[a-x]",
  );
  const part = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.array(piece, { minLength: 1, maxLength: 5 }).map((p) => p.join("")),
    },
    { weight: 1, arbitrary: fc.constant("**") },
  );
  const glob = fc
    .array(part, { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join("/"))
    .filter((text) => !/\*{3}|[^/]\*\*|\*\*[^/]/.test(text) && text !== "**");

  /** As it was asked before: what is below a directory is said in a way it always understands. */
  function byPicomatch(text: string): (path: string) => boolean {
    const options = { dot: true, noextglob: true, nonegate: true, windows: false };
    const asked = picomatch(text.replace(/\/\*\*$/, "/**/*"), options);
    return (tried) => asked(text.includes("/") ? tried : tried.slice(tried.lastIndexOf("/") + 1));
  }

  it("gives the same answers", () => {
    let taken = 0;
    fc.assert(
      fc.property(glob, path, (text, tried) => {
        const expected = byPicomatch(text)(tried);
        if (expected) taken += 1;
        expect([text, tried, pathMatcher([text])(tried)]).toEqual([text, tried, expected]);
      }),
      { numRuns: 4000 },
    );
    expect(taken).toBeGreaterThan(50);
  });
});

describe("what a stranger's pattern can cost", () => {
  let asked = 0;
  const counted = <T>(steps: readonly Step<T>[]): Step<T>[] =>
    steps.map((step) =>
      step === MANY
        ? step
        : (item: T) => {
            asked += 1;
            return step(item);
          },
    );

  it.each([
    "*a*a*a*a*b",
    "*a".repeat(100) + "b",
    "*" + "a".repeat(120) + "b",
    "*?".repeat(99) + "b",
  ])("%s", (glob) => {
    const steps = counted(nameSteps(glob));
    for (const name of ["a".repeat(240), "ab".repeat(120) + "c"]) {
      asked = 0;
      matchSequence(steps, name);
      expect(asked).toBeLessThan(glob.length * name.length);
    }
  });

  it("names of a path count the same", () => {
    const isA = (name: string): boolean => name === "a";
    const steps = counted([MANY, isA, MANY, isA, MANY, isA, isA, MANY, (name) => name === "b"]);
    asked = 0;
    expect(matchSequence(steps, new Array<string>(2000).fill("a"))).toBe(false);
    expect(asked).toBeLessThan(steps.length * 2000);
  });

  it("a list has a length in all, with its braces taken apart", () => {
    expect(whyNotGlobs(new Array<string>(100).fill("data/**/*.bin"))).toBeNull();
    expect(whyNotGlobs(new Array<string>(100).fill("x".repeat(100)))).toMatch(/8192/);
    expect(whyNotGlobs(new Array<string>(10).fill("{a,b}{c,d}{e,f}" + "x".repeat(120)))).toMatch(
      /8192/,
    );
  });
});

it.each([
  ["", /empty/],
  ["/", /empty/],
  ["x".repeat(501), /500/],
  ["a\nb", /control/],
  ["!*.bin", /!/],
  ["{a,b}".repeat(7), /64/],
  ["{{a,b},{c,d}}".repeat(4), /64/],
  [`{${"a,".repeat(64)}}`, /64/],
])("%j is no pattern", (glob, reason) => {
  expect(whyNotGlob(glob)).toMatch(reason);
});

it.each([
  "*.safetensors",
  "data/**/*.{bin,pt}",
  "**/x/**/y/**",
  "a!b",
  "20??-??-??_??-??-??.bin",
  "{".repeat(250) + "[".repeat(250),
])("%j is one", (glob) => {
  expect(whyNotGlob(glob)).toBeNull();
});
