/** What install writes, where, and that uninstall takes all of it back. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { checkInstallation } from "../../../src/git/check-installation.js";
import { install } from "../../../src/git/install.js";
import { uninstall } from "../../../src/git/uninstall.js";
import { gitWorld, treeOf, type GitWorld, type TestRepo } from "./git-world.js";

const takeBack = async (repo: TestRepo) => uninstall({ repo: await repo.find() });

/** A hook of the user's own that leaves a line. */
function ownHook(world: GitWorld, file: string): void {
  world.script(file, `echo "own ${path.basename(file)}" >>'${world.log}'\n`);
}

/** A repository with everything that install touches already written by hand, badly. */
function lived(world: GitWorld): TestRepo {
  const repo = world.init("repo");
  repo.commit("note.txt", "one\n");
  repo.write(".git/info/exclude", "# mine\n*.tmp");
  repo.write(".git/info/attributes", "*.txt text");
  writeFileSync(
    repo.path(".git/config"),
    `${repo.read(".git/config")}[filter "lfs"]\n\tclean = x\n  # odd\n[CORE]\n FsMonitor="${world.path("m")}"\n`,
  );
  chmodSync(repo.path(".git/config"), 0o600);
  ownHook(world, repo.path(".git/hooks/pre-commit"));
  ownHook(world, repo.path("scripts/push-hook"));
  symlinkSync("../../scripts/push-hook", repo.path(".git/hooks/pre-push"));
  return repo;
}

describe("uninstall", () => {
  it("restores an ordinary repository byte for byte", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    repo.commit("note.txt", "one\n");
    const before = repo.gitTree();

    await repo.install({ withMergeDriver: true, skipSmudge: true });
    expect(repo.gitTree()).not.toEqual(before);
    expect(repo.must("config", "blobsy.skipSmudge")).toBe("true");
    const report = await takeBack(repo);

    expect(repo.gitTree()).toEqual(before);
    expect(report).toMatchObject({ left: [], store: null });
  });

  it("restores one that had its own of everything", async () => {
    const world = gitWorld();
    const repo = lived(world);
    const before = repo.gitTree();

    await repo.install();
    await repo.install({ hooks: false });
    await repo.install({ detect: "commit" });
    await repo.install();
    expect(repo.read(".git/info/attributes")).toMatch(/^\*\.txt text\n# >>> blobsy/);
    expect(repo.must("check-attr", "filter", "a.bref")).toBe("a.bref: filter: blobsy");
    await takeBack(repo);

    expect(repo.gitTree()).toEqual(before);
  });

  it("where Git's template brings no directories, leaves none", async () => {
    const world = gitWorld();
    const repo = world.init("repo", "--template=");
    const before = repo.gitTree();

    await repo.install();
    await takeBack(repo);

    expect(repo.gitTree()).toEqual(before);
  });

  it("keeps what others wrote in the meantime", async () => {
    const world = gitWorld();
    const repo = lived(world);
    // As Git itself writes it: keys that are set and taken back come out like that.
    repo.must("config", "core.fsmonitor", world.path("m"));
    const before = repo.read(".git/config");
    await repo.install({ withMergeDriver: true });
    repo.must("config", "remote.origin.url", "x");
    repo.write(".git/info/attributes", `${repo.read(".git/info/attributes")}*.md text\n`);
    await repo.install({ withMergeDriver: true });
    await takeBack(repo);

    expect(repo.read(".git/config")).toBe(`${before}[remote "origin"]\n\turl = x\n`);
    expect(repo.read(".git/info/attributes")).toBe("*.txt text\n*.md text\n");
    expect(repo.read(".git/hooks/pre-commit")).toContain("own pre-commit");
  });

  it("leaves a hook and a setting that are somebody else's by now", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    await repo.install();
    ownHook(world, repo.path(".git/hooks/pre-push"));
    repo.must("config", "core.fsmonitor", "true");
    const report = await takeBack(repo);

    expect([...report.left].sort()).toEqual([repo.path(".git/hooks/pre-push"), "core.fsmonitor"]);
    expect(repo.must("config", "core.fsmonitor")).toBe("true");
    expect(repo.read(".git/hooks/pre-push")).toContain("own pre-push");
    expect(repo.git("config", "--get-regexp", "blobsy").code).toBe(1);
  });

  it("takes the block of payloads out of info/exclude", async () => {
    const world = gitWorld();
    for (const [index, text] of ["*.tmp", "*.tmp\n", ""].entries()) {
      const repo = world.init(`repo-${index}`);
      repo.write(".git/info/exclude", text);
      await repo.install();
      const lead = text === "" || text.endsWith("\n") ? "" : "\n";
      repo.write(".git/info/exclude", `${text}${lead}<<\n/a.bin\n>>\n`);
      await uninstall({
        repo: await repo.find(),
        withoutIgnoreBlock: (now) => now.replace(/<<\n(.*\n)*>>\n/, ""),
      });

      expect(repo.read(".git/info/exclude")).toBe(text);
    }
  });

  it.each(["objects/ab/0123", "tmp/aside/9"])("keeps a store that holds %s", async (name) => {
    const world = gitWorld();
    const repo = world.init("repo");
    await repo.install();
    repo.write(`.git/blobsy/${name}`, "payload bytes");
    const report = await takeBack(repo);

    expect(report.store).toBe(repo.path(".git/blobsy"));
    expect(
      Object.keys(treeOf(repo.path(".git/blobsy"))).filter((key) => !key.endsWith("/")),
    ).toEqual([name]);
  });

  it("finds what there is without the record of the install", async () => {
    const world = gitWorld();
    const repo = lived(world);
    const before = repo.gitTree();
    await repo.install({ withMergeDriver: true });
    rmSync(repo.path(".git/blobsy/install.json"));
    await takeBack(repo);

    const { config, "info/attributes": attributes, ...rest } = repo.gitTree();
    const was = { ...before };
    for (const name of ["config", "info/attributes"]) delete was[name];
    expect(rest).toEqual(was);
    expect(config?.toLowerCase()).toContain(`fsmonitor = ${world.path("m")}`.toLowerCase());
    expect(repo.git("config", "--local", "--name-only", "--get-regexp", "blobsy").code).toBe(1);
    expect(attributes).toMatch(/\*\.txt text\n$/);
  });

  it("without an install does nothing, and says what would be done on a dry run", async () => {
    const world = gitWorld();
    const repo = lived(world);
    const before = repo.gitTree();
    await takeBack(repo);
    expect(repo.gitTree()).toEqual(before);

    await repo.install();
    const installed = repo.gitTree();
    const report = await uninstall({ repo: await repo.find(), dryRun: true });
    expect(repo.gitTree()).toEqual(installed);
    expect(report.removed).toContain("filter.blobsy.process");
  });
});

describe("install", () => {
  it("a dry run changes nothing and says the same", async () => {
    const world = gitWorld();
    const repo = lived(world);
    const before = repo.gitTree();
    const planned = await repo.install({ dryRun: true });
    expect(repo.gitTree()).toEqual(before);

    expect(await repo.install()).toEqual(planned);
  });

  it("twice is once", async () => {
    const world = gitWorld();
    const repo = lived(world);
    await repo.install();
    const once = repo.gitTree();
    await repo.install();

    expect(repo.gitTree()).toEqual(once);
  });

  it("refuses a state directory that is a link", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    mkdirSync(world.path("elsewhere"));
    symlinkSync(world.path("elsewhere"), repo.path(".git/blobsy"));

    await expect(repo.install()).rejects.toMatchObject({ code: "REFUSED_PATH" });
    expect(Object.keys(treeOf(world.path("elsewhere")))).toEqual([]);
  });

  it("writes to the common git dir from a linked worktree, and to a submodule's own", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    repo.commit("a", "a\n");
    repo.must("worktree", "add", "-q", "../linked");
    const linked = Object.assign(Object.create(repo) as TestRepo, { dir: world.path("linked") });
    const before = repo.gitTree();

    const report = await linked.install();

    expect(report.hooksDir).toBe(repo.path(".git/hooks"));
    expect(repo.has(".git/hooks/pre-push")).toBe(true);
    mkdirSync(repo.path(".git/worktrees/linked/blobsy/worktree"), { recursive: true });
    await takeBack(linked);
    expect(repo.gitTree()).toEqual(before);

    world.init("sub").commit("x", "x\n");
    repo.must("submodule", "add", "-q", world.path("sub"), "sub");
    const sub = Object.assign(Object.create(repo) as TestRepo, { dir: repo.path("sub") });
    const subBefore = treeOf(repo.path(".git/modules/sub"));
    await sub.install();
    expect(repo.has(".git/modules/sub/hooks/pre-push")).toBe(true);
    expect(sub.must("config", "core.fsmonitor")).toContain(".git/modules/sub/blobsy/fsmonitor");
    await takeBack(sub);
    expect(treeOf(repo.path(".git/modules/sub"))).toEqual(subBefore);
  });
});

describe("hooks of a manager", () => {
  it.each([
    ["inside the worktree", ".husky/_", ".husky/_"],
    ["outside, shared with others", "../shared", "../shared"],
  ])(
    "core.hooksPath %s: nothing is written there, all of its hooks go on",
    async (_, dir, value) => {
      const world = gitWorld();
      const repo = world.init("repo");
      repo.commit("a.bin.bref", "a\n");
      repo.must("config", "core.hooksPath", value);
      for (const name of ["pre-commit", "commit-msg", "post-checkout", "pre-push"]) {
        ownHook(world, repo.path(dir, name));
      }
      const before = { git: repo.gitTree(), hooks: treeOf(repo.path(dir)) };
      const report = await repo.install({ detect: "arm" });
      repo.must("config", "--remove-section", "filter.blobsy");

      expect(report.hooks).toBe("before");
      expect(report.notes.join()).toContain(value);
      expect(repo.must("config", "core.hooksPath")).toBe(repo.path(".git/blobsy/hooks"));
      expect(repo.must("config", "blobsy.hooksPath")).toBe(value);
      world.calls();
      repo.write("a.bin.bref", "b\n");
      repo.must("commit", "-qam", "b");
      expect(world.calls()).toEqual(["own pre-commit", "path: hook pre-commit", "own commit-msg"]);
      // A hook that the manager brings later runs as well.
      ownHook(world, repo.path(dir, "post-commit"));
      repo.must("commit", "-qm", "c", "--allow-empty");
      expect(world.calls()).toEqual(["own pre-commit", "own commit-msg", "own post-commit"]);
      rmSync(repo.path(dir, "post-commit"));

      await repo.install({ detect: "arm" });
      expect(repo.must("config", "blobsy.hooksPath")).toBe(value);
      await takeBack(repo);
      expect(treeOf(repo.path(dir))).toEqual(before.hooks);
      expect({ ...repo.gitTree() }).toEqual(before.git);
    },
  );

  it("a hooks directory that is a link into the worktree is not written to", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    repo.commit("a", "a\n");
    rmSync(repo.path(".git/hooks"), { recursive: true });
    symlinkSync("../githooks", repo.path(".git/hooks"));
    ownHook(world, repo.path("githooks/pre-commit"));
    const before = repo.gitTree();
    const report = await repo.install();

    expect(report.hooks).toBe("before");
    expect(Object.keys(treeOf(repo.path("githooks")))).toEqual(["pre-commit"]);
    repo.must("commit", "-qm", "x", "--allow-empty");
    expect(world.calls()).toContain("own pre-commit");
    await takeBack(repo);
    expect(repo.gitTree()).toEqual(before);
  });

  it("core.hooksPath inside the git dir is an ordinary hooks directory", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    repo.must("config", "core.hooksPath", ".git/my-hooks");
    const report = await repo.install();

    expect(report).toMatchObject({ hooks: "beside", hooksDir: repo.path(".git/my-hooks") });
    expect(repo.must("config", "core.hooksPath")).toBe(".git/my-hooks");
  });

  it("after a move says that its hooks are off, until installed again", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    repo.commit("a", "a\n");
    repo.must("config", "core.hooksPath", ".husky");
    await repo.install();
    repo.state();
    renameSync(repo.dir, world.path("moved"));
    const moved = Object.assign(Object.create(repo) as TestRepo, { dir: world.path("moved") });

    expect(moved.git("status").stderr).toMatch(/was moved.*blobsy install/);
    await moved.install();
    expect(moved.git("status").stderr).toBe("");
    expect(moved.must("config", "core.hooksPath")).toBe(moved.path(".git/blobsy/hooks"));
    expect(moved.must("config", "blobsy.hooksPath")).toBe(".husky");
  });

  it("a hook that was moved to NAME.legacy and is called from there stays where it is", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    await repo.install();
    const hook = repo.path(".git/hooks/pre-commit");
    renameSync(hook, `${hook}.legacy`);
    world.script(hook, `"$0.legacy" "$@" && echo manager >>'${world.log}'\n`);
    await repo.install();
    repo.commit("a.bin.bref", "x\n");
    repo.write("a.bin.bref", "y\n");
    world.calls();
    repo.must("-c", "filter.blobsy.process=", "commit", "-qam", "y");

    expect(world.calls().filter((line) => !line.includes("filter"))).toEqual([
      "path: hook pre-commit",
      "manager",
    ]);
    expect((await checkInstallation(await repo.find())).items).not.toContainEqual(
      expect.objectContaining({ what: "hook pre-commit", state: "foreign" }),
    );
  });

  it("never buries a second foreign hook over the first", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    ownHook(world, repo.path(".git/hooks/pre-push"));
    await repo.install();
    world.script(repo.path(".git/hooks/pre-push"), "echo second\n");
    const report = await repo.install();

    expect(report.warnings.join()).toContain("pre-push");
    expect(repo.read(".git/hooks/pre-push")).toContain("second");
    expect(repo.read(".git/hooks/pre-push.before-blobsy")).toContain("own pre-push");
  });
});

describe("configured hooks, from Git 2.54 on", () => {
  it("are configuration, and no hook file is touched", async () => {
    const world = gitWorld();
    const repo = lived(world);
    const before = repo.gitTree();
    const report = await repo.install({ gitVersion: "2.54.0" });

    expect(report.hooks).toBe("configured");
    expect(treeOf(repo.path(".git/hooks"))).toEqual(
      Object.fromEntries(
        Object.entries(before)
          .filter(([name]) => name.startsWith("hooks/") && name !== "hooks/")
          .map(([name, text]) => [name.slice("hooks/".length), text]),
      ),
    );
    expect(repo.must("config", "hook.blobsy-pre-push.event")).toBe("pre-push");
    // Git runs it as a shell command with the hook's arguments behind it.
    const command = repo.must("config", "hook.blobsy-post-checkout.command");
    writeFileSync(repo.state("todo"), "");
    world.calls();
    world.run(["sh", "-c", `${command} "$@"`, command, "a", "b", "1"], repo.dir);
    expect(world.calls()).toEqual(["path: hook post-checkout a b 1"]);

    // A newer Git under an older install: the files go.
    await takeBack(repo);
    expect(repo.gitTree()).toEqual(before);
    await repo.install({ gitVersion: "2.53.9" });
    expect(repo.has(".git/hooks/post-merge")).toBe(true);
    await repo.install({ gitVersion: "3.0.0.windows.1" });
    expect(repo.has(".git/hooks/post-merge")).toBe(false);
    expect(repo.read(".git/hooks/pre-commit")).toContain("own pre-commit");
    await takeBack(repo);
    expect(repo.gitTree()).toEqual(before);
  });
});

describe("install --global", () => {
  const globally = (world: GitWorld) => install({ scope: "global", program: world.program });

  it("makes a later plain clone arrive complete", async () => {
    const world = gitWorld();
    const origin = world.init("origin");
    origin.commit(".gitattributes", "*.bref filter=blobsy -text\n");
    origin.commit("a.bin.bref", "ref\n");
    await globally(world);
    world.calls();

    world.run(["git", "clone", "-q", "origin", "clone"], world.dir);

    expect(world.calls()).toEqual(["path: filter-process"]);
    expect(existsSync(world.path("clone/.git/hooks/pre-push"))).toBe(true);
    expect(existsSync(world.path("clone/.git/description"))).toBe(true);
    expect(existsSync(world.path("clone/.git/info/exclude"))).toBe(true);
    const clone = Object.assign(Object.create(origin) as TestRepo, { dir: world.path("clone") });
    const state = await checkInstallation(await clone.find(), { program: world.program });
    expect(state).toMatchObject({ scope: "global", detect: "monitor" });
    expect(state.items.filter((item) => item.state !== "ok")).toEqual([]);
  });

  it("concerns no other repository", async () => {
    const world = gitWorld();
    await globally(world);
    const repo = world.init("plain");
    world.init("remote.git", "--bare");
    world.calls();
    rmSync(path.join(world.bin, "blobsy"));
    repo.write("large", "x".repeat(100_000));
    repo.must("add", ".");
    repo.must("commit", "-qm", "large");
    repo.must("checkout", "-q", "-b", "two");
    repo.must("push", "-q", "../remote.git", "two");

    expect(repo.git("status").stderr).toBe("");
    expect(repo.has(".git/blobsy")).toBe(false);
  });

  it("uninstall --global takes all of it back", async () => {
    const world = gitWorld();
    const before = treeOf(world.path("home"));
    await globally(world);
    await globally(world);
    const report = await uninstall({ scope: "global" });

    expect(treeOf(world.path("home"))).toEqual(before);
    expect(report).toMatchObject({ scope: "global", left: [], store: null });
  });

  it("adds to a template and a hooks directory that the user has", async () => {
    const world = gitWorld();
    ownHook(world, world.path("home/template/hooks/pre-commit"));
    ownHook(world, world.path("home/hooks/pre-push"));
    world.run(["git", "config", "--global", "init.templateDir", "~/template"], world.dir);
    world.run(["git", "config", "--global", "core.hooksPath", "~/hooks"], world.dir);
    const before = treeOf(world.path("home"));
    await globally(world);
    const repo = world.init("repo");
    world.init("remote.git", "--bare");
    repo.commit(".blobsyconfig", "");
    world.calls();

    repo.must("push", "-q", "../remote.git", "main");
    expect(world.calls().slice(0, 2)).toEqual([
      "own pre-push",
      "path: hook pre-push ../remote.git ../remote.git",
    ]);
    // A local install on top does not run them twice.
    expect((await repo.install()).hooks).toBe("shared");
    const state = await checkInstallation(await repo.find(), { program: world.program });
    expect(state.items.filter((item) => item.state !== "ok")).toEqual([]);

    await uninstall({ scope: "global" });
    expect(treeOf(world.path("home"))).toEqual(before);
  });

  it("a local install on top is a whole one, and goes alone", async () => {
    const world = gitWorld();
    await globally(world);
    const repo = world.init("repo");
    repo.commit("a", "a\n");
    const before = repo.gitTree();
    await repo.install({ program: { main: world.path("other.js"), node: world.path("node") } });
    expect(repo.read(".git/hooks/pre-push")).toContain("other.js");
    expect(repo.git("config", "blobsy.fsmonitor").code).toBe(1);
    await takeBack(repo);

    expect(repo.gitTree()).toEqual(before);
  });

  it("with Git's configured hooks the template brings attributes only", async () => {
    const world = gitWorld();
    const before = treeOf(world.path("home"));
    await install({ scope: "global", program: world.program, gitVersion: "2.54.1" });
    const repo = world.init("repo");

    expect(repo.has(".git/hooks/pre-push")).toBe(false);
    expect(repo.read(".git/info/attributes")).toContain("filter=blobsy");
    expect(repo.must("config", "hook.blobsy-pre-push.command")).toMatch(/blobsy\/hooks\/pre-push$/);
    await uninstall({ scope: "global" });
    expect(treeOf(world.path("home"))).toEqual(before);
  });

  it("--system does the same for a machine", async () => {
    const world = gitWorld();
    mkdirSync(world.path("etc"));
    const env = { ...process.env, GIT_CONFIG_SYSTEM: world.path("etc/gitconfig") };
    process.env["GIT_CONFIG_SYSTEM"] = env.GIT_CONFIG_SYSTEM;
    delete process.env["GIT_CONFIG_NOSYSTEM"];
    try {
      await install({ scope: "system", program: world.program });
      const repo = world.init("repo");
      expect(repo.has(".git/hooks/pre-push")).toBe(true);
      expect(readFileSync(world.path("etc/gitconfig"), "utf8")).toContain("filter-process");
      await uninstall({ scope: "system" });
      expect(treeOf(world.path("etc"))).toEqual({});
    } finally {
      delete process.env["GIT_CONFIG_SYSTEM"];
    }
  });
});

describe("checkInstallation", () => {
  it("says what is missing, changed by others and outdated", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    const check = async () => {
      const state = await checkInstallation(await repo.find(), { program: world.program });
      const states = state.items.map(({ what, state: is }) => [what, is] as const);
      return { scope: state.scope, ...Object.fromEntries(states) };
    };
    expect(await check()).toEqual({
      scope: null,
      filter: "missing",
      textconv: "missing",
      attributes: "missing",
      monitor: "missing",
      "hook post-checkout": "missing",
      "hook post-merge": "missing",
      "hook post-index-change": "missing",
      "hook pre-commit": "missing",
      "hook pre-push": "missing",
    });
    await repo.install();
    expect(new Set(Object.values(await check()))).toEqual(new Set(["local", "ok"]));

    ownHook(world, repo.path(".git/hooks/pre-push"));
    rmSync(repo.path(".git/hooks/pre-commit"));
    writeFileSync(repo.path(".git/hooks/post-merge"), "#!/bin/sh\n# blobsy hook: an old one\n");
    repo.must("config", "core.fsmonitor", "their-own");
    repo.must("config", "filter.blobsy.process", "blobsy filter-process");
    expect(await check()).toMatchObject({
      filter: "outdated",
      attributes: "ok",
      monitor: "foreign",
      "hook pre-push": "foreign",
      "hook pre-commit": "missing",
      "hook post-merge": "outdated",
      "hook post-checkout": "ok",
    });
  });

  it("sees that a hook manager took core.hooksPath back", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    repo.must("config", "core.hooksPath", ".husky");
    await repo.install();
    repo.must("config", "core.hooksPath", ".husky");

    const { items } = await checkInstallation(await repo.find(), { program: world.program });
    expect(items).toContainEqual({
      what: "hook pre-push",
      state: "foreign",
      where: "core.hooksPath",
    });
  });

  it("does not miss hooks that were not wanted", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    await repo.install({ hooks: false });

    const { items } = await checkInstallation(await repo.find(), { program: world.program });
    expect(items.map(({ state }) => state)).toEqual(["ok", "ok", "ok", "ok"]);
  });
});
