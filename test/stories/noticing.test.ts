/**
 * A payload edit is an edit of its ref file in Git's eyes: the same stories over all three ways
 * of noticing. With `commit`, only `blobsy status` and a commit look; so there it goes first.
 */
import { renameSync, utimesSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes, digits, sha256 } from "../helpers/bytes.js";
import type { Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

const LONG_AGO = new Date("2001-02-03T04:05:06Z");

type Mode = "monitor" | "arm" | "commit";

/** `a` with `model.bin` at v1 and two bystanders, all committed, on a real disk. */
function start(mode: Mode): { w: World; a: Repo; look: () => void } {
  const w = world({ on: "disk", config: { "blobsy.detect": mode } });
  const a = w.initWithRemote();
  for (const name of ["model.bin", "data/other.bin", "zoo.bin"]) a.write(name, bytes(name));
  a.write("model.bin", bytes("v1"));
  a.mustBlobsy("track", "model.bin", "data/other.bin", "zoo.bin");
  a.must("commit", "-qm", "three payloads");
  const look = (): void => {
    if (mode === "commit") a.mustBlobsy("status");
  };
  return { w, a, look };
}

describe.each<Mode>(["monitor", "arm", "commit"])("noticing by %s", (mode) => {
  it("an edit shows in status and diff, and nothing else does", () => {
    const { a, look } = start(mode);
    a.write("model.bin", bytes("v2"));
    look();

    expect(a.status()).toEqual([" M model.bin.bref"]);
    const diff = a.must("diff");
    expect(diff).toContain(`-hash: sha256:${sha256(bytes("v1"))}`);
    expect(diff).toContain(`+hash: sha256:${sha256(bytes("v2"))}`);
    expect(a.must("diff", "--name-only")).toBe("model.bin.bref\n");
    expect(a.git("diff", "--quiet").code).toBe(1);
    expect(a.git("diff-index", "--quiet", "HEAD").code).toBe(1);
    a.assertPayload("model.bin", bytes("v2"));
  });

  it.each([
    ["add", "-u"],
    ["add", "."],
    ["add", "model.bin.bref"],
  ])("git %s %s takes it", (...args) => {
    const { a, look } = start(mode);
    a.write("model.bin", bytes("v2"));
    look();

    a.must(...args);

    expect(a.status()).toEqual(["M  model.bin.bref"]);
    expect(a.refIn("", "model.bin")?.hash).toBe(sha256(bytes("v2")));
    expect(a.storeHas(bytes("v2"))).toBe(true);
    a.must("commit", "-qm", "v2");
    a.assertInStep("model.bin");
    a.assertPristine();
  });

  it("commit -a takes it, at once after the last commit, again and again", () => {
    const { a, look } = start(mode);
    for (const tag of ["v2", "v3", "v4"]) {
      a.write("model.bin", bytes(tag));
      look();
      a.commitAll(tag);
      expect(a.refIn("HEAD", "model.bin")?.hash).toBe(sha256(bytes(tag)));
    }
    a.assertPristine();
  });

  it("a size of more digits does not leave the ref file modified for ever", () => {
    const { a, look } = start(mode);
    for (const content of [digits("v2"), bytes("v3"), digits("v4")]) {
      a.write("model.bin", content);
      look();
      expect(a.status()).toEqual([" M model.bin.bref"]);
      a.must("add", "-u");
      expect(a.status()).toEqual(["M  model.bin.bref"]);
      a.must("commit", "-qm", "other size");
      expect(a.refIn("HEAD", "model.bin")?.size).toBe(content.length);
      a.assertInStep("model.bin");
      a.assertPristine();
    }
  });

  it("stash takes an edit away, stash pop brings it back", () => {
    const { a, look } = start(mode);
    a.write("model.bin", bytes("v2"));
    look();

    a.must("stash");
    a.assertPayload("model.bin", bytes("v1"));
    a.assertPristine();

    a.must("stash", "pop");
    a.assertPayload("model.bin", bytes("v2"));
    expect(a.status()).toEqual([" M model.bin.bref"]);
  });

  it("Git refuses to overwrite it: checkout, switch, merge, pull", () => {
    const { w, a, look } = start(mode);
    a.must("push", "-q");
    const b = w.clone("b");
    b.write("model.bin", bytes("v2"));
    if (mode === "commit") b.mustBlobsy("status");
    b.commitAll("v2");
    b.must("push", "-q", "origin", "main", "main:other");
    a.must("fetch", "-q");
    a.write("model.bin", bytes("my edit"));
    look();

    for (const args of [
      ["checkout", "other"],
      ["switch", "other"],
      ["merge", "origin/main"],
      ["pull", "-q"],
      ["rebase", "origin/main"],
    ]) {
      const ran = a.git(...args);
      expect(ran.code, `git ${args.join(" ")}`).not.toBe(0);
      expect(ran.stderr).toMatch(/would be overwritten|unstaged changes/);
      a.assertPayload("model.bin", bytes("my edit"));
      expect(a.status()).toEqual([" M model.bin.bref"]);
    }
    expect(a.must("rev-parse", "--abbrev-ref", "HEAD").trim()).toBe("main");
  });

  it("what is untouched or merely touched never shows", () => {
    const { a, look } = start(mode);
    a.assertPristine();

    a.sh("touch model.bin data/other.bin");
    look();
    expect(a.status()).toEqual([]);
    expect(a.must("diff")).toBe("");
    a.assertPristine();

    a.sh("cp model.bin copy && mv copy model.bin");
    look();
    expect(a.status()).toEqual([]);
    expect(a.git("commit", "-qam", "nothing").code).toBe(1);
    a.assertPristine();
  });

  it("an edit taken back is no edit", () => {
    const { a, look } = start(mode);
    a.write("model.bin", bytes("v2"));
    look();
    expect(a.status()).toEqual([" M model.bin.bref"]);

    a.write("model.bin", bytes("v1"));
    look();
    expect(a.status()).toEqual([]);
    a.assertInStep("model.bin");
    a.assertPristine();
  });

  it("an edit after git add shows beside what is staged", () => {
    const { a, look } = start(mode);
    a.write("model.bin", bytes("v2"));
    look();
    a.must("add", "-u");
    a.write("model.bin", bytes("v3"));
    look();

    expect(a.status()).toEqual(["MM model.bin.bref"]);
    if (mode !== "commit") {
      a.must("commit", "-qm", "v2 only");
      expect(a.refIn("HEAD", "model.bin")?.hash).toBe(sha256(bytes("v2")));
      expect(a.status()).toEqual([" M model.bin.bref"]);
    }
    expect(a.storeHas(bytes("v2"))).toBe(true);
    a.assertPayload("model.bin", bytes("v3"));
  });

  it("replacing the payload by an older file of the same size is an edit", () => {
    const { a, look } = start(mode);
    a.write("old", bytes("v0"));
    utimesSync(a.path("old"), LONG_AGO, LONG_AGO);
    renameSync(a.path("old"), a.path("model.bin"));
    look();

    expect(a.status()).toEqual([" M model.bin.bref"]);
    a.commitAll("v0");
    expect(a.refIn("HEAD", "model.bin")?.hash).toBe(sha256(bytes("v0")));
  });

  it("setting the mtime back after an edit does not hide it", () => {
    const { a, look } = start(mode);
    a.setMtime("model.bin", LONG_AGO);
    look();
    expect(a.status()).toEqual([]);

    a.write("model.bin", bytes("v2"));
    a.setMtime("model.bin", LONG_AGO);
    look();

    expect(a.status()).toEqual([" M model.bin.bref"]);
  });

  it("an edit at once after clone, pull and checkout is noticed", () => {
    const { w, a, look } = start(mode);
    a.must("push", "-q");
    const b = w.clone("b");
    b.write("model.bin", bytes("b1"));
    if (mode === "commit") b.mustBlobsy("status");
    expect(b.status()).toEqual([" M model.bin.bref"]);
    b.commitAll("b1");
    b.must("push", "-q");

    a.must("pull", "-q");
    a.write("model.bin", bytes("a2"));
    look();
    expect(a.status()).toEqual([" M model.bin.bref"]);
    a.commitAll("a2");

    a.must("checkout", "-q", "HEAD~1");
    a.assertPayload("model.bin", bytes("b1"));
    a.write("model.bin", bytes("a3"));
    look();
    expect(a.status()).toEqual([" M model.bin.bref"]);
  });

  it("several edits among many payloads show, and only those", () => {
    const { a, look } = start(mode);
    const names = Array.from({ length: 30 }, (_, n) => `many/f${String(n).padStart(2, "0")}.bin`);
    for (const name of names) a.write(name, bytes(name));
    a.mustBlobsy("track", ...names);
    a.must("commit", "-qm", "many");
    for (const name of [names[3], names[17], names[29]])
      a.write(String(name), bytes(`edit ${name}`));
    look();

    expect(a.status()).toEqual([
      " M many/f03.bin.bref",
      " M many/f17.bin.bref",
      " M many/f29.bin.bref",
    ]);
    expect(a.must("diff", "--name-only").split("\n").filter(Boolean)).toHaveLength(3);
  });
});
