/** BLOBSY_TRACE tells what blobsy does, keeps secrets to itself, and never changes what happens. */
import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { bytes } from "../helpers/bytes.js";
import { world, type World } from "../helpers/world.js";

const LINE = /^\d\d:\d\d:\d\d\.\d{6} blobsy\[\d+\] \d+\.\d{4} (\w+) +\S.*$/;

/** Every line of a trace is whole, whoever wrote beside it. @returns the lines */
function linesOf(text: string): string[] {
  const lines = text.split("\n").slice(0, -1);
  expect(lines.filter((line) => !LINE.test(line))).toEqual([]);
  return lines;
}

/** Begins a trace in a file of the world. @returns its lines so far */
function traced(w: World): () => string[] {
  w.env["BLOBSY_TRACE"] = w.path("trace");
  return () => linesOf(readFileSync(w.path("trace"), "utf8"));
}

describe("a file", () => {
  it("has all of an edit, its commit, push and conflict: programs, locks, requests, decisions", () => {
    const w = world();
    const lines = traced(w);
    const a = w.initWithRemote();
    a.track("data/model.bin", bytes("v1"));
    a.must("push", "-q");
    a.write("data/model.bin", bytes("v2"));
    a.commitAll("v2");
    a.must("checkout", "-q", "HEAD^");
    a.write("data/model.bin", bytes("v3"));
    a.must("checkout", "-q", "--force", "main");

    const all = lines().join("\n");
    for (const told of [
      /start {2}blobsy hook pre-push origin .*node v/,
      /git {4}rev-parse .*: exit 0, [\d.]+ ms/,
      /lock {3}\S+worktree\/lock: taken after [\d.]+ ms/,
      /lock {3}\S+worktree\/lock: released, held [\d.]+ ms/,
      /remote upload sha256\/\w{64}: \d+ B, [\d.]+ ms/,
      /remote has sha256\/\w{64}: not there/,
      /filter session begins/,
      /filter clean data\/model\.bin\.bref: the text for what the payload holds now/,
      /filter smudge data\/model\.bin\.bref: noted, ref file was absent/,
      /filter session ends: 1 clean, 0 smudge/,
      /step {3}data\/model\.bin: payload \w+, ref \w+, base \w+, size \d+ -> write-ref: ref-written/,
      /step {3}data\/model\.bin: payload \w+, ref \w+, base \w+, .* -> follow: placed/,
      /step {3}data\/model\.bin: .*evidence of a discard.* -> discard: placed, discarded/,
      /end {4}exit 0/,
    ]) {
      expect(all).toMatch(told);
    }
  });

  it("is shared by many processes, line by line", async () => {
    const w = world();
    const lines = traced(w);
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));
    const before = lines().filter((line) => / start /.test(line)).length;
    const runs = Array.from({ length: 6 }, () => w.start(["blobsy", "pull"], { cwd: a.dir }));
    for (const { done } of runs) expect((await done).code).toBe(0);
    expect(lines().filter((line) => / start /.test(line)).length - before).toBe(6);
  });

  it("that cannot be written to costs one line, and nothing else", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));
    mkdirSync(w.path("dir"));
    w.must("mkfifo", w.path("fifo"));
    for (const [setting, said] of [
      [w.path("none/trace"), `blobsy: no trace in ${w.path("none/trace")}: ENOENT`],
      [w.path("dir"), `blobsy: no trace in ${w.path("dir")}: EISDIR`],
      [w.path("fifo"), `blobsy: no trace in ${w.path("fifo")}: ENXIO`],
      ["/dev/full", "blobsy: no further trace in /dev/full: ENOSPC"],
      ["trace.log", "blobsy: BLOBSY_TRACE is trace.log: it takes 0, 1, or an absolute path"],
      ["9", "blobsy: BLOBSY_TRACE is 9: it takes 0, 1, or an absolute path"],
    ] as const) {
      const ran = w.run(["blobsy", "-q", "ls"], { cwd: a.dir, env: { BLOBSY_TRACE: setting } });
      expect(ran.code, setting).toBe(0);
      expect(ran.stdout).toContain("model.bin");
      expect(ran.stderr.split("\n")).toEqual([expect.stringContaining(said), ""]);
    }
    w.env["BLOBSY_TRACE"] = w.path("dir");
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    a.must("push", "-q");
    w.clone("b").assertPayload("model.bin", bytes("v2"));
  });
});

describe("stderr", () => {
  it("takes it with 1, and the answer goes to stdout; with 0 there is none", () => {
    const w = world();
    const a = w.initAlone();
    const argv = ["blobsy", "-q", "ls", "--json"];
    const on = w.run(argv, { cwd: a.dir, env: { BLOBSY_TRACE: "1" } });
    expect(JSON.parse(on.stdout)).toMatchObject({ command: "ls" });
    expect(linesOf(on.stderr).length).toBeGreaterThan(3);
    const off = w.run(argv, { cwd: a.dir, env: { BLOBSY_TRACE: "0" } });
    expect(off.stdout).toBe(on.stdout);
    expect(off.stderr).toBe("");
  });

  it("does not mix with what git says in errors", () => {
    const w = world();
    const a = w.initWithRemote();
    a.write("model.bin", bytes("v1"));
    a.write(".git/index", "no index");
    const env = { BLOBSY_TRACE: "1" };
    const ran = w.run(["blobsy", "track", "model.bin"], { cwd: a.dir, env });
    expect(ran.code).toBe(1);
    const said = ran.stderr.split("\n").filter((line) => line !== "" && !LINE.test(line));
    expect(ran.stderr).toMatch(/git {4}ls-files .*: exit 128, .* ms, said: fatal: .*index/);
    expect(said[0]).toMatch(/^blobsy: .*git ls-files failed: fatal: .*index/);
  });

  it("that nobody reads any more stops nothing", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.write("model.bin", bytes("v2"));
    const ran = a.sh("(BLOBSY_TRACE=1 git commit -qam v2; echo $? >code) 2>&1 | true; cat code");
    expect(ran.stdout).toBe("0\n");
    expect(a.must("status", "--short", "model.bin.bref")).toBe("");
  });
});

it("no secret is ever in it", () => {
  const w = world();
  const lines = traced(w);
  const a = w.initWithRemote();
  a.track("model.bin", bytes("v1"));
  a.must("remote", "set-url", "--push", "origin", w.path("origin.git"));
  w.env["MY_ACCESS_TOKEN"] = "opensesame-1234";
  a.blobsy("init", "https://ann:hunter2@example.org/blobs");
  a.blobsy("config", "set", "--local", "backend.x.push", "curl -H 'X: s3cr3t-value' {local}");
  a.blobsy("config", "set", "--local", "backend.x.pull", "curl -H 's3cr3t-value' {local}");
  a.blobsy("ls", "--include", "opensesame-1234");
  a.blobsy("push", "--to", "x?token=s3cr3t-value");
  const all = lines().join("\n");
  expect(all).toMatch(/start {2}blobsy config set --local backend\.x\.push '?\*\*\*/);
  expect(all).toMatch(/git {4}config --local --replace-all blobsy\.backend\.x\.push '?\*\*\*/);
  expect(all).toContain("https://***@example.org/blobs");
  expect(all).not.toMatch(/hunter2|s3cr3t|opensesame/);
});

it("without it, what writes a trace is not in what every Git command loads", () => {
  const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
  expect(readFileSync(main, "utf8")).not.toContain("no trace in");
});
