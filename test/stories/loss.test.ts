/** Lost or damaged records cost time, or a question; never bytes. */
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { bytes, digits, sha256, sized } from "../helpers/bytes.js";
import { filesBelow, type Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

function start(): { w: World; a: Repo } {
  const w = world();
  const a = w.initWithRemote();
  a.track("model.bin", bytes("v1"));
  a.track("dir/other.bin", bytes("o1"));
  a.must("push", "-q");
  return { w, a };
}

/** Ways to lose or damage what blobsy remembers of a worktree. */
const LOSSES: Record<string, (a: Repo) => void> = {
  "the stat cache lost": (a) => rmSync(a.worktreeState("stat-cache")),
  "the stat cache garbage": (a) => writeFileSync(a.worktreeState("stat-cache"), sized("x", 999)),
  "the stat cache cut off": (a) => a.sh(`truncate -s -7 '${a.worktreeState("stat-cache")}'`),
  "one bit of the stat cache flipped": (a) => {
    const file = a.worktreeState("stat-cache");
    const at = Math.floor(statSync(file).size / 2);
    a.sh(`printf '\\377' | dd of='${file}' bs=1 seek=${at} conv=notrunc 2>/dev/null`);
  },
  "the worktree's state lost": (a) => rmSync(a.worktreeState(), { recursive: true }),
  "all of blobsy's state but objects": (a) => {
    for (const name of readdirSync(a.state())) {
      if (name !== "objects") rmSync(a.state(name), { recursive: true });
    }
  },
  "all of blobsy's state, objects included": (a) => rmSync(a.state(), { recursive: true }),
};

describe.each(Object.entries(LOSSES))("%s", (_what, lose) => {
  it("an untouched tree is clean at once, and everything goes on", () => {
    const { a } = start();
    lose(a);

    a.status();
    a.assertPristine();
    a.assertPayload("model.bin", bytes("v1"));
    expect(a.blobsy("sync").code).toBe(0);
    a.write("model.bin", bytes("v2"));
    expect(a.status()).toEqual([" M model.bin.bref"]);
    a.commitAll("v2");
    a.must("push", "-q");
    expect(a.remoteHas(bytes("v2"))).toBe(true);
    a.must("checkout", "-q", "HEAD~1");
    a.assertPayload("model.bin", bytes("v1"));
    a.assertPristine();
  });

  it("a payload edited meanwhile is a question, never overwritten", () => {
    const { a } = start();
    lose(a);
    a.write("model.bin", bytes("mine"));

    a.git("status");
    const sync = a.blobsy("sync");

    expect([0, 2]).toContain(sync.code);
    a.assertPayload("model.bin", bytes("mine"));
    // Either the base was rebuilt and this is an edit, or it is a conflict that both survive.
    if (sync.code === 2) expect(a.ref("model.bin")?.hash).toBe(sha256(bytes("v1")));
    else a.assertInStep("model.bin");
    a.blobsy("resolve", "--ours", "model.bin");
    a.assertInStep("model.bin");
    a.commitAll("mine");
    expect(a.refIn("HEAD", "model.bin")?.hash).toBe(sha256(bytes("mine")));
  });

  it("switching afterwards loses nothing", () => {
    const { a } = start();
    a.must("checkout", "-q", "-b", "two");
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    lose(a);

    a.must("checkout", "-q", "main");
    // With no base left this may be a question; it is never a guess.
    const sync = a.blobsy("sync");
    if (sync.code !== 0) {
      expect(sync.code).toBe(2);
      a.assertPayload("model.bin", bytes("v2"));
      expect(a.ref("model.bin")?.hash).toBe(sha256(bytes("v1")));
      a.mustBlobsy("resolve", "--theirs", "model.bin");
    }

    a.assertPayload("model.bin", bytes("v1"));
    a.assertBytesSomewhere(bytes("v2"));
    a.assertPristine();
  });
});

describe("several processes at once", () => {
  it("eight blobsy processes and git status beside an edit", async () => {
    const { a } = start();
    a.write("model.bin", digits("v2"));
    a.write("dir/other.bin", bytes("o2"));
    const commands = [
      ["blobsy", "sync"],
      ["blobsy", "status"],
      ["git", "status"],
      ["blobsy", "push"],
      ["blobsy", "sync"],
      ["git", "diff"],
      ["blobsy", "pull"],
      ["git", "status"],
    ];

    const ran = await Promise.all(commands.map((argv) => a.start(argv).done));

    for (const { argv, code, stderr } of ran) expect(code, `${argv.join(" ")}: ${stderr}`).toBe(0);
    a.assertPayload("model.bin", digits("v2"));
    a.assertPayload("dir/other.bin", bytes("o2"));
    expect(a.status()).toEqual([" M dir/other.bin.bref", " M model.bin.bref"]);
    a.assertInStep("model.bin");
    a.assertInStep("dir/other.bin");
  });

  it("parallel track of files in one directory: every ref file and every ignore line", async () => {
    const { a } = start();
    const names = Array.from({ length: 12 }, (_, n) => `par/f${n}.bin`);
    for (const name of names) a.write(name, bytes(name));

    const ran = await Promise.all(names.map((name) => a.start(["blobsy", "track", name]).done));

    for (const { code, stderr } of ran) expect(code, stderr).toBe(0);
    for (const name of names) a.assertInStep(name);
    a.must("add", ".");
    expect(a.status()).toHaveLength(12);
    a.must("commit", "-qm", "parallel");
    a.assertPristine();
  });

  it("two worktrees that switch at the same time", async () => {
    const { w, a } = start();
    a.must("checkout", "-q", "-b", "two");
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    a.must("push", "-q", "origin", "two");
    a.must("worktree", "add", "-q", "--detach", "../tree", "main");
    const tree = w.repo("tree");
    for (let round = 0; round < 4; round += 1) {
      const [here, there] = round % 2 === 0 ? ["main", "two"] : ["two", "main"];
      const both = await Promise.all([
        a.start(["git", "checkout", "-q", "--detach", here]).done,
        tree.start(["git", "checkout", "-q", "--detach", there]).done,
      ]);
      for (const { code, stderr } of both) expect(code, stderr).toBe(0);
      a.assertPayload("model.bin", bytes(here === "main" ? "v1" : "v2"));
      tree.assertPayload("model.bin", bytes(there === "main" ? "v1" : "v2"));
    }
    a.assertPristine();
    tree.assertPristine();
  });
});

describe("Ctrl-C at any moment", () => {
  /** Milliseconds until the signal; spread over the run, no two alike. */
  const MOMENTS = [1, 60, 180];

  it.each([
    ["checkout", ["git", "checkout", "-q", "main"]],
    ["add", ["git", "add", "-u"]],
    ["sync", ["blobsy", "sync"]],
    ["push", ["git", "push", "-q", "origin", "two"]],
  ])("git goes on afterwards: %s", async (verb, argv) => {
    const { a } = start();
    const names = Array.from({ length: 6 }, (_, n) => `many/f${n}.bin`);
    for (const name of names) a.write(name, sized(`m ${name}`, 200_000));
    a.mustBlobsy("track", ...names);
    a.must("commit", "-qm", "many");
    a.must("push", "-q");
    a.must("checkout", "-q", "-b", "two");

    for (const [round, moment] of MOMENTS.entries()) {
      const next = (name: string): Buffer => sized(`${verb} ${round} ${name}`, 200_000);
      for (const name of names) a.write(name, next(name));
      if (verb === "checkout" || verb === "push") a.commitAll(`round ${round}`);
      const running = a.start(argv);
      await sleep(moment);
      running.signal("SIGINT");
      await running.done;
      // A filter that Git left behind finishes by itself; whatever it does must be safe.
      for (const name of names) assertWhole(a, name, [next(name), sized(`m ${name}`, 200_000)]);

      a.sh("rm -f .git/index.lock");
      a.git("status");
      if (verb === "checkout") a.must("checkout", "-q", "-f", "main");
      else if (verb === "push") a.must("push", "-q", "origin", "two");
      else a.must("add", "-u");
      expect(a.blobsy("sync").code).toBe(0);
      for (const name of names) {
        a.assertInStep(name);
        a.assertBytesSomewhere(next(name), name);
      }
      if (verb === "checkout") {
        a.assertPristine();
        a.must("checkout", "-q", "two");
      } else if (verb !== "push") a.commitAll(`round ${round}`);
      else expect(a.remoteHas(next(names[0] ?? ""))).toBe(true);
    }
    const left = filesBelow(a.dir, [".git"]).filter((file) => file.includes(".blobsy-"));
    expect(left, "temporary files beside payloads").toEqual([]);
    const tmp = filesBelow(a.state("tmp")).map((file) => path.basename(file));
    expect(tmp, "temporary files in the store").toEqual([]);
    expect(existsSync(a.path("many"))).toBe(true);
  });

  it("a pull stops at the next payload, says so, and goes on when it is run again", async () => {
    const { w, a } = start();
    const names = Array.from({ length: 60 }, (_, n) => `many/f${n}.bin`);
    for (const name of names) a.write(name, Buffer.alloc(2_000_000, name));
    a.mustBlobsy("track", ...names);
    a.must("commit", "-qm", "many");
    a.must("push", "-q");
    const b = w.clone("b", { then: "plain" });
    b.mustBlobsy("install", "--skip-smudge");
    const placed = (): string[] => names.filter((name) => b.has(name));
    expect(placed()).toEqual([]);

    const running = b.start(["blobsy", "pull"]);
    while (!existsSync(b.state("objects"))) await sleep(1);
    running.signal("SIGINT");
    const { code, stderr } = await running.done;

    expect(code).toBe(130);
    expect(stderr).toMatch(/stopped by SIGINT; what was done is kept/);
    expect(stderr.split("\n").length, stderr).toBeLessThan(5);
    expect(placed().length).toBeLessThan(names.length);
    expect(b.status()).toEqual([]);
    expect(b.mustBlobsy("pull")).not.toMatch(/conflict/);
    for (const name of names) b.assertInStep(name);
    b.assertPristine();
  });
});

/** A payload path shows one of these contents, or nothing. */
function assertWhole(a: Repo, name: string, contents: readonly Buffer[]): void {
  if (!a.has(name)) return;
  const allowed = contents.map(sha256);
  expect(allowed, `${name} is whole`).toContain(sha256(a.read(name)));
}
