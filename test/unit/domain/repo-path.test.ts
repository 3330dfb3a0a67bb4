import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkPayloadPath,
  checkRefPath,
  collisionKey,
  refPathOf,
} from "../../../src/domain/repo-path.js";

const PLATFORMS = ["linux", "darwin", "win32"] as const;
const bytes = (...list: number[]) => Uint8Array.from(list);
const utf8 = (text: string) => new TextEncoder().encode(text);

/** Ref file name, and a word of the reason. Refused on every system. */
const REFUSED: ReadonlyArray<readonly [string, RegExp]> = [
  [".git.bref", /\.git/],
  ["sub/.git.bref", /\.git/],
  ["a/.GiT.bref", /\.git/],
  [".git .bref", /\.git/],
  [".git..bref", /\.git/],
  [".git . .bref", /\.git/],
  ["GIT~1.bref", /\.git/],
  ["GIT~2.bref", /\.git/],
  [".g\u200cit.bref", /\.git/],
  [".Git\ufeff.bref", /\.git/],
  ["\u200d.git.bref", /\.git/],
  [".g\u0131t.bref", /\.git/],
  [".\uff47it.bref", /\.git/],
  [".git::$INDEX_ALLOCATION.bref", /\.git/],
  [".git:x.bref", /\.git/],
  [".git/hooks/post-checkout.bref", /\.git/],
  [".git\\hooks\\x.bref", /backslash/],
  ["sub/git~1/x.bref", /\.git/],
  [".gitattributes.bref", /\.gitattributes/],
  ["gitatt~4.bref", /\.gitattributes/],
  ["gi7d29~1.bref", /\.gitattributes/],
  [".gitattributes .bref", /\.gitattributes/],
  [".gitattributes:s.bref", /\.gitattributes/],
  [".gitmodules.bref", /\.gitmodules/],
  ["gi7eba~1.bref", /\.gitmodules/],
  ["d/.gitignore.bref", /\.gitignore/],
  ["gi250a~1.bref", /\.gitignore/],
  [".mailmap.bref", /\.mailmap/],
  [".lfsconfig.bref", /\.lfsconfig/],
  [".blobsyconfig.bref", /\.blobsyconfig/],
  [".BlobsyConfig.bref", /\.blobsyconfig/],
  ["blobsy~1.bref", /\.blobsy/],
  [".blobsy/x.bref", /\.blobsy/],
  [".blobsyignore.bref", /\.blobsyignore/],
  [".envrc.bref", /\.envrc/],
  [".npmrc.bref", /\.npmrc/],
  [".bref", /empty/],
  ["sub/.bref", /empty/],
  ["..bref", /dots/],
  ["a/..bref", /dots/],
  ["...bref", /dots/],
  ["a/...bref", /dots/],
  [".... .bref", /dots/],
  [".\u200c..bref", /dots/],
  ["\u200c.bref", /dots/],
  ["../x.bref", /dots/],
  ["a/../x.bref", /dots/],
  ["./a.bref", /dots/],
  ["/etc/x.bref", /empty/],
  ["a//b.bref", /empty/],
  ["x.bref.bref", /itself/],
  ["x.BREF.bref", /itself/],
  ["x.bref .bref", /itself/],
  ["x.Bref. ..bref", /itself/],
  ["x.bref:s.bref", /itself/],
  ["x.br\u200cef.bref", /itself/],
  [".blobsy-tmp-a1.bref", /blobsy's own/],
  ["d/.Blobsy-Tmp-/x.bref", /blobsy's own/],
  [".blobsy-tmp.0a.bref", /blobsy's own/],
  [".Blobsy-aside.0a.bref", /blobsy's own/],
  ["a\\b.bref", /backslash/],
  ["..\\x.bref", /backslash/],
  ["con.bref", /reserved/],
  ["aux.bin.bref", /reserved/],
  ["NUL .txt.bref", /reserved/],
  ["conout$.bref", /reserved/],
  ["COM\u00b9.bref", /reserved/],
  ["LPT\u00b2.bref", /reserved/],
  ["d/com7/x.bref", /reserved/],
  ["a\nb.bref", /control/],
  ["a\rb.bref", /control/],
  ["a\tb.bref", /control/],
  ["a\0b.bref", /control/],
  ["\x1b]0;x\x07.bref", /control/],
  ["a\x7f.bref", /control/],
  ["a\u0085.bref", /control/],
  ["a\u2028b.bref", /control/],
  ["\u202ecod.exe.bref", /displayed/],
  ["a\u2067b.bref", /displayed/],
  [`${"a".repeat(241)}.bref`, /240/],
  [`${"\u00e9".repeat(121)}.bref`, /240/],
  [`${"a".repeat(241)}/x.bref`, /240/],
  [`${"d/".repeat(2100)}x.bref`, /4096/],
  ["a\ud800.bref", /UTF-8/],
  ["a\ufffd.bref", /UTF-8/],
  ["x.BREF", /not a ref file/],
  ["x.bin", /not a ref file/],
  ["", /not a ref file/],
];

const ORDINARY = [
  "__proto__",
  "constructor",
  "toString",
  "-rf",
  "--help",
  "-",
  "-oProxyCommand=x",
  "$(id)",
  "`id`",
  "a;b",
  "%PATH%",
  "a b",
  "data/model.bin",
  "caf\u00e9",
  "cafe\u0301",
  "stra\u00dfe",
  "\u65e5\u672c/\u8a9e.bin",
  "\u{1f468}\u200d\u{1f469}.png",
  ".hidden",
  ".gitkeep",
  ".github/x",
  "x.bref/y",
  "x.bref.bak",
  "xbref",
  "a.b..c",
  "a".repeat(240),
  `${"d/".repeat(2000)}x`,
];
/** Good names everywhere but on Windows. */
const NOT_ON_WINDOWS = [
  "'q\"",
  "[x]*",
  "a:b",
  ":x",
  "C:",
  "C:x",
  "foo ",
  "foo.",
  "d./x",
  "a|b",
  "a?",
  "<a>",
];

describe("checkRefPath", () => {
  describe.each(PLATFORMS)("on %s", (platform) => {
    it.each(REFUSED)("refuses %j", (name, reason) => {
      const verdict = checkRefPath(name, platform);
      expect(verdict).toEqual({ ok: false, reason: expect.stringMatching(reason) as unknown });
    });

    it.each(ORDINARY)("takes %j for an ordinary name", (payload) => {
      expect(checkRefPath(`${payload}.bref`, platform)).toEqual({ ok: true, payload });
      expect(checkRefPath(utf8(`${payload}.bref`), platform)).toEqual({ ok: true, payload });
    });

    it.each(NOT_ON_WINDOWS)("%j is a matter of the system", (payload) => {
      const verdict = checkRefPath(`${payload}.bref`, platform);
      if (platform === "win32") {
        expect(verdict).toEqual({
          ok: false,
          reason: expect.stringContaining("Windows") as unknown,
        });
      } else {
        expect(verdict).toEqual({ ok: true, payload });
      }
    });
  });

  const suffix = [...utf8(".bref")];
  it.each([
    ["\\xff\\xfe", bytes(0x61, 0xff, 0xfe, ...suffix)],
    ["an encoded surrogate", bytes(0xed, 0xa0, 0x80, ...suffix)],
    ["an overlong slash", bytes(0xc0, 0xaf, ...suffix)],
    ["a cut sequence", bytes(0xc3, ...suffix)],
  ])("refuses bytes that are not UTF-8: %s", (_, name) => {
    expect(checkRefPath(name, "linux")).toEqual({
      ok: false,
      reason: expect.stringMatching(/UTF-8/) as unknown,
    });
  });

  it("keeps a byte order mark: it is part of the name", () => {
    expect(checkRefPath(bytes(0xef, 0xbb, 0xbf, 0x61, ...suffix), "linux")).toEqual({
      ok: true,
      payload: "\ufeffa",
    });
  });
});

describe("any path", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "",
      ".",
      "..",
      ".git",
      "a",
      " ",
      ":",
      "\\",
      "~1",
      "\u200c",
      "/",
      "\n",
      "git",
      "con",
    ),
    fc.string({ unit: "binary", maxLength: 4 }),
  );
  const anyPath = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));

  it("that passes stays below the root, and comes back from its ref path", () => {
    fc.assert(
      fc.property(anyPath, fc.constantFrom(...PLATFORMS), (path, platform) => {
        const verdict = checkPayloadPath(path, platform);
        if (!verdict.ok) return;
        for (const component of path.split("/")) {
          expect(component).not.toMatch(/^[. ]*$/);
          expect(component.toLowerCase()).not.toBe(".git");

          expect(component).not.toMatch(/[\0-\x1f\\]/);
        }
        expect(checkRefPath(refPathOf(verdict.payload), platform)).toEqual(verdict);
      }),
      { numRuns: 2000 },
    );
  });

  it("gives the same verdict as string and as bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const name = `${text}.bref`;
        fc.pre(!/\p{Surrogate}/u.test(name));
        expect(checkRefPath(utf8(name), "linux")).toEqual(checkRefPath(name, "linux"));
      }),
    );
  });
});

describe("collisionKey", () => {
  it.each([
    ["X/a", "x/A"],
    ["caf\u00e9", "cafe\u0301"],
    ["stra\u00dfe", "STRASSE"],
    ["\u03c2", "\u03c3"],
  ])("%j and %j", (one, other) => {
    expect(collisionKey(one)).toBe(collisionKey(other));
  });

  it("keeps different names apart", () => {
    expect(collisionKey("a/b")).not.toBe(collisionKey("a/c"));
    expect(collisionKey("cafe")).not.toBe(collisionKey("caf\u00e9"));
  });
});
