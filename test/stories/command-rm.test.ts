/** `rm` and `untrack`: what goes, what stays, what is refused, and what `recover` has. */
import { describe, expect, it } from "vitest";
import { bytes } from "../helpers/bytes.js";
import { sharedPayloads } from "../helpers/fresh.js";
import type { Repo } from "../helpers/repo.js";

function excluded(repo: Repo): string[] {
  const text = repo.read(".git/info/exclude").toString("utf8");
  return text.split("\n").filter((line) => line.startsWith("/"));
}

const { w, fresh } = sharedPayloads(["data/x.bin", "data/deep/y.bin", "top.bin"]);

/** A merge that stops at top.bin.bref; ours is in the worktree. */
function unmerged(a: Repo): void {
  a.must("checkout", "-qb", "other");
  a.write("top.bin", bytes("theirs"));
  a.commitAll("theirs");
  a.must("checkout", "-q", "main");
  a.write("top.bin", bytes("ours"));
  a.commitAll("ours");
  expect(a.git("merge", "other").code).toBe(1);
}

describe("rm", () => {
  it("a payload in step: both files go, the removal is staged, recover brings the bytes back", () => {
    const a = fresh();
    a.mustBlobsy("rm", "data/x.bin");
    expect(a.has("data/x.bin") || a.has("data/x.bin.bref")).toBe(false);
    expect(a.status()).toEqual(["D  data/x.bin.bref"]);
    expect(excluded(a)).toEqual(["/data/deep/y.bin", "/top.bin"]);
    a.must("commit", "-qm", "removed");
    a.assertPristine();
    expect(a.mustBlobsy("recover")).toMatch(/removed +data\/x\.bin/);
    a.mustBlobsy("recover", "data/x.bin");
    a.assertPayload("data/x.bin", bytes("data/x.bin"));
  });

  it("by the ref file's name, by a pattern, from below, with the last of a directory", () => {
    const a = fresh();
    expect(a.run(["blobsy", "rm", "deep/y.bin.bref"], { in: "data" }).code).toBe(0);
    expect(a.has("data/deep")).toBe(false);
    expect(a.run(["blobsy", "rm", "*.bin"], { in: "data" }).code).toBe(0);
    expect(a.has("data"), "nobody's directory is taken from under them").toBe(true);
    a.remove("data");
    a.assertInStep("top.bin");
    a.must("commit", "-qm", "removed");
    a.assertPristine();
  });

  it("git rm and git switch leave the directory they were started in, as they do without blobsy", () => {
    const a = fresh();
    a.must("checkout", "-qb", "without");
    a.mustBlobsy("rm", "-r", "data/deep");
    expect(a.has("data/deep")).toBe(false);
    a.must("commit", "-qm", "without");
    a.must("checkout", "-q", "main");
    expect(a.run(["git", "switch", "-q", "without"], { in: "data/deep" }).code).toBe(0);
    a.assertPayload("data/deep/y.bin", null);
    expect(a.has("data/deep")).toBe(true);
    a.must("checkout", "-q", "main");
    a.assertInStep("data/deep/y.bin");
    expect(a.run(["git", "rm", "-q", "y.bin.bref"], { in: "data/deep" }).code).toBe(0);
    a.must("status");
    a.assertPayload("data/deep/y.bin", null);
  });

  it("a directory only with -r", () => {
    const a = fresh();
    const ran = a.blobsy("rm", "data");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/blobsy rm -r data/);
    a.assertPristine();
    a.mustBlobsy("rm", "-r", "data");
    expect(a.has("data")).toBe(false);
  });

  it("an edited payload only with --force, and then recover has the edit", () => {
    const a = fresh();
    a.write("top.bin", bytes("edit"));
    const ran = a.blobsy("rm", "top.bin", "data/x.bin");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/top\.bin: it was edited/);
    a.assertPayload("top.bin", bytes("edit"));
    a.assertInStep("data/x.bin"); // one refusal stops them all, as for git rm
    a.mustBlobsy("rm", "--force", "top.bin");
    expect(a.has("top.bin") || a.has("top.bin.bref")).toBe(false);
    a.mustBlobsy("recover", "top.bin");
    a.assertPayload("top.bin", bytes("edit"));
  });

  it("an edit that git status has taken in already, just as well", () => {
    const a = fresh();
    a.write("top.bin", bytes("edit"));
    expect(a.status()).toEqual([" M top.bin.bref"]);
    const ran = a.blobsy("rm", "top.bin", "data/x.bin");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/top\.bin: it was edited/);
    a.assertPayload("top.bin", bytes("edit"));
    a.assertInStep("data/x.bin");
    a.mustBlobsy("rm", "--force", "top.bin");
    expect(a.has("top.bin") || a.has("top.bin.bref")).toBe(false);
  });

  it("what no commit has only with --force", () => {
    const a = fresh();
    a.write("new.bin", bytes("new"));
    a.mustBlobsy("track", "new.bin");
    expect(a.blobsy("rm", "new.bin").stderr).toMatch(/no commit has it yet/);
    a.mustBlobsy("rm", "-f", "new.bin");
    a.assertPristine();
    a.assertBytesSomewhere(bytes("new"));
  });

  it("a conflict only with --force, exit 2; a path of a stopped merge as git rm has it", () => {
    const a = fresh();
    a.write("top.bin", bytes("mine"));
    a.sh("rm .git/blobsy/worktree/stat-cache");
    expect(a.blobsy("rm", "top.bin").code).toBe(2);
    a.assertPayload("top.bin", bytes("mine"));
    a.mustBlobsy("rm", "--force", "top.bin");
    a.assertBytesSomewhere(bytes("mine"));

    const b = fresh();
    unmerged(b);
    b.mustBlobsy("rm", "top.bin");
    expect(b.status()).toEqual(["D  top.bin.bref"]);
    b.assertBytesSomewhere(bytes("ours"));
  });

  it("an absent payload, and one whose ref file was deleted by hand", () => {
    const a = fresh();
    a.remove("top.bin");
    a.remove("data/x.bin.bref");
    a.mustBlobsy("rm", "top.bin", "data/x.bin");
    expect(a.status()).toEqual(["D  data/x.bin.bref", "D  top.bin.bref"]);
    a.must("commit", "-qm", "removed");
    a.assertPristine();
  });

  it.each([
    ["a directory in the payload's place", "rm top.bin && mkdir top.bin", /directory/],
    ["a damaged ref file", "echo nonsense > top.bin.bref", /line/],
  ])("refuses %s", (_what, script, words) => {
    const a = fresh();
    a.sh(script);
    const ran = a.blobsy("rm", "--force", "top.bin");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(words);
    expect(a.has("top.bin.bref")).toBe(true);
  });

  it("what blobsy does not track, and nothing at all: exit 1", () => {
    const a = fresh();
    expect(a.blobsy("rm", "note.txt").stderr).toMatch(/no tracked payload/);
    expect(a.blobsy("rm").code).toBe(1);
    a.assertPristine();
  });

  it("--cached keeps the file; --dry-run does nothing; --json says which, with stdin closed", () => {
    const a = fresh();
    const dry = JSON.parse(a.mustBlobsy("rm", "--dry-run", "--json", "-r", "data")) as object;
    expect(dry).toMatchObject({
      dry_run: true,
      files: [{ path: "data/deep/y.bin", size: 64 }, { path: "data/x.bin" }],
    });
    a.assertPristine();
    const ran = a.sh("blobsy rm --json --cached top.bin <&-");
    expect(JSON.parse(ran.stdout)).toMatchObject({ exit_code: 0, files: [{ path: "top.bin" }] });
    expect(a.status()).toEqual(["D  top.bin.bref", "?? top.bin"]);
  });

  it("in another worktree the payload and its ignore line stay", () => {
    const a = fresh();
    a.must("worktree", "add", "-q", "../second");
    a.mustBlobsy("rm", "top.bin");
    expect(excluded(a)).toContain("/top.bin");
    const second = w().repo("second");
    second.mustBlobsy("sync");
    second.assertPayload("top.bin", bytes("top.bin"));
  });
});

describe("untrack", () => {
  it("a payload in step: an ordinary file from now on, which Git sees", () => {
    const a = fresh();
    const inode = a.inode("top.bin");
    a.mustBlobsy("untrack", "top.bin");
    expect(a.inode("top.bin")).toBe(inode);
    a.assertPayload("top.bin", bytes("top.bin"));
    expect(a.status()).toEqual(["D  top.bin.bref", "?? top.bin"]);
    expect(excluded(a)).toEqual(["/data/deep/y.bin", "/data/x.bin"]);
    a.must("commit", "-qm", "untracked");
    a.mustBlobsy("sync");
    a.assertPayload("top.bin", bytes("top.bin"));
    expect(a.mustBlobsy("recover")).toMatch(/untracked +top\.bin/);
  });

  it("and tracked again, it is as before", () => {
    const a = fresh();
    a.mustBlobsy("untrack", "top.bin");
    a.mustBlobsy("track", "top.bin");
    a.assertPristine();
  });

  it("a directory; edited payloads as they are", () => {
    const a = fresh();
    a.write("data/x.bin", bytes("edit"));
    a.mustBlobsy("untrack", "data");
    a.assertPayload("data/x.bin", bytes("edit"));
    a.assertPayload("data/deep/y.bin", bytes("data/deep/y.bin"));
    expect(excluded(a)).toEqual(["/top.bin"]);
    a.status();
    a.assertPayload("data/x.bin", bytes("edit"));
  });

  it("in conflict, and with a damaged ref file: the payload stays as it is", () => {
    const a = fresh();
    a.write("top.bin", bytes("mine"));
    a.sh("rm .git/blobsy/worktree/stat-cache; echo nonsense > data/x.bin.bref");
    a.mustBlobsy("untrack", "top.bin", "data/x.bin");
    a.assertPayload("top.bin", bytes("mine"));
    a.assertPayload("data/x.bin", bytes("data/x.bin"));
    expect(a.has("data/x.bin.bref")).toBe(false);
  });

  it("refuses an absent payload, and one in a stopped merge, and does nothing then", () => {
    const a = fresh();
    a.remove("data/x.bin");
    const ran = a.blobsy("untrack", "data");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/blobsy pull data\/x\.bin/);
    expect(a.has("data/deep/y.bin.bref")).toBe(true);
    a.mustBlobsy("pull", "data/x.bin");
    unmerged(a);
    expect(a.blobsy("untrack", "top.bin").code).toBe(2);
    expect(a.has("top.bin.bref")).toBe(true);
  });
});
