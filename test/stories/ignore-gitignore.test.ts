/** `blobsy.ignore = gitignore`: the lines that ignore payloads are committed, beside their ref files. */
import { lstatSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes } from "../helpers/bytes.js";
import type { Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

const BEGIN =
  "# >>> blobsy: payloads, ignored by name (kept by blobsy, as their ref files are) >>>";
const block = (...lines: string[]): string => [BEGIN, ...lines, "# <<< blobsy <<<", ""].join("\n");

const text = (repo: Repo, name: string): string => repo.read(name).toString();
const excluded = (repo: Repo): string[] =>
  text(repo, ".git/info/exclude")
    .split("\n")
    .filter((line) => line.startsWith("/"));

/** Git sees no payload of these, nor anything else that is not committed. */
function assertClean(repo: Repo, ...payloads: string[]): void {
  repo.assertPristine();
  for (const name of payloads) {
    expect(repo.git("check-ignore", "-q", name).code, `${name} is ignored`).toBe(0);
  }
}

function useGitignore(repo: Repo): void {
  writeFileSync(
    repo.path(".blobsyconfig"),
    text(repo, ".blobsyconfig").replace("[blobsy]\n", "[blobsy]\n    ignore = gitignore\n"),
  );
}

/** A repository that committed the setting; nothing is tracked yet. */
function start(): { w: World; a: Repo } {
  const w = world();
  const a = w.initWithRemote();
  useGitignore(a);
  a.commitAll("ignore lines are committed");
  a.must("push", "-q");
  return { w, a };
}

/** As `start`, with a file in two directories, committed and pushed. */
function startWithTwo(): { w: World; a: Repo } {
  const { w, a } = start();
  a.track("data/x.bin", bytes("x1"));
  a.track("top.bin", bytes("t1"));
  a.must("push", "-q");
  return { w, a };
}

describe("track", () => {
  it("writes and stages a line in each directory", () => {
    const { a } = start();
    a.write("data/b [1].bin", bytes("b"));
    a.write("data/a.bin", bytes("a"));
    a.write("top.bin", bytes("t"));

    a.mustBlobsy("track", "data/b [1].bin", "data/a.bin", "top.bin");

    expect(text(a, "data/.gitignore")).toBe(block("/a.bin", "/b \\[1\\].bin"));
    expect(text(a, ".gitignore")).toBe(block("/top.bin"));
    expect(a.status().sort()).toEqual(
      [
        "A  .gitignore",
        "A  data/.gitignore",
        "A  data/a.bin.bref",
        'A  "data/b [1].bin.bref"',
        "A  top.bin.bref",
        "M  .gitattributes",
      ].sort(),
    );
    expect(text(a, ".gitattributes")).toMatch(/^\.gitignore merge=blobsy$/m);
    a.must("commit", "-qm", "three");
    assertClean(a, "data/a.bin", "data/b [1].bin", "top.bin");
  });

  it("keeps the user's own lines, and leaves changes of theirs unstaged, with a word", () => {
    const { a } = start();
    a.write("data/.gitignore", "*.tmp\n");
    a.must("add", ".");
    a.commitAll("own");
    a.track("data/x.bin", bytes("x1"));
    expect(text(a, "data/.gitignore")).toBe(`*.tmp\n${block("/x.bin")}`);
    assertClean(a, "data/x.bin");

    a.write("data/.gitignore", `*.log\n${text(a, "data/.gitignore")}`);
    a.write("data/y.bin", bytes("y1"));
    const ran = a.blobsy("track", "data/y.bin");

    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/data\/\.gitignore also has changes of your own/);
    expect(a.status()).toEqual([" M data/.gitignore", "A  data/y.bin.bref"]);
    expect(a.must("check-ignore", "data/y.bin")).toBe("data/y.bin\n");
  });

  it("eight at once in one directory: every line is there", async () => {
    const { a } = start();
    const names = Array.from({ length: 8 }, (_, n) => `par/f${n}.bin`);
    for (const name of names) a.write(name, bytes(name));

    const ran = await Promise.all(names.map((name) => a.start(["blobsy", "track", name]).done));

    for (const { code, stderr } of ran) expect(code, stderr).toBe(0);
    expect(text(a, "par/.gitignore")).toBe(block(...names.map((name) => name.replace("par", ""))));
    a.must("add", ".");
    a.must("commit", "-qm", "parallel");
    assertClean(a, ...names);
  });
});

describe("Git's own commands", () => {
  it("clone, edit, pull: the lines come with the commits", () => {
    const { w, a } = startWithTwo();
    const b = w.clone("b");
    b.assertPayload("data/x.bin", bytes("x1"));
    assertClean(b, "data/x.bin", "top.bin");

    a.write("data/x.bin", bytes("x2"));
    expect(a.status()).toEqual([" M data/x.bin.bref"]);
    a.commitAll("x2");
    a.track("data/new.bin", bytes("n1"));
    a.must("push", "-q");
    b.must("pull", "-q");
    b.assertPayload("data/x.bin", bytes("x2"));
    b.assertPayload("data/new.bin", bytes("n1"));
    assertClean(b, "data/x.bin", "data/new.bin", "top.bin");
  });

  it("switching to a branch without the file, and back", () => {
    const { a } = startWithTwo();
    a.must("checkout", "-q", "-b", "more");
    a.track("data/y.bin", bytes("y1"));
    a.track("other/z.bin", bytes("z1"));

    a.must("checkout", "-q", "main");
    expect(a.has("data/y.bin") || a.has("other/z.bin")).toBe(false);
    assertClean(a, "data/x.bin", "top.bin");
    a.must("checkout", "-q", "more");
    a.assertPayload("data/y.bin", bytes("y1"));
    a.assertPayload("other/z.bin", bytes("z1"));
    assertClean(a, "data/x.bin", "data/y.bin", "other/z.bin", "top.bin");
    a.must("checkout", "-q", "HEAD~4");
    expect(a.has("data/.gitignore") || a.has(".gitignore")).toBe(false);
    assertClean(a);
    a.must("checkout", "-q", "more");
    assertClean(a, "data/x.bin", "data/y.bin", "other/z.bin", "top.bin");
  });

  it("stash, reset, rebase and cherry-pick leave a pristine tree", () => {
    const { a } = startWithTwo();
    a.write("data/y.bin", bytes("y1"));
    a.mustBlobsy("track", "data/y.bin");
    a.must("stash", "-q");
    assertClean(a, "data/x.bin", "top.bin");
    expect(a.has("data/y.bin")).toBe(false);
    a.must("stash", "pop", "-q");
    a.assertPayload("data/y.bin", bytes("y1"));
    expect(a.must("check-ignore", "data/y.bin")).toBe("data/y.bin\n");
    a.must("add", "data/.gitignore", "data/y.bin.bref");
    a.must("commit", "-qm", "y");
    assertClean(a, "data/x.bin", "data/y.bin");

    a.must("branch", "y");
    a.must("reset", "-q", "--hard", "HEAD~1");
    expect(a.has("data/y.bin")).toBe(false);
    assertClean(a, "data/x.bin");
    a.track("data/w.bin", bytes("w1"));
    a.must("cherry-pick", "y");
    a.assertPayload("data/y.bin", bytes("y1"));
    assertClean(a, "data/w.bin", "data/x.bin", "data/y.bin");
    a.must("checkout", "-q", "y");
    a.must("rebase", "-q", "main");
    assertClean(a, "data/w.bin", "data/x.bin", "data/y.bin");
  });

  it("git rm takes the line along into the commit; an emptied file goes", () => {
    const { a } = startWithTwo();
    a.must("rm", "-q", "data/x.bin.bref");
    a.status();
    expect(a.has("data/x.bin")).toBe(false);
    expect(a.has("data/.gitignore")).toBe(false);
    a.must("commit", "-qm", "rm x");
    assertClean(a, "top.bin");
    expect(a.must("ls-files", "data")).toBe("");

    // Straight to the commit, without a status in between.
    a.must("rm", "-q", "top.bin.bref");
    a.must("commit", "-qm", "rm top");
    assertClean(a);
    expect(a.must("ls-files")).toBe(".blobsyconfig\n.gitattributes\nnote.txt\n");
  });

  it("git mv of a ref file takes line and payload along", () => {
    const { a } = startWithTwo();
    a.must("mv", "top.bin.bref", "data/moved.bin.bref");
    a.status();
    a.assertPayload("data/moved.bin", bytes("t1"));
    expect(a.must("check-ignore", "data/moved.bin")).toBe("data/moved.bin\n");
    a.must("commit", "-qm", "mv");
    expect(text(a, "data/.gitignore")).toBe(block("/moved.bin", "/x.bin"));
    expect(a.has(".gitignore")).toBe(false);
    assertClean(a, "data/moved.bin", "data/x.bin");
  });

  it("a payload that is kept when its ref file is removed shows again", () => {
    const { a } = startWithTwo();
    a.must("rm", "-q", "--cached", "data/x.bin.bref");
    a.write("data/x.bin", bytes("mine"));
    a.remove("data/x.bin.bref");
    a.git("status");
    a.mustBlobsy("sync");
    a.assertPayload("data/x.bin", bytes("mine"));
    expect(a.status("-uall")).toContain("?? data/x.bin");
  });

  it("a commit that lacks a line leaves the tree clean, and its payload ignored", () => {
    const { w, a } = startWithTwo();
    a.write("data/y.bin", bytes("y1"));
    a.mustBlobsy("track", "data/y.bin");
    a.must("commit", "-qm", "ref file only", "data/y.bin.bref");
    a.must("reset", "-q", "--hard");
    a.must("push", "-q");
    w.must("blobsy", "install", "--global");

    const b = w.clone("b", { then: "plain" });

    b.assertPayload("data/y.bin", bytes("y1"));
    assertClean(b, "data/x.bin", "data/y.bin");
    b.mustBlobsy("sync");
    expect(b.status()).toEqual([" M data/.gitignore"]);
  });

  it("a committed line too many stays until that file is changed for something else", () => {
    const { w, a } = startWithTwo();
    a.must("rm", "-q", "data/x.bin.bref");
    a.must("commit", "-qnm", "line left", "data/x.bin.bref");
    a.must("checkout", "-q", "--", ".");
    a.must("push", "-q");
    const b = w.clone("b");
    b.mustBlobsy("sync");
    b.must("checkout", "-q", "HEAD~1");
    b.must("checkout", "-q", "main");
    assertClean(b, "top.bin");
    b.track("data/y.bin", bytes("y1"));
    expect(text(b, "data/.gitignore")).toBe(block("/y.bin"));
    assertClean(b, "data/y.bin");
  });
});

describe("at no moment", () => {
  /** A hook of the user's own, run before blobsy's, that notes every file Git would add. */
  function noteWhatGitSees(a: Repo): () => string {
    a.mustBlobsy("uninstall");
    a.write(
      ".git/hooks/post-index-change",
      '#!/bin/sh\ngit -c core.fsmonitor=false ls-files --others --exclude-standard >>"$(git rev-parse --git-dir)/seen"\n',
    );
    a.sh("chmod +x .git/hooks/post-index-change");
    a.mustBlobsy("install");
    a.write(".git/seen", "");
    return () => text(a, ".git/seen");
  }

  it("is a payload seen by Git, between its .gitignore and blobsy's turn", () => {
    const { a } = startWithTwo();
    const seen = noteWhatGitSees(a);
    a.must("checkout", "-q", "-b", "more");
    a.track("data/y.bin", bytes("y1"));

    a.must("checkout", "-q", "main");
    a.must("checkout", "-q", "HEAD~2");
    a.must("checkout", "-q", "more");
    a.must("reset", "-q", "--hard", "HEAD~1");
    a.write("data/z.bin", bytes("z1"));
    a.mustBlobsy("track", "data/z.bin");
    a.must("stash", "-q");

    expect(text(a, ".git/hooks/post-index-change")).toContain("blobsy");
    a.write("data/really-new.txt", "a file\n");
    a.must("checkout", "-q", "main");
    expect(seen().replaceAll("data/really-new.txt\n", "")).toBe("");
    expect(seen(), "the hook ran").not.toBe("");
  });

  it("nor where a commit brings a .gitignore without the lines, and no ref file changes", () => {
    const w = world();
    const a = w.initWithRemote();
    a.write(".gitignore", "*.own\n");
    a.must("add", ".");
    a.must("commit", "-qm", "own rules");
    a.track("top.bin", bytes("t1"));
    useGitignore(a);
    a.mustBlobsy("sync");
    a.must("add", ".");
    a.must("commit", "-qm", "switch");
    assertClean(a, "top.bin");

    a.must("checkout", "-q", "HEAD~1");

    expect(text(a, ".gitignore")).toBe("*.own\n");
    assertClean(a, "top.bin");
    a.must("checkout", "-q", "main");
    assertClean(a, "top.bin");
  });
});

describe("merging two branches that each track a file", () => {
  /** `name` on a branch of each name, tracked there. */
  function branches(a: Repo, dir: string): void {
    a.must("branch", "other");
    a.track(`${dir}/ours.bin`, bytes("ours"));
    a.must("checkout", "-q", "other");
    a.track(`${dir}/theirs.bin`, bytes("theirs"));
    a.must("checkout", "-q", "main");
  }

  it.each(["data", "fresh"])("in %s: both lines, no conflict", (dir) => {
    const { a } = startWithTwo();
    branches(a, dir);

    a.must("merge", "-q", "-m", "merge", "other");

    const lines = ["/ours.bin", "/theirs.bin", ...(dir === "data" ? ["/x.bin"] : [])];
    expect(text(a, `${dir}/.gitignore`)).toBe(block(...lines));
    a.assertPayload(`${dir}/theirs.bin`, bytes("theirs"));
    assertClean(a, `${dir}/ours.bin`, `${dir}/theirs.bin`);
  });

  it("one removes, one adds: rebase, too", () => {
    const { a } = startWithTwo();
    a.track("data/keep.bin", bytes("k"));
    a.must("branch", "other");
    a.must("rm", "-q", "data/x.bin.bref");
    a.must("commit", "-qam", "rm x");
    a.must("checkout", "-q", "other");
    a.track("data/y.bin", bytes("y"));

    a.must("rebase", "-q", "main");

    expect(text(a, "data/.gitignore")).toBe(block("/keep.bin", "/y.bin"));
    assertClean(a, "data/keep.bin", "data/y.bin");
  });

  it("the user's own lines still conflict, and the block is whole below them", () => {
    const { a } = startWithTwo();
    a.must("branch", "other");
    a.write("data/.gitignore", `*.one\n${text(a, "data/.gitignore")}`);
    a.commitAll("one");
    a.track("data/ours.bin", bytes("ours"));
    a.must("checkout", "-q", "other");
    a.write("data/.gitignore", `*.two\n${text(a, "data/.gitignore")}`);
    a.commitAll("two");
    a.track("data/theirs.bin", bytes("theirs"));
    a.must("checkout", "-q", "main");

    expect(a.git("merge", "-q", "-m", "merge", "other").code).toBe(1);

    expect(a.status()).toContain("UU data/.gitignore");
    const merged = text(a, "data/.gitignore");
    expect(merged).toContain(block("/ours.bin", "/theirs.bin", "/x.bin"));
    for (const name of ["ours", "theirs", "x"]) {
      expect(a.git("check-ignore", "-q", `data/${name}.bin`).code, name).toBe(0);
    }
    a.write("data/.gitignore", merged.replace(/^(<<<<<<<|=======|>>>>>>>).*\n/gm, ""));
    a.must("add", "data/.gitignore");
    a.must("commit", "-qm", "settled");
    assertClean(a, "data/ours.bin", "data/theirs.bin", "data/x.bin");
  });

  it("without blobsy's merge it conflicts, hides no payload, and is left to the user", () => {
    const { a } = startWithTwo();
    a.write(".gitattributes", "*.bref filter=blobsy merge=blobsy -text\n.gitignore merge=text\n");
    a.commitAll("plain merges");
    branches(a, "data");

    expect(a.git("merge", "-q", "-m", "merge", "other").code).toBe(1);

    const conflicted = text(a, "data/.gitignore");
    expect(conflicted).toContain("<<<<<<<");
    a.assertPayload("data/theirs.bin", bytes("theirs"));
    a.write("data/third.bin", bytes("third"));
    const ran = a.blobsy("track", "data/third.bin");
    expect(ran.stderr).toMatch(/data\/\.gitignore is left as it is: it has conflict markers/);
    expect(text(a, "data/.gitignore")).toBe(conflicted);
    for (const name of ["ours", "theirs", "x", "third"]) {
      expect(a.git("check-ignore", "-q", `data/${name}.bin`).code, name).toBe(0);
    }

    a.write("data/.gitignore", conflicted.replace(/^(<<<<<<<|=======|>>>>>>>).*\n/gm, ""));
    a.mustBlobsy("sync");
    a.must("add", ".");
    a.must("commit", "-qm", "settled");
    expect(text(a, "data/.gitignore")).toBe(
      block("/ours.bin", "/theirs.bin", "/third.bin", "/x.bin"),
    );
    assertClean(a, "data/ours.bin", "data/theirs.bin", "data/third.bin", "data/x.bin");
  });
});

describe("a .gitignore that cannot be used", () => {
  it("with damaged marks stays as it is; its payloads are ignored all the same", () => {
    const { a } = startWithTwo();
    const damaged = `${BEGIN}\n/x.bin\n*.own\n`;
    a.write("data/.gitignore", damaged);
    a.write("data/y.bin", bytes("y1"));
    const ran = a.blobsy("track", "data/y.bin");
    expect(ran.stderr).toMatch(/marks in it are damaged/);
    expect(text(a, "data/.gitignore")).toBe(damaged);
    expect(a.status()).toEqual([" M data/.gitignore", "A  data/y.bin.bref"]);
  });

  it("as CRLF is read, and written so", () => {
    const { a } = startWithTwo();
    a.write("data/.gitignore", `*.own\n${block("/x.bin")}`.replaceAll("\n", "\r\n"));
    a.commitAll("crlf");
    assertClean(a, "data/x.bin");
    a.track("data/y.bin", bytes("y1"));
    expect(text(a, "data/.gitignore")).toBe(
      `*.own\n${block("/x.bin", "/y.bin")}`.replaceAll("\n", "\r\n"),
    );
    assertClean(a, "data/x.bin", "data/y.bin");
  });

  it("as a symlink is refused by track, and nothing is written through it", () => {
    const { w, a } = start();
    writeFileSync(w.path("outside"), "not yours\n");
    a.write("data/x.bin", bytes("x1"));
    symlinkSync("../../outside", a.path("data/.gitignore"));

    const ran = a.blobsy("track", "data/x.bin");

    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/data\/\.gitignore: .*symlink/);
    expect(a.has("data/x.bin.bref")).toBe(false);
    a.assertPayload("data/x.bin", bytes("x1"));
    expect(readFileSync(w.path("outside"), "utf8")).toBe("not yours\n");
    expect(lstatSync(a.path("data/.gitignore")).isSymbolicLink()).toBe(true);
  });

  it("as a symlink in a clone is said, and payloads are ignored all the same", () => {
    const { w, a } = startWithTwo();
    writeFileSync(w.path("outside"), "not yours\n");
    a.remove("data/.gitignore");
    symlinkSync("../../outside", a.path("data/.gitignore"));
    a.must("add", "data/.gitignore");
    a.must("commit", "-qnm", "hostile");
    a.must("push", "-q");

    const b = w.clone("b", { then: "plain" });
    b.mustBlobsy("install");
    const ran = b.blobsy("pull");

    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/data\/\.gitignore: .*symlink/);
    b.assertPayload("data/x.bin", bytes("x1"));
    assertClean(b, "data/x.bin", "top.bin");
    expect(readFileSync(w.path("outside"), "utf8")).toBe("not yours\n");
  });

  it("that is the user's and empty is never removed", () => {
    const { a } = start();
    a.write("data/.gitignore", "");
    a.must("add", ".");
    a.must("commit", "-qm", "empty");
    a.track("data/x.bin", bytes("x1"));
    a.must("rm", "-q", "data/x.bin.bref");
    a.must("commit", "-qam", "rm");
    expect(text(a, "data/.gitignore")).toBe("\n");
    assertClean(a);
  });
});

describe("the setting is switched", () => {
  it("to gitignore: the next command writes the files", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("data/x.bin", bytes("x1"));
    a.track("top.bin", bytes("t1"));
    a.must("push", "-q");
    const b = w.clone("b");
    useGitignore(a);
    expect(a.status()).toEqual([" M .blobsyconfig"]);
    a.mustBlobsy("sync");
    expect(text(a, "data/.gitignore")).toBe(block("/x.bin"));
    a.must("add", ".");
    a.must("commit", "-qm", "switch");
    assertClean(a, "data/x.bin", "top.bin");
    a.must("push", "-q");

    b.must("pull", "-q");
    assertClean(b, "data/x.bin", "top.bin");
    b.mustBlobsy("sync");
    assertClean(b, "data/x.bin", "top.bin");

    // A branch from before the switch, and back.
    a.must("checkout", "-q", "HEAD~1");
    assertClean(a, "data/x.bin", "top.bin");
    a.must("checkout", "-q", "main");
    assertClean(a, "data/x.bin", "top.bin");
  });

  it("back to exclude: the blocks go, the user's lines stay", () => {
    const { w, a } = startWithTwo();
    a.write(".gitignore", `*.own\n${text(a, ".gitignore")}`);
    a.commitAll("own");
    a.must("push", "-q");
    const b = w.clone("b");
    a.write(".blobsyconfig", text(a, ".blobsyconfig").replace(/ *ignore = gitignore\n/, ""));

    a.mustBlobsy("sync");

    expect(text(a, ".gitignore")).toBe("*.own\n");
    expect(a.has("data/.gitignore")).toBe(false);
    expect(excluded(a)).toEqual(["/data/x.bin", "/top.bin"]);
    a.must("add", "-u");
    a.must("commit", "-qm", "back");
    assertClean(a, "data/x.bin", "top.bin");
    a.must("push", "-q");
    b.must("pull", "-q");
    b.mustBlobsy("sync");
    assertClean(b, "data/x.bin", "top.bin");
  });

  it("worktrees on both sides of the switch keep each other's payloads ignored", () => {
    const { w, a } = startWithTwo();
    const before = a.must("rev-list", "--max-parents=0", "HEAD").trim();
    a.must("worktree", "add", "-q", "-b", "plain", "../tree", before);
    const tree = w.repo("tree");
    tree.track("data/x.bin", bytes("other"));
    tree.assertPristine();
    a.mustBlobsy("sync");
    a.must("checkout", "-q", "-b", "third");
    a.track("data/y.bin", bytes("y1"));
    tree.assertPristine();
    assertClean(a, "data/x.bin", "data/y.bin", "top.bin");
  });
});

describe("the configuration", () => {
  it.each([
    ["exclude", false],
    ["gitignore", true],
  ])("is read with %s where nothing changed: %s", (ignore, expected) => {
    const w = world();
    const a = w.initWithRemote();
    if (ignore === "gitignore") useGitignore(a);
    a.must("commit", "-qam", "set up", "--allow-empty");
    a.track("model.bin", bytes("v1"));
    a.sh("sleep 0.1; touch model.bin");

    const starts = w.nodeStarts(() => {
      a.run(["git", "status"], { env: { GIT_TRACE: w.path("trace") } });
    });

    expect(starts, "the filter ran").toHaveLength(1);
    const trace = readFileSync(w.path("trace"), "utf8");
    expect(trace).toContain("rev-parse");
    expect(trace.includes("--get-regexp")).toBe(expected);
    a.assertPristine();
  });
});

describe("pre-commit", () => {
  it("stops at a rule that un-ignores a payload, and names it", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("data/model.bin", bytes("v1"));
    a.write(".gitignore", "# why not\n!*.bin\n");
    a.must("add", ".gitignore");

    const ran = a.git("commit", "-qm", "rules");

    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/data\/model\.bin: .*\.gitignore:2: !\*\.bin/);
    a.write(".gitignore", "# why not\n");
    a.must("add", ".gitignore");
    a.must("commit", "-qm", "rules");
    a.assertPristine();
  });

  it("finds it at the next ref file where the rule came with a merge", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.write(".gitignore", "!*.bin\n");
    a.must("add", ".gitignore");
    a.must("commit", "-qnm", "rules");
    a.write("model.bin", bytes("v2"));
    a.must("add", "model.bin.bref");
    const ran = a.git("commit", "-qm", "v2");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/model\.bin: .*\.gitignore:1: !\*\.bin/);
  });
});
