/** Switching branches moves files: renames for what the remote has, copies for what it has not. */
import { closeSync, existsSync, linkSync, openSync, statSync, writeSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes, sized } from "../helpers/bytes.js";
import type { Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

/** `main` has v1, branch `two` has v2; pushed unless told. */
function start(push = true): { w: World; a: Repo } {
  const w = world({ on: "disk" });
  const a = w.initWithRemote();
  a.track("model.bin", bytes("v1"));
  a.must("checkout", "-q", "-b", "two");
  a.write("model.bin", bytes("v2"));
  a.commitAll("v2");
  a.must("checkout", "-q", "main");
  if (push) a.must("push", "-q", "origin", "main", "two");
  return { w, a };
}

describe("switching", () => {
  it("renames pushed payloads out to the store and in again: the same inodes", () => {
    const { a } = start();
    a.must("checkout", "-q", "two");
    a.must("checkout", "-q", "main");
    const first = a.inode("model.bin");

    a.must("checkout", "-q", "two");
    a.assertPayload("model.bin", bytes("v2"));
    expect(statSync(a.object(bytes("v1"))).ino).toBe(first);
    expect(existsSync(a.object(bytes("v2")))).toBe(false);

    a.must("checkout", "-q", "main");
    a.assertPayload("model.bin", bytes("v1"));
    expect(a.inode("model.bin")).toBe(first);
    expect(existsSync(a.object(bytes("v1")))).toBe(false);
    a.assertPristine();
  });

  it("keeps an unpushed blob in the store: an edit in place must not take the last copy", () => {
    const { a } = start(false);
    for (const [branch, tag, other] of [
      ["two", "v2", "v1"],
      ["main", "v1", "v2"],
    ] as const) {
      a.must("checkout", "-q", branch);
      a.assertPayload("model.bin", bytes(tag));
      expect(a.storeHas(bytes(tag)), `${tag} stays in the store`).toBe(true);
      expect(a.storeHas(bytes(other))).toBe(true);
      expect(a.inode("model.bin")).not.toBe(statSync(a.object(bytes(tag))).ino);
    }
    a.sh("printf X | dd of=model.bin bs=1 seek=5 conv=notrunc 2>/dev/null");
    expect(a.storeHas(bytes("v1"))).toBe(true);
  });

  it("copies what a second path needs too", () => {
    const { a } = start();
    a.must("checkout", "-q", "-b", "three", "main");
    a.write("one.bin", bytes("both"));
    a.write("other.bin", bytes("both"));
    a.mustBlobsy("track", "one.bin", "other.bin");
    a.must("commit", "-qm", "both");
    a.must("push", "-q", "origin", "three");

    for (let n = 0; n < 2; n += 1) {
      a.must("checkout", "-q", "main");
      expect(a.has("one.bin") || a.has("other.bin")).toBe(false);
      a.must("checkout", "-q", "three");
      a.assertPayload("one.bin", bytes("both"));
      a.assertPayload("other.bin", bytes("both"));
      expect(a.inode("one.bin")).not.toBe(a.inode("other.bin"));
    }
    a.write("one.bin", bytes("edit"));
    a.assertPayload("other.bin", bytes("both"));
  });

  it("copies what a second worktree needs too", () => {
    const { w, a } = start();
    a.must("worktree", "add", "-q", "--detach", "../tree", "main");
    const tree = w.repo("tree");
    tree.assertPayload("model.bin", bytes("v1"));
    expect(tree.inode("model.bin")).not.toBe(a.inode("model.bin"));

    a.must("checkout", "-q", "two");
    tree.assertPayload("model.bin", bytes("v1"));
    tree.write("model.bin", bytes("edit"));
    a.must("checkout", "-q", "main");
    a.assertPayload("model.bin", bytes("v1"));
    tree.assertPayload("model.bin", bytes("edit"));
  });

  it("a blob that only another worktree's payload still has is found there", () => {
    const { w, a } = start();
    a.must("worktree", "add", "-q", "--detach", "../tree", "main");
    a.must("checkout", "-q", "two");
    a.sh(`rm -rf '${a.state("objects")}' '${w.blobs}'`);

    a.must("checkout", "-q", "main");

    a.assertPayload("model.bin", bytes("v1"));
    w.repo("tree").assertPayload("model.bin", bytes("v1"));
  });

  it("a payload with a second link is copied in; the neighbour keeps its bytes", () => {
    const { w, a } = start();
    linkSync(a.path("model.bin"), w.path("neighbour"));

    a.must("checkout", "-q", "two");

    expect(w.run(["cat", "neighbour"]).stdout).toBe(bytes("v1").toString("utf8"));
    expect(statSync(w.path("neighbour")).nlink).toBe(1);
    expect(a.storeHas(bytes("v1"))).toBe(true);
    w.run(["sh", "-c", "echo changed >neighbour"]);
    a.must("checkout", "-q", "main");
    a.assertPayload("model.bin", bytes("v1"));
  });

  it("an object that something still writes to after it was moved is noticed", () => {
    const { a } = start();
    const open = openSync(a.path("model.bin"), "r+");
    a.must("checkout", "-q", "two");
    writeSync(open, "late", 0);
    closeSync(open);

    a.must("checkout", "-q", "main");

    a.assertPayload("model.bin", bytes("v1"));
    a.assertPristine();
  });

  it("a damaged store object is never placed, and is fetched again", () => {
    const { a } = start();
    a.must("checkout", "-q", "two");
    a.corruptObject(bytes("v1"));

    a.must("checkout", "-q", "main");

    a.assertPayload("model.bin", bytes("v1"));
  });

  it("a damaged store object that the remote has not got is never placed, and is said", () => {
    const { w, a } = start(false);
    a.must("checkout", "-q", "two");
    a.sh(`rm -rf '${w.blobs}'/sha256`);
    a.corruptObject(bytes("v1"));

    const ran = a.git("checkout", "-q", "main");

    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/model\.bin/);
    if (a.has("model.bin")) a.assertPayload("model.bin", bytes("v2"));
    a.assertBytesSomewhere(bytes("v2"));
    expect(a.status()).toEqual([]);
  });

  it("the executable bit goes along, both ways", () => {
    const { a } = start();
    a.sh("chmod 755 model.bin");
    a.must("checkout", "-q", "two");
    expect(statSync(a.path("model.bin")).mode & 0o111).toBe(0o111);
    a.must("checkout", "-q", "main");
    expect(statSync(a.path("model.bin")).mode & 0o111).toBe(0o111);
    a.assertPristine();
  });

  it("a payload is writable after any switch", () => {
    const { a } = start();
    a.must("checkout", "-q", "two");
    a.must("checkout", "-q", "main");
    expect(statSync(a.path("model.bin")).mode & 0o200).toBe(0o200);
    a.sh("echo more >>model.bin");
    expect(a.status()).toEqual([" M model.bin.bref"]);
  });

  it("many payloads of several sizes arrive whole on every branch", () => {
    const { a } = start();
    const names = Array.from({ length: 40 }, (_, n) => `many/${n % 4}/f${n}.bin`);
    const fill = (tag: string): void => {
      names.forEach((name, n) => a.write(name, sized(`${tag} ${n}`, n * 997)));
    };
    fill("m");
    a.mustBlobsy("track", ...names);
    a.must("commit", "-qm", "m");
    a.must("checkout", "-q", "-b", "four");
    fill("n");
    a.commitAll("n");
    a.must("push", "-q", "origin", "main", "four");

    for (const [branch, tag] of [
      ["main", "m"],
      ["four", "n"],
      ["main", "m"],
    ] as const) {
      a.must("checkout", "-q", branch);
      names.forEach((name, n) => a.assertPayload(name, sized(`${tag} ${n}`, n * 997)));
      a.assertPristine();
    }
  });
});
