/** The ordinary day: track, commit, push, clone, edit, pull, with plain Git. */
import { statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes, digits, sha256, sized } from "../helpers/bytes.js";
import { world } from "../helpers/world.js";

describe("the ordinary day", () => {
  it("init writes what a team shares, and nothing of it names a program", () => {
    const w = world();
    const a = w.initAlone();

    expect(a.must("ls-files").split("\n").filter(Boolean)).toEqual([
      ".blobsyconfig",
      ".gitattributes",
      "note.txt",
    ]);
    expect(a.read(".gitattributes").toString()).toMatch(
      /^\*\.bref filter=blobsy merge=blobsy -text$/m,
    );
    expect(a.read(".blobsyconfig").toString()).toMatch(/url = local:\.\.\/blobs/);
    expect(a.must("config", "filter.blobsy.required").trim()).toBe("false");
    a.assertPristine();
  });

  it("init a second time changes nothing", () => {
    const w = world();
    const a = w.initAlone();
    const before = a.read(".git/config").toString();

    a.mustBlobsy("init", "local:../blobs");

    expect(a.read(".git/config").toString()).toBe(before);
    a.assertPristine();
  });

  it("track stages a ref file that says hash and size, and Git ignores the payload", () => {
    const w = world();
    const a = w.initAlone();
    a.write("model.bin", digits("v1"));

    a.mustBlobsy("track", "model.bin");

    expect(a.status()).toEqual(["A  model.bin.bref"]);
    const ref = a.ref("model.bin");
    expect(ref?.hash).toBe(sha256(digits("v1")));
    expect(ref?.size).toBe(digits("v1").length);
    expect(ref?.text).toMatch(/^# blobsy/);
    expect(ref?.text).toMatch(/^format: blobsy-bref\/0\.1$/m);
    expect(ref?.key).toContain(sha256(digits("v1")));
    expect(a.refIn("", "model.bin")?.text).toBe(ref?.text);
    a.must("commit", "-qm", "track");
    a.assertPristine();
    a.assertPayload("model.bin", digits("v1"));
    expect(a.storeHas(digits("v1"))).toBe(true);
  });

  it("push uploads before Git sends the commit; a clone gets every byte", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("data/model.bin", bytes("v1"));
    expect(a.remoteHas(bytes("v1"))).toBe(false);

    a.must("push", "-q");
    expect(a.remoteHas(bytes("v1"))).toBe(true);
    a.assertPristine();

    const b = w.clone("b");
    b.assertPayload("data/model.bin", bytes("v1"));
    b.assertPristine();
  });

  it("with install --global a plain git clone arrives complete, hooks included", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("data/model.bin", bytes("v1"));
    a.track("zoo.bin", bytes("zoo"));
    a.track("empty.bin", "");
    a.must("push", "-q");

    w.must("blobsy", "install", "--global");
    const b = w.clone("b", { then: "plain" });

    b.assertPayload("data/model.bin", bytes("v1"));
    b.assertPayload("zoo.bin", bytes("zoo"));
    b.assertPayload("empty.bin", "");
    b.assertPristine();
    b.write("data/model.bin", bytes("v2"));
    expect(b.status()).toEqual([" M data/model.bin.bref"]);
    b.commitAll("v2");
    b.must("push", "-q");
    expect(b.remoteHas(bytes("v2"))).toBe(true);
  });

  it("an edit travels by commit, push and pull alone", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q");
    const b = w.clone("b");

    a.write("model.bin", bytes("v2"));
    expect(a.status()).toEqual([" M model.bin.bref"]);
    a.commitAll("v2");
    a.assertInStep("model.bin");
    a.must("push", "-q");

    b.must("pull", "-q");
    b.assertPayload("model.bin", bytes("v2"));
    b.assertPristine();

    b.write("model.bin", digits("v3"));
    b.commitAll("v3");
    b.must("push", "-q");
    a.must("pull", "-q");
    a.assertPayload("model.bin", digits("v3"));
    a.assertPristine();
  });

  it("many files of several sizes, in several directories, in one commit", () => {
    const w = world();
    const a = w.initWithRemote();
    const sizes = [0, 1, 63, 64, 65_535, 65_536, 65_537, 3_000_000];
    for (const size of sizes) a.write(`d${size % 3}/f${size}.bin`, sized(`f${size}`, size));
    a.mustBlobsy("track", ...sizes.map((size) => `d${size % 3}/f${size}.bin`));
    a.must("commit", "-qm", "all");
    a.must("push", "-q");

    const b = w.clone("b");

    for (const size of sizes) b.assertPayload(`d${size % 3}/f${size}.bin`, sized(`f${size}`, size));
    b.assertPristine();
  });

  it("a clone without blobsy is a sane repository of text", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q");

    const b = w.clone("b", { then: "plain" });

    expect(b.has("model.bin")).toBe(false);
    expect(b.ref("model.bin")?.hash).toBe(sha256(bytes("v1")));
    expect(b.status()).toEqual([]);
    b.mustBlobsy("install");
    b.mustBlobsy("pull");
    b.assertPayload("model.bin", bytes("v1"));
    b.assertPristine();
  });

  it("two payloads with the same content share one blob", () => {
    const w = world();
    const a = w.initWithRemote();
    a.write("one.bin", bytes("same"));
    a.write("two.bin", bytes("same"));
    a.mustBlobsy("track", "one.bin", "two.bin");
    a.must("commit", "-qm", "both");
    a.must("push", "-q");

    const b = w.clone("b");

    b.assertPayload("one.bin", bytes("same"));
    b.assertPayload("two.bin", bytes("same"));
    expect(b.inode("one.bin")).not.toBe(b.inode("two.bin"));
    b.write("one.bin", bytes("edit"));
    b.assertPayload("two.bin", bytes("same"));
  });

  it("an executable payload stays executable, an ordinary one does not become so", () => {
    const w = world();
    const a = w.initWithRemote();
    a.write("tool.bin", bytes("t1"));
    a.write("plain.bin", bytes("p1"));
    a.sh("chmod +x tool.bin");
    a.mustBlobsy("track", "tool.bin", "plain.bin");
    a.must("commit", "-qm", "tool");
    a.must("push", "-q");

    a.write("tool.bin", bytes("t2"));
    a.commitAll("t2");
    a.must("checkout", "-q", "HEAD~1");
    a.assertPayload("tool.bin", bytes("t1"));
    expect(statSync(a.path("tool.bin")).mode & 0o111).not.toBe(0);
    a.must("checkout", "-q", "main");
    a.assertPayload("tool.bin", bytes("t2"));
    expect(statSync(a.path("tool.bin")).mode & 0o111).not.toBe(0);
    expect(statSync(a.path("plain.bin")).mode & 0o111).toBe(0);
  });

  it("blobsy push, fetch and sync do by hand what hooks do", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));

    a.mustBlobsy("push");
    expect(a.remoteHas(bytes("v1"))).toBe(true);
    a.must("push", "-q");

    const b = w.clone("b", { then: "plain" });
    b.mustBlobsy("install");
    b.sh("rm -f model.bin");
    b.mustBlobsy("fetch");
    b.assertBytesSomewhere(bytes("v1"), "what fetch fetched");
    b.mustBlobsy("sync");
    b.assertPayload("model.bin", bytes("v1"));
  });

  it("BLOBSY_SKIP_SMUDGE=1 and install --skip-smudge leave payloads out until blobsy pull", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q");
    w.must("blobsy", "install", "--global");

    const ran = w.run(["git", "clone", "-q", "origin.git", "b"], {
      env: { BLOBSY_SKIP_SMUDGE: "true" },
    });
    expect(ran.code).toBe(0);
    const b = w.repo("b");
    expect(b.has("model.bin")).toBe(false);
    b.assertPristine();
    b.mustBlobsy("pull");
    b.assertPayload("model.bin", bytes("v1"));

    const c = w.clone("c", { then: "plain", args: ["--no-checkout"] });
    c.mustBlobsy("install", "--skip-smudge");
    c.must("checkout", "-q", "main");
    expect(c.has("model.bin")).toBe(false);
    c.mustBlobsy("pull");
    c.assertPayload("model.bin", bytes("v1"));
    c.assertPristine();
  });

  it("--dry-run says what it would do and changes nothing", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.write("new.bin", bytes("n1"));
    a.write("model.bin", bytes("v2"));
    for (const args of [["track", "new.bin"], ["push"], ["pull"], ["sync"]]) {
      const ran = a.blobsy(...args, "--dry-run");
      expect(ran.code, `${args.join(" ")}: ${ran.stderr}`).toBe(0);
    }
    expect(a.has("new.bin.bref")).toBe(false);
    expect(a.remoteHas(bytes("v1"))).toBe(false);
    a.assertPayload("model.bin", bytes("v2"));
  });
});
