/** Settings are changed in the text of `.blobsyconfig`, and nothing else in it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SettingName, withValues } from "../../../src/domain/config-edit.js";
import { readConfigText } from "../../../src/domain/config-text.js";

const MIN: SettingName = { section: "externalize", sub: null, key: "minSize" };
const NEVER: SettingName = { section: "externalize", sub: null, key: "never" };
const URL: SettingName = { section: "backend", sub: "default", key: "url" };

const TEXT = `# why we have this
[blobsy]
    backend = default  ; the usual one
[backend "default"]
    url = local:../blobs # beside
    # a note about the region
    region = eu-central-1

[externalize]
    never = *.md
    never = *.txt
`;

function valuesOf(text: string, { section, sub, key }: SettingName): string[] {
  return readConfigText(text, "x")
    .filter((s) => s.section === section && s.sub === sub && s.key === key.toLowerCase())
    .map(({ value }) => value);
}

describe("a setting in .blobsyconfig", () => {
  it("is replaced in its line; the comments stay", () => {
    expect(withValues(TEXT, URL, ["s3://b/p"])).toBe(TEXT.replace("local:../blobs", "s3://b/p"));
  });

  it("is added at the end of its section, or with a section of its own", () => {
    expect(withValues(TEXT, MIN, ["5mb"])).toBe(`${TEXT.trimEnd()}\n    minSize = 5mb\n`);
    expect(withValues(TEXT, { section: "fetch", sub: null, key: "include" }, ["data/**"])).toBe(
      `${TEXT}[fetch]\n    include = data/**\n`,
    );
    expect(withValues("", URL, ["local:x"])).toBe('[backend "default"]\n    url = local:x\n');
  });

  it("has one line for each value of a list", () => {
    expect(valuesOf(withValues(TEXT, NEVER, ["*.md", "a b", "#c"]), NEVER)).toEqual([
      "*.md",
      "a b",
      "#c",
    ]);
    expect(withValues(TEXT, NEVER, ["*.md"])).toBe(TEXT.replace("    never = *.txt\n", ""));
    expect(withValues(TEXT, NEVER, [])).not.toMatch(/never/);
  });

  it.each([
    [
      "other case, and a section given in parts",
      "[Backend.default]\nURL=a\n[x]\n[backend.default]\n",
    ],
    ["a quoted value with a comment", '[backend "default"]\nurl = "a;b" ; note\n'],
    ["line ends of Windows", '[backend "default"]\r\nurl = a\r\n'],
    ["no end of the last line", '[backend "default"]\nurl = a'],
  ])("is found with %s", (_what, text) => {
    const next = withValues(text, URL, ["local:new"]);
    expect(valuesOf(next, URL)).toEqual(["local:new"]);
    expect(next.replace("local:new", "")).not.toMatch(/url = ?a|local/i);
    expect(next.includes("\r\n")).toBe(text.includes("\r\n"));
    expect(next.includes("; note")).toBe(text.includes("; note"));
  });

  it("is read back as it was given, whatever it is", () => {
    const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
    fc.assert(
      fc.property(fc.array(value, { maxLength: 3 }), (values) => {
        const next = withValues(TEXT, NEVER, values);
        expect(valuesOf(next, NEVER)).toEqual(values);
        expect(valuesOf(next, URL)).toEqual(["local:../blobs"]);
        expect(next).toContain("# a note about the region");
      }),
    );
  });
});
