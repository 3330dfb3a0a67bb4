import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatRefFile,
  parseRefFile,
  rewriteRefFile,
  type RefFacts,
  type RefFile,
} from "../../../src/domain/bref.js";
import { asOid, type Oid } from "../../../src/domain/oid.js";

const HASH = "a".repeat(64);
const facts: RefFacts = { oid: asOid(HASH), size: 5, remoteKey: `sha256/${HASH}` };
const HEADER =
  "# blobsy reference: the file itself is stored outside Git. Install blobsy, then: blobsy pull\n";
const BODY = `format: blobsy-bref/0.1\nhash: sha256:${HASH}\nsize: 5\nremote_key: sha256/${HASH}\n`;
const CANONICAL = HEADER + BODY;

const parse = (text: string) => parseRefFile(Buffer.from(text));
function read(text: string): RefFile {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(`line ${parsed.line}: ${parsed.reason}`);
  return parsed.ref;
}

describe("the canonical form", () => {
  it("is written exactly so", () => {
    expect(formatRefFile(facts)).toBe(CANONICAL);
    expect(formatRefFile({ ...facts, compressed: "zstd" })).toBe(`${CANONICAL}compressed: zstd\n`);
  });

  const anyFacts = fc.record({
    oid: fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 }),
    size: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    remoteKey: fc.constantFrom("a", "x/y.zst", "b=20c/d", "k".repeat(512)),
    compressed: fc.constantFrom(undefined, "zstd", "gzip", "brotli"),
  }) as fc.Arbitrary<RefFacts & { oid: Oid }>;

  it("reads back as written, and rewriting it is writing it", () => {
    fc.assert(
      fc.property(anyFacts, anyFacts, (one, other) => {
        const text = formatRefFile(one);
        const ref = read(text);
        const { lines, ...back } = ref;
        expect(lines.length).toBeGreaterThan(4);
        expect({ compressed: undefined, ...back }).toEqual(one);
        expect(rewriteRefFile(ref, other)).toBe(formatRefFile(other));
        expect(rewriteRefFile(ref, one)).toBe(text);
      }),
    );
  });

  it.each([
    ["an unsafe key", { remoteKey: "../x" }],
    ["a size that is no number of bytes", { size: 1.5 }],
    ["a size beyond 2^53", { size: 2 ** 53 }],
    ["a size that is not a number", { size: Number.NaN }],
    ["a key of two lines", { remoteKey: "a\nsize: 7" }],
    ["a key that brings a line of its own", { remoteKey: "a\ncompressed: zstd" }],
  ])("is not written for %s", (_, wrong) => {
    const refused = /^unfit for a ref file|^the ref file would not read back/;
    expect(() => formatRefFile({ ...facts, ...wrong })).toThrow(refused);
    expect(() => rewriteRefFile(read(CANONICAL), { ...facts, ...wrong })).toThrow(refused);
  });
});

describe("what is tolerated", () => {
  const accepted: Record<string, string> = {
    CRLF: CANONICAL.replaceAll("\n", "\r\n"),
    "CRLF in places": CANONICAL.replace("size: 5\n", "size: 5\r\n"),
    "a byte order mark": `\ufeff${CANONICAL}`,
    "no comment": BODY,
    "other comments": `# \u00e9\n${BODY.replace("size", "#\n# x: y\nsize")}# end\n`,
    "blank lines": `\n\n${BODY.replace("size", "\nsize")}\n\n`,
    "unknown keys": `${BODY.replace("size", "x-y.z: 1 2\nsize")}later: "x"\n`,
    "keys of Object.prototype": `${BODY}__proto__: 1\nconstructor: 2\n`,
    "a later minor version": BODY.replace("0.1", "0.12"),
  };
  it.each(Object.entries(accepted))("%s", (_, text) => {
    expect(read(text)).toMatchObject(facts);
  });

  it("the smallest and the largest size", () => {
    const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    expect(read(BODY.replaceAll(HASH, empty).replace("size: 5", "size: 0")).size).toBe(0);
    const largest = `size: ${Number.MAX_SAFE_INTEGER}`;
    expect(read(BODY.replace("size: 5", largest)).size).toBe(Number.MAX_SAFE_INTEGER);
  });

  it("4096 bytes, and not one more", () => {
    const padded = (length: number) => `#${"x".repeat(length - BODY.length - 2)}\n${BODY}`;
    expect(parse(padded(4096)).ok).toBe(true);
    expect(parse(padded(4097))).toMatchObject({
      kind: "invalid",
      reason: expect.stringMatching("4096") as unknown,
    });
  });
});

describe("what is refused, with its line", () => {
  const hash = (text: string) => BODY.replace(`sha256:${HASH}`, text);
  const size = (text: string) => BODY.replace("size: 5", `size: ${text}`);
  const key = (text: string) => BODY.replace(`remote_key: sha256/${HASH}`, `remote_key: ${text}`);
  const format = (text: string) => BODY.replace("blobsy-bref/0.1", text);
  const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  const refused: ReadonlyArray<readonly [string, string, string, number]> = [
    ["nothing", "", "empty", 1],
    ["a newline", "\n", "empty", 1],
    ["a byte order mark", "\ufeff", "empty", 1],
    ["blank lines", "\r\n\r\n", "empty", 1],
    ["the first 20 bytes", CANONICAL.slice(0, 20), "invalid", 1],
    ["no last line ending", BODY.slice(0, -1), "invalid", 4],
    ["a cut key that would be legal", BODY.slice(0, -20), "invalid", 4],
    ["a NUL", `${BODY}x: a\0b\n`, "invalid", 5],
    ["a tab", `${BODY}x: a\tb\n`, "invalid", 5],
    ["a lone carriage return", BODY.replace("\nsize", "\rsize"), "invalid", 2],
    ["a leading space", BODY.replace("size", " size"), "invalid", 3],
    ["two spaces", BODY.replace("size: ", "size:  "), "invalid", 3],
    ["no space", BODY.replace("size: ", "size:"), "invalid", 3],
    ["a trailing space", size("5 "), "invalid", 3],
    ["a line of spaces", `${BODY}  \n`, "invalid", 5],
    ["only comments", "# a\n# b\n", "invalid", 2],
    ["a line without a key", `${BODY}touch /tmp/x\n`, "invalid", 5],
    ["a key without a value", `${BODY}x: \n`, "invalid", 5],
    ["a duplicate key", `${BODY}size: 5\n`, "invalid", 5],
    ["a duplicate unknown key", `${BODY}x: 1\nx: 1\n`, "invalid", 6],
    ["a second format", `${BODY}format: blobsy-bref/0.1\n`, "invalid", 5],
    ["another order", BODY.replace(/(hash.*\n)(size.*\n)/, "$2$1"), "invalid", 3],
    ["a key before the format", `x: 1\n${BODY}`, "invalid", 1],
    ["no format", BODY.replace(/format.*\n/, ""), "invalid", 1],
    ["no hash", BODY.replace(/hash.*\n/, ""), "invalid", 3],
    ["no size", BODY.replace(/size.*\n/, ""), "invalid", 3],
    ["no key", BODY.replace(/remote_key.*\n/, ""), "invalid", 3],
    ["key in upper case", BODY.replace("hash", "Hash"), "invalid", 4],
    ["JSON", '{"__proto__":1}\n', "invalid", 1],
    ["a hash of 63 digits", hash(`sha256:${"a".repeat(63)}`), "invalid", 2],
    ["a hash of 65 digits", hash(`sha256:${"a".repeat(65)}`), "invalid", 2],
    ["a hash in upper case", hash(`sha256:${"A".repeat(64)}`), "invalid", 2],
    ["a hash with a g", hash(`sha256:${"g".repeat(64)}`), "invalid", 2],
    ["a bare hash", hash(HASH), "invalid", 2],
    ["another hash function", hash(`blake3:${HASH}`), "invalid", 2],
    ["SHA256", hash(`SHA256:${HASH}`), "invalid", 2],
    ...[
      "-1",
      "012",
      "1e3",
      "0x10",
      "12.0",
      "+5",
      "9007199254740992",
      "9007199254740993",
      "9".repeat(20),
    ].map((text) => [`size ${text}`, size(text), "invalid", 3] as const),
    ["size 0 with the hash of something", size("0"), "invalid", 3],
    ["a size with the hash of nothing", hash(`sha256:${empty}`), "invalid", 3],
    ...[
      "../../x",
      "/etc/passwd",
      "a//b",
      ".hid",
      "-rf",
      "s3://evil/x",
      "a b",
      "a\\b",
      "\u00e9",
      "k".repeat(513),
    ].map((text) => [`key ${text.slice(0, 20)}`, key(text), "invalid", 4] as const),
    ["an unknown compression", `${BODY}compressed: lz4\n`, "invalid", 5],
    ["compression none", `${BODY}compressed: none\n`, "invalid", 5],
    ["another format", format("dvc/0.1"), "invalid", 1],
    ["a format without minor", format("blobsy-bref/0"), "invalid", 1],
    ["a format with leading zeros", format("blobsy-bref/01.1"), "invalid", 1],
    ["a newer format", format("blobsy-bref/1.0"), "newer", 1],
    ["a newer format of other keys", "# x\nformat: blobsy-bref/12.3\nwhat: ever\n", "newer", 2],
    ["a conflict", `${HEADER}<<<<<<< HEAD\n${BODY}=======\n${BODY}>>>>>>> x\n`, "conflicted", 2],
    ["what is left of one", `${BODY}>>>>>>> x\n`, "conflicted", 5],
    ["a CRLF conflict of diff3 style", `${BODY}||||||| base\r\n`, "conflicted", 5],
    ["a conflict cut short", `${BODY}<<<<<<< HEAD`, "conflicted", 5],
  ];
  it.each(refused)("%s", (_, text, kind, line) => {
    expect(parse(text)).toEqual({ ok: false, kind, line, reason: expect.any(String) as unknown });
  });

  it.each([
    ["latin 1", Buffer.concat([Buffer.from("# \xff\n", "latin1"), Buffer.from(BODY)])],
    ["UTF-16", Buffer.from(`\ufeff${BODY}`, "utf16le")],
  ])("%s", (_, bytes) => {
    expect(parseRefFile(bytes)).toMatchObject({ ok: false, kind: "invalid" });
  });

  it("never throws, and takes nothing that it would not write back", () => {
    const pieces = [
      "format: blobsy-bref/0.1\n",
      "size: 5\n",
      "x: 1\n",
      "# \n",
      "\n",
      "\r",
      " ",
      ":",
    ];
    const anyText = fc.array(fc.oneof(fc.constantFrom(...pieces, BODY), fc.string()), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(anyText, (list) => {
        const parsed = parse(list.join(""));
        if (parsed.ok) expect(read(rewriteRefFile(parsed.ref, parsed.ref))).toEqual(parsed.ref);
      }),
    );
  });
});

it.each([
  ["size: 5\n", "`format` does not come first"],
  ["# only this\n", "`format` is missing"],
  [BODY.replace(/hash.*\n/, ""), "`hash` is missing"],
  [BODY.replace(/size.*\n/, ""), "`size` is missing"],
  [BODY.replace(/remote_key.*\n/, ""), "`remote_key` is missing"],
])("says what is wrong with %j", (text, reason) => {
  expect(parse(text)).toMatchObject({ ok: false, reason });
});

describe("rewriteRefFile", () => {
  const next: RefFacts = {
    oid: asOid("b".repeat(64)),
    size: 6,
    remoteKey: "k/b",
    compressed: "gzip",
  };

  it("keeps comments and unknown keys in order, as LF", () => {
    const old = `\ufeff# mine\r\nformat: blobsy-bref/0.3\r\n\r\nnote: a b\r\n${BODY.replace(/format.*\n/, "")}z: 9\r\n# end\r\n`;
    const rewritten = rewriteRefFile(read(old), next);
    expect(rewritten).toBe(
      `# mine\nformat: blobsy-bref/0.3\n\nnote: a b\nhash: sha256:${"b".repeat(64)}\nsize: 6\n` +
        "remote_key: k/b\ncompressed: gzip\nz: 9\n# end\n",
    );
    expect(rewriteRefFile(read(rewritten), facts)).not.toContain("compressed");
  });

  it("moves a compression that stood further down", () => {
    const old = `${BODY}z: 9\ncompressed: zstd\n`;
    expect(rewriteRefFile(read(old), next)).toContain("remote_key: k/b\ncompressed: gzip\nz: 9\n");
  });

  it("lets the extras go when they no longer fit", () => {
    const full = `#${"x".repeat(4096 - BODY.length - 2)}\n${BODY}`;
    const longer = { ...facts, remoteKey: "k".repeat(500) };
    expect(rewriteRefFile(read(full), longer)).toBe(formatRefFile(longer));
  });
});
