/** pre-push: every blob of every commit in the pushed ranges is on the remote before any ref is. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes, sha256 } from "../helpers/bytes.js";
import type { Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

function start(): { w: World; a: Repo } {
  const w = world();
  const a = w.initWithRemote();
  a.track("model.bin", bytes("v1"));
  return { w, a };
}

function originHas(w: World, ref: string): boolean {
  return w.run(["git", "--git-dir", "origin.git", "rev-parse", "-q", "--verify", ref]).code === 0;
}

describe("pre-push", () => {
  it("uploads blobs of intermediate commits and of files that are gone", () => {
    const { a } = start();
    for (const tag of ["v2", "v3"]) {
      a.write("model.bin", bytes(tag));
      a.commitAll(tag);
    }
    a.must("rm", "-q", "model.bin.bref");
    a.commitAll("gone");

    a.must("push", "-q");

    for (const tag of ["v1", "v2", "v3"]) expect(a.remoteHas(bytes(tag)), tag).toBe(true);
  });

  it("uploads for another branch than the one checked out, and for tags", () => {
    const { w, a } = start();
    a.must("push", "-q");
    a.must("checkout", "-q", "-b", "side");
    a.write("model.bin", bytes("side"));
    a.commitAll("side");
    a.must("checkout", "-q", "-b", "tagged", "main");
    a.write("model.bin", bytes("tagged"));
    a.commitAll("tagged");
    a.must("tag", "-am", "release", "rel");
    a.must("checkout", "-q", "main");
    a.must("branch", "-qD", "tagged");

    a.must("push", "-q", "origin", "side", "rel");

    expect(a.remoteHas(bytes("side"))).toBe(true);
    expect(a.remoteHas(bytes("tagged"))).toBe(true);
    expect(originHas(w, "refs/tags/rel")).toBe(true);
  });

  it("deleting a branch, a forced push and nothing to push all go through", () => {
    const { w, a } = start();
    a.must("push", "-q", "origin", "main", "main:gone");
    a.must("push", "-q", "origin", ":gone");
    expect(originHas(w, "refs/heads/gone")).toBe(false);
    a.must("commit", "-q", "--amend", "--allow-empty", "-m", "again");
    expect(a.git("push", "-q").code).not.toBe(0);
    a.must("push", "-q", "--force");
    a.must("push", "-q");
  });

  it("an edit after the commit does not harm the committed version", () => {
    const { w, a } = start();
    a.write("model.bin", bytes("later"));

    a.must("push", "-q");

    expect(a.remoteHas(bytes("v1"))).toBe(true);
    a.assertPayload("model.bin", bytes("later"));
    w.clone("b").assertPayload("model.bin", bytes("v1"));
  });

  it("takes the blob from the payload when the store lost it", () => {
    const { a } = start();
    rmSync(a.state("objects"), { recursive: true, force: true });

    a.must("push", "-q");

    expect(a.remoteHas(bytes("v1"))).toBe(true);
  });

  it("fails closed when a blob is missing everywhere: path, commit and author are named", () => {
    const { w, a } = start();
    const commit = a.must("rev-parse", "HEAD").trim();
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    rmSync(a.state("objects"), { recursive: true, force: true });

    const ran = a.git("push", "-q");

    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toContain("model.bin");
    expect(ran.stderr).toContain(commit.slice(0, 7));
    expect(ran.stderr).toContain("Ann Example");
    expect(w.run(["git", "--git-dir", "origin.git", "log", "--format=%s", "main"]).stdout).toBe(
      "set up\n",
    );
  });

  it("a store object damaged without a change of size never reaches the remote", () => {
    const { a } = start();
    a.must("checkout", "-q", "--detach", "HEAD~1");
    a.corruptObject(bytes("v1"));

    const ran = a.git("push", "-q", "origin", "main");

    expect(ran.code).not.toBe(0);
    expect(a.must("ls-remote", "origin", "main")).not.toContain(a.must("rev-parse", "main").trim());
    const uploaded = a.world.run(["sh", "-c", "find blobs -type f | grep -v '/.blobsy/'"]).stdout;
    expect(uploaded).toBe("");
  });

  it("a remote that cannot be written stops the push, and the next one goes through", () => {
    const { w, a } = start();
    w.must("mv", "blobs", "away");
    const ran = a.git("push", "-q");
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toMatch(/blobsy/);
    expect(existsSync(w.blobs), "the directory is not made again by an automatic run").toBe(false);

    w.must("mv", "away", "blobs");
    a.must("push", "-q");
    expect(a.remoteHas(bytes("v1"))).toBe(true);
  });

  it("what a filter could not bring in is not published", () => {
    const { a } = start();
    a.must("push", "-q");
    a.write("model.bin", bytes("v2"));
    const add = a.run(["git", "add", "-u"], {
      env: { BLOBSY_FAULTS: `at=1;do=ENOSPC;only=open,write,clone;under=${a.path(".git/blobsy")}` },
    });
    expect(add.code).toBe(0);
    expect(add.stderr).toMatch(/model\.bin/);

    const commit = a.git("commit", "-qm", "would publish the old version");

    expect(commit.code).not.toBe(0);
    a.assertPayload("model.bin", bytes("v2"));
    a.must("add", "-u");
    a.must("commit", "-qm", "v2");
    a.must("push", "-q");
    expect(a.remoteHas(bytes("v2"))).toBe(true);
    expect(a.refIn("HEAD", "model.bin")?.hash).toBe(sha256(bytes("v2")));
  });

  it("pre-commit refuses a payload's path as a plain file, and a ref file without its blob", () => {
    const { a } = start();
    a.must("add", "-f", "model.bin");
    const plain = a.git("commit", "-qm", "payload itself");
    expect(plain.code).not.toBe(0);
    expect(plain.stderr).toMatch(/git (rm|reset|restore)/);
    a.must("rm", "-q", "--cached", "model.bin");

    const text = a.ref("model.bin")?.text ?? "";
    a.write("other.bin.bref", text.replaceAll(sha256(bytes("v1")), sha256(bytes("nowhere"))));
    a.must("add", "other.bin.bref");
    const dangling = a.git("commit", "-qm", "no blob");
    expect(dangling.code).not.toBe(0);
    expect(dangling.stderr).toContain("other.bin");
  });

  it("a second push of known blobs writes nothing to the remote", () => {
    const { w, a } = start();
    a.must("push", "-q");
    const list = (): string => w.must("find", "blobs", "-type", "f", "-printf", "%p %i %T@\n");
    const before = list();
    a.write("note.txt", "more\n");
    a.commitAll("note");
    a.must("push", "-q");
    expect(list()).toBe(before);
    expect(readdirSync(w.blobs).length).toBeGreaterThan(0);
  });
});
