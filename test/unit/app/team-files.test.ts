import { describe, expect, it } from "vitest";
import { ATTRIBUTES_LINE, withAttributes, withBackendUrl } from "../../../src/app/team-files.js";
import { readConfig } from "../../../src/domain/config.js";

const OURS = `${ATTRIBUTES_LINE}\n`;

describe(".gitattributes", () => {
  it.each([
    ["nothing", "", OURS],
    ["other lines", "*.sh eol=lf\n", `*.sh eol=lf\n${OURS}`],
    ["no line ending at the end", "*.sh eol=lf", `*.sh eol=lf\n${OURS}`],
    ["CRLF", "*.sh eol=lf\r\n", `*.sh eol=lf\r\n${ATTRIBUTES_LINE}\r\n`],
    ["ours already", `# x\n${OURS}*.md text\n`, `# x\n${OURS}*.md text\n`],
    ["an older line of ours", "*.bref filter=blobsy\n", `*.bref filter=blobsy\n${OURS}`],
    ["undone further down", `${OURS}*.bref text\n`, `${OURS}*.bref text\n${OURS}`],
  ])("with %s", (_name, before, after) => {
    expect(withAttributes(before)).toBe(after);
    expect(withAttributes(after)).toBe(after);
  });
});

describe(".blobsyconfig", () => {
  const url = "local:../blobs";
  const cases: [name: string, before: string, after: string | null][] = [
    ["nothing", "", null],
    ["other settings", "[externalize]\n    minSize = 5mb\n", null],
    [
      "another url, and a comment",
      '# ours\n[backend "default"]\n    url = local:old ; why\n    region = x\n[transfer]\n    concurrency = 2\n',
      '# ours\n[backend "default"]\n    url = local:../blobs\n    region = x\n[transfer]\n    concurrency = 2\n',
    ],
    [
      "a section without url",
      '[backend "default"]\n    region = x\n',
      '[backend "default"]\n    url = local:../blobs\n    region = x\n',
    ],
    [
      "another backend's url",
      '[backend "other"]\n    url = local:o\n',
      '[backend "other"]\n    url = local:o\n[backend "default"]\n    url = local:../blobs\n',
    ],
  ];
  it.each(cases)("with %s", (_name, before, after) => {
    const text = withBackendUrl(before, "default", url);
    if (after !== null) expect(text).toBe(after);
    expect(text.startsWith(after === null ? before : "")).toBe(true);
    const { config } = readConfig({ committed: { text, file: ".blobsyconfig" }, local: [] });
    expect(config.backends.get("default")?.url?.value).toEqual({ kind: "local", dir: "../blobs" });
    expect(withBackendUrl(text, "default", url)).toBe(text);
  });

  it.each(["local:../a b", "local:../a;b", "local:../a#b", "local:../it's"])(
    "reads back %s",
    (odd) => {
      const text = withBackendUrl("", "default", odd);
      const { config } = readConfig({ committed: { text, file: ".blobsyconfig" }, local: [] });
      expect(config.backends.get("default")?.url?.value).toEqual({
        kind: "local",
        dir: odd.slice("local:".length),
      });
    },
  );
});
