/** A repository that was copied or renamed with all that is in `.git`: what `install` noted goes with it. */
import {
  chmodSync,
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { describe, expect, it } from "vitest";
import { picture } from "../helpers/fsck.js";
import type { Repo } from "../helpers/repo.js";
import { sharedWorld } from "../helpers/world.js";

const w = sharedWorld((made) => {
  const origin = made.bare();
  made.must("git", "init", "-q", "a");
  const a = made.repo("a");
  a.must("remote", "add", "origin", origin);
  a.write(".git/hooks/pre-push", "#!/bin/sh\n# mine\n");
  chmodSync(a.path(".git/hooks/pre-push"), 0o755);
  a.must("config", "core.fsmonitor", "false");
  a.mustBlobsy("init", "local:../blobs");
  a.must("add", ".");
  a.track("top.bin", "top\n".repeat(100));
  a.must("push", "-q", "-u", "origin", "main");
  made.snapshot();
});

function copied(): { original: Repo; copy: Repo } {
  w().restore();
  const original = w().repo("a");
  original.status();
  cpSync(original.dir, w().path("copy"), { recursive: true, preserveTimestamps: true });
  return { original, copy: w().repo("copy") };
}

describe("in a copy of a repository", () => {
  it.each([
    ["install", ["install"]],
    ["install --no-hooks", ["install", "--no-hooks"]],
    ["fsck --repair", ["fsck", "--repair"]],
    ["uninstall", ["uninstall"]],
  ])("%s leaves the original as it is", (_what, args) => {
    const { original, copy } = copied();
    const before = picture(original.dir);
    copy.mustBlobsy(...args);
    expect(picture(original.dir)).toEqual(before);
  });

  it("its own hooks go on working, and uninstall takes them back", () => {
    const { copy } = copied();
    copy.mustBlobsy("install");
    copy.write("top.bin", "edited\n");
    copy.commitAll("edited");
    copy.must("push", "-q");
    expect(copy.remoteHas("edited\n")).toBe(true);
    expect(copy.mustBlobsy("fsck")).toBe("");
    copy.mustBlobsy("uninstall");
    assertNoTrace(copy);
  });
});

it("a repository that was renamed: uninstall finds everything, and puts back what was there", () => {
  w().restore();
  renameSync(w().path("a"), w().path("renamed"));
  const repo = w().repo("renamed");
  repo.mustBlobsy("uninstall");
  assertNoTrace(repo);
});

it("a payload that a killed process had aside: the copy files its own, and lets the original's alone", () => {
  w().restore();
  const original = w().repo("a");
  const aside = original.state("tmp", "aside", "aside.00000000.00000000.4711.1.0123456789ab");
  writeFileSync(aside, "bytes of the user's\n");
  const facts = { size: 20, mtimeNs: "1", ino: "1" };
  const where = { path: "new.bin", worktree: original.dir, aside, temp: null, movingTo: null };
  const why = { time: new Date().toISOString(), why: "replaced", executable: false };
  const note = { ...where, ...why, expected: facts, expectedOid: null };
  writeFileSync(`${aside}.json`, JSON.stringify(note));
  const daysAgo = new Date(Date.now() - 3 * 86_400_000);
  for (const file of [aside, `${aside}.json`]) utimesSync(file, daysAgo, daysAgo);
  cpSync(original.dir, w().path("copy"), { recursive: true, preserveTimestamps: true });

  const copy = w().repo("copy");
  copy.mustBlobsy("sync");
  expect(copy.storeHas("bytes of the user's\n")).toBe(true);
  expect(copy.mustBlobsy("recover")).toContain("new.bin");
  expect(existsSync(aside)).toBe(true);
  expect(original.has("new.bin")).toBe(false);
  original.mustBlobsy("sync");
  expect(original.read("new.bin").toString()).toBe("bytes of the user's\n");
});

const ID = "00000000.00000000.4711.1.0123456789ab";

/** A note about `aside`, by a process that is gone, in this repository. */
function noteOn(repo: Repo, payload: string, worktree: string, aside: string): string {
  const where = { path: payload, worktree, aside, temp: null, movingTo: null };
  const why = { time: new Date().toISOString(), why: "replaced", executable: false };
  const expected = { size: 20, mtimeNs: "1", ino: "1" };
  const file = repo.state("tmp", "aside", `.blobsy-aside.${ID}.json`);
  writeFileSync(file, JSON.stringify({ ...where, ...why, expected, expectedOid: null }));
  const daysAgo = new Date(Date.now() - 3 * 86_400_000);
  for (const old of [aside, file]) utimesSync(old, daysAgo, daysAgo);
  return file;
}

it("what lies aside in a linked worktree of the original is not taken by the copy", () => {
  w().restore();
  const original = w().repo("a");
  original.must("worktree", "add", "-q", w().path("linked"), "-b", "linked");
  const linked = w().repo("linked");
  const aside = linked.path(`.blobsy-aside.${ID}`);
  writeFileSync(aside, "bytes of the user's\n");
  noteOn(original, "new.bin", linked.dir, aside);
  cpSync(original.dir, w().path("copy"), { recursive: true, preserveTimestamps: true });

  const copy = w().repo("copy");
  copy.mustBlobsy("sync");
  expect(readFileSync(aside, "utf8")).toBe("bytes of the user's\n");
  expect(copy.storeHas("bytes of the user's\n")).toBe(false);
  original.mustBlobsy("sync");
  expect(linked.read("new.bin").toString()).toBe("bytes of the user's\n");
});

it.each(["precious", `.blobsy-aside.${ID}`])(
  "no note takes a file of another place: %s",
  (name) => {
    w().restore();
    const repo = w().repo("a");
    w().must("mkdir", "-p", w().path("victim", "d"));
    const file = w().path("victim", "d", name);
    writeFileSync(file, "bytes of the user's\n");
    const claims = [
      [w().path("victim"), `d/${name}`],
      [repo.dir, `../victim/d/${name}`],
    ] as const;
    for (const [worktree, payload] of claims) {
      noteOn(repo, payload, worktree, file);
      repo.mustBlobsy("sync");
      expect(readFileSync(file, "utf8")).toBe("bytes of the user's\n");
    }
  },
);

function assertNoTrace(repo: Repo): void {
  const keys = repo.must("config", "--local", "--list", "--name-only");
  expect(keys).not.toMatch(/blobsy|hookspath/);
  expect(repo.must("config", "--local", "--get-all", "core.fsmonitor")).toBe("false\n");
  expect(existsSync(repo.path(".git/info/attributes"))).toBe(false);
  const hooks = repo.sh("ls .git/hooks | grep -v '[.]sample$'").stdout;
  expect(hooks).toBe("pre-push\n");
  expect(repo.read(".git/hooks/pre-push").toString()).toBe("#!/bin/sh\n# mine\n");
}
