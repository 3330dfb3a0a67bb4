/** Ordinary but odd names, and the smallest payloads, go the whole way like any other. */
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes, sha256 } from "../helpers/bytes.js";
import { world } from "../helpers/world.js";

const NFC = "caf\u00e9.bin";
const NFD = "cafe\u0301.bin";

const NAMES: Record<string, string> = {
  space: "with space.bin",
  "leading and trailing space in a directory": " lead/ x.bin",
  quotes: `it's "quoted".bin`,
  "leading dash": "-rf",
  "an option": "--help",
  dash: "-",
  "glob characters": "a[1]*?.bin",
  "exclamation mark": "!important.bin",
  hash: "#comment.bin",
  dollar: "$(id)",
  "back-ticks and semicolon": "`id`;id.bin",
  percent: "%PATH%.bin",
  "colon magic": ":(top)x.bin",
  proto: "__proto__",
  constructor: "constructor",
  toString: "toString",
  "no extension, nested": "deep/er/and/deeper/file",
  "dot file": "dir/.hidden.bin",
  NFC: NFC,
  NFD: NFD,
  "beyond the basic plane": "\u{1f600}.bin",
  long: `${"x".repeat(200)}.bin`,
  "looks like a version": "v1..v2",
  tilde: "~root/x.bin",
  equals: "a=b.bin",
  "at sign": "HEAD@{1}",
};

describe("odd names", () => {
  it("all of them: track, push, clone, edit, status, switch, remove", () => {
    const w = world();
    const a = w.initWithRemote();
    const names = Object.values(NAMES);
    for (const name of names) a.write(name, bytes(`1 ${name}`));
    a.mustBlobsy("track", "--", ...names);
    expect(a.status().filter((line) => !line.startsWith("A "))).toEqual([]);
    a.must("commit", "-qm", "odd names");
    a.assertPristine();
    a.must("push", "-q");

    const b = w.clone("b");
    for (const name of names) b.assertPayload(name, bytes(`1 ${name}`));
    b.assertPristine();

    b.must("checkout", "-q", "-b", "edits");
    for (const name of names) b.write(name, bytes(`2 ${name}`));
    expect(b.must("diff", "--name-only", "-z").split("\0").filter(Boolean)).toHaveLength(
      names.length,
    );
    b.commitAll("edited");
    for (const name of names) {
      expect(b.refIn("HEAD", name)?.hash, name).toBe(sha256(bytes(`2 ${name}`)));
    }
    b.must("checkout", "-q", "main");
    for (const name of names) b.assertPayload(name, bytes(`1 ${name}`));
    b.assertPristine();
    b.must("checkout", "-q", "edits");
    for (const name of names) b.assertPayload(name, bytes(`2 ${name}`));

    b.must("rm", "-rq", "--", ...names.map((name) => `:(literal)${name}.bref`));
    b.must("commit", "-qm", "all gone");
    b.assertPristine();
    for (const name of names) expect(b.has(name), name).toBe(false);
    for (const name of names) b.assertBytesSomewhere(bytes(`2 ${name}`), name);
  });

  it("names with control characters are refused by track", () => {
    const w = world();
    const a = w.initAlone();
    for (const name of ["a\nb.bin", "a\tb.bin", "\u001b]0;x\u0007.bin", "\u202egpj.exe"]) {
      a.write(name, bytes("x"));
      const ran = a.blobsy("track", "--", name);
      expect(ran.code, JSON.stringify(name)).toBe(1);
      expect(existsSync(a.path(`${name}.bref`))).toBe(false);
      // Nothing raw on a terminal: no control character but the line's end, no bidi override.
      expect(ran.stdout + ran.stderr).not.toMatch(
        /[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e]/,
      );
      a.remove(name);
    }
  });

  it("both Unicode forms of one name are two payloads", () => {
    const w = world();
    const a = w.initAlone();
    a.track(NFC, bytes("composed"));
    a.track(NFD, bytes("decomposed"));
    a.write(NFC, bytes("composed2"));

    a.commitAll("one of them");

    expect(a.refIn("HEAD", NFC)?.hash).toBe(sha256(bytes("composed2")));
    expect(a.refIn("HEAD", NFD)?.hash).toBe(sha256(bytes("decomposed")));
    a.must("checkout", "-q", "HEAD~1");
    a.assertPayload(NFC, bytes("composed"));
    a.assertPayload(NFD, bytes("decomposed"));
  });
});

describe("the smallest payloads", () => {
  it("empty and 1-byte payloads go every way, and into one another", () => {
    const w = world();
    const a = w.initWithRemote();
    a.write("empty.bin", "");
    a.write("one.bin", "1");
    a.mustBlobsy("track", "empty.bin", "one.bin");
    a.must("commit", "-qm", "small");
    expect(a.ref("empty.bin")?.size).toBe(0);
    a.must("push", "-q");
    const b = w.clone("b");
    b.assertPayload("empty.bin", "");
    b.assertPayload("one.bin", "1");
    b.assertPristine();

    b.write("empty.bin", "2");
    b.write("one.bin", "");
    expect(b.status()).toEqual([" M empty.bin.bref", " M one.bin.bref"]);
    b.commitAll("swapped");
    b.must("push", "-q");
    a.must("pull", "-q");
    a.assertPayload("empty.bin", "2");
    a.assertPayload("one.bin", "");
    a.must("checkout", "-q", "HEAD~1");
    a.assertPayload("empty.bin", "");
    a.assertPayload("one.bin", "1");
    a.assertPristine();
  });
});
