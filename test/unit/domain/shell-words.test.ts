import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { pasteWord, quotedWord, shellWord } from "../../../src/domain/shell-words.js";

describe("shell words", () => {
  it.each([
    ["data/model.bin", "data/model.bin"],
    ["a b", "'a b'"],
    ["it's", String.raw`'it'\''s'`],
    ["-rf", "./-rf"],
    ["-r f", "'./-r f'"],
    ["$(id)", "'$(id)'"],
    ["", "''"],
    ["a\u202eb", String.raw`'a\u{202e}b'`],
  ])("to be pasted: %s", (text, word) => {
    expect(pasteWord(text)).toBe(word);
  });

  it.each(["plain", "a b", "it's", '$(id) `id` ;|&<>*?[]{}~!#"\\', "\n", "é", ""])(
    "are read back by sh as they were: %j",
    (text) => {
      for (const word of [quotedWord(text), shellWord(text)]) {
        const back = execFileSync("sh", ["-c", `printf '%s.' ${word}`], { encoding: "utf8" });
        expect(back).toBe(`${text}.`);
      }
    },
  );
});
