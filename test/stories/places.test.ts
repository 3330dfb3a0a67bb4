/** Where a repository may stand, and what Git may ask of it that must change nothing. */
import { statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes, digits, sha256 } from "../helpers/bytes.js";
import { sharedWorld, world } from "../helpers/world.js";

describe("places", () => {
  it("detached HEAD: edit, commit, go back", () => {
    const w = world();
    const a = w.initAlone();
    a.track("model.bin", bytes("v1"));
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");

    a.must("checkout", "-q", "--detach", "HEAD~1");
    a.assertPayload("model.bin", bytes("v1"));
    a.write("model.bin", digits("v3"));
    a.commitAll("v3");
    a.assertPristine();
    a.must("checkout", "-q", "main");
    a.assertPayload("model.bin", bytes("v2"));
    a.must("checkout", "-q", "HEAD@{1}");
    a.assertPayload("model.bin", digits("v3"));
  });

  it("orphan branch: payloads stay while their ref files are staged, and go with them", () => {
    const w = world();
    const a = w.initAlone();
    a.track("model.bin", bytes("v1"));

    a.must("checkout", "-q", "--orphan", "fresh");
    a.assertPayload("model.bin", bytes("v1"));
    a.must("rm", "-rfq", ".");
    a.status();
    expect(a.has("model.bin")).toBe(false);
    a.assertBytesSomewhere(bytes("v1"));
    a.must("commit", "-q", "--allow-empty", "-m", "fresh");
    a.must("checkout", "-q", "main");
    a.assertPayload("model.bin", bytes("v1"));
    a.assertPristine();
  });

  it("shallow clone: complete, and pushes", () => {
    const w = world();
    const a = w.initWithRemote();
    for (const tag of ["v1", "v2", "v3"]) {
      if (tag === "v1") a.track("model.bin", bytes(tag));
      else {
        a.write("model.bin", bytes(tag));
        a.commitAll(tag);
      }
    }
    a.must("push", "-q");

    const b = w.clone("b", { from: `file://${w.path("origin.git")}`, args: ["--depth", "1"] });
    b.assertPayload("model.bin", bytes("v3"));
    b.write("model.bin", bytes("v4"));
    b.commitAll("v4");
    b.must("push", "-q");
    a.must("pull", "-q");
    a.assertPayload("model.bin", bytes("v4"));
  });

  it("sparse checkout: what is left out goes to the store, and comes back", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("in/one.bin", bytes("one"));
    a.track("out/two.bin", bytes("two"));
    a.must("push", "-q");

    a.must("sparse-checkout", "set", "in");
    a.status();
    a.assertPayload("in/one.bin", bytes("one"));
    expect(a.has("out/two.bin")).toBe(false);
    a.assertBytesSomewhere(bytes("two"));
    a.assertPristine();
    a.write("in/one.bin", bytes("new"));
    a.commitAll("new");
    expect(a.refIn("HEAD", "out/two.bin")?.hash).toBe(sha256(bytes("two")));

    a.must("sparse-checkout", "disable");
    a.assertPayload("out/two.bin", bytes("two"));
    a.assertPristine();
  });

  it("sparse checkout does not take an edit away", () => {
    const w = world();
    const a = w.initAlone();
    a.track("in/one.bin", bytes("one"));
    a.track("out/two.bin", bytes("two"));
    a.write("out/two.bin", bytes("ed2"));

    a.git("sparse-checkout", "set", "in");
    a.status();

    a.assertBytesSomewhere(bytes("ed2"), "the edit");
    a.assertBytesSomewhere(bytes("two"));
  });

  it("submodule: its payloads are its own, the superproject's are left alone", () => {
    const w = world();
    const lib = w.initWithRemote("lib");
    lib.track("lib.bin", bytes("l1"));
    lib.must("push", "-q");
    w.must("git", "init", "-q", "super");
    const top = w.repo("super");
    top.mustBlobsy("init", "local:../blobs");
    top.must("submodule", "add", "-q", w.path("origin.git"), "sub");
    top.must("add", ".");
    top.must("commit", "-qm", "sub");
    top.track("top.bin", bytes("t1"));

    // Relative to the submodule's own root, `../blobs` is `super/blobs`.
    w.must("cp", "-a", w.blobs, top.path("blobs"));
    const sub = w.repo("super/sub");
    sub.mustBlobsy("install");
    sub.mustBlobsy("pull");
    sub.assertPayload("lib.bin", bytes("l1"));
    sub.write("lib.bin", bytes("l2"));
    expect(sub.status()).toEqual([" M lib.bin.bref"]);
    sub.commitAll("l2");
    sub.must("checkout", "-q", "HEAD~1");
    sub.assertPayload("lib.bin", bytes("l1"));
    top.must("submodule", "update", "-q");
    sub.assertPayload("lib.bin", bytes("l1"));
    top.assertPayload("top.bin", bytes("t1"));
    top.assertInStep("top.bin");
  });

  it("two worktrees: each its own state, one store, one ignore block", () => {
    const w = world();
    const a = w.initAlone();
    a.track("model.bin", bytes("v1"));
    a.must("worktree", "add", "-q", "-b", "two", "../tree");
    const tree = w.repo("tree");
    tree.assertPayload("model.bin", bytes("v1"));

    tree.write("model.bin", bytes("v2"));
    tree.track("only-there.bin", bytes("t1"));
    expect(a.status()).toEqual([]);
    expect(tree.status()).toEqual([" M model.bin.bref"]);
    tree.commitAll("v2");
    tree.assertPristine();
    a.assertPayload("model.bin", bytes("v1"));

    a.must("merge", "-q", "two");
    a.assertPayload("model.bin", bytes("v2"));
    a.assertPayload("only-there.bin", bytes("t1"));
    a.must("rm", "-q", "only-there.bin.bref");
    a.commitAll("gone here");
    expect(a.has("only-there.bin")).toBe(false);
    expect(tree.status()).toEqual([]);
    a.must("worktree", "remove", "--force", "../tree");
    a.assertPristine();
    a.assertBytesSomewhere(bytes("t1"));
  });

  it("a subdirectory as the place to work in", () => {
    const w = world();
    const a = w.initAlone();
    a.write("deep/er/model.bin", bytes("v1"));

    const tracked = a.run(["blobsy", "track", "model.bin"], { in: "deep/er" });
    expect(tracked.code).toBe(0);
    a.must("commit", "-qm", "deep");
    a.write("deep/er/model.bin", bytes("v2"));
    expect(a.run(["git", "add", "-u", "."], { in: "deep/er" }).code).toBe(0);
    expect(a.status()).toEqual(["M  deep/er/model.bin.bref"]);
    expect(a.run(["blobsy", "status"], { in: "deep/er" }).code).toBe(0);
  });

  it("GIT_DIR and GIT_WORK_TREE given from outside", () => {
    const w = world();
    const a = w.initAlone();
    a.track("model.bin", bytes("v1"));
    a.write("model.bin", bytes("v2"));
    const env = { GIT_DIR: a.path(".git"), GIT_WORK_TREE: a.dir };

    const ran = w.run(["git", "status", "--porcelain"], { env });
    expect(ran.stdout).toBe(" M model.bin.bref\n");
    expect(w.run(["git", "checkout", "-q", "--", "."], { env }).code).toBe(0);
    a.assertPayload("model.bin", bytes("v1"));
  });

  it("a git dir elsewhere (--separate-git-dir)", () => {
    const w = world();
    w.must("git", "init", "-q", "--separate-git-dir", w.path("gitdir"), "a");
    const a = w.repo("a");
    a.mustBlobsy("init", "local:../blobs");
    a.must("add", ".");
    a.must("commit", "-qm", "set up");
    a.track("model.bin", bytes("v1"));
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    a.must("checkout", "-q", "HEAD~1");
    a.assertPayload("model.bin", bytes("v1"));
  });

  it("a bare repository: commands say so, and nothing is written", () => {
    const w = world();
    const bare = w.repo("x.git");
    w.bare("x");
    const before = w.must("find", bare.dir).length;
    expect(bare.blobsy("status").code).toBe(1);
    expect(bare.blobsy("pull").code).toBe(1);
    expect(w.must("find", bare.dir)).toHaveLength(before);
  });
});

describe("what must change nothing", () => {
  const w = sharedWorld((made) => {
    const a = made.initAlone();
    a.track("model.bin", bytes("v1"));
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
  });

  it.each([
    ["archive of an older commit", ["archive", "-o", "../out.tar", "HEAD~1"]],
    ["cat-file --filters", ["cat-file", "--filters", "HEAD~1:model.bin.bref"]],
    ["checkout-index --temp", ["checkout-index", "--temp", "model.bin.bref"]],
    ["checkout-index --prefix", ["checkout-index", "-a", "--prefix=../copy/"]],
    ["hash-object --path", ["hash-object", "--path", "model.bin.bref", "note.txt"]],
    ["diff between commits", ["diff", "HEAD~1", "HEAD"]],
    ["show", ["show", "HEAD~1:model.bin.bref"]],
    ["log -p", ["log", "-p"]],
    ["blame", ["blame", "model.bin.bref"]],
    ["stash list", ["stash", "list"]],
    ["fsck", ["fsck"]],
  ])("git %s", (_name, args) => {
    const a = w().repo("a");
    const seen = (): object => {
      const { ino, mtimeMs, mode } = statSync(a.path("model.bin"));
      return { ino, mtimeMs, mode, ref: a.ref("model.bin")?.text };
    };
    const before = seen();

    expect(a.git(...args).code).toBe(0);

    expect(seen()).toEqual(before);
    a.assertPayload("model.bin", bytes("v2"));
    a.sh("rm -f .merge_file_*");
    a.assertPristine();
  });

  it("git clean -fd, and -n -d -x names the payload but takes nothing", () => {
    const a = w().repo("a");
    a.write("dropping/x", "x");
    a.must("clean", "-fdq");
    expect(a.has("dropping")).toBe(false);
    a.assertPayload("model.bin", bytes("v2"));
    expect(a.must("clean", "-ndx")).toContain("model.bin");
    a.assertPayload("model.bin", bytes("v2"));
  });

  it("git clean -fdx takes the payload; what blobsy saw is brought back", () => {
    const a = w().repo("a");
    a.must("clean", "-fdxq");
    expect(a.has("model.bin")).toBe(false);
    a.mustBlobsy("sync");
    a.assertPayload("model.bin", bytes("v2"));
    a.assertPristine();
  });

  it("an edit that status had seen survives git clean -fdx in the store", () => {
    const a = w().repo("a");
    a.write("model.bin", bytes("seen"));
    a.must("add", "-u");
    a.must("clean", "-fdxq");
    a.mustBlobsy("sync");
    a.assertPayload("model.bin", bytes("seen"));
    a.must("reset", "-q", "--hard");
    a.assertPayload("model.bin", bytes("v2"));
  });
});

describe("a commit that tracks the payload's own path", () => {
  it("Git owns the path then: blobsy keeps its hands off, and says so", () => {
    const w = world();
    const a = w.initAlone();
    a.track("model.bin", bytes("v1"));
    a.must("checkout", "-q", "-b", "owned", "HEAD~1");
    expect(a.has("model.bin")).toBe(false);
    a.write("model.bin", "git's own\n");
    a.must("add", "-f", "model.bin");
    a.must("commit", "-q", "--no-verify", "-m", "plain file");
    a.must("checkout", "-q", "main");
    a.assertPayload("model.bin", bytes("v1"));

    a.must("checkout", "-q", "owned");
    expect(a.read("model.bin").toString()).toBe("git's own\n");
    a.assertBytesSomewhere(bytes("v1"));
    a.must("checkout", "-q", "main");
    a.assertPayload("model.bin", bytes("v1"));
    a.assertPristine();
  });

  it("a ref file beside a tracked file is refused, and the file left alone", () => {
    const w = world();
    const a = w.initAlone();
    a.track("model.bin", bytes("v1"));
    const text = a.ref("model.bin")?.text ?? "";
    a.must("rm", "-q", "model.bin.bref");
    a.write("note.txt.bref", text);
    a.must("add", "note.txt.bref");
    a.must("commit", "-q", "--no-verify", "-m", "both");
    a.must("checkout", "-q", "HEAD~1");
    a.must("checkout", "-q", "main");

    expect(a.read("note.txt").toString()).toBe("a plain file\n");
    expect(a.blobsy("status").stdout).toContain("note.txt");
    expect(a.blobsy("track", "note.txt").code).not.toBe(0);
  });
});
