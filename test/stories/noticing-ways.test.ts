/** What is particular to each way of noticing: `monitor`, `arm` and `commit`. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, statSync, utimesSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytes, sha256 } from "../helpers/bytes.js";
import { mountCoarseDisk, type CoarseDisk } from "../helpers/coarse.js";
import type { Repo } from "../helpers/repo.js";
import { world, type World, type WorldOptions } from "../helpers/world.js";

/** Longer than any file system's tick, so that everything before is safely in the past. */
const TICKS = 2_200;

function start(options: WorldOptions = {}): { w: World; a: Repo } {
  const w = world({ on: "disk", ...options });
  const a = w.initAlone();
  a.track("model.bin", bytes("v1"));
  return { w, a };
}

describe("noticing by monitor", () => {
  it("is what init chooses", () => {
    const { a } = start();
    expect(a.git("config", "core.fsmonitor").stdout.trim()).not.toBe("");
  });

  it("a clean status, diff and add start no Node", async () => {
    const { w, a } = start();
    await sleep(TICKS);
    a.status();

    const starts = w.nodeStarts(() => {
      expect(a.status()).toEqual([]);
      expect(a.must("diff")).toBe("");
      a.must("add", "-u");
      a.must("add", ".");
      expect(a.git("diff-index", "--quiet", "HEAD").code).toBe(0);
      expect(a.git("diff-files", "--quiet").code).toBe(0);
    });

    expect(starts).toEqual([]);
  });

  it("an edit starts one Node per command, not one per file", async () => {
    const { w, a } = start();
    a.track("two.bin", bytes("t1"));
    await sleep(TICKS);
    a.status();
    a.write("model.bin", bytes("v2"));
    a.write("two.bin", bytes("t2"));

    const starts = w.nodeStarts(() => {
      expect(a.status()).toHaveLength(2);
    });

    expect(starts).toHaveLength(1);
  });

  it("a stamp from the future hides nothing", () => {
    const { a } = start();
    a.status();
    const stamp = a.worktreeState("stamp");
    expect(existsSync(stamp)).toBe(true);
    const future = new Date("2040-01-01T00:00:00Z");
    utimesSync(stamp, future, future);
    a.write("model.bin", bytes("v2"));

    expect(a.status()).toEqual([" M model.bin.bref"]);
  });

  it("a stamp that is gone hides nothing", () => {
    const { a } = start();
    a.status();
    a.sh(`rm -f '${a.worktreeState("stamp")}'`);
    a.write("model.bin", bytes("v2"));

    expect(a.status()).toEqual([" M model.bin.bref"]);
  });

  it("works from a subdirectory and with odd names", () => {
    const { a } = start();
    for (const name of ["sub/in it.bin", "-rf", "$(id).bin", "it's.bin", "[a]*.bin"]) {
      a.track(name, bytes("v1"));
    }
    a.write("-rf", bytes("v2"));
    a.write("sub/in it.bin", bytes("v2"));
    a.write("it's.bin", bytes("v2"));

    const ran = a.run(["git", "status", "--porcelain", "-z"], { in: "sub" });

    expect(ran.stdout.split("\0").filter(Boolean).sort()).toEqual([
      " M -rf.bref",
      " M it's.bin.bref",
      " M sub/in it.bin.bref",
    ]);
  });

  it("a ref file removed by hand is not brought back by the monitor", () => {
    const { a } = start();
    a.status();
    a.remove("model.bin.bref");
    a.write("model.bin", bytes("v2"));

    expect(a.status()).toEqual([" D model.bin.bref"]);
    expect(a.has("model.bin.bref")).toBe(false);
    a.assertPayload("model.bin", bytes("v2"));
  });

  it("a hook the user had in core.fsmonitor is asked, and its answer passed on", () => {
    const w = world({ on: "disk" });
    w.must("git", "init", "-q", "a");
    const a = w.repo("a");
    const hook = w.path("my monitor.sh");
    const log = w.path("my-monitor-calls");
    // Answers, as its author wants, that nothing ever changed.
    w.run(["sh", "-c", `cat >"$0"`, hook], {
      input: `#!/bin/sh\necho "$@" >>'${log}'\nprintf 'token\\0'\n`,
    });
    chmodSync(hook, 0o755);
    a.must("config", "core.fsmonitor", hook);
    a.mustBlobsy("init", "local:../blobs");
    a.write("note.txt", "one\n");
    a.must("add", ".");
    a.must("commit", "-qm", "set up");
    a.track("model.bin", bytes("v1"));
    a.status();
    a.status();
    const calls = (): number => w.must("wc", "-l", log).split(" ").map(Number)[0] ?? 0;
    const before = calls();
    a.write("note.txt", "two\n");
    a.write("model.bin", bytes("v2"));

    // The user's hook hides the plain file, as it did before; the payload shows all the same.
    expect(a.status()).toEqual([" M model.bin.bref"]);
    expect(calls()).toBeGreaterThan(before);
    a.commitAll("v2");
    expect(a.refIn("HEAD", "model.bin")?.hash).toBe(sha256(bytes("v2")));

    a.mustBlobsy("uninstall");
    expect(a.must("config", "core.fsmonitor").trim()).toBe(hook);
  });
});

describe("edits that file times do not tell", () => {
  const FUTURE = new Date("2038-06-07T08:09:10Z");

  it("an mtime in the future, before and after the edit", () => {
    const { a } = start();
    a.setMtime("model.bin", FUTURE);
    expect(a.status()).toEqual([]);
    a.write("model.bin", bytes("v2"));
    a.setMtime("model.bin", FUTURE);
    expect(a.status()).toEqual([" M model.bin.bref"]);
    a.commitAll("v2");
    a.must("checkout", "-q", "HEAD~1");
    a.assertPayload("model.bin", bytes("v1"));
  });

  it("an edit through a memory map, twice", (ctx) => {
    const { a } = start();
    const edit = (text: string): number =>
      a.run([
        "python3",
        "-c",
        "import mmap,sys,os\n" +
          "f=open('model.bin','r+b'); m=mmap.mmap(f.fileno(),0); m[0:2]=sys.argv[1].encode()\n" +
          "os._exit(0)",
        text,
      ]).code;
    if (edit("m1") !== 0) {
      process.stderr.write("SKIPPED: an edit through a memory map: no python3 here\n");
      return ctx.skip("no python3");
    }
    expect(a.status()).toEqual([" M model.bin.bref"]);
    a.commitAll("m1");
    expect(edit("m2")).toBe(0);
    expect(a.status()).toEqual([" M model.bin.bref"]);
    a.commitAll("m2");
    expect(a.refIn("HEAD", "model.bin")?.hash).toBe(sha256(a.read("model.bin")));
  });
});

describe("noticing by arm", () => {
  it("keeps every in-step ref file at its fixed time, and no monitor", () => {
    const { a } = start({ config: { "blobsy.detect": "arm" } });
    const armed = new Date("2037-07-01T00:00:00Z").getTime();
    a.status();
    expect(statSync(a.path("model.bin.bref")).mtimeMs).toBe(armed);
    expect(a.git("config", "core.fsmonitor").stdout).toBe("");

    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    expect(statSync(a.path("model.bin.bref")).mtimeMs).toBe(armed);
    a.assertPristine();
  });
});

describe("noticing by commit", () => {
  it("a commit is stopped with the git add line to run, and then goes through", () => {
    const { a } = start({ config: { "blobsy.detect": "commit" } });
    a.write("model.bin", bytes("v2"));
    a.write("note.txt", "changed\n");

    const stopped = a.git("commit", "-am", "v2");
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toMatch(/git add .*model\.bin\.bref/);
    expect(a.must("rev-list", "--count", "HEAD").trim()).toBe("2");

    a.must("add", "model.bin.bref");
    a.must("commit", "-qam", "v2");
    expect(a.refIn("HEAD", "model.bin")?.hash).toBe(sha256(bytes("v2")));
    a.assertPristine();
  });

  it("is chosen, and said in a line, where Git's own monitor runs", () => {
    const w = world({ on: "disk" });
    w.must("git", "init", "-q", "a");
    const a = w.repo("a");
    a.must("config", "core.fsmonitor", "true");

    const said = a.blobsy("init", "local:../blobs");

    expect(said.code).toBe(0);
    expect(said.stdout + said.stderr).toMatch(/commit/);
    expect(a.must("config", "core.fsmonitor").trim()).toBe("true");
    a.must("config", "core.fsmonitor", "false");
  });
});

describe("noticing where file times have whole seconds", () => {
  let disk: CoarseDisk | string = "not mounted yet";
  beforeAll(() => {
    disk = mountCoarseDisk();
    if (typeof disk === "string") process.stderr.write(`SKIPPED: coarse file times: ${disk}\n`);
  });
  afterAll(() => {
    if (typeof disk !== "string") disk.unmount();
  });

  it.for(["monitor", "arm", "commit"])("same-size edits within one second: %s", (mode, ctx) => {
    if (typeof disk === "string") return ctx.skip(disk);
    const w = world({ below: disk.dir, config: { "blobsy.detect": mode } });
    const a = w.initAlone();
    const look = (): void => {
      if (mode === "commit") a.mustBlobsy("status");
    };
    a.track("model.bin", bytes("v0"));
    for (let n = 1; n <= 5; n += 1) {
      a.write("model.bin", bytes(`v${n}`));
      look();
      expect(a.status(), `edit ${n}`).toEqual([" M model.bin.bref"]);
      a.commitAll(`v${n}`);
      expect(a.refIn("HEAD", "model.bin")?.hash, `commit ${n}`).toBe(sha256(bytes(`v${n}`)));
    }
    // Within two seconds such a file must be read once more, and until then plumbing sees a touched
    // ref file; any status after that settles it.
    a.sh("sleep 3");
    expect(a.status()).toEqual([]);
    a.assertPristine();
    for (let n = 4; n >= 3; n -= 1) {
      a.must("checkout", "-q", `main~${5 - n}`);
      a.assertPayload("model.bin", bytes(`v${n}`));
      a.write("model.bin", bytes(`w${n}`));
      look();
      expect(a.status(), `edit on ${n}`).toEqual([" M model.bin.bref"]);
      a.must("checkout", "-q", "--", ".");
      a.assertPayload("model.bin", bytes(`v${n}`));
    }
  });

  it("same-size edits on such a disk, mounted below a worktree with finer times", async (ctx) => {
    if (typeof disk === "string") return ctx.skip(disk);
    const w = world();
    const a = w.initAlone();
    const data = a.path("data");
    mkdirSync(data);
    execFileSync("mount", ["--bind", disk.dir, data]);
    try {
      a.track("data/model.bin", bytes("v0"));
      for (let n = 1; n <= 3; n += 1) {
        // What is two seconds old is settled. Then an edit in the very second of the last examination:
        // its ctime, cut to the second, is before that.
        await sleep(2200 + (1000 - (Date.now() % 1000)));
        a.mustBlobsy("sync");
        a.write("data/model.bin", bytes(`v${n}`));
        expect(a.status(), `edit ${n}`).toEqual([" M data/model.bin.bref"]);
        a.commitAll(`v${n}`);
        expect(a.refIn("HEAD", "data/model.bin")?.hash).toBe(sha256(bytes(`v${n}`)));
      }
    } finally {
      execFileSync("umount", [data]);
    }
  });
});
