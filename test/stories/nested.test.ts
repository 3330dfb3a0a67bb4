/** Commands inside commands, after commands that died, and before a remote that is away. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { bytes, digits, sha256 } from "../helpers/bytes.js";
import type { Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

function start(): { w: World; a: Repo } {
  const w = world();
  const a = w.initWithRemote();
  a.track("model.bin", bytes("v1"));
  a.track("other.bin", bytes("o1"));
  a.must("push", "-q");
  return { w, a };
}

/** Stops the next `git` command of a story at a point of the filter: runs a script as its editor. */
function withScript(a: Repo, name: string, script: string): string {
  const file = a.world.path(name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

describe("nested commands", () => {
  it("stash and pop, several edits at once, of other sizes", () => {
    const { a } = start();
    a.write("model.bin", digits("e1"));
    a.write("other.bin", bytes("e2"));
    a.must("stash");
    a.assertPayload("model.bin", bytes("v1"));
    a.assertPayload("other.bin", bytes("o1"));
    a.assertPristine();
    a.must("stash", "apply");
    a.assertPayload("model.bin", digits("e1"));
    a.assertPayload("other.bin", bytes("e2"));
    a.must("checkout", "-q", "--", ".");
    a.must("stash", "pop");
    a.assertPayload("model.bin", digits("e1"));
    expect(a.status()).toEqual([" M model.bin.bref", " M other.bin.bref"]);
  });

  it("a stash taken from an edit that was committed meanwhile", () => {
    const { a } = start();
    a.write("model.bin", bytes("e1"));
    a.must("stash");
    a.write("model.bin", bytes("e1"));
    a.commitAll("the same by hand");
    a.must("stash", "pop");
    a.assertPayload("model.bin", bytes("e1"));
    a.assertPristine();
  });

  it("pull --rebase --autostash keeps the edit and takes the rest", () => {
    const { w, a } = start();
    const b = w.clone("b");
    b.write("other.bin", bytes("o2"));
    b.commitAll("o2");
    b.must("push", "-q");
    a.write("model.bin", digits("e1"));

    a.must("pull", "-q", "--rebase", "--autostash");

    a.assertPayload("model.bin", digits("e1"));
    a.assertPayload("other.bin", bytes("o2"));
    expect(a.status()).toEqual([" M model.bin.bref"]);
    expect(a.must("stash", "list")).toBe("");
  });

  it("rebase --exec with an edit and a commit inside, at every step", () => {
    const { a } = start();
    for (const n of [1, 2, 3]) {
      a.write("note.txt", `${n}\n`);
      a.commitAll(`n${n}`);
    }
    const script = withScript(
      a,
      "step.sh",
      [
        "n=$(git rev-list --count HEAD)",
        'printf "%s" "exec $n" >model.bin',
        'test "$(git status --porcelain)" = " M model.bin.bref" || exit 7',
        'git commit -qam "inside $n"',
      ].join("\n"),
    );

    a.must("rebase", "-q", "--exec", script, "HEAD~3");

    a.assertPristine();
    a.assertInStep("model.bin");
    expect(a.must("log", "--format=%s", "-6").split("\n").filter(Boolean)).toHaveLength(6);
    const last = a.must("log", "-1", "--format=%s").trim().replace("inside ", "exec ");
    expect(a.refIn("HEAD", "model.bin")?.hash).toBe(sha256(last));
  });

  it("rebase --exec that edits a payload the rebase has moved: a conflict, both kept", () => {
    const { a } = start();
    a.must("checkout", "-q", "-b", "changed");
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    a.must("checkout", "-q", "main");
    a.write("note.txt", "apart\n");
    a.commitAll("note");
    const script = withScript(a, "edit.sh", 'printf "%s" "inside" >model.bin');

    const ran = a.git("rebase", "-q", "--exec", script, "changed");

    expect(ran.stderr).toMatch(/model\.bin: conflict/);
    a.assertPayload("model.bin", Buffer.from("inside"));
    expect(a.ref("model.bin")?.hash).toBe(sha256(bytes("v2")));
    a.assertBytesSomewhere(bytes("v2"));
    expect(a.blobsy("sync").code).toBe(2);
    a.mustBlobsy("resolve", "--theirs", "model.bin");
    a.assertPayload("model.bin", bytes("v2"));
    a.assertBytesSomewhere(Buffer.from("inside"));
  });

  it("rebase -i that stops for an edit, edited and amended", () => {
    const { a } = start();
    for (const tag of ["v2", "v3"]) {
      a.write("model.bin", bytes(tag));
      a.commitAll(tag);
    }
    a.write("note.txt", "later\n");
    a.commitAll("note");
    const stop = a.run(["git", "rebase", "-q", "-i", "HEAD~2"], {
      env: { GIT_SEQUENCE_EDITOR: "sed -i '1s/^pick/edit/'" },
    });
    expect(stop.code).toBe(0);
    a.assertPayload("model.bin", bytes("v3"));
    a.write("model.bin", bytes("amended"));
    a.must("commit", "-q", "--amend", "-a", "--no-edit");
    a.must("rebase", "--continue");

    a.assertPayload("model.bin", bytes("amended"));
    a.assertPristine();
    expect(a.refIn("HEAD", "model.bin")?.hash).toBe(sha256(bytes("amended")));
  });

  it("commit PATH takes that payload's edit and leaves the other", () => {
    const { a } = start();
    a.write("model.bin", bytes("e1"));
    a.write("other.bin", bytes("e2"));

    a.must("commit", "-qm", "one", "model.bin.bref");

    expect(a.refIn("HEAD", "model.bin")?.hash).toBe(sha256(bytes("e1")));
    expect(a.refIn("HEAD", "other.bin")?.hash).toBe(sha256(bytes("o1")));
    expect(a.status()).toEqual([" M other.bin.bref"]);
    a.assertPayload("model.bin", bytes("e1"));
    a.assertPayload("other.bin", bytes("e2"));
  });

  it("commit PATH with another payload staged", () => {
    const { a } = start();
    a.write("other.bin", bytes("e2"));
    a.must("add", "other.bin.bref");
    a.write("model.bin", digits("e1"));

    a.must("commit", "-qm", "one", "model.bin.bref");

    expect(a.refIn("HEAD", "model.bin")?.hash).toBe(sha256(digits("e1")));
    expect(a.refIn("HEAD", "other.bin")?.hash).toBe(sha256(bytes("o1")));
    expect(a.status()).toEqual(["M  other.bin.bref"]);
  });

  it("git add -p and commit --amend see payload edits", () => {
    const { a } = start();
    a.write("model.bin", bytes("e1"));
    a.run(["git", "add", "-p"], { input: "y\n" });
    a.must("commit", "-qm", "by patch");
    expect(a.refIn("HEAD", "model.bin")?.hash).toBe(sha256(bytes("e1")));
    a.write("model.bin", bytes("e2"));
    a.must("commit", "-q", "--amend", "-a", "--no-edit");
    expect(a.refIn("HEAD", "model.bin")?.hash).toBe(sha256(bytes("e2")));
    a.assertPristine();
  });
});

describe("a filter process that died", () => {
  it("killed at its end of input: the next command finishes what it had noted", () => {
    const { a } = start();
    a.must("checkout", "-q", "-b", "two");
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    a.must("push", "-q", "origin", "two");
    // Dies at the first change of a file below the worktree, after Git has written every ref file.
    const ran = a.run(["git", "checkout", "-q", "main"], {
      env: { BLOBSY_FAULTS: "at=1;do=kill-before;only=rename,link,unlink" },
    });
    expect(ran.code).toBe(0);
    expect(a.ref("model.bin")?.hash).toBe(sha256(bytes("v1")));

    a.git("status");
    a.mustBlobsy("sync");

    a.assertPayload("model.bin", bytes("v1"));
    a.assertPristine();
    a.assertBytesSomewhere(bytes("v2"));
  });

  it("killed during reset --hard of an edit: the discard is still one, not a conflict", () => {
    const { a } = start();
    a.write("model.bin", bytes("e1"));
    expect(a.status()).toEqual([" M model.bin.bref"]);
    const ran = a.run(["git", "reset", "-q", "--hard"], {
      env: { BLOBSY_FAULTS: "at=1;do=kill-before;only=rename,link,unlink" },
    });
    expect(ran.code).toBe(0);

    a.mustBlobsy("sync");

    a.assertPayload("model.bin", bytes("v1"));
    a.assertBytesSomewhere(bytes("e1"), "the edit");
    a.assertPristine();
  });

  it("outlives a git that was killed between two requests: nothing moves until somebody looks", async () => {
    const { w, a } = start();
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    const v1 = a.must("show", "main~1:model.bin.bref");
    const script = w.path("git-that-dies.mjs");
    writeFileSync(script, GIT_THAT_DIES);
    writeFileSync(w.path("v1.bref"), v1);

    const ran = a.run(["node", script, "model.bin.bref", w.path("v1.bref")]);
    expect(ran.code, ran.stderr).toBe(137);
    const filter = Number(ran.stdout);
    expect(filter).toBeGreaterThan(0);
    while (isThere(filter)) await new Promise((resolve) => setTimeout(resolve, 20));

    expect(a.ref("model.bin")?.hash).toBe(sha256(bytes("v1")));
    a.assertPayload("model.bin", bytes("v2"));
    a.mustBlobsy("sync");
    a.assertPayload("model.bin", bytes("v1"));
    a.assertBytesSomewhere(bytes("v2"));
  });

  it("a journal of a process that is no more does not block its paths", () => {
    const { a } = start();
    const journal = a.worktreeState("journal", "999999");
    mkdirSync(path.dirname(journal), { recursive: true });
    writeFileSync(journal, "garbage\0\nmodel.bin\tmore\n");
    a.write("model.bin", bytes("e1"));

    expect(a.status()).toEqual([" M model.bin.bref"]);
    a.commitAll("e1");
    a.must("checkout", "-q", "HEAD~1");
    a.assertPayload("model.bin", bytes("v1"));
  });
});

describe("a discard that had to wait for the network", () => {
  /** b has v2 checked out and edited; v1 is only on the remote, and the remote is away. */
  function offline(): { b: Repo; back: () => void } {
    const { w, a } = start();
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    a.must("push", "-q");
    const b = w.clone("b");
    b.write("model.bin", bytes("edit"));
    expect(b.status()).toEqual([" M model.bin.bref"]);
    renameSync(w.blobs, w.path("away"));
    return { b, back: () => renameSync(w.path("away"), w.blobs) };
  }

  it("reset --hard to a blob that only the remote has: decided, and done when it is back", () => {
    const { b, back } = offline();

    const ran = b.git("reset", "-q", "--hard", "HEAD~1");
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/model\.bin/);
    b.assertBytesSomewhere(bytes("edit"), "the edit");
    expect(b.ref("model.bin")?.hash).toBe(sha256(bytes("v1")));
    b.git("status");
    expect(b.ref("model.bin")?.hash, "not taken back as an edit").toBe(sha256(bytes("v1")));
    expect(b.blobsy("sync").code).not.toBe(0);

    back();
    b.mustBlobsy("sync");
    b.assertPayload("model.bin", bytes("v1"));
    b.assertPristine();
    b.assertBytesSomewhere(bytes("edit"), "the edit");
  });

  it("a new edit meanwhile is kept, whatever was decided about the old one", () => {
    const { b, back } = offline();
    b.must("reset", "-q", "--hard", "HEAD~1");
    b.write("model.bin", bytes("newer"));
    b.git("status");
    back();

    b.blobsy("sync");

    b.assertBytesSomewhere(bytes("newer"), "the newer edit");
    b.assertPayload("model.bin", bytes("newer"));
    b.assertBytesSomewhere(bytes("edit"), "the first edit");
  });

  it("checkout of an untouched payload offline: said, kept, and done later", () => {
    const { w, a } = start();
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    a.must("push", "-q");
    const b = w.clone("b");
    renameSync(w.blobs, w.path("away"));

    const ran = b.git("checkout", "-q", "HEAD~1");
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/model\.bin/);
    b.assertBytesSomewhere(bytes("v2"));
    expect(b.git("commit", "-qam", "nothing").code).toBe(1);
    expect(b.ref("model.bin")?.hash).toBe(sha256(bytes("v1")));
    renameSync(w.path("away"), w.blobs);
    b.mustBlobsy("pull");
    b.assertPayload("model.bin", bytes("v1"));
    b.assertPristine();
    expect(readFileSync(b.path("model.bin")).length).toBe(bytes("v1").length);
  });
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Asks for one smudge as Git does, writes the ref file, and dies without having closed anything. */
const GIT_THAT_DIES = `
import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
const [ref, from] = process.argv.slice(2);
const text = readFileSync(from, "utf8");
const packet = (data) => (data.length + 4).toString(16).padStart(4, "0") + data;
const packets = (...lines) => lines.map((line) => packet(line + "\\n")).join("") + "0000";
const filter = spawn("blobsy", ["filter-process"], { stdio: ["pipe", "pipe", "inherit"] });
let read = "";
filter.stdout.on("data", (data) => {
  read += data;
  // Handshake, capabilities, and the answer: status, content, status again.
  if (!read.includes(text)) return;
  writeFileSync(ref, text);
  writeSync(1, String(filter.pid));
  process.kill(process.pid, "SIGKILL");
});
rmSync(ref);
filter.stdin.write(
  packets("git-filter-client", "version=2") +
    packets("capability=clean", "capability=smudge") +
    packets("command=smudge", "pathname=" + ref) +
    packet(text) + "0000",
);
`;
