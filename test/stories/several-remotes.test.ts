/** More than one backend: a mirror, a move, a place of one's own. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { sha256 } from "../helpers/bytes.js";
import { filesBelow, type Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

const ONE = "the first version\n".repeat(1000);
const TWO = "the second version\n".repeat(1000);
const BRANCH = "only on a branch\n".repeat(1000);

/** Makes a directory a blobsy remote, as another repository's `init` would have. */
function makeRemote(w: World, name: string): string {
  const dir = w.path(name);
  mkdirSync(path.join(dir, ".blobsy"), { recursive: true });
  writeFileSync(
    path.join(dir, ".blobsy", "remote"),
    `This directory is a blobsy remote.\nid: ${name}\n`,
  );
  return dir;
}

/** Repository `a` with the backends `default` (blobs) and `mirror`, both committed; one payload. */
function twoBackends(w: World, extra = ""): Repo {
  makeRemote(w, "mirror");
  const a = w.initWithRemote();
  const config = a.read(".blobsyconfig").toString("utf8");
  a.write(".blobsyconfig", `${config}[backend "mirror"]\n    url = local:../mirror\n${extra}`);
  a.must("commit", "-qam", "a mirror");
  // This clone has used the other one by itself already.
  a.mustBlobsy("trust", "mirror");
  a.track("data.bin", ONE);
  a.must("push", "-q");
  return a;
}

const keysOf = (w: World, remote: string): string[] =>
  filesBelow(w.path(remote), [".blobsy"])
    .map((file) => path.relative(w.path(remote), file))
    .sort();
const keyOf = (content: string): string => `sha256/${sha256(content)}`;

describe("pull", () => {
  it("tries the one named, then the others", () => {
    const w = world();
    const a = twoBackends(w);
    a.mustBlobsy("push", "--to", "mirror");
    expect(keysOf(w, "mirror")).toEqual([keyOf(ONE)]);
    rmSync(path.join(w.blobs, keyOf(ONE)));
    const b = w.clone("b");
    b.assertPayload("data.bin", ONE);
    b.assertPristine();
  });

  it("goes to the mirror when the remote is damaged, or not there at all", () => {
    const w = world();
    const a = twoBackends(w);
    a.mustBlobsy("push", "--to", "mirror");
    const object = path.join(w.blobs, keyOf(ONE));
    chmodSync(object, 0o644);
    writeFileSync(object, ONE.replace("first", "worst"));
    w.clone("b").assertPayload("data.bin", ONE);
    rmSync(w.blobs, { recursive: true });
    w.clone("c").assertPayload("data.bin", ONE);
  });

  it("says why the first one could not give it, when nobody can", () => {
    const w = world();
    twoBackends(w);
    rmSync(path.join(w.blobs, keyOf(ONE)));
    w.must("git", "clone", "-q", path.join(w.dir, "origin.git"), "b");
    const b = w.repo("b");
    b.mustBlobsy("install");
    const pulled = b.blobsy("pull");
    expect(pulled.code).toBe(1);
    expect(pulled.stderr).toContain(`local:../blobs has no ${keyOf(ONE)}`);
    b.assertPayload("data.bin", null);
  });
});

describe("trust", () => {
  it("a backend that a later commit adds is neither asked nor sent to", () => {
    const w = world();
    const a = twoBackends(w);
    makeRemote(w, "evil");
    const b = w.clone("b");
    const config = a.read(".blobsyconfig").toString("utf8");
    a.write(".blobsyconfig", `${config}[backend "evil"]\n    url = local:../evil\n`);
    a.must("commit", "-qam", "one more");
    a.must("push", "-q", "--no-verify");
    b.must("pull", "-q");

    const sent = b.blobsy("push", "--to", "evil");
    expect(sent.code).toBe(1);
    expect(sent.stderr).toContain("blobsy trust evil");
    expect(keysOf(w, "evil")).toEqual([]);
    // The mirror was there when this clone first used a remote.
    b.mustBlobsy("push", "--to", "mirror");
    expect(keysOf(w, "mirror")).toEqual([keyOf(ONE)]);

    expect(b.blobsy("push", "--to", "nobody").stderr).toContain(
      "configured: default, evil, mirror",
    );
  });
});

describe("a remote of Git's with its own backend", () => {
  it("gets its blobs there, and the others where they always go", () => {
    const w = world();
    const a = twoBackends(w);
    const fork = w.bare("fork");
    a.must("remote", "add", "fork", fork);
    a.must("config", "blobsy.remote.fork.backend", "mirror");
    a.write("data.bin", TWO);
    a.commitAll("two");
    a.must("push", "-q", "fork", "main");
    // The whole history: to the fork nothing was pushed before.
    expect(keysOf(w, "mirror")).toEqual([keyOf(ONE), keyOf(TWO)].sort());
    expect(keysOf(w, "blobs")).toEqual([keyOf(ONE)]);
    a.must("push", "-q", "origin", "main");
    expect(keysOf(w, "blobs")).toEqual([keyOf(ONE), keyOf(TWO)].sort());

    // By its address it is the same remote.
    a.write("data.bin", BRANCH);
    a.commitAll("three");
    a.must("push", "-q", fork, "main");
    expect(keysOf(w, "mirror")).toContain(keyOf(BRANCH));
    expect(keysOf(w, "blobs")).not.toContain(keyOf(BRANCH));
  });

  it("that names no backend stops the push, and says which there are", () => {
    const w = world();
    const a = twoBackends(w);
    a.must("config", "blobsy.remote.origin.backend", "gone");
    a.write("data.bin", TWO);
    a.commitAll("two");
    const pushed = a.git("push", "-q");
    expect(pushed.code).not.toBe(0);
    expect(pushed.stderr).toContain(
      'there is no backend "gone" with a url; configured: default, mirror',
    );
  });

  it("is each clone's own: a committed one counts for nothing", () => {
    const w = world();
    const a = twoBackends(w, '[remote "origin"]\n    backend = mirror\n');
    expect(keysOf(w, "blobs")).toEqual([keyOf(ONE)]);
    expect(keysOf(w, "mirror")).toEqual([]);
    expect(a.blobsy("status").stderr).toContain("only your own git config can set it");
  });
});

describe("sync --from --to", () => {
  function history(w: World): Repo {
    const a = twoBackends(w, "[compress]\n    algorithm = gzip\n    minSize = 1kb\n");
    a.write("data.bin", TWO);
    a.commitAll("two");
    a.must("checkout", "-qb", "side");
    a.track("branch.bin", BRANCH);
    a.must("push", "-q", "origin", "main", "side");
    a.must("checkout", "-q", "main");
    return a;
  }
  const ALL = [ONE, TWO, BRANCH].map((content) => `${keyOf(content)}.gz`).sort();

  it("copies the blobs of the whole history, and again only what is missing", () => {
    const w = world();
    const a = history(w);
    expect(keysOf(w, "blobs")).toEqual(ALL);
    expect(a.blobsy("sync", "--from", "default", "--to", "mirror", "--dry-run").stderr).toContain(
      "3 blobs",
    );
    expect(keysOf(w, "mirror")).toEqual([]);

    const copied = a.blobsy("sync", "--from", "default", "--to", "mirror");
    expect(copied.code).toBe(0);
    expect(copied.stderr).toContain("copied 3 blobs");
    expect(keysOf(w, "mirror")).toEqual(ALL);
    expect(a.blobsy("sync", "--from", "default", "--to", "mirror").stderr).toContain(
      "copied nothing; 3 already on mirror",
    );
    a.assertPristine();
  });

  it("by a clone that has none of the bytes, whose store stays as it is: then the old place may go", () => {
    const w = world();
    history(w);
    const b = w.clone("b", { args: ["--no-checkout"], then: "plain" });
    b.must("reset", "-q");
    b.mustBlobsy("install", "--skip-smudge");
    b.mustBlobsy("sync", "--from", "default", "--to", "mirror");
    expect(keysOf(w, "mirror")).toEqual(ALL);
    expect(filesBelow(b.state("objects"))).toEqual([]);
    expect(readdirSync(b.state("tmp")).filter((name) => name.startsWith("object"))).toEqual([]);
    for (const key of ALL) {
      const [from, to] = [w.blobs, w.path("mirror")].map((dir) =>
        readFileSync(path.join(dir, key)),
      );
      expect(to?.equals(from ?? Buffer.alloc(0))).toBe(true);
    }
    rmSync(w.blobs, { recursive: true });
    const c = w.clone("c");
    c.assertPayload("data.bin", TWO);
    c.must("checkout", "-q", "origin/side");
    c.assertPayload("branch.bin", BRANCH);
  });

  it("copies what only a reflog still names if it was shared, and nothing that never was", () => {
    const w = world();
    const a = twoBackends(w);
    a.write("data.bin", TWO);
    a.commitAll("shared, and taken back");
    a.must("push", "-q");
    a.must("reset", "-q", "--hard", "HEAD~1");
    a.must("push", "-q", "--force");
    a.write("data.bin", BRANCH);
    a.commitAll("never shared");
    a.must("reset", "-q", "--hard", "HEAD~1");
    a.must("worktree", "add", "-q", "--detach", "../wt");
    const worktree = w.repo("wt");
    worktree.write("data.bin", "in a worktree\n");
    worktree.commitAll("on no branch");
    a.mustBlobsy("sync", "--from", "default", "--to", "mirror");
    const expected = [ONE, TWO, "in a worktree\n"];
    expect(keysOf(w, "mirror")).toEqual(expected.map(keyOf).sort());
  });

  it("names what is damaged or missing, copies the rest, and ends with 1", () => {
    const w = world();
    history(w);
    const [first = "", second = "", third = ""] = ALL;
    rmSync(path.join(w.blobs, first));
    chmodSync(path.join(w.blobs, second), 0o644);
    writeFileSync(path.join(w.blobs, second), "not what it was");
    const b = w.clone("b", { then: "plain" });
    b.mustBlobsy("install", "--skip-smudge");
    const copied = b.blobsy("sync", "--from", "default", "--to", "mirror");
    expect(copied.code).toBe(1);
    expect(copied.stderr).toContain(first);
    expect(copied.stderr).toContain(second);
    expect(keysOf(w, "mirror")).toEqual([third]);
  });

  it("does not pass for the whole in a shallow clone", () => {
    const w = world();
    history(w);
    const url = `file://${w.path("origin.git")}`;
    w.must("git", "clone", "-q", "--depth=1", url, "b");
    const b = w.repo("b");
    b.mustBlobsy("install");
    const copied = b.blobsy("sync", "--from", "default", "--to", "mirror");
    expect(copied.code).toBe(1);
    expect(copied.stderr).toContain("next: git fetch --unshallow");
    expect(keysOf(w, "mirror")).toEqual([]);
    expect(b.blobsy("fsck", "--remote").stderr).toContain("this clone is shallow");
  });

  it("fsck tells of the mirror, and makes it good", () => {
    const w = world();
    const a = twoBackends(w);
    a.mustBlobsy("sync", "--from", "default", "--to", "mirror");
    rmSync(path.join(w.path("mirror"), keyOf(ONE)));
    expect(a.blobsy("fsck", "--remote").code).toBe(0);
    const found = a.blobsy("fsck", "--backend", "mirror");
    expect(found.code).toBe(2);
    expect(found.stdout).toContain(`remote-missing: data.bin (${keyOf(ONE)})`);
    expect(a.blobsy("fsck", "--backend", "mirror", "--repair").code).toBe(0);
    expect(keysOf(w, "mirror")).toEqual([keyOf(ONE)]);
    expect(a.blobsy("fsck", "--backend", "nobody").code).toBe(1);
  });

  it("wants both names, two of them, and no path", () => {
    const w = world();
    const a = twoBackends(w);
    for (const args of [
      ["--from", "default"],
      ["--to", "mirror"],
      ["--from", "mirror", "--to", "mirror"],
      ["--from", "default", "--to", "mirror", "data.bin"],
      ["--from", "gone", "--to", "mirror"],
    ]) {
      expect([args, a.blobsy("sync", ...args).code]).toEqual([args, 1]);
    }
    expect(keysOf(w, "mirror")).toEqual([]);
  });
});
