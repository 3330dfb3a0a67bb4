/** A remote made of the user's own commands: what works, and what a bad command cannot do. */
import { mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { bytes, sha256 } from "../helpers/bytes.js";
import { appears, commandsFor, initWithCommands, isAlive } from "../helpers/command-remote.js";
import type { Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

/** Repository `a`, whose commands are approved, with `model.bin` pushed. */
function pushed(w: World, commands = commandsFor(w)): Repo {
  const a = initWithCommands(w, commands);
  a.mustBlobsy("trust");
  a.track("model.bin", bytes("v1"));
  a.must("push", "-q");
  return a;
}

/** What blobsy keeps for a moment is gone again. */
function assertNothingLeft(repo: Repo): void {
  const left = readdirSync(repo.state("tmp")).filter((name) => /^(command|download)\./.test(name));
  expect(left, "scratch directories and downloads").toEqual([]);
}

function setOwn(repo: Repo, commands: Record<string, string>): void {
  repo.must("config", "blobsy.backend.default.type", "command");
  for (const [name, text] of Object.entries(commands)) {
    repo.must("config", `blobsy.backend.default.${name}`, text);
  }
}

describe("a team's commands", () => {
  it("carry payloads from clone to clone, once each has approved them", () => {
    const w = world();
    const a = pushed(w);
    expect(a.remoteHas(bytes("v1"))).toBe(true);
    const b = w.clone("b", { then: "plain" });
    b.mustBlobsy("install");
    b.mustBlobsy("trust");
    b.mustBlobsy("pull");
    b.assertPayload("model.bin", bytes("v1"));
    b.write("model.bin", bytes("v2"));
    b.commitAll("v2");
    b.must("push", "-q");
    a.must("pull", "-q");
    a.assertPayload("model.bin", bytes("v2"));
    a.assertPristine();
    for (const repo of [a, b]) assertNothingLeft(repo);
  });

  it("are asked nothing when nothing is new but for one question, the remote's generation", () => {
    const w = world();
    const commands = commandsFor(w);
    const counting = Object.entries(commands).map(([name, text]): [string, string] => {
      return [name, `echo ${name} $BLOBSY_REMOTE_KEY >> ${w.path("asked")}; ${text}`];
    });
    const a = pushed(w, { ...Object.fromEntries(counting), shell: "true" });
    rmSync(w.path("asked"));
    a.mustBlobsy("push");
    expect(readFileSync(w.path("asked"), "utf8")).toBe("exists .blobsy/generation\n");
  });

  it("of one's own need no approval, and none is asked for", () => {
    const w = world();
    const a = w.initWithRemote();
    mkdirSync(w.path("own"));
    const own = Object.entries(commandsFor(w)).map(([name, text]) => [
      name,
      text.replaceAll(w.path("blobs"), w.path("own")),
    ]);
    setOwn(a, Object.fromEntries(own) as Record<string, string>);
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q");
    expect(readdirSync(w.path("own/sha256"))).toEqual([sha256(bytes("v1"))]);
    expect(a.mustBlobsy("trust", "--dry-run")).toBe("");
  });

  it("through a shell, with names that a shell would split", () => {
    const w = world();
    const dir = `${w.path("my blobs")}`;
    const commands = {
      shell: "true",
      push: `mkdir -p "$(dirname '${dir}'/{remote_key})" && cat {local} | cat > '${dir}'/{remote_key}`,
      pull: `cat '${dir}'/{remote_key} > "$BLOBSY_TEMP_OUT"`,
      exists: `[ -f '${dir}/{remote_key}' ] || exit 1; stat -c %s '${dir}/{remote_key}'`,
    };
    const a = initWithCommands(w, commands);
    a.mustBlobsy("trust");
    a.track("my file $(id) 'x'.bin", bytes("v1"));
    a.must("push", "-q");
    rmSync(a.path("my file $(id) 'x'.bin"));
    rmSync(a.state("objects"), { recursive: true });
    a.mustBlobsy("pull");
    a.assertPayload("my file $(id) 'x'.bin", bytes("v1"));
  });
});

describe("a command that does wrong", () => {
  /** A clone with this `pull` of its own, and no payload yet. */
  function pulling(pull: string, more: Record<string, string> = {}): { w: World; b: Repo } {
    const w = world();
    pushed(w);
    const b = w.clone("b", { then: "plain" });
    b.mustBlobsy("install");
    setOwn(b, { ...commandsFor(w), pull, ...more });
    return { w, b };
  }

  const BAD_PULLS: readonly (readonly [string, RegExp])[] = [
    ["head -c 7 WORLD/blobs/{remote_key} > {local}", /7 bytes/],
    ["tr 'a-z' 'b-za' < WORLD/blobs/{remote_key} > {local}", /something else as sha256/],
    ["true", /wrote no file to \$BLOBSY_TEMP_OUT/],
    ["cp WORLD/blobs/{remote_key} WORLD/b/model.bin.tmp", /wrote no file/],
    ["cp WORLD/blobs/{remote_key} {local}; echo too late >&2; exit 4", /exit code 4: too late/],
  ];

  it("half a file, other bytes, nothing, elsewhere, or failing: no payload, and an explanation", () => {
    const { w, b } = pulling("", { shell: "true" });
    for (const [pull, words] of BAD_PULLS) {
      setOwn(b, { pull: pull.replaceAll("WORLD", w.dir) });
      const ran = b.blobsy("pull");
      expect(ran.code).toBe(1);
      expect(ran.stderr).toMatch(words);
      b.assertPayload("model.bin", null);
      expect(b.storeHas(bytes("v1"))).toBe(false);
      assertNothingLeft(b);
    }
    setOwn(b, { shell: "false", pull: commandsFor(w)["pull"] ?? "" });
    b.mustBlobsy("pull");
    b.assertPayload("model.bin", bytes("v1"));
  });

  const BAD_PUSHES = [
    "true",
    "head -c 7 {local} > WORLD/half; install -D WORLD/half WORLD/blobs/{remote_key}",
    "rm -f {local}",
  ];

  it("sends nothing, sends half, or eats what it is given: Git pushes nothing", () => {
    const w = world();
    const a = pushed(w);
    const remote = a.must("rev-parse", "origin/main");
    setOwn(a, { ...commandsFor(w), shell: "true" });
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    for (const push of BAD_PUSHES) {
      setOwn(a, { push: push.replaceAll("WORLD", w.dir) });
      const ran = a.git("push", "-q");
      expect(ran.code).not.toBe(0);
      expect(ran.stderr).toMatch(
        /backend "default" took .* and it (is not there|has 7 bytes there)/,
      );
      expect(a.must("rev-parse", "origin/main")).toBe(remote);
      a.assertPayload("model.bin", bytes("v2"));
      expect(a.storeHas(bytes("v2"))).toBe(true);
      assertNothingLeft(a);
    }
  });

  it("never ends: Ctrl-C ends it, under `blobsy pull` and under git, and so does a kill", async () => {
    const { w, b } = pulling(`true`, { shell: "true" });
    setOwn(b, { pull: `echo $$ > ${w.path("pid")}; sleep 600 & wait` });
    for (const [signal, ...argv] of [
      ["SIGINT", "blobsy", "pull"],
      ["SIGKILL", "blobsy", "pull"],
      ["SIGINT", "git", "checkout", "-q", "model.bin.bref"],
    ] as const) {
      rmSync(w.path("pid"), { force: true });
      if (argv[0] === "git") rmSync(b.path("model.bin.bref"));
      const running = b.start(argv);
      const pid = Number(await appears(w.path("pid")));
      running.signal(signal);
      await running.done;
      while (isAlive(pid)) await delay(20);
      b.assertPayload("model.bin", null);
    }
    expect(b.has("model.bin.bref")).toBe(true);
  });

  it("takes longer than its limit: it is ended, and the setting named", () => {
    const { b } = pulling("sleep 600", { timeLimit: "1s" });
    const ran = b.blobsy("pull");
    expect(ran.stderr).toContain("did not end within 1.0 s, and was ended");
    expect(ran.stderr).toContain("git config blobsy.backend.default.timeLimit 12h");
  });
});

describe("blobsy init command", () => {
  const flagsOf = (w: World): string[] =>
    Object.entries(commandsFor(w)).flatMap(([name, text]) => [`--${name}`, text]);

  it("writes the commands for everybody, approves them here, and asks them", () => {
    const w = world();
    const origin = w.bare();
    w.must("mkdir", "blobs");
    w.must("git", "clone", "-q", origin, "a");
    const a = w.repo("a");
    a.mustBlobsy("init", "command", ...flagsOf(w), "--dry-run");
    expect(a.has(".blobsyconfig")).toBe(false);
    a.mustBlobsy("init", "command", ...flagsOf(w));
    for (const [name, text] of Object.entries(commandsFor(w))) {
      expect(a.mustBlobsy("config", "get", `backend.default.${name}`)).toBe(`${text}\n`);
    }
    const first = a.read(".blobsyconfig");
    a.mustBlobsy("init", "command", ...flagsOf(w));
    expect(a.read(".blobsyconfig").equals(first)).toBe(true);
    a.must("commit", "-qm", "share");
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q", "-u", "origin", "main");
    const b = w.clone("b", { then: "plain" });
    b.mustBlobsy("install");
    expect(b.blobsy("pull").stderr).toContain("blobsy trust");
    b.mustBlobsy("trust");
    b.mustBlobsy("pull");
    b.assertPayload("model.bin", bytes("v1"));

    // And back to an address, which commands would outrank.
    const moved = a.blobsy("init", "local:../elsewhere");
    expect(moved.code).toBe(0);
    expect(a.read(".blobsyconfig").toString()).not.toMatch(/type|push|shell/);
    a.mustBlobsy("push");
    expect(w.must("ls", "elsewhere")).toContain("sha256");
  });

  it.each([
    ["nothing to run", ["command"], "needs --pull"],
    ["what a shell would have to read", ["command", "--pull", "cp x | y"], "only to a shell"],
    ["an address as well", ["local:../blobs", "--pull", "cp x y"], "takes no commands"],
    ["a region", ["command", "--pull", "cp x y", "--region", "x"], "no region"],
  ])("refuses %s", (_, args, why) => {
    const w = world();
    w.must("git", "init", "-q", "a");
    const a = w.repo("a");
    const ran = a.blobsy("init", ...args);
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining(why)]);
    expect(a.has(".blobsyconfig")).toBe(false);
  });
});

it("a name in a template that means nothing is told with what may stand there", () => {
  const w = world();
  const a = initWithCommands(w, { push: "cp {file} x", exists: "false", pull: "cp x {local} > y" });
  a.mustBlobsy("trust");
  a.track("x.bin", bytes("x"));
  expect(a.blobsy("push").stderr).toContain("{file} is none of {local} {remote_key} {hash} {size}");
  rmSync(a.path("x.bin"));
  rmSync(a.state("objects"), { recursive: true });
  expect(a.blobsy("pull").stderr).toContain(
    '> means something only to a shell: set "shell = true"',
  );
});
