/** The monitor script, called by the real git. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { gitWorld, type GitWorld, type TestRepo } from "./git-world.js";

/** Committed ref files, ignored payloads, everything known and unchanged since the stamp. */
async function watched(world: GitWorld, ...payloads: string[]): Promise<TestRepo> {
  const repo = world.init("repo");
  for (const name of payloads) {
    repo.write(name, "payload\n");
    repo.write(`${name}.bref`, "ref\n");
  }
  repo.must("add", "--", ...payloads.map((name) => `:(literal)${name}.bref`));
  repo.must("commit", "-qm", "refs");
  repo.write(".git/info/exclude", "*\n!*.bref\n!*/\n");
  await repo.install({ hooks: false });
  for (const name of payloads) old(repo, `${name}.bref`);
  repo.must("update-index", "-q", "--refresh");
  await sleep(20);
  repo.know(...payloads);
  await sleep(20);
  return repo;
}

const LONG_AGO = new Date("2020-01-01T00:00:00Z");

/** Gives a ref file an old time, so that being touched shows. */
function old(repo: TestRepo, name: string): void {
  utimesSync(repo.path(name), LONG_AGO, LONG_AGO);
}

function touched(repo: TestRepo, ...payloads: string[]): string[] {
  return payloads.filter((name) => statSync(repo.path(`${name}.bref`)).mtimeMs > +LONG_AGO);
}

const ODD = [
  "plain.bin",
  "with blank.bin",
  'it\'s "quoted".bin',
  "-rf",
  "$(touch CANARY).bin",
  "[a]*?.bin",
  "*",
  "back\\slash.bin",
  "gr\u00fc\u00df \u2713.bin",
  "deep/er/-x y.bin",
];

describe("the monitor", () => {
  it("touches nothing and starts nothing when nothing was edited", async () => {
    const world = gitWorld();
    const repo = await watched(world, ...ODD);
    world.calls();

    expect(repo.must("status", "--porcelain")).toBe("");

    expect(touched(repo, ...ODD)).toEqual([]);
    expect(world.calls()).toEqual([]);
    expect(existsSync(repo.state("pass"))).toBe(true);
  });

  it.each(ODD)("an edit of %s touches its ref file and no other", async (name) => {
    const world = gitWorld();
    const repo = await watched(world, ...ODD);
    repo.write(name, "PAYLOAD\n");

    repo.must("status", "--porcelain");

    expect(touched(repo, ...ODD)).toEqual([name]);
    expect(repo.has("CANARY")).toBe(false);
  });

  it.each([["status"], ["diff"], ["add", "-u"], ["stash"], ["diff-files"], ["checkout", "HEAD"]])(
    "git %s asks it",
    async (...command) => {
      const world = gitWorld();
      const repo = await watched(world, "a.bin");
      repo.write("a.bin", "edited\n");

      repo.git(...command);

      expect(touched(repo, "a.bin")).toEqual(["a.bin"]);
    },
  );

  it("notices a change that no time in the file gives away", async () => {
    const world = gitWorld();
    const repo = await watched(world, "a.bin");
    repo.write("older", "older!!\n");
    utimesSync(repo.path("older"), LONG_AGO, LONG_AGO);
    renameSync(repo.path("older"), repo.path("a.bin"));

    repo.must("status", "--porcelain");

    expect(touched(repo, "a.bin")).toEqual(["a.bin"]);
  });

  it.each([
    ["lies in the future", (repo: TestRepo) => repo.stamp(new Date("2040-01-01T00:00:00Z"))],
    ["is gone", (repo: TestRepo) => rmSync(repo.state("stamp"))],
  ])("counts every payload as changed when the stamp %s", async (_what, change) => {
    const world = gitWorld();
    const repo = await watched(world, ...ODD);
    change(repo);

    repo.must("status", "--porcelain");

    expect(touched(repo, ...ODD)).toEqual(ODD);
  });

  it("a payload that is missing hides no edit of another", async () => {
    const world = gitWorld();
    const repo = await watched(world, "a.bin", "b.bin");
    rmSync(repo.path("a.bin"));
    repo.write("b.bin", "edited\n");

    repo.must("status", "--porcelain");

    expect(touched(repo, "a.bin", "b.bin")).toEqual(["b.bin"]);
  });

  it.each([
    [
      "reads no list",
      `case " $* " in *" -files0-from "*) exit 1;; esac\nexec /usr/bin/find "$@"\n`,
    ],
    [
      "knows nothing but names",
      `case "$*" in *newercm*|*files0*) exit 1;; esac\nexec /usr/bin/find "$@"\n`,
    ],
  ])("a find that %s hides no edit", async (what, body) => {
    const world = gitWorld();
    const repo = await watched(world, ...ODD);
    world.script(world.path("bin", "find"), body);
    repo.write("-rf", "edited\n");

    repo.must("status", "--porcelain");

    expect(touched(repo, ...ODD)).toEqual(what === "reads no list" ? ["-rf"] : ODD);
    expect(world.calls()).not.toContain("path: hook monitor");
  });

  it("touches no link, nothing behind a link, and makes no file", async () => {
    const world = gitWorld();
    const repo = await watched(world, "a.bin", "dir/b.bin", "c.bin");
    world.init("other");
    for (const name of ["a.bin.bref", "b.bin.bref", "b.bin"]) repo.write(`../other/${name}`, "x\n");
    const other = (name: string) => world.path("other", name);
    for (const name of ["a.bin.bref", "b.bin.bref"]) utimesSync(other(name), LONG_AGO, LONG_AGO);
    for (const name of ["a.bin", "dir/b.bin", "c.bin"]) repo.write(name, "edited\n");
    rmSync(repo.path("a.bin.bref"));
    symlinkSync(other("a.bin.bref"), repo.path("a.bin.bref"));
    rmSync(repo.path("dir"), { recursive: true });
    symlinkSync(world.path("other"), repo.path("dir"));
    rmSync(repo.path("c.bin.bref"));

    repo.git("status", "--porcelain");

    expect(statSync(other("a.bin.bref")).mtimeMs).toBe(+LONG_AGO);
    expect(statSync(other("b.bin.bref")).mtimeMs).toBe(+LONG_AGO);
    expect(repo.has("c.bin.bref")).toBe(false);
  });

  it("starts blobsy when a ref file is gone, as after git mv and git rm", async () => {
    const world = gitWorld();
    const repo = await watched(world, "a.bin", "b c.bin");
    repo.must("mv", "b c.bin.bref", "d.bin.bref");
    world.calls();

    const ran = repo.git("status", "--porcelain");

    expect(world.calls()).toContain("path: hook monitor");
    expect(ran.code).toBe(0);
  });

  it("leaves at once for Git commands that blobsy runs", async () => {
    const world = gitWorld();
    const repo = await watched(world, "a.bin");
    repo.write("a.bin", "edited\n");
    world.run(["git", "status"], repo.dir, { BLOBSY_NESTED: "1" });

    expect(touched(repo, "a.bin")).toEqual([]);
    expect(existsSync(repo.state("pass"))).toBe(false);
  });

  it("works from a subdirectory, and with GIT_DIR set", async () => {
    const world = gitWorld();
    const repo = await watched(world, "sub/a.bin");
    repo.write("sub/a.bin", "edited\n");
    world.run(["git", "status"], repo.path("sub"));
    expect(touched(repo, "sub/a.bin")).toEqual(["sub/a.bin"]);
    old(repo, "sub/a.bin.bref");
    world.run(["git", "status"], repo.path("sub"), { GIT_DIR: "../.git", GIT_WORK_TREE: ".." });
    expect(touched(repo, "sub/a.bin")).toEqual(["sub/a.bin"]);
  });

  it("watches each worktree by its own lists", async () => {
    const world = gitWorld();
    const main = await watched(world, "a.bin");
    main.must("worktree", "add", "-q", "../linked");
    const linked = Object.assign(Object.create(main) as TestRepo, { dir: world.path("linked") });
    linked.write("a.bin", "payload\n");
    old(linked, "a.bin.bref");
    linked.must("update-index", "-q", "--refresh");
    linked.know("a.bin");
    await sleep(20);
    linked.write("a.bin", "edited\n");

    linked.must("status");

    expect(touched(linked, "a.bin")).toEqual(["a.bin"]);
    expect(touched(main, "a.bin")).toEqual([]);
  });

  it("goes on working after the repository was moved", async () => {
    const world = gitWorld();
    const repo = await watched(world, "a.bin");
    renameSync(repo.dir, world.path("moved"));
    const moved = Object.assign(Object.create(repo) as TestRepo, { dir: world.path("moved") });
    moved.write("a.bin", "edited\n");

    expect(moved.git("status").stderr).toBe("");

    expect(touched(moved, "a.bin")).toEqual(["a.bin"]);
  });

  it("always answers, also where nothing can be written", async () => {
    const world = gitWorld();
    const repo = await watched(world, "a.bin");
    rmSync(repo.state("pass"), { force: true });
    mkdirSync(repo.state("pass"));
    repo.write("a.bin", "edited\n");
    repo.write("new.bref", "new\n");

    expect(repo.must("status", "--porcelain")).toContain("?? new.bref");
    for (const version of ["1", "2"]) {
      const ran = world.run([repo.path(".git/blobsy/fsmonitor"), version, "x"], repo.dir);
      expect(ran.stdout).toBe(version === "1" ? "/\0" : "blobsy\0/\0");
    }
  });
});

describe("a monitor of the user's own", () => {
  async function withOwn(world: GitWorld, body: string): Promise<TestRepo> {
    const repo = world.init("repo");
    const own = world.script(world.path("my monitor"), `echo "own: $*" >>'${world.log}'\n${body}`);
    repo.must("config", "core.fsmonitor", own);
    for (const name of ["a.bin", "b.bin"]) {
      repo.write(name, "payload\n");
      repo.commit(`${name}.bref`, "ref\n");
    }
    repo.commit("note.txt", "one\n");
    repo.write(".git/info/exclude", "*.bin\n");
    await repo.install({ hooks: false });
    await sleep(20);
    repo.know("a.bin", "b.bin");
    await sleep(20);
    repo.must("status");
    repo.must("status");
    world.calls();
    return repo;
  }

  const answer = (repo: TestRepo, version = "2"): string =>
    repo.world.run([repo.path(".git/blobsy/fsmonitor"), version, "token"], repo.dir).stdout;

  it("is asked with the same arguments, and its answer passed on", async () => {
    const world = gitWorld();
    const repo = await withOwn(world, `printf 'mine\\000note.txt\\000'\n`);

    expect(answer(repo)).toBe("mine\0note.txt\0");
    expect(world.calls()).toEqual(["own: 2 token"]);
  });

  it.each([
    ["ends with NUL", `printf 'mine\\000note.txt\\000'\n`, "mine\0note.txt\0a.bin.bref\0"],
    ["does not", `printf 'mine\\000note.txt'\n`, "mine\0note.txt\0a.bin.bref\0"],
    ["names nothing", `printf 'mine\\000'\n`, "mine\0a.bin.bref\0"],
  ])("gets touched ref files added when its answer %s", async (_how, body, expected) => {
    const world = gitWorld();
    const repo = await withOwn(world, body);
    repo.write("a.bin", "edited\n");

    expect(answer(repo)).toBe(expected);
  });

  it("may answer in version 1", async () => {
    const world = gitWorld();
    const repo = await withOwn(world, `[ "$1" = 1 ] || exit 1\nprintf 'note.txt\\000'\n`);
    repo.write("a.bin", "edited\n");

    expect(answer(repo, "1")).toBe("note.txt\0a.bin.bref\0");
    expect(world.run([repo.path(".git/blobsy/fsmonitor"), "2", "t"], repo.dir).code).toBe(1);
  });

  it("when it fails Git examines everything", async () => {
    const world = gitWorld();
    const repo = await withOwn(world, "exit 3\n");
    repo.write("note.txt", "two\n");
    repo.write("a.bin", "edited\n");

    expect(repo.must("status", "--porcelain")).toContain("M note.txt");
  });

  it("is given back by another install, and kept once", async () => {
    const world = gitWorld();
    const repo = await withOwn(world, `printf 'mine\\000'\n`);
    await repo.install({ hooks: false });

    expect(repo.must("config", "--get-all", "blobsy.fsmonitor")).toBe(world.path("my monitor"));
    expect(answer(repo)).toBe("mine\0");
  });

  it("a command line of several words goes on as Git would run it", async () => {
    const world = gitWorld();
    const repo = await withOwn(world, `printf 'mine\\000'\n`);
    const script = world.script(world.path("words"), `printf '%s-%s\\000' "$1" "$2"\n`);
    repo.must("config", "blobsy.fsmonitor", `${script} first`);

    expect(answer(repo)).toBe("first-2\0");
  });
});

describe("how noticing is chosen", () => {
  it("Git's own monitor is left alone", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    repo.must("config", "core.fsmonitor", "true");

    const report = await repo.install();

    expect(report.detect).toBe("commit");
    expect(report.notes.join("\n")).toMatch(/commit/);
    expect(repo.must("config", "core.fsmonitor")).toBe("true");
    expect(repo.must("config", "blobsy.detect")).toBe("commit");
    expect(repo.has(".git/blobsy/detect-commit")).toBe(true);
    // Once it is off again, so is the way around it.
    repo.must("config", "core.fsmonitor", "false");
    expect((await repo.install({ detect: "commit" })).detect).toBe("monitor");
    expect(repo.git("config", "blobsy.detect").code).toBe(1);
    expect(repo.has(".git/blobsy/detect-commit")).toBe(false);
  });

  it("a find without -newercm is no monitor", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    world.script(world.path("bin", "find"), `echo "find: unrecognized: -newercm" >&2\nexit 1\n`);

    const report = await repo.install();

    expect(report.detect).toBe("arm");
    expect(repo.git("config", "core.fsmonitor").code).toBe(1);
    expect(repo.must("config", "blobsy.detect")).toBe("arm");
  });

  it("what is asked for is obeyed", async () => {
    const world = gitWorld();
    const repo = world.init("repo");

    expect((await repo.install({ detect: "arm" })).detect).toBe("arm");
    expect(repo.git("config", "core.fsmonitor").code).toBe(1);
    expect((await repo.install({ detect: "monitor" })).detect).toBe("monitor");
    expect(repo.must("config", "core.fsmonitor")).toContain("blobsy/fsmonitor");
  });
});

// Kept here so that a failing chmod is seen where it matters.
it("the script is executable", async () => {
  const world = gitWorld();
  const repo = world.init("repo");
  await repo.install();
  expect(statSync(repo.path(".git/blobsy/fsmonitor")).mode & 0o111).toBe(0o111);
  chmodSync(repo.path(".git/blobsy/fsmonitor"), 0o644);
  await repo.install();
  expect(statSync(repo.path(".git/blobsy/fsmonitor")).mode & 0o111).toBe(0o111);
  writeFileSync(repo.path(".git/blobsy/fsmonitor"), "");
  await repo.install();
  expect(repo.read(".git/blobsy/fsmonitor")).toContain("# blobsy monitor");
});
