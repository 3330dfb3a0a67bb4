/** The text of a `.gitignore` with blobsy's block in it, and how three of them are merged. */
import { describe, expect, it } from "vitest";
import fc from "fast-check";
import {
  formatGitignore,
  type GitignoreText,
  lineFor,
  nameOfLine,
  parseGitignore,
  type UsableText,
} from "../../../src/worktree/gitignore-text.js";
import { mergeGitignore, type TextMerge } from "../../../src/worktree/merge-gitignore.js";

const BEGIN =
  "# >>> blobsy: payloads, ignored by name (kept by blobsy, as their ref files are) >>>";
const END = "# <<< blobsy <<<";

const block = (...lines: string[]) => [BEGIN, ...lines, END, ""].join("\n");

function usable(text: string): UsableText {
  const parsed = parseGitignore(text);
  if (parsed.kind !== "usable") throw new Error(`${parsed.reason}:\n${text}`);
  return parsed;
}

/** Any name a payload may have, and some it may not. */
const anyName = fc
  .string({
    unit: fc.oneof(fc.constantFrom(..."*?[] \\!#ä.a"), fc.string({ minLength: 1 })),
    minLength: 1,
  })
  .filter((name) => !/[\p{Cc}/]/u.test(name));

describe("a line", () => {
  it.each([
    ["m.bin", "/m.bin"],
    ["[1] *?.bin", "/\\[1\\] \\*\\?.bin"],
    ["!x", "/!x"],
    ["#x", "/#x"],
    ["  two  ", "/  two\\ \\ "],
    ["größe.bin", Buffer.from("/größe.bin").toString("latin1")],
  ])("for %j is %j, and back", (name, line) => {
    expect(lineFor(name)).toBe(line);
    expect(nameOfLine(line)).toBe(name);
  });

  it.each(["", "/", "x", "*.bin", "/a/b", "/*.bin", "/a\\b", "# /x", "!/x", "/[ab]"])(
    "%j is none of blobsy's",
    (line) => {
      expect(nameOfLine(line)).toBeNull();
    },
  );

  it("comes back whatever the name", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(nameOfLine(lineFor(name))).toBe(name);
      }),
    );
  });
});

describe("the block", () => {
  it("is written as committed: sorted, LF, between two marks", () => {
    expect(formatGitignore(usable(""), ["/b", "/a", "/b"])).toBe(block("/a", "/b"));
  });

  it.each(["", "*.o\n", "# mine\n\n*.o\n", "*.o", "\n"])("goes in and out of %j", (text) => {
    const joined = formatGitignore(usable(text), ["/a"]);
    const parsed = usable(joined);
    expect(parsed.lines).toEqual(["/a"]);
    expect(formatGitignore(parsed, [])).toBe(text === "*.o" ? "*.o\n" : text);
    expect(formatGitignore(parsed, parsed.lines), "nothing changes when nothing changes").toBe(
      joined,
    );
  });

  it("stays where the user moved it", () => {
    const text = `*.o\n${block("/b")}*.tmp\n`;
    expect(formatGitignore(usable(text), ["/a", "/b"])).toBe(`*.o\n${block("/a", "/b")}*.tmp\n`);
  });

  it("is found again when every line ends in CRLF, and written so", () => {
    const text = `*.o\n${block("/a")}`.replaceAll("\n", "\r\n");
    const parsed = usable(text);
    expect(parsed.lines).toEqual(["/a"]);
    expect(formatGitignore(parsed, ["/a"])).toBe(text);
    expect(formatGitignore(parsed, ["/a", "/b"])).not.toMatch(/[^\r]\n/);
  });

  it("keeps a line of the user's that got between the marks, after them", () => {
    expect(formatGitignore(usable(block("/a", "*.log", "")), ["/a"])).toBe(`${block("/a")}*.log\n`);
  });

  it("is one block again when a merge made two", () => {
    const parsed = usable(`*.o\n${block("/b")}${block("/a", "/b")}*.tmp\n`);
    expect(parsed.lines).toEqual(["/a", "/b"]);
    expect(formatGitignore(parsed, parsed.lines)).toBe(`*.o\n${block("/a", "/b")}*.tmp\n`);
  });

  it.each([
    ["no end", `${BEGIN}\n/a\n*.o\n`],
    ["no begin", `/a\n${END}\n`],
    ["turned round", `${END}\n/a\n${BEGIN}\n`],
    ["one in the other", `${BEGIN}\n${block("/a")}${END}\n`],
    ["conflict markers", `<<<<<<< ours\n${block("/a")}=======\n${block("/b")}>>>>>>> theirs\n`],
    ["conflict markers, CRLF", `<<<<<<< HEAD\r\n/a\r\n=======\r\n/b\r\n>>>>>>> x\r\n`],
  ])("with %s is left to the user", (_what, text) => {
    const parsed: GitignoreText = parseGitignore(text);
    expect(parsed.kind).toBe("unusable");
    expect(parsed.lines, "Git still takes it for a rule").toContain("/a");
  });

  it("loses no byte of what is not UTF-8", () => {
    const raw = Buffer.from([0xff, 0xfe, 0x0a, 0xe9, 0x0a]).toString("latin1");
    const text = formatGitignore(usable(raw), [lineFor("é")]);
    expect(formatGitignore(usable(text), [])).toBe(raw);
  });
});

describe("a merge", () => {
  const neverAsked = (): Promise<TextMerge> => Promise.reject(new Error("nothing to ask Git"));
  const merge = (base: string, ours: string, theirs: string, ask = neverAsked) =>
    mergeGitignore([base, ours, theirs], ask);

  it.each([
    [
      "a line from each",
      block("/a"),
      block("/a", "/b"),
      block("/a", "/c"),
      block("/a", "/b", "/c"),
    ],
    ["a file from each", "", block("/b"), block("/c"), block("/b", "/c")],
    ["one taken out", block("/a", "/b"), block("/a"), block("/a", "/b", "/c"), block("/a", "/c")],
    ["all taken out", block("/a", "/b"), block("/a"), block("/b"), ""],
    ["the same on both", block("/a"), block("/a", "/b"), block("/a", "/b"), block("/a", "/b")],
    [
      "a user's line on their side",
      block("/a"),
      block("/a", "/b"),
      `*.o\n${block("/a", "/c")}`,
      `*.o\n${block("/a", "/b", "/c")}`,
    ],
    [
      "a user's line on our side",
      block("/a"),
      `${block("/a", "/b")}*.o\n`,
      block("/c"),
      `${block("/b", "/c")}*.o\n`,
    ],
  ])("%s", async (_what, base, ours, theirs, expected) => {
    expect(await merge(base, ours, theirs)).toEqual({ text: expected, conflict: false });
  });

  it("asks Git about the user's own lines, and puts the whole block below them", async () => {
    const asked: string[][] = [];
    const merged = await mergeGitignore(
      [`*.o\n${block("/a")}`, `*.x\n${block("/a", "/b")}`, `*.y\n${block("/a", "/c")}`],
      (...texts) => {
        asked.push(texts);
        return Promise.resolve({ text: "<conflict>\n", conflict: true });
      },
    );
    expect(asked).toEqual([["*.o\n", "*.x\n", "*.y\n"]]);
    expect(merged).toEqual({ text: `<conflict>\n${block("/a", "/b", "/c")}`, conflict: true });
  });

  it("leaves everything to Git when a side's marks are damaged", async () => {
    const texts = ["", block("/a"), `${BEGIN}\n/b\n`] as const;
    const merged = await merge(...texts, () => Promise.resolve({ text: "git's", conflict: true }));
    expect(merged).toEqual({ text: "git's", conflict: true });
  });
});
