/** A Git command while another one looks at the same worktree, as editors do all the time. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes, sha256 } from "../helpers/bytes.js";
import type { Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

function start(): { w: World; a: Repo } {
  const w = world();
  const a = w.initWithRemote();
  a.track("model.bin", bytes("v1"));
  a.track("other.bin", bytes("o1"));
  a.must("push", "-q");
  return { w, a };
}

describe("an editor that asks git status all the time", () => {
  it.each([
    [
      "checkout",
      [
        ["checkout", "-q", "two"],
        ["checkout", "-q", "main"],
      ],
    ],
    [
      "reset --hard",
      [
        ["reset", "-q", "--hard", "two"],
        ["reset", "-q", "--hard", "v1"],
      ],
    ],
    [
      "stash",
      [
        ["stash", "-q"],
        ["stash", "pop", "-q"],
      ],
    ],
    [
      "rebase",
      [
        ["rebase", "-q", "two"],
        ["reset", "-q", "--hard", "v1"],
      ],
    ],
  ])("does not lead %s astray", async (verb, commands) => {
    const { a } = start();
    a.must("tag", "v1");
    a.must("checkout", "-q", "-b", "two");
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    a.must("push", "-q", "origin", "two");
    a.must("checkout", "-q", "main");
    const editor = a.start([
      "sh",
      "-c",
      "while :; do git --no-optional-locks status --porcelain >/dev/null; git status >/dev/null; done",
    ]);
    try {
      for (let round = 0; round < (verb === "stash" ? 8 : 3); round += 1) {
        if (verb === "stash") a.write("model.bin", bytes(`e${round}`));
        for (const command of commands) {
          await mustWithLocks(a, command);
          if (verb !== "stash") {
            a.assertPayload("model.bin", bytes(command.includes("two") ? "v2" : "v1"));
          }
        }
        if (verb === "stash") {
          a.assertPayload("model.bin", bytes(`e${round}`));
          await mustWithLocks(a, ["checkout", "-q", "--", "."]);
          a.assertPayload("model.bin", bytes("v1"));
          a.assertBytesSomewhere(bytes(`e${round}`));
        }
      }
    } finally {
      editor.signal("SIGKILL");
      await editor.done;
      a.sh("rm -f .git/index.lock");
    }
    expect(a.status()).toEqual([]);
    a.assertInStep("model.bin");
    a.assertPristine();
  });
});

describe("an editor that asks git status all the time, beside an edit", () => {
  it.each([
    ["commit -a", [["commit", "-qam", "edit"]]],
    [
      "add -u and commit",
      [
        ["add", "-u"],
        ["commit", "-qm", "edit"],
      ],
    ],
  ])("%s takes every edit", async (_verb, commands) => {
    const { a } = start();
    const editor = a.start(["sh", "-c", "while :; do git status >/dev/null; done"]);
    try {
      for (let round = 0; round < 8; round += 1) {
        a.write("model.bin", bytes(`e${round}`));
        for (const command of commands) await mustWithLocks(a, command);
        expect(a.refIn("HEAD", "model.bin")?.hash, `round ${round}`).toBe(
          sha256(bytes(`e${round}`)),
        );
        a.assertPayload("model.bin", bytes(`e${round}`));
      }
    } finally {
      editor.signal("SIGKILL");
      await editor.done;
      a.sh("rm -f .git/index.lock");
    }
    expect(a.status()).toEqual([]);
    a.assertInStep("model.bin");
  });
});

describe("a filter that is slow to start", () => {
  /** PATH with a `blobsy` that waits for `go` before it starts; `waits` says that it does. */
  function slowStart(a: Repo): { PATH: string; waits: () => boolean; go: () => void } {
    const w = a.world;
    mkdirSync(w.path("slow"));
    const [started, go] = [w.path("started"), w.path("go")];
    const script = [
      "#!/bin/sh",
      `: >'${started}'`,
      `while [ ! -e '${go}' ]; do sleep 0.02; done`,
      `exec '${w.bin}/blobsy' "$@"`,
    ];
    writeFileSync(w.path("slow", "blobsy"), `${script.join("\n")}\n`, { mode: 0o755 });
    return {
      PATH: `${w.path("slow")}:${w.env["PATH"] ?? ""}`,
      waits: () => existsSync(started),
      go: () => writeFileSync(go, ""),
    };
  }

  it.each([
    ["add", ["git", "add", "-u"]],
    ["commit -a", ["git", "commit", "-qam", "edit"]],
  ])("%s takes the edit that git status writes down meanwhile", async (verb, argv) => {
    const { a } = start();
    a.write("model.bin", bytes("e1"));
    const { PATH, waits, go } = slowStart(a);
    const running = a.start(argv, { PATH });
    while (!waits()) await new Promise((resolve) => setTimeout(resolve, 20));
    // Git has read the old ref text by now. An editor's status has the ref file rewritten.
    expect(a.status()).toEqual([" M model.bin.bref"]);
    go();

    const ran = await running.done;

    expect(ran.code, ran.stderr).toBe(0);
    const taken = a.refIn(verb === "add" ? "" : "HEAD", "model.bin");
    expect(taken?.hash).toBe(sha256(bytes("e1")));
    a.assertPayload("model.bin", bytes("e1"));
    a.assertInStep("model.bin");
  });
});

/** The other `git status` may hold index.lock at that moment; people run the command again. */
async function mustWithLocks(a: Repo, command: readonly string[]): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const ran = a.git(...command);
    if (ran.code === 0) return;
    if (!/index\.lock|could not write index|Unable to write/.test(ran.stderr)) {
      throw new Error(`git ${command.join(" ")}: ${ran.stderr}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw new Error(`git ${command.join(" ")} never got the lock`);
}
