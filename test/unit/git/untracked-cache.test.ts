/** Git's untracked cache: switched on where nobody said anything about it, and taken back. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { tellsByDirTimes } from "../../../src/fs/dir-times.js";
import { install } from "../../../src/git/install.js";
import { uninstall } from "../../../src/git/uninstall.js";
import { gitWorld, treeOf, type TestRepo } from "./git-world.js";

const setting = (repo: TestRepo) => repo.git("config", "core.untrackedCache").stdout.trim();
/** The name of the index extension (gitformat-index(5)). */
const hasCache = (repo: TestRepo) => repo.read(".git/index").includes("UNTR");

describe("the untracked cache", () => {
  it("is switched on by install, and leaves configuration and index with uninstall", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    repo.commit("note.txt", "one\n");
    repo.must("worktree", "add", "-q", "../linked");
    const linked = Object.assign(Object.create(repo) as TestRepo, { dir: world.path("linked") });
    const before = repo.read(".git/config");
    await repo.install();
    await repo.install();
    expect(setting(repo)).toBe("true");
    for (const worktree of [repo, linked]) worktree.must("status");
    expect(hasCache(repo)).toBe(true);
    expect(repo.read(".git/worktrees/linked/index")).toContain("UNTR");

    const report = await uninstall({ repo: await repo.find() });

    expect(report.left).toEqual([]);
    expect(repo.read(".git/config")).toBe(before);
    for (const worktree of [repo, linked]) worktree.must("status");
    expect(hasCache(repo)).toBe(false);
    expect(repo.read(".git/worktrees/linked/index")).not.toContain("UNTR");
  });

  it.each(["true", "false", "keep"])("that the user set to %s stays so", async (value) => {
    const world = gitWorld();
    const repo = world.init("repo");
    world.run(["git", "config", "--global", "core.untrackedCache", value], world.dir);
    const before = repo.read(".git/config");
    await repo.install();

    expect(setting(repo)).toBe(value);
    expect(repo.git("config", "--local", "core.untrackedCache").code).toBe(1);
    await uninstall({ repo: await repo.find() });
    expect(repo.read(".git/config")).toBe(before);
    expect(setting(repo)).toBe(value);
  });

  it("that the user switched off after an install stays off", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    await repo.install();
    repo.must("config", "core.untrackedCache", "false");
    await repo.install();
    expect(setting(repo)).toBe("false");
    await uninstall({ repo: await repo.find() });
    expect(setting(repo)).toBe("false");
  });

  it("of a Git whose cache could be wrong is left alone", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    await repo.install({ gitVersion: "2.16.6" });
    expect(setting(repo)).toBe("");
  });

  it("is on in every later clone after install --global, and off after uninstall", async () => {
    const world = gitWorld();
    const before = treeOf(world.path("home"));
    await install({ scope: "global", program: world.program });
    await install({ scope: "global", program: world.program });
    const repo = world.init("repo");
    expect(setting(repo)).toBe("true");
    await repo.install();
    expect(repo.git("config", "--local", "core.untrackedCache").code).toBe(1);

    await uninstall({ scope: "global" });
    expect(treeOf(world.path("home"))).toEqual(before);
    expect(setting(repo)).toBe("");
  });
});

it("directories' times are tried with a directory that does not stay", async () => {
  const world = gitWorld();
  expect(await tellsByDirTimes(world.dir)).toBe(true);
  expect(readdirSync(world.dir).filter((name) => name.startsWith(".blobsy"))).toEqual([]);
  expect(readFileSync(world.path("home/.gitconfig"), "utf8")).not.toContain("untrackedCache");
});
