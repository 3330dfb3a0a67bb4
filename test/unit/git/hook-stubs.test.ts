/** The hook files, called by the real git: when they start blobsy, and when they do not. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { gitWorld, type GitWorld, type TestRepo } from "./git-world.js";

async function installed(world: GitWorld): Promise<TestRepo> {
  const repo = world.init("repo");
  repo.commit("note.txt", "one\n");
  repo.must("branch", "other");
  await repo.install({ detect: "arm" });
  // The ref file has no filter here: what is tested are the hooks alone.
  repo.must("config", "--remove-section", "filter.blobsy");
  world.calls();
  return repo;
}

const journal = (repo: TestRepo, pid: number): string => {
  mkdirSync(repo.state("journal"), { recursive: true });
  return repo.state("journal", `${pid}.12345`);
};

/** A pid that nothing has: of a process that has ended. */
function deadPid(world: GitWorld): number {
  return Number(world.run(["sh", "-c", "echo $$"], world.dir).stdout);
}

describe("post-checkout, post-merge and post-index-change", () => {
  it("start nothing where blobsy knows of nothing", async () => {
    const world = gitWorld();
    const repo = await installed(world);
    repo.must("checkout", "-q", "other");
    repo.must("merge", "-q", "main");
    repo.must("reset", "-q", "--hard", "HEAD");

    expect(world.calls()).toEqual([]);
  });

  it("start nothing when all ref files are there", async () => {
    const world = gitWorld();
    const repo = await installed(world);
    repo.commit("a b.bin.bref", "ref\n");
    repo.know("a b.bin");
    repo.must("checkout", "-q", "-b", "third");
    repo.must("reset", "-q", "--hard", "HEAD");

    expect(world.calls()).toEqual([]);
  });

  it("start blobsy once for each hook when a ref file is gone", async () => {
    const world = gitWorld();
    const repo = await installed(world);
    repo.commit("a b.bin.bref", "ref\n");
    repo.know("a b.bin");
    world.calls();
    const zero = "0".repeat(40);
    const main = repo.must("rev-parse", "main");

    repo.must("checkout", "-q", "other");

    expect(world.calls()).toEqual([
      "path: hook post-index-change 1 0",
      `path: hook post-checkout ${main} ${repo.must("rev-parse", "other")} 1`,
    ]);
    expect(zero).not.toBe(main);
  });

  it("post-merge tells blobsy whether it was a squash", async () => {
    const world = gitWorld();
    const repo = await installed(world);
    writeFileSync(repo.state("todo"), "");
    repo.commit("x.txt", "x\n");
    repo.must("checkout", "-q", "other");
    world.calls();
    repo.must("merge", "-q", "main");

    expect(world.calls()).toContain("path: hook post-merge 0");
  });

  it.each(["pending", "todo"])("start blobsy when %s has work for it", async (name) => {
    const world = gitWorld();
    const repo = await installed(world);
    writeFileSync(repo.state(name), "");
    repo.must("checkout", "-q", "other");

    expect(world.calls().some((line) => line.startsWith("path: hook post-checkout"))).toBe(true);
  });

  it("leave everything to a live filter process, and take over from a dead one", async () => {
    const world = gitWorld();
    const repo = await installed(world);
    writeFileSync(repo.state("todo"), "");
    writeFileSync(journal(repo, process.pid), "owner\n");
    repo.must("checkout", "-q", "other");
    expect(world.calls()).toEqual([]);

    rmSync(repo.state("journal"), { recursive: true });
    rmSync(repo.state("todo"));
    writeFileSync(journal(repo, deadPid(world)), "owner\n");
    repo.must("checkout", "-q", "main");
    expect(world.calls().some((line) => line.startsWith("path: hook post-checkout"))).toBe(true);
  });

  it("a refresh of the index alone never starts blobsy", async () => {
    const world = gitWorld();
    const repo = await installed(world);
    writeFileSync(repo.state("todo"), "");
    repo.write("note.txt", "two\n");
    repo.must("status");
    repo.must("add", "note.txt");
    repo.must("update-index", "--refresh");

    expect(world.calls()).toEqual([]);
  });

  it("leave at once for Git commands that blobsy runs", async () => {
    const world = gitWorld();
    const repo = await installed(world);
    writeFileSync(repo.state("todo"), "");
    world.run(["git", "checkout", "-q", "other"], repo.dir, { BLOBSY_NESTED: "1" });

    expect(world.calls()).toEqual([]);
  });

  it("without blobsy say one line and let Git go on", async () => {
    const world = gitWorld();
    const repo = await installed(world);
    writeFileSync(repo.state("todo"), "");
    rmSync(path.join(world.bin, "blobsy"));

    const ran = repo.git("checkout", "-q", "other");

    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/^blobsy: not found/);
  });

  it("know each worktree's own state", async () => {
    const world = gitWorld();
    const repo = await installed(world);
    repo.must("worktree", "add", "-q", "../linked", "other");
    writeFileSync(repo.state("todo"), "");
    world.calls();
    world.run(["git", "checkout", "-q", "--detach"], world.path("linked"));
    expect(world.calls()).toEqual([]);

    const linked = Object.assign(Object.create(repo) as TestRepo, { dir: world.path("linked") });
    writeFileSync(linked.state("todo"), "");
    linked.must("checkout", "-q", "other");
    expect(world.calls()).not.toEqual([]);
  });
});

describe("pre-commit", () => {
  const commit = (repo: TestRepo, ...args: string[]) => repo.git("commit", "-qm", "next", ...args);

  it.each([
    ["a small file", (repo: TestRepo) => repo.write("small.txt", "x".repeat(65_536))],
    ["an odd name", (repo: TestRepo) => repo.write("-a b\u00fc*.txt", "x")],
    [
      "many small files",
      (repo: TestRepo) => {
        for (let n = 0; n < 400; n += 1) repo.write(`many/${n}`, "x");
      },
    ],
  ])("%s does not concern blobsy", async (_what, change) => {
    const world = gitWorld();
    const repo = await installed(world);
    change(repo);
    repo.must("add", ".");

    expect(commit(repo).code).toBe(0);
    expect(world.calls()).toEqual([]);
  });

  it.each([
    ["a ref file", (repo: TestRepo) => repo.write("a.bin.bref", "ref\n")],
    ["a ref file below", (repo: TestRepo) => repo.write("x/a b.bin.bref", "ref\n")],
    ["a .gitignore", (repo: TestRepo) => repo.write(".gitignore", "!*.bin\n")],
    ["a .gitignore below", (repo: TestRepo) => repo.write("x/.gitignore", "!*.bin\n")],
    ["a large file", (repo: TestRepo) => repo.write("large", "x".repeat(65_537))],
    [
      "a large file below, with an odd name",
      (repo: TestRepo) => repo.write('x y/*"-l', "x".repeat(70_000)),
    ],
    [
      "more files than are worth looking at",
      (repo: TestRepo) => {
        for (let n = 0; n < 501; n += 1) repo.write(`many/${n}`, "x");
      },
    ],
  ])("%s is for blobsy to look at", async (_what, change) => {
    const world = gitWorld();
    const repo = await installed(world);
    change(repo);
    repo.must("add", ".");

    expect(commit(repo).code).toBe(0);
    expect(world.calls()).toEqual(["path: hook pre-commit"]);
  });

  it("a file beside its ref file is for blobsy at any size", async () => {
    const world = gitWorld();
    const repo = await installed(world);
    repo.write("a b.bin.bref", "ref\n");
    repo.write("a b.bin", "x\n");
    repo.must("add", "a b.bin");
    commit(repo);

    expect(world.calls()).toEqual(["path: hook pre-commit"]);
  });

  it.each([
    ["removed ref files are none of its business", false, []],
    ["but are where ignore lines are committed", true, ["path: hook pre-commit"]],
  ])("%s", async (_what, marked, calls) => {
    const world = gitWorld();
    const repo = await installed(world);
    repo.write("a.bin.bref", "ref\n");
    repo.must("add", ".");
    repo.must("commit", "-qnm", "ref");
    repo.must("rm", "-q", "a.bin.bref");
    if (marked) writeFileSync(repo.state("gitignore"), "");

    expect(commit(repo).code).toBe(0);
    expect(world.calls()).toEqual(calls);
  });

  it("looks at the very index that is committed", async () => {
    const world = gitWorld();
    const repo = await installed(world);
    repo.write("a.bin.bref", "ref\n");
    repo.must("add", ".");
    repo.write("note.txt", "two\n");

    expect(commit(repo, "note.txt").code).toBe(0);
    expect(world.calls()).toEqual([]);
    expect(commit(repo).code).toBe(0);
    expect(world.calls()).toEqual(["path: hook pre-commit"]);
  });

  it("works before the first commit", async () => {
    const world = gitWorld();
    const repo = world.init("fresh");
    await repo.install({ detect: "arm" });
    repo.write("a.bin.bref", "ref\n");
    repo.must("config", "--remove-section", "filter.blobsy");
    repo.must("add", ".");

    expect(commit(repo).code).toBe(0);
    expect(world.calls()).toEqual(["path: hook pre-commit"]);
  });

  it.each([
    [
      "something went wrong before",
      (repo: TestRepo) => writeFileSync(repo.state("problems"), "{}\n"),
    ],
    [
      "an edit could not be taken in",
      (repo: TestRepo) => {
        mkdirSync(repo.state("notes"), { recursive: true });
        writeFileSync(repo.state("notes", "note.1"), "{}\n");
      },
    ],
    ["edits are noticed here", (repo: TestRepo) => writeFileSync(repo.state("detect-commit"), "")],
  ])("is always for blobsy when %s", async (_why, prepare) => {
    const world = gitWorld();
    const repo = await installed(world);
    prepare(repo);
    commit(repo, "--allow-empty");

    expect(world.calls()).toEqual(["path: hook pre-commit"]);
  });

  it("blobsy's no stops the commit; without blobsy it goes on with a line", async () => {
    const world = gitWorld();
    const repo = await installed(world);
    repo.write("a.bin.bref", "ref\n");
    repo.must("add", ".");
    world.fakeBlobsy(path.join(world.bin, "blobsy"), "path", 1);
    expect(commit(repo).code).toBe(1);

    rmSync(path.join(world.bin, "blobsy"));
    const ran = commit(repo);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/blobsy: not found/);
  });

  it("a submodule is no large file", async () => {
    const world = gitWorld();
    const repo = await installed(world);
    world.init("sub").commit("x", "x\n");
    repo.must("submodule", "add", "-q", world.path("sub"), "sub");
    world.calls();

    expect(commit(repo).code).toBe(0);
    expect(world.calls()).toEqual([]);
  });
});

describe("pre-push", () => {
  async function withRemote(world: GitWorld): Promise<TestRepo> {
    const repo = await installed(world);
    world.init("remote.git", "--bare");
    repo.must("remote", "add", "origin", world.path("remote.git"));
    return repo;
  }

  it("hands over what Git says of the push", async () => {
    const world = gitWorld();
    const repo = await withRemote(world);
    const head = repo.must("rev-parse", "main");
    repo.must("push", "-q", "origin", "main", "other");

    expect(world.calls()).toEqual([
      `path: hook pre-push origin ${world.path("remote.git")}`,
      `  refs/heads/main ${head} refs/heads/main ${"0".repeat(40)}`,
      `  refs/heads/other ${head} refs/heads/other ${"0".repeat(40)}`,
    ]);
  });

  it("a push of nothing starts nothing", async () => {
    const world = gitWorld();
    const repo = await withRemote(world);
    repo.must("push", "-q", "origin", "main");
    world.calls();
    repo.must("push", "-q", "origin", "main");

    expect(world.calls()).toEqual([]);
  });

  it.each([1, 2, 127])("blobsy's exit code %i stops the push", async (exitCode) => {
    const world = gitWorld();
    const repo = await withRemote(world);
    world.fakeBlobsy(path.join(world.bin, "blobsy"), "path", exitCode);

    expect(repo.git("push", "-q", "origin", "main").code).not.toBe(0);
    expect(
      world.run(["git", "rev-parse", "-q", "--verify", "main"], world.path("remote.git")).code,
    ).toBe(1);
  });

  it("fails when blobsy is not to be found", async () => {
    const world = gitWorld();
    const repo = await withRemote(world);
    rmSync(path.join(world.bin, "blobsy"));
    const ran = repo.git("push", "-q", "origin", "main");

    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toMatch(/blobsy: not found, so the payloads of this push were not uploaded/);
  });

  it("does not concern a repository without blobsy", async () => {
    const world = gitWorld();
    const repo = await withRemote(world);
    renameSync(repo.path(".git/blobsy"), repo.path(".git/was-blobsy"));
    rmSync(path.join(world.bin, "blobsy"));
    repo.must("push", "-q", "origin", "main");
    expect(world.calls()).toEqual([]);

    repo.write(".blobsyconfig", "");
    expect(repo.git("push", "-q", "origin", "main:two").code).not.toBe(0);
  });
});

describe("hooks that were there before", () => {
  function own(world: GitWorld, repo: TestRepo, name: string, exitCode = 0): void {
    world.script(
      repo.path(".git/hooks", name),
      `echo "own $\{0##*/}: $*" >>'${world.log}'\n[ ${name} != pre-push ] || sed 's/^/  own /' >>'${world.log}'\nexit ${exitCode}\n`,
    );
  }

  it("run first, with the same arguments and standard input", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    repo.commit("note.txt", "one\n");
    world.init("remote.git", "--bare");
    for (const name of ["pre-push", "pre-commit", "post-checkout"]) own(world, repo, name);
    await repo.install({ detect: "arm" });
    world.calls();
    const head = repo.must("rev-parse", "main");

    repo.must("push", "-q", "../remote.git", "main");
    const line = `refs/heads/main ${head} refs/heads/main ${"0".repeat(40)}`;
    expect(world.calls()).toEqual([
      "own pre-push.before-blobsy: ../remote.git ../remote.git",
      `  own ${line}`,
      "path: hook pre-push ../remote.git ../remote.git",
      `  ${line}`,
    ]);

    repo.must("checkout", "-q", "-b", "two");
    expect(world.calls()).toEqual([`own post-checkout.before-blobsy: ${head} ${head} 1`]);
    repo.must("commit", "-qm", "empty", "--allow-empty");
    expect(world.calls()).toEqual(["own pre-commit.before-blobsy: "]);
  });

  it("stop a commit and a push as before, and blobsy is not asked then", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    repo.commit("a.bin.bref", "one\n");
    world.init("remote.git", "--bare");
    for (const name of ["pre-push", "pre-commit"]) own(world, repo, name, 7);
    await repo.install({ detect: "arm" });
    world.calls();

    expect(repo.git("commit", "-qm", "x", "--allow-empty").code).toBe(1);
    expect(repo.git("push", "-q", "../remote.git", "main").code).not.toBe(0);
    expect(world.calls().filter((line) => line.startsWith("path: hook"))).toEqual([]);
  });

  it("a failure of theirs is told, and blobsy does its work all the same", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    repo.commit("a", "a\n");
    own(world, repo, "post-checkout", 9);
    await repo.install({ detect: "arm" });

    expect(repo.git("checkout", "-q", "-b", "two").code).toBe(1);
    writeFileSync(repo.state("todo"), "");
    expect(repo.git("checkout", "-q", "-b", "three").code).toBe(1);
    expect(world.calls().some((line) => line.startsWith("path: hook post-checkout"))).toBe(true);
  });

  it("a hook that Git did not run, for it was not executable, stays so", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    repo.commit("a", "a\n");
    repo.write(".git/hooks/post-checkout", `#!/bin/sh\necho bad >>'${world.log}'\n`);
    await repo.install({ detect: "arm" });
    world.calls();
    repo.must("checkout", "-q", "-b", "two");

    expect(world.calls()).toEqual([]);
    expect(readFileSync(repo.path(".git/hooks/post-checkout.before-blobsy"), "utf8")).toContain(
      "bad",
    );
    expect(existsSync(repo.path(".git/hooks/post-checkout"))).toBe(true);
  });
});
