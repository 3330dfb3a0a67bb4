import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeForTerminal } from "../../../src/domain/terminal.js";

describe("escapeForTerminal", () => {
  it.each([
    ["plain name.bin", "plain name.bin"],
    ["caf\u00e9 \u65e5\u672c $(id) 'q\" \\", "caf\u00e9 \u65e5\u672c $(id) 'q\" \\"],
    ["a\nb\rc\td", "a\\x0ab\\x0dc\\x09d"],
    ["\x1b]0;x\x07", "\\x1b]0;x\\x07"],
    ["\x7f\x9b31m", "\\x7f\\x9b31m"],
    ["\u202ecod.exe", "\\u{202e}cod.exe"],
    ["a\u2066b\u2069", "a\\u{2066}b\\u{2069}"],
    ["a\u200bb\ufeff\u00ad", "a\\u{200b}b\\u{feff}\\xad"],
    ["a\u2028b\u2029", "a\\u{2028}b\\u{2029}"],
    ["\u3164\u{e0041}", "\\u{3164}\\u{e0041}"],
    ["\ud800x", "\\u{d800}x"],
  ])("shows %j as %j", (text, shown) => {
    expect(escapeForTerminal(text)).toBe(shown);
  });

  it("leaves nothing that a terminal would act on, and is done after one pass", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const shown = escapeForTerminal(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(escapeForTerminal(shown)).toBe(shown);
      }),
    );
  });
});
