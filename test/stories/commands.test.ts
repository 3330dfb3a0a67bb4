/** Commands: exit codes, `--json`, and what they say and do beside plain Git. */
import { statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes, digits, sha256 } from "../helpers/bytes.js";
import type { Repo } from "../helpers/repo.js";
import { sharedWorld, world } from "../helpers/world.js";

interface Document {
  readonly schema_version: string;
  readonly command: string;
  readonly exit_code: number;
}

function json(repo: Repo, ...args: string[]): Document {
  const ran = repo.blobsy(...args, "--json");
  const document = JSON.parse(ran.stdout) as Document;
  expect(document.exit_code, "the document says how it ended").toBe(ran.code);
  return document;
}

describe("every command", () => {
  const w = sharedWorld((made) => {
    const a = made.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q");
  });

  it.each([
    ["status"],
    ["push"],
    ["pull"],
    ["fetch"],
    ["sync"],
    ["recover"],
    ["track", "model.bin"],
    ["version"],
  ])("%s --json prints one document and nothing else on stdout", (...args) => {
    const document = json(w().repo("a"), ...args);
    expect(document.schema_version).toMatch(/^\d+\.\d+$/);
    expect(document.exit_code).toBe(0);
  });

  it.each([
    ["an unknown command", ["frobnicate"]],
    ["an unknown option", ["status", "--frobnicate"]],
    ["a missing argument", ["track"]],
    ["a path that is not there", ["track", "none.bin"]],
    ["both sides", ["resolve", "--ours", "--theirs", "model.bin"]],
    ["no side", ["resolve", "model.bin"]],
    ["a path outside the repository", ["track", "../blobs"]],
    ["an empty path", ["rm", "-r", ""]],
    ["an empty destination", ["mv", "model.bin", ""]],
  ])("%s exits 1 and says so on stderr", (_what, args) => {
    const a = w().repo("a");
    const ran = a.blobsy(...args);
    expect(ran.code).toBe(1);
    expect(ran.stderr).not.toBe("");
    expect(ran.stderr).not.toMatch(/^\s+at .*\.js/m);
    const document = JSON.parse(a.blobsy(...args, "--json").stdout) as Document;
    expect(document.exit_code).toBe(1);
    a.assertPristine();
  });

  it("an answer that cannot be written is a failure; a reader that leaves is none", () => {
    const a = w().repo("a");
    for (const command of ["ls", "ls --json", "status", "--help"]) {
      const ran = a.sh(`blobsy ${command} >/dev/full`);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toMatch(/standard output: no space left|no space/i);
      expect(a.sh(`blobsy ${command} | :`).stderr).not.toMatch(/EPIPE/);
    }
  });

  it("outside a repository they say that, exit 1", () => {
    for (const command of ["status", "pull", "push", "sync"]) {
      const ran = w().run(["blobsy", command]);
      expect(ran.code, command).toBe(1);
      expect(ran.stderr).toMatch(/repository/i);
    }
  });

  it("in a repository without blobsy: status and sync say what to run", () => {
    w().must("git", "init", "-q", "bare-bones");
    const ran = w().repo("bare-bones").blobsy("pull");
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toMatch(/blobsy init/);
  });

  it("git blobsy is the same program", () => {
    const a = w().repo("a");
    expect(a.must("blobsy", "version")).toBe(a.mustBlobsy("version"));
  });

  it("a pull, a sync and a push with nothing to do change no file", () => {
    const a = w().repo("a");
    const look = (): object => {
      const { ino, mtimeMs, ctimeMs } = statSync(a.path("model.bin"));
      return { ino, mtimeMs, ctimeMs, ref: statSync(a.path("model.bin.bref")).ino };
    };
    const before = look();
    for (const command of ["pull", "sync", "push", "fetch", "status"]) a.mustBlobsy(command);
    expect(look()).toEqual(before);
    a.assertPristine();
  });
});

describe("track", () => {
  it("several files, a directory with its rules, and a glob", () => {
    const w = world();
    const a = w.initAlone();
    a.write("big/one.bin", Buffer.alloc(2_000_000, 1));
    a.write("big/small.txt", "small\n");
    a.write("some/x1.dat", bytes("x1"));
    a.write("some/x2.dat", bytes("x2"));
    a.mustBlobsy("track", "big");
    a.assertInStep("big/one.bin");
    expect(a.has("big/small.txt.bref")).toBe(false);
    a.mustBlobsy("track", "some/*.dat");
    a.assertInStep("some/x1.dat");
    a.assertInStep("some/x2.dat");
  });

  it("a file that Git tracks already moves over to blobsy", () => {
    const w = world();
    const a = w.initAlone();
    a.write("was-plain.bin", bytes("v1"));
    a.must("add", "was-plain.bin");
    a.must("commit", "-q", "--no-verify", "-m", "plain");

    const ran = a.blobsy("track", "was-plain.bin");

    if (ran.code === 0) {
      a.must("commit", "-qm", "moved over");
      expect(a.must("ls-files")).not.toMatch(/^was-plain\.bin$/m);
      a.assertInStep("was-plain.bin");
      a.assertPristine();
    } else {
      expect(ran.stderr).toMatch(/git rm --cached/);
      expect(a.has("was-plain.bin.bref")).toBe(false);
    }
    a.assertPayload("was-plain.bin", bytes("v1"));
  });

  it("again after an edit: the new version, staged", () => {
    const w = world();
    const a = w.initAlone();
    a.track("model.bin", bytes("v1"));
    a.write("model.bin", digits("v2"));
    a.mustBlobsy("track", "model.bin");
    expect(a.status()).toEqual(["M  model.bin.bref"]);
    expect(a.refIn("", "model.bin")?.hash).toBe(sha256(digits("v2")));
    a.must("commit", "-qm", "v2");
    a.assertPristine();
  });

  it("one bad path does not stop the others; the exit code tells", () => {
    const w = world();
    const a = w.initAlone();
    a.write("good.bin", bytes("g"));
    a.sh("ln -s good.bin link.bin && mkfifo fifo.bin");
    const ran = a.blobsy("track", "link.bin", "good.bin", "fifo.bin");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/link\.bin/);
    expect(ran.stderr).toMatch(/fifo\.bin/);
    a.assertInStep("good.bin");
  });
});

describe("status", () => {
  it("says in words what each payload is, and exits 0; 2 with --exit-code", () => {
    const w = world();
    const a = w.initWithRemote();
    for (const name of ["same.bin", "edited.bin", "absent.bin", "gone.bin"]) {
      a.track(name, bytes(name));
    }
    a.must("push", "-q");
    a.write("edited.bin", bytes("edit"));
    a.remove("absent.bin");
    a.remove("gone.bin.bref");
    const ran = a.blobsy("status");
    expect(ran.code).toBe(0);
    for (const name of ["edited.bin", "absent.bin", "gone.bin"]) expect(ran.stdout).toContain(name);
    expect(a.blobsy("status", "--exit-code").code).toBe(2);
  });

  it("an invalid ref file is told by its line, and nothing else stops", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("bad.bin", bytes("b1"));
    a.track("good.bin", bytes("g1"));
    a.must("push", "-q");
    a.write("bad.bin.bref", (a.ref("bad.bin")?.text ?? "").replace("size: ", "size: -"));
    a.remove("good.bin");
    const sync = a.blobsy("sync");
    expect(sync.code).not.toBe(0);
    expect(sync.stderr + sync.stdout).toMatch(/bad\.bin/);
    a.assertPayload("good.bin", bytes("g1"));
    a.assertPayload("bad.bin", bytes("b1"));
    expect(a.blobsy("status").stdout).toMatch(/bad\.bin/);
  });
});

describe("recover", () => {
  it("lists what was replaced or removed, and brings it back", () => {
    const w = world();
    const a = w.initAlone();
    a.track("model.bin", bytes("v1"));
    a.write("model.bin", bytes("precious"));
    const reset = a.git("reset", "-q", "--hard");
    expect(reset.stderr, "Git's command already says how").toMatch(/blobsy recover/);
    a.assertPayload("model.bin", bytes("v1"));

    expect(a.mustBlobsy("recover")).toContain("model.bin");
    a.mustBlobsy("recover", "model.bin");
    a.assertPayload("model.bin", bytes("precious"));
    expect(a.status()).toEqual([" M model.bin.bref"]);
    a.assertBytesSomewhere(bytes("v1"));
  });

  it("lists an edit that git status had seen before it was thrown away", () => {
    const w = world();
    const a = w.initAlone();
    a.track("model.bin", bytes("v1"));
    a.write("model.bin", bytes("precious"));
    expect(a.status()).toEqual([" M model.bin.bref"]);
    a.must("reset", "-q", "--hard");
    a.assertPayload("model.bin", bytes("v1"));
    expect(a.mustBlobsy("recover")).toContain("model.bin");
    a.mustBlobsy("recover", "model.bin");
    a.assertPayload("model.bin", bytes("precious"));
  });

  it("has an edit that checkout -f threw away, of other digits", () => {
    const w = world();
    const a = w.initAlone();
    a.track("model.bin", bytes("v1"));
    a.must("branch", "two");
    a.write("model.bin", digits("precious"));
    a.must("checkout", "-q", "-f", "two");
    a.assertPayload("model.bin", bytes("v1"));
    expect(a.mustBlobsy("recover")).toContain("model.bin");
    a.mustBlobsy("recover", "model.bin");
    a.assertPayload("model.bin", digits("precious"));
  });

  it("--oid picks one of several", () => {
    const w = world();
    const a = w.initAlone();
    a.track("model.bin", bytes("v1"));
    for (const tag of ["p1", "p2"]) {
      a.write("model.bin", bytes(tag));
      a.must("checkout", "-q", "--", ".");
    }
    a.mustBlobsy("recover", "model.bin", "--oid", sha256(bytes("p1")));
    a.assertPayload("model.bin", bytes("p1"));
  });
});

describe("resolve", () => {
  it("where there is nothing to settle it says so and changes nothing", () => {
    const w = world();
    const a = w.initAlone();
    a.track("model.bin", bytes("v1"));
    a.blobsy("resolve", "--ours", "model.bin");
    a.assertPayload("model.bin", bytes("v1"));
    a.assertPristine();
  });

  it("during a merge the sides are Git's: ours is HEAD's, theirs the merged branch's", () => {
    for (const [side, tag] of [
      ["--ours", "mine"],
      ["--theirs", "them"],
    ] as const) {
      const w = world();
      const a = w.initAlone();
      a.track("model.bin", bytes("v1"));
      a.must("checkout", "-q", "-b", "them");
      a.write("model.bin", bytes("them"));
      a.commitAll("them");
      a.must("checkout", "-q", "main");
      a.write("model.bin", bytes("mine"));
      a.commitAll("mine");
      const merge = a.git("merge", "them");
      expect(merge.code).toBe(1);
      expect(merge.stdout + merge.stderr).toMatch(/git checkout --theirs|blobsy resolve/);
      a.mustBlobsy("resolve", side, "model.bin");
      a.assertPayload("model.bin", bytes(tag));
      a.must("add", "-u");
      a.must("commit", "-qm", "settled");
      expect(a.refIn("HEAD", "model.bin")?.hash).toBe(sha256(bytes(tag)));
      a.assertPristine();
      w.dispose();
    }
  });
});

describe("pull --include and --exclude", () => {
  const w = sharedWorld((made) => {
    const a = made.initWithRemote();
    for (const name of ["data/one.bin", "data/two.dat", "raw/three.bin"])
      a.track(name, bytes(name));
    a.must("push", "-q");
    made.snapshot();
  });
  const placed = (repo: Repo): string[] =>
    ["data/one.bin", "data/two.dat", "raw/three.bin"].filter((name) => repo.has(name));
  const emptyClone = (): Repo => {
    w().restore();
    const b = w().clone("b", { then: "plain" });
    b.mustBlobsy("install", "--skip-smudge");
    expect(placed(b)).toEqual([]);
    return b;
  };

  it("place what matches, the rest stays away and can come later", () => {
    const b = emptyClone();
    b.mustBlobsy("pull", "--include", "data/**", "*.md", "--exclude", "*.dat");
    expect(placed(b)).toEqual(["data/one.bin"]);
    b.mustBlobsy("pull", "--exclude", "raw/**");
    expect(placed(b)).toEqual(["data/one.bin", "data/two.dat"]);
    b.mustBlobsy("pull");
    expect(placed(b)).toHaveLength(3);
    b.assertPristine();
  });

  it("narrow the paths that are named", () => {
    const b = emptyClone();
    b.mustBlobsy("pull", "--include", "*.dat", "--", "data", "raw");
    expect(placed(b)).toEqual(["data/two.dat"]);
  });

  it("--include brings what the configuration leaves out, as a path would", () => {
    const b = emptyClone();
    b.must("config", "blobsy.fetch.exclude", "raw/**");
    b.mustBlobsy("pull", "--exclude", "data/**");
    expect(placed(b)).toEqual([]);
    b.mustBlobsy("pull", "--include", "raw/**");
    expect(placed(b)).toEqual(["raw/three.bin"]);
  });

  it("say what they would place, and refuse a pattern they cannot use", () => {
    const b = emptyClone();
    const would = b.blobsy("pull", "--dry-run", "--include", "*.dat");
    expect(would.stderr).toBe("would place data/two.dat (64 B)\n");
    expect(placed(b)).toEqual([]);
    const none = b.blobsy("pull", "--include", "*.txt");
    expect(none.stderr).toMatch(/^blobsy: no tracked payload matches that\n/);
    expect(placed(b)).toEqual([]);
    const refused = b.blobsy("pull", "--include", "!*.dat");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/!\*\.dat cannot be used/);
  });
});
