/** `blobsy mv`: payload, ref file, ignore line and index entry get their new name together. */
import { describe, expect, it } from "vitest";
import { bytes } from "../helpers/bytes.js";
import type { Repo } from "../helpers/repo.js";
import { world } from "../helpers/world.js";

function excluded(repo: Repo): string[] {
  const text = repo.read(".git/info/exclude").toString("utf8");
  return text.split("\n").filter((line) => line.startsWith("/"));
}

/** Payloads of a repository whose remote has them all. */
function start(...names: string[]): Repo {
  const a = world().initWithRemote();
  for (const name of names) a.track(name, bytes(name));
  a.must("push", "-q");
  return a;
}

describe("mv", () => {
  it("a payload in step: everything moves, and only a rename is left to commit", () => {
    const a = start("model.bin");
    const inode = a.inode("model.bin");
    a.mustBlobsy("mv", "model.bin", "best.bin");
    expect(a.inode("best.bin"), "the file itself moved").toBe(inode);
    expect(a.has("model.bin") || a.has("model.bin.bref")).toBe(false);
    a.assertPayload("best.bin", bytes("model.bin"));
    expect(excluded(a)).toEqual(["/best.bin"]);
    expect(a.git("diff-files", "--quiet").code).toBe(0);
    expect(a.status()).toEqual(["R  model.bin.bref -> best.bin.bref"]);
    a.must("commit", "-qm", "renamed");
    a.assertPristine();
    a.assertInStep("best.bin");
  });

  it("takes the ref file's name as well, into a directory, from a directory below", () => {
    const a = start("data/in/x.bin", "top.bin");
    a.write("data/out/note.txt", "note\n");
    a.must("add", "data/out/note.txt");
    const ran = a.run(["blobsy", "mv", "x.bin.bref", "../../top.bin", "../out"], { in: "data/in" });
    expect(ran.code, ran.stderr).toBe(0);
    a.assertPayload("data/out/x.bin", bytes("data/in/x.bin"));
    a.assertPayload("data/out/top.bin", bytes("top.bin"));
    a.must("commit", "-qm", "moved");
    a.assertPristine();
  });

  it("a directory moves with all that is in it: payloads, plain files, and what nobody tracks", () => {
    const a = start("data/a.bin", "data/deep/b.bin");
    a.write("data/plain.txt", "plain\n");
    a.must("add", "data/plain.txt");
    a.must("commit", "-qm", "plain");
    a.write("data/scratch.txt", "nobody's\n");
    a.mustBlobsy("mv", "data", "archive");
    a.mustBlobsy("mv", "archive/", "again/"); // a slash behind it, as mv and git mv have it
    a.mustBlobsy("mv", "again", "archive");
    expect(a.has("data")).toBe(false);
    a.assertPayload("archive/a.bin", bytes("data/a.bin"));
    a.assertPayload("archive/deep/b.bin", bytes("data/deep/b.bin"));
    expect(a.read("archive/scratch.txt").toString()).toBe("nobody's\n");
    expect(excluded(a)).toEqual(["/archive/a.bin", "/archive/deep/b.bin"]);
    a.must("commit", "-qm", "moved");
    expect(a.status()).toEqual(["?? archive/scratch.txt"]);
    a.assertInStep("archive/a.bin");
  });

  it("an edited payload stays edited under its new name, alone or with its directory", () => {
    for (const [args, now] of [
      [["mv", "data/x.bin", "data/y.bin"], "data/y.bin"],
      [["mv", "data", "other"], "other/x.bin"],
    ] as const) {
      const a = start("data/x.bin");
      a.write("data/x.bin", bytes("edit"));
      a.mustBlobsy(...args);
      a.assertPayload(now, bytes("edit"));
      a.must("commit", "-qam", "moved and edited");
      a.assertInStep(now);
      a.assertPayload(now, bytes("edit"));
      a.assertPristine();
    }
  });

  it.each([
    ["a directory", ["data", "other"], "other/x.bin"],
    ["a ref file", ["data/x.bin.bref", "data/y.bin.bref"], "data/y.bin"],
  ])("git mv of %s: the next commit -a has the edit of a payload that went along", (...row) => {
    const [, names, now] = row;
    const a = start("data/x.bin");
    a.write("data/x.bin", bytes("edit"));
    a.must("mv", ...names);
    a.must("commit", "-qam", "moved and edited");
    a.assertPayload(now, bytes("edit"));
    a.assertInStep(now);
    a.assertPristine();
  });

  it("a payload that was dropped stays dropped", () => {
    for (const program of ["git", "blobsy"]) {
      const a = start("x.bin");
      a.mustBlobsy("drop", "x.bin");
      const names = program === "git" ? ["x.bin.bref", "y.bin.bref"] : ["x.bin", "y.bin"];
      expect(a.run([program, "mv", ...names]).code).toBe(0);
      a.mustBlobsy("sync");
      a.assertPayload("y.bin", null);
      a.mustBlobsy("pull", "y.bin");
      a.assertPayload("y.bin", bytes("x.bin"));
    }
  });

  it("an absent payload: the ref file moves, and the payload comes to the new place", () => {
    const a = start("x.bin");
    a.remove("x.bin");
    a.mustBlobsy("mv", "x.bin", "y.bin");
    a.mustBlobsy("sync");
    a.assertPayload("y.bin", bytes("x.bin"));
    a.must("commit", "-qm", "moved");
    a.assertPristine();
  });

  it("a conflict moves along, and is one still", () => {
    const a = start("x.bin");
    a.write("x.bin", bytes("mine"));
    a.sh("rm .git/blobsy/worktree/stat-cache");
    expect(a.blobsy("status").stdout).toMatch(/conflict/);
    a.mustBlobsy("mv", "x.bin", "y.bin");
    a.assertPayload("y.bin", bytes("mine"));
    expect(a.blobsy("status").stdout).toMatch(/conflict/);
  });

  it.each([
    ["a payload", (a: Repo) => a.write("to.bin", "precious")],
    ["a ref file", (a: Repo) => a.write("to.bin.bref", "precious")],
    ["a dangling link", (a: Repo) => a.sh("ln -s nowhere to.bin")],
  ])("never over %s that is there", (_what, put) => {
    const a = start("x.bin");
    put(a);
    const before = a.sh("ls -l; cat to.bin to.bin.bref 2>&1").stdout;
    const ran = a.blobsy("mv", "x.bin", "to.bin");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/exists already/);
    expect(a.sh("ls -l; cat to.bin to.bin.bref 2>&1").stdout).toBe(before);
    a.assertInStep("x.bin");
    expect(excluded(a)).toEqual(["/x.bin"]);
  });

  it("one obstacle stops them all", () => {
    const a = start("x.bin", "y.bin");
    a.write("dir/y.bin", "in the way");
    const ran = a.blobsy("mv", "x.bin", "y.bin", "dir");
    expect(ran.code).toBe(1);
    a.assertPayload("x.bin", bytes("x.bin"));
    a.assertPayload("y.bin", bytes("y.bin"));
    expect(a.status()).toEqual(["?? dir/"]);
  });

  it("two of one name do not meet in one place", () => {
    const a = start("p/x.bin", "q/x.bin");
    a.write("dir/note", "");
    expect(a.blobsy("mv", "p/x.bin", "q/x.bin", "dir").code).toBe(1);
    a.assertInStep("p/x.bin");
    a.assertInStep("q/x.bin");
  });

  it.each([
    ["a directory into itself", ["mv", "p", "p/q"], /into itself/],
    ["to a directory that is not there", ["mv", "p/x.bin", "none/"], /no directory/],
    ["below a directory that is not there", ["mv", "p/x.bin", "none/x.bin"], /mkdir -p/],
    ["a file that blobsy does not track", ["mv", "note.txt", "other.txt"], /no tracked payload/],
    ["out of the worktree", ["mv", "p/x.bin", "../x.bin"], /outside/],
    ["to a name no payload may have", ["mv", "p/x.bin", "p/.gitattributes"], /gitattributes/],
    ["without a destination", ["mv", "p/x.bin"], /destination/],
  ])("refuses: %s", (_what, args, words) => {
    const a = start("p/x.bin");
    const ran = a.blobsy(...args);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(words);
    a.assertPristine();
  });

  it("refuses where a rule would have Git see the payload, and leaves no ignore line", () => {
    const a = start("x.bin");
    a.write("open/.gitignore", "!*.bin\n");
    a.must("add", "open");
    a.must("commit", "-qm", "open");
    const ran = a.blobsy("mv", "x.bin", "open");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/un-ignores it: open\/\.gitignore:1: !\*\.bin/);
    expect(excluded(a)).toEqual(["/x.bin"]);
    a.assertPristine();
  });

  it("refuses a ref file that is not in the index, one in a merge, and one that was deleted", () => {
    const a = start("x.bin", "y.bin");
    a.must("rm", "-q", "--cached", "x.bin.bref");
    expect(a.blobsy("mv", "x.bin", "z.bin").stderr).toMatch(/git add x\.bin\.bref/);
    a.must("reset", "-q");
    a.remove("y.bin.bref");
    expect(a.blobsy("mv", "y.bin", "z.bin").stderr).toMatch(/git restore y\.bin\.bref/);
    a.must("restore", "y.bin.bref");
    a.must("checkout", "-qb", "other");
    a.write("x.bin", bytes("theirs"));
    a.commitAll("theirs");
    a.must("checkout", "-q", "main");
    a.write("x.bin", bytes("ours"));
    a.commitAll("ours");
    a.git("merge", "other");
    expect(a.blobsy("mv", "x.bin", "z.bin").code).toBe(2);
    a.assertPayload("x.bin", bytes("ours"));
  });

  it("where Git cannot move it, nothing is left behind, and what had moved is whole", () => {
    const a = start("a.bin", "b.bin");
    a.write(".git/index.lock", "");
    expect(a.blobsy("mv", "a.bin", "c.bin").code).toBe(1);
    a.remove(".git/index.lock");
    expect(excluded(a)).toEqual(["/a.bin", "/b.bin"]);
    a.assertPristine();
  });

  it("--dry-run says the same and does nothing; --json has it all", () => {
    const a = start("data/x.bin");
    const dry = JSON.parse(a.mustBlobsy("mv", "--dry-run", "--json", "data", "other")) as object;
    expect(dry).toMatchObject({
      command: "mv",
      dry_run: true,
      files: [{ from: "data/x.bin", path: "other/x.bin" }],
    });
    a.assertPristine();
    const done = JSON.parse(a.mustBlobsy("mv", "--json", "data", "other")) as object;
    expect(done).toMatchObject({ exit_code: 0, files: [{ path: "other/x.bin" }] });
  });

  it("names that look like options or patterns", () => {
    const a = start("-rf.bin", "a[1].bin", "a1.bin");
    a.mustBlobsy("mv", "--", "-rf.bin", "--force");
    a.assertPayload("--force", bytes("-rf.bin"));
    a.mustBlobsy("mv", "a[1].bin", "one.bin");
    a.assertPayload("a1.bin", bytes("a1.bin"));
    a.assertPayload("one.bin", bytes("a[1].bin"));
    a.must("commit", "-qm", "moved");
    a.assertPristine();
  });

  it("with committed ignore lines, these are staged with it", () => {
    const a = world().initAlone();
    a.must("config", "blobsy.ignore", "gitignore");
    a.track("p/x.bin", bytes("x"));
    a.write("q/keep.txt", "");
    a.must("add", ".");
    a.must("commit", "-qm", "keep");
    a.mustBlobsy("mv", "p/x.bin", "q");
    expect(a.status()).toEqual([
      "R  p/.gitignore -> q/.gitignore",
      "R  p/x.bin.bref -> q/x.bin.bref",
    ]);
    a.must("commit", "-qm", "moved");
    expect(a.must("show", "HEAD:q/.gitignore")).toContain("/x.bin");
    expect(a.has("p")).toBe(false);
    a.assertPristine();
  });
});
