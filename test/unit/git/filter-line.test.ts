/** The line in filter.blobsy.process, run by the real git. */
import { rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { gitWorld, type GitWorld, type TestRepo } from "./git-world.js";

async function repoWithRef(world: GitWorld): Promise<TestRepo> {
  const repo = world.init("repo");
  repo.write(".gitattributes", "*.bref filter=blobsy -text\n");
  repo.commit(".gitattributes", "*.bref filter=blobsy -text\n");
  repo.commit("model.bin.bref", "the text\n");
  await repo.install({ hooks: false, detect: "arm" });
  world.calls();
  return repo;
}

/** Has Git smudge and clean the ref file, and says whether the text came through as it is. */
function exercise(repo: TestRepo, env: Record<string, string> = {}) {
  rmSync(repo.path("model.bin.bref"));
  const checkout = repo.world.run(["git", "checkout", "--", "."], repo.dir, env);
  const text = repo.has("model.bin.bref") ? repo.read("model.bin.bref") : null;
  repo.write("model.bin.bref", "another text\n");
  const add = repo.world.run(["git", "add", "."], repo.dir, env);
  const commit = repo.world.run(["git", "commit", "-qm", "next"], repo.dir, env);
  const committed = repo.must("show", "HEAD:model.bin.bref");
  repo.world.run(["git", "reset", "-q", "--hard", "HEAD~1"], repo.dir, env);
  return { codes: [checkout.code, add.code, commit.code], text, committed, said: checkout.stderr };
}

const UNFILTERED = { codes: [0, 0, 0], text: "the text\n", committed: "another text" };

describe("the filter's line", () => {
  it("starts the blobsy on PATH", async () => {
    const world = gitWorld();
    const repo = await repoWithRef(world);

    expect(exercise(repo)).toMatchObject(UNFILTERED);
    expect(new Set(world.calls())).toEqual(new Set(["path: filter-process"]));
  });

  it("starts the one it was installed with when there is none on PATH", async () => {
    const world = gitWorld();
    rmSync(path.join(world.bin, "blobsy"));
    // The installed program is run by its node; here both are scripts.
    world.script(world.program.node, `exec sh "$@"\n`);
    world.fakeBlobsy(world.program.main, "installed");
    const repo = await repoWithRef(world);

    expect(exercise(repo)).toMatchObject(UNFILTERED);
    expect(new Set(world.calls())).toEqual(new Set(["installed: filter-process"]));
  });

  it("without any blobsy Git goes on with status 0, unfiltered, and it is said", async () => {
    const world = gitWorld();
    const repo = await repoWithRef(world);
    rmSync(path.join(world.bin, "blobsy"));

    const done = exercise(repo);

    expect(done).toMatchObject(UNFILTERED);
    expect(done.said).toMatch(/blobsy: not found/);
  });

  it("goes on also when there is a program but nothing to run it with", async () => {
    const world = gitWorld();
    const repo = await repoWithRef(world);
    world.script(path.join(world.bin, "blobsy"), "");
    world.run(["sh", "-c", `printf '#!/usr/bin/env node\\n' >'${world.bin}/blobsy'`], world.dir);
    for (const tool of ["git", "sh", "cat"])
      symlinkSync(`/usr/bin/${tool}`, world.path("bin", tool));

    expect(exercise(repo, { PATH: world.bin })).toMatchObject(UNFILTERED);
  });

  it("many ref files at once go through the empty handshake", async () => {
    const world = gitWorld();
    const repo = await repoWithRef(world);
    for (let n = 0; n < 300; n += 1) repo.write(`many/${n}.bin.bref`, `${n}\n`.repeat(500));
    rmSync(path.join(world.bin, "blobsy"));

    repo.must("add", ".");
    repo.must("commit", "-qm", "many");
    rmSync(repo.path("many"), { recursive: true });
    repo.must("checkout", "--", ".");

    expect(repo.read("many/299.bin.bref")).toBe("299\n".repeat(500));
  });

  it("reads to the end where it has nothing to offer: Git may still be writing", async () => {
    const world = gitWorld();
    const repo = await repoWithRef(world);
    rmSync(path.join(world.bin, "blobsy"));
    const line = repo.must("config", "filter.blobsy.process");
    const script = `{ sleep 0.5; printf x && echo written >&2; } | sh -c "$1"`;

    expect(world.run(["sh", "-c", script, "sh", line], repo.dir).stderr).toContain("written");
  });

  it.each([
    ["relative", () => "tools"],
    ["the current directory", () => "."],
    ["empty, which means the current directory", () => ""],
    ["absolute", (repo: TestRepo) => repo.path("tools")],
    ["absolute, with dots in it", (repo: TestRepo) => `${repo.dir}/../repo/tools/./`],
    ["a link into the repository", (repo: TestRepo) => repo.world.path("link")],
    ["a project's own tools", (repo: TestRepo) => repo.world.path("x/node_modules/.bin")],
  ])("never runs a program of the repository: PATH entry %s", async (_name, entry) => {
    const world = gitWorld();
    const repo = await repoWithRef(world);
    for (const dir of ["tools", ".", "../x/node_modules/.bin"]) {
      for (const name of ["blobsy", "node"]) world.fakeBlobsy(repo.path(dir, name), "BAD");
    }
    symlinkSync(repo.path("tools"), world.path("link"));
    const PATH = `${entry(repo)}:${process.env["PATH"]}`;

    const done = exercise(repo, { PATH });

    expect(done).toMatchObject({ codes: [0, 0, 0], text: "the text\n" });
    expect(new Set(world.calls())).toEqual(new Set(["path: filter-process"]));
  });

  it("a node of the repository does not run a blobsy from elsewhere", async () => {
    const world = gitWorld();
    const repo = await repoWithRef(world);
    world.fakeBlobsy(repo.path("tools", "node"), "BAD");
    world.script(
      world.path("node-bin", "node"),
      `shift; echo "node: $*" >>'${world.log}'\nexit 0\n`,
    );
    world.run(["sh", "-c", `printf '#!/usr/bin/env node\\n' >'${world.bin}/blobsy'`], world.dir);
    const PATH = `${repo.path("tools")}:${world.bin}:${world.path("node-bin")}:/usr/bin:/bin`;

    world.run(["git", "add", "."], repo.dir, { PATH });
    repo.write("model.bin.bref", "x\n");
    world.run(["git", "add", "."], repo.dir, { PATH });

    expect(new Set(world.calls())).toEqual(new Set(["node: filter-process"]));
  });

  it("hands certificates for node over under another name", async () => {
    const world = gitWorld();
    const repo = await repoWithRef(world);
    world.script(
      path.join(world.bin, "blobsy"),
      `echo "$NODE_EXTRA_CA_CERTS|$BLOBSY_EXTRA_CA_CERTS" >>'${world.log}'\n` +
        `printf '0016git-filter-server\\n000eversion=2\\n00000000'; cat >/dev/null\n`,
    );
    exercise(repo, { NODE_EXTRA_CA_CERTS: "/etc/my ca.pem" });

    expect(new Set(world.calls())).toEqual(new Set(["|/etc/my ca.pem"]));
  });

  it("starts nothing for Git commands that blobsy runs", async () => {
    const world = gitWorld();
    const repo = await repoWithRef(world);

    expect(exercise(repo, { BLOBSY_NESTED: "1" })).toMatchObject(UNFILTERED);
    expect(world.calls()).toEqual([]);
  });

  it("works where names have quotes and blanks", async () => {
    const world = gitWorld();
    rmSync(path.join(world.bin, "blobsy"));
    const program = {
      main: world.path("it's $(here)", "main.js"),
      node: world.path("a b", "node"),
    };
    world.script(program.node, `exec sh "$@"\n`);
    world.fakeBlobsy(program.main, "odd");
    const repo = await repoWithRef(world);
    await repo.install({ hooks: false, detect: "arm", program });

    expect(exercise(repo)).toMatchObject(UNFILTERED);
    expect(new Set(world.calls())).toEqual(new Set(["odd: filter-process"]));
  });
});

describe("the merge driver's line", () => {
  async function diverged(world: GitWorld): Promise<TestRepo> {
    const repo = world.init("repo");
    repo.commit(".gitattributes", "*.bref merge=blobsy -text\n");
    repo.commit("model.bin.bref", "base\n");
    repo.must("checkout", "-q", "-b", "side");
    repo.commit("model.bin.bref", "theirs\n");
    repo.must("checkout", "-q", "main");
    repo.commit("model.bin.bref", "ours\n");
    await repo.install({ hooks: false, detect: "arm", withMergeDriver: true });
    return repo;
  }

  it("calls blobsy with the three versions and the path", async () => {
    const world = gitWorld();
    const repo = await diverged(world);
    repo.must("merge", "-q", "--no-edit", "side");

    expect(world.calls()).toContainEqual(
      expect.stringMatching(/^path: merge-driver \S+ \S+ \S+ model\.bin\.bref$/),
    );
  });

  it("without blobsy the path stays unmerged, with ours in place", async () => {
    const world = gitWorld();
    const repo = await diverged(world);
    rmSync(path.join(world.bin, "blobsy"));

    expect(repo.git("merge", "-q", "--no-edit", "side").code).toBe(1);
    expect(repo.read("model.bin.bref")).toBe("ours\n");
    expect(repo.must("status", "--porcelain")).toBe("UU model.bin.bref");
  });
});
