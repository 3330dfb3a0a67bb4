/**
 * A repository of somebody else's names programs in every place it can. None of them runs, in any
 * command, until this user has seen them and said `blobsy trust`; and what was approved is these words
 * and no others.
 */
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes } from "../helpers/bytes.js";
import {
  backendText,
  commandsFor,
  initWithCommands,
  type Commands,
} from "../helpers/command-remote.js";
import type { Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

/** Every setting that could start something, each leaving its name in the file `ran`. */
function traps(w: World): Commands {
  const trap = (name: string): string => `sh -c 'echo ${name} >> ${w.path("ran")}'`;
  const names = ["push", "pull", "exists", "list", "remove"];
  return Object.fromEntries(names.map((name) => [name, trap(name)]));
}

function ran(w: World): string {
  return existsSync(w.path("ran")) ? readFileSync(w.path("ran"), "utf8") : "nothing";
}

/** Puts a commit with this configuration on origin's main, past all hooks. */
function commitConfig(w: World, text: string, message: string): void {
  if (!existsSync(w.path("evil"))) w.must("git", "clone", "-q", "origin.git", "evil");
  const evil = w.repo("evil");
  evil.must("-c", "core.hooksPath=/dev/null", "pull", "-q");
  evil.write(".blobsyconfig", text);
  for (const program of ["rclone", "aws", "s5cmd", "node_modules/.bin/rclone"]) {
    evil.write(program, `#!/bin/sh\necho ${program} >> ${w.path("ran")}\n`);
    chmodSync(evil.path(program), 0o755);
  }
  evil.must("add", ".");
  evil.must("-c", "core.hooksPath=/dev/null", "commit", "-qm", message);
  evil.must("-c", "core.hooksPath=/dev/null", "push", "-q");
}

/** All that a user, or an editor behind their back, may do in a clone. */
function doEverything(repo: Repo): void {
  repo.write("mine.bin", bytes("mine"));
  const commands = [
    "git status; git diff; git checkout -q -b side; git switch -q main; git stash list",
    "git reset -q --hard; git checkout -q -- .; git worktree add -q ../wt HEAD; git fetch -q",
    "git pull -q; git archive HEAD > /dev/null; git log -p -1 > /dev/null",
    "blobsy status; blobsy pull; blobsy fetch --all; blobsy sync; blobsy push",
    "blobsy track mine.bin; git commit -qm mine; git push -q origin HEAD:refs/heads/mine",
    "echo more >> model.bin; git commit -qam edit; git push -q; blobsy pull --force",
    "blobsy fsck; blobsy fsck --remote; blobsy check; blobsy gc; blobsy drop mine.bin",
    "blobsy sync --from default --to other; blobsy push --to other; blobsy trust --dry-run",
    "git stash -q; git stash pop -q; git merge -q side; git rebase -q main; git gc -q",
  ];
  for (const script of commands) repo.sh(script);
}

/** A sound repository `a` with `model.bin`, and clones of it from now on. */
function sound(w: World): void {
  const a = w.initWithRemote();
  a.track("model.bin", bytes("v1"));
  a.must("push", "-q");
}

const HOSTILE: readonly (readonly [string, (w: World) => string])[] = [
  ["commands", (w) => backendText(traps(w))],
  ["commands through a shell", (w) => backendText({ ...traps(w), shell: "true" })],
  [
    "commands beside an address that was in use",
    (w) => `${backendText(traps(w))}\turl = local:../blobs\n`,
  ],
  [
    "a second backend of commands, made the one in use",
    (w) => `[blobsy]\n\tbackend = other\n${backendText(traps(w), "other")}`,
  ],
  [
    "tools and their arguments, for a bucket",
    (w) =>
      ["rclone", "aws", "s5cmd"]
        .map(
          (tool, at) =>
            `[backend "${at === 0 ? "default" : tool}"]\n\turl = s3://bucket/x\n\ttool = ${tool}\n` +
            `\ttoolArgs = --config=${w.path("evil")}\n`,
        )
        .join(""),
  ],
];

describe("nothing that a commit names runs by itself", () => {
  it.each(HOSTILE)("%s, in a fresh clone and in one that gets the commit later", (_, text) => {
    const w = world();
    sound(w);
    const later = w.clone("later");
    commitConfig(w, text(w), "an innocent change");
    // With the repository's own directories on PATH, as npm and direnv put them there.
    // Without credentials the SDK gives up at once, so nothing waits for a network.
    Object.assign(w.env, { AWS_EC2_METADATA_DISABLED: "true", AWS_CONFIG_FILE: "/dev/null" });
    w.env["PATH"] = `.:node_modules/.bin:${w.path("fresh")}:${w.env["PATH"]}`;
    w.must("blobsy", "install", "--global");
    later.sh("git pull -q");
    const cloned = w.run(["git", "clone", "-q", "origin.git", "fresh"]);
    expect(cloned.code).toBe(0);
    for (const repo of [w.repo("fresh"), later]) doEverything(repo);
    expect(ran(w)).toBe("nothing");
    // What was there is there.
    expect(later.findBytes(bytes("v1"))).not.toEqual([]);
    if (!text(w).includes("type = command")) return;
    // And it was no empty threat: approved, they run.
    w.repo("fresh").mustBlobsy("trust");
    w.repo("fresh").blobsy("pull", "--force");
    expect(ran(w)).toContain("exists");
  });

  it("one line says so, and the ref files are left", () => {
    const w = world();
    const a = initWithCommands(w, commandsFor(w));
    a.mustBlobsy("trust");
    for (const name of ["one.bin", "two.bin", "three.bin"]) a.track(name, bytes(name));
    a.must("push", "-q");
    w.must("blobsy", "install", "--global");
    const { stderr } = w.run(["git", "clone", "-q", "origin.git", "b"]);
    expect(stderr.split("\n").filter((line) => line.includes("approved"))).toHaveLength(1);
    expect(stderr).toContain("and 2 more payloads");
    expect(stderr).toContain("next: blobsy trust");
    const b = w.repo("b");
    expect(b.has("one.bin.bref")).toBe(true);
    b.assertPristine();
    const pull = b.blobsy("pull");
    expect(pull.code).toBe(1);
    expect(pull.stderr.split("\n").filter((line) => line.includes("approved"))).toHaveLength(1);
  });
});

describe("blobsy trust", () => {
  it("shows what would run before anything does, and approves these very words", () => {
    const w = world();
    const a = initWithCommands(w, commandsFor(w));
    a.mustBlobsy("trust");
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q");
    const b = w.clone("b", { then: "plain" });
    b.mustBlobsy("install");

    const shown = b.mustBlobsy("trust", "--dry-run");
    for (const [name, text] of Object.entries(commandsFor(w))) {
      expect(shown).toContain(`${name} = ${text.replaceAll("\\n", "\\n")}`);
    }
    expect(shown).toMatch(/pull starts \/.*\/cp/);
    expect(b.blobsy("pull").code).toBe(1);
    const json = JSON.parse(b.mustBlobsy("trust", "--json")) as { commands: { name: string }[] };
    expect(json.commands.map(({ name }) => name)).toContain("pull");
    b.mustBlobsy("pull");
    b.assertPayload("model.bin", bytes("v1"));

    // The approval is in this clone's own configuration, and in no other file.
    expect(b.must("config", "--local", "--get-all", "blobsy.trust.default.approved")).toMatch(
      /^[0-9a-f]{64}\n$/,
    );
  });

  it.each([
    ["another word", { pull: "sh -c 'echo pull >> WORLD/ran'" }],
    ["a shell around the same words", { shell: "true" }],
    ["one more command", { list: "sh -c 'echo list >> WORLD/ran'" }],
  ])("asks again for %s", (_, change) => {
    const w = world();
    const commands = Object.fromEntries(
      Object.entries(commandsFor(w)).filter(([name]) => name !== "list"),
    );
    const a = initWithCommands(w, commands);
    a.mustBlobsy("trust");
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q");
    const changed = Object.entries({ ...commands, ...change }).map(([key, value]) => [
      key,
      value.replaceAll("WORLD", w.dir),
    ]);
    commitConfig(w, backendText(Object.fromEntries(changed) as Commands), "a change");
    a.must("pull", "-q");
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    const push = a.git("push", "-q");
    expect(push.code).not.toBe(0);
    expect(push.stderr).toContain("blobsy trust");
    a.blobsy("sync");
    expect(ran(w)).toBe("nothing");
    expect(a.remoteHas(bytes("v2"))).toBe(false);

    // The words that were approved before still are.
    a.must("checkout", "-q", "HEAD~2", "--", ".blobsyconfig");
    a.mustBlobsy("push");
    expect(a.remoteHas(bytes("v2"))).toBe(true);
  });

  // What a user has configured is no commit's to change: not by naming another backend, either.
  it.each([
    ["an address", (w: World) => [["url", `local:${w.path("mine")}`]]],
    ["commands", (w: World) => [["type", "command"], ...Object.entries(commandsFor(w))]],
  ] as const)("%s of one's own, and then a commit makes another backend the remote", (_, own) => {
    const w = world();
    w.must("mkdir", "-p", "mine", "blobs", "evil-store/.blobsy");
    w.must("sh", "-c", "echo 'id: x' > evil-store/.blobsy/remote");
    w.bare();
    w.must("git", "clone", "-q", "origin.git", "a");
    const a = w.repo("a");
    for (const [key = "", value = ""] of own(w)) {
      a.must("config", `blobsy.backend.default.${key}`, value);
    }
    a.write(".gitattributes", "*.bref filter=blobsy merge=blobsy -text\n");
    a.must("add", ".gitattributes");
    a.mustBlobsy("install");
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q", "-u", "origin", "main");
    const evil = '[blobsy]\n\tbackend = evil\n[backend "evil"]\n\turl = local:../evil-store\n';
    commitConfig(w, evil, "elsewhere");
    a.must("pull", "-q");
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    expect(a.git("push", "-q").stderr).toContain("blobsy trust");
    expect(a.blobsy("push").stderr).toContain("nothing was sent or fetched");
    expect(existsSync(w.path("evil-store/sha256"))).toBe(false);
    // One's own is used as ever.
    a.must("-c", "blobsy.backend=default", "push", "-q");
  });

  it("shows where the remote is before it is used", () => {
    const w = world();
    sound(w);
    const there = "url = s3://elsewhere/x\n\tendpoint = https://s3.example.org";
    commitConfig(w, `[backend "default"]\n\t${there}\n\ttool = rclone\n`, "elsewhere");
    const a = w.repo("a");
    a.must("pull", "-q");
    const shown = a.blobsy("trust", "--dry-run");
    expect(shown.stderr).toContain("would use s3://elsewhere/x at https://s3.example.org, as");
    expect(shown.stdout).toContain("tool = rclone");
  });

  it("of commands does not let a later commit send to an address by itself", () => {
    const w = world();
    const a = initWithCommands(w, commandsFor(w));
    a.mustBlobsy("trust");
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q");
    w.must("mkdir", "-p", "evil-store/.blobsy");
    w.must("sh", "-c", "echo 'id: x' > evil-store/.blobsy/remote");
    commitConfig(w, '[backend "default"]\n\turl = local:../evil-store\n', "elsewhere");
    a.must("pull", "-q");
    expect(a.blobsy("push").stderr).toContain("blobsy trust");
    expect(existsSync(w.path("evil-store/sha256"))).toBe(false);
  });

  it("does not take a file of the repository's for a program", () => {
    const w = world();
    const a = initWithCommands(w, { ...commandsFor(w), push: "tools/up.sh {local}" });
    a.write("tools/up.sh", `#!/bin/sh\ntouch ${w.path("ran")}\n`);
    chmodSync(a.path("tools/up.sh"), 0o755);
    const shown = a.mustBlobsy("trust");
    expect(shown).toContain("a relative path");
    a.track("model.bin", bytes("v1"));
    expect(a.blobsy("push").stderr).toContain("name a program on PATH");
    expect(ran(w)).toBe("nothing");
  });
});
