/** Hooks beside other hooks, the filter's sh line, and `uninstall` without a trace. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { bytes, sha256 } from "../helpers/bytes.js";
import { filesBelow, type Repo } from "../helpers/repo.js";
import { world } from "../helpers/world.js";

/** A user's own hook that leaves a line per call. */
function ownHook(repo: Repo, dir: string, name: string): void {
  mkdirSync(repo.path(dir), { recursive: true });
  repo.write(
    `${dir}/${name}`,
    `#!/bin/sh\necho "${name} $*" >>"${repo.world.path("own-calls")}"\n`,
  );
  chmodSync(repo.path(dir, name), 0o755);
}

function ownCalls(repo: Repo): string {
  const file = repo.world.path("own-calls");
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** Every file of the repository that `install` could have touched, with content and mode. */
function everything(repo: Repo): Record<string, string> {
  const skip = new Set(["objects", "logs", "index", "COMMIT_EDITMSG", "blobsy"]);
  const found: Record<string, string> = {};
  for (const file of filesBelow(repo.dir)) {
    const name = path.relative(repo.dir, file);
    if (name.startsWith(".git/") && skip.has(name.split("/")[1] ?? "")) continue;
    found[name] = sha256(readFileSync(file));
  }
  return found;
}

describe("hooks", () => {
  it.each([
    ["in .git/hooks", ".git/hooks", []],
    ["in a core.hooksPath inside the worktree", ".husky", [".husky"]],
    ["in a core.hooksPath outside", "../hooks", ["../hooks"]],
  ] as const)("the user's own hooks %s go on", (_where, dir, setting) => {
    const w = world();
    w.must("git", "init", "-q", "a");
    const a = w.repo("a");
    if (setting[0] !== undefined) a.must("config", "core.hooksPath", setting[0]);
    for (const name of ["post-checkout", "pre-commit", "pre-push", "post-merge"]) {
      ownHook(a, dir, name);
    }
    const before = filesBelow(a.path(dir)).map((file) => [file, readFileSync(file, "utf8")]);
    a.mustBlobsy("init", "local:../blobs");
    a.must("add", ".blobsyconfig", ".gitattributes");
    a.must("commit", "-qm", "set up");
    const origin = w.bare();
    a.must("remote", "add", "origin", origin);
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q", "-u", "origin", "main");
    a.must("checkout", "-q", "-b", "two");

    expect(a.remoteHas(bytes("v1"))).toBe(true);
    const calls = ownCalls(a);
    for (const name of ["pre-commit", "pre-push", "post-checkout"]) expect(calls).toContain(name);

    a.mustBlobsy("uninstall");
    expect(filesBelow(a.path(dir)).map((file) => [file, readFileSync(file, "utf8")])).toEqual(
      before,
    );
  });

  it("a failing hook of the user's own still stops a commit and a push", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.mustBlobsy("uninstall");
    for (const name of ["pre-commit", "pre-push"]) {
      ownHook(a, ".git/hooks", name);
      a.sh(`echo 'exit 1' >>.git/hooks/${name}`);
    }
    a.mustBlobsy("install");
    a.write("model.bin", bytes("v2"));
    expect(a.git("commit", "-qam", "no").code).toBe(1);
    a.must("commit", "-qam", "yes", "--no-verify");
    expect(a.git("push", "-q").code).not.toBe(0);
  });

  it("uninstall restores the repository byte for byte", () => {
    const w = world();
    w.must("git", "init", "-q", "a");
    const a = w.repo("a");
    a.sh("printf '# my own rules\\n*.tmp' >.git/info/exclude");
    a.sh("printf '*.txt text' >.git/info/attributes");
    a.sh("printf '[user]\\n\\t# a comment\\n\\tname=Me\\n' >>.git/config");
    ownHook(a, ".git/hooks", "pre-commit");
    a.write("x.txt", "x\n");
    a.must("add", ".");
    a.must("commit", "-qm", "x");
    const before = everything(a);
    a.mustBlobsy("install");
    expect(everything(a)).not.toEqual(before);

    a.mustBlobsy("uninstall");

    expect(everything(a)).toEqual(before);
  });

  it("install twice is install once; uninstall --global takes all of it back", () => {
    const w = world();
    const home = (): string => readFileSync(w.env["GIT_CONFIG_GLOBAL"] ?? "", "utf8");
    const before = home();
    w.must("blobsy", "install", "--global");
    const once = home();
    w.must("blobsy", "install", "--global");
    expect(home()).toBe(once);
    w.must("blobsy", "uninstall", "--global");
    expect(home()).toBe(before);
  });

  it("no-op hooks end in plain shell", () => {
    const w = world();
    const a = w.initWithRemote();
    a.write("note.txt", "two\n");
    a.status();
    a.status();
    const starts = w.nodeStarts(() => {
      a.must("add", "note.txt");
      a.must("reset", "-q", "note.txt");
      a.git("update-index", "--refresh");
    });
    expect(starts).toEqual([]);
  });

  it("one checkout starts Node as few times as it can", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.must("checkout", "-q", "-b", "two");
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    a.must("push", "-q", "origin", "two", "main");
    const starts = w.nodeStarts(() => a.must("checkout", "-q", "main"));
    expect(starts.length, JSON.stringify(starts)).toBeLessThanOrEqual(2);
    a.assertPayload("model.bin", bytes("v1"));
  });

  it("hooks never write in a clone that did not ask for them", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q");
    w.must("blobsy", "install", "--global");
    const template = w.run(["git", "config", "--global", "init.templateDir"]).stdout.trim();
    w.run(["git", "config", "--global", "--unset", "init.templateDir"]);
    const b = w.clone("b", { then: "plain" });
    b.assertPayload("model.bin", bytes("v1"));
    const hooks = filesBelow(b.path(".git/hooks")).filter((file) => !file.endsWith(".sample"));
    expect(hooks).toEqual([]);
    expect(template).not.toBe("");
  });
});

describe("the filter's sh line", () => {
  function afterPush(): { a: Repo } {
    const w = world();
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    a.must("push", "-q");
    return { a };
  }

  it("works from its installed place when blobsy is not on PATH", () => {
    const { a } = afterPush();
    rmSync(path.join(a.world.bin, "blobsy"));
    rmSync(path.join(a.world.bin, "git-blobsy"));

    a.must("checkout", "-q", "HEAD~1");

    a.assertPayload("model.bin", bytes("v1"));
  });

  it("with blobsy gone altogether Git goes on, unfiltered; later all is put right", () => {
    const { a } = afterPush();
    const gone = { PATH: "/usr/bin:/bin", HOME: a.world.home };
    const config = a.read(".git/config").toString();
    // The installed place no longer exists, as after another version of Node was installed.
    const program = readFileSync(path.join(a.world.bin, "blobsy"), "utf8").length;
    expect(program).toBeGreaterThan(0);
    a.sh(`sed -i 's#/[^ "'"'"']*/dist/main.js#/nowhere/main.js#g' .git/config`);

    const ran = a.run(["git", "checkout", "-q", "HEAD~1"], { env: gone });
    expect(ran.code).toBe(0);
    expect(a.ref("model.bin")?.hash).toBe(sha256(bytes("v1")));
    expect(a.run(["git", "add", "."], { env: gone }).code).toBe(0);
    expect(a.run(["git", "status", "--porcelain"], { env: gone }).code).toBe(0);

    a.write(".git/config", config);
    a.mustBlobsy("sync");
    a.assertPayload("model.bin", bytes("v1"));
    a.assertPristine();
  });

  it("without blobsy on PATH pre-push fails and the other hooks say one line", () => {
    const { a } = afterPush();
    a.write("model.bin", bytes("v3"));
    a.commitAll("v3");
    const gone = { PATH: "/usr/bin:/bin", HOME: a.world.home };
    a.sh(
      `grep -rl dist/main.js .git/hooks .git/blobsy .git/config | xargs -r sed -i 's#/[^ "'"'"']*/dist/main.js#/nowhere/main.js#g'`,
    );

    const push = a.run(["git", "push", "-q"], { env: gone });
    expect(push.code).not.toBe(0);
    expect(push.stderr).toMatch(/blobsy/);
    const checkout = a.run(["git", "checkout", "-q", "-b", "other"], { env: gone });
    expect(checkout.code).toBe(0);
    expect(a.remoteHas(bytes("v3"))).toBe(false);
  });

  it("a program in the repository is never run in blobsy's place", () => {
    const { a } = afterPush();
    for (const dir of ["node_modules/.bin", "."]) {
      a.write(`${dir}/blobsy`, `#!/bin/sh\ntouch '${a.world.path("CANARY")}'\n`);
      chmodSync(a.path(dir, "blobsy"), 0o755);
    }
    const PATH = `node_modules/.bin:.:${a.world.env["PATH"] ?? ""}`;

    expect(a.run(["git", "checkout", "-q", "HEAD~1"], { env: { PATH } }).code).toBe(0);
    a.run(["git", "push", "-q", "origin", "HEAD:refs/heads/x"], { env: { PATH } });

    expect(existsSync(a.world.path("CANARY"))).toBe(false);
    a.assertPayload("model.bin", bytes("v1"));
  });

  it("a program found by a link on PATH that leads into the repository is not run either", () => {
    const { a } = afterPush();
    a.write("tools/blobsy", `#!/bin/sh\ntouch '${a.world.path("CANARY")}'\n`);
    chmodSync(a.path("tools/blobsy"), 0o755);
    rmSync(path.join(a.world.bin, "blobsy"));
    symlinkSync(a.path("tools"), a.world.path("bin2"));
    const PATH = `${a.path("tools")}:${a.world.env["PATH"] ?? ""}`;

    a.run(["git", "checkout", "-q", "HEAD~1"], { env: { PATH } });

    expect(existsSync(a.world.path("CANARY"))).toBe(false);
  });
});
