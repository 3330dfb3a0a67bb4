/**
 * The failure that must be impossible, in bad weather: an edit is committed while a process is killed or
 * the disk is full, a teammate takes it back, and the next pull must not take the payload, which nobody
 * has touched since, for an edit of today.
 */
import { readFileSync, rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { FaultLogLine } from "../../src/fs/faults.js";
import { bytes, sha256 } from "../helpers/bytes.js";
import { sample } from "../helpers/faults.js";
import type { Repo } from "../helpers/repo.js";
import { sharedWorld, type World } from "../helpers/world.js";

/** Points per way; kills and full disks take turns. */
const POINTS = Number(process.env["BLOBSY_FAULT_POINTS"] ?? 5);
const TURNS = ["kill-after", "ENOSPC", "kill-before", "ENOSPC"];

interface Way {
  readonly detect: "monitor" | "arm" | "commit";
  /** What is in trouble. */
  readonly command: readonly string[];
  /** What the user does to have the edit committed, whatever became of that. */
  readonly commit: (a: Repo) => void;
}

const again = (a: Repo): void => void a.git("commit", "-qam", "edit");

const WAYS: Record<string, Way> = {
  "git commit -a, monitor": {
    detect: "monitor",
    command: ["git", "commit", "-qam", "edit"],
    commit: again,
  },
  "git commit -a, arm": {
    detect: "arm",
    command: ["git", "commit", "-qam", "edit"],
    commit: again,
  },
  "pre-commit, which only looks": {
    detect: "commit",
    command: ["git", "commit", "-qam", "edit"],
    commit: (a) => {
      a.git("add", "model.bin.bref");
      again(a);
    },
  },
  "blobsy sync": { detect: "arm", command: ["blobsy", "sync"], commit: again },
};

/** How Git moves the ref file back. */
const BACK = ["pull", "checkout"] as const;

describe.each(Object.entries(WAYS))("%s", (_name, { detect, command, commit }) => {
  const w = sharedWorld((made) => {
    const a = made.initWithRemote();
    a.must("config", "blobsy.detect", detect);
    a.mustBlobsy("install");
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q");
    a.must("branch", "before");
    made.clone("b", { then: "plain" });
    a.write("model.bin", bytes("edit"));
    made.snapshot();
  });

  it("an edit that was taken back stays so", () => {
    const points = pointsIn(w(), command);
    expect(points.length).toBeGreaterThan(5);
    for (const [turn, at] of sample(points.length, POINTS).entries()) {
      const [n, op] = points[at - 1] ?? [0, ""];
      const what = TURNS[turn % TURNS.length] ?? "ENOSPC";
      const back = BACK[(turn >> 1) % 2] ?? "pull";
      try {
        w().restore();
        inTrouble(w(), command, `at=${n};do=${what}`);
        committed(w().repo("a"), commit);
        takenBack(w(), back);
      } catch (error) {
        throw new Error(`${what} at operation ${n}, ${op}, then ${back}`, { cause: error });
      }
    }
  });
});

/** From the first note that a ref file will be rewritten, until all of it is remembered. */
function pointsIn(w: World, command: readonly string[]): [number, string][] {
  w.restore();
  rmSync(w.path("fault-log"), { force: true });
  inTrouble(w, command, "at=0");
  const lines = readFileSync(w.path("fault-log"), "utf8").split("\n").filter(Boolean);
  const points = lines.map((line): [number, string] => {
    const { n, op, path: from, to = from } = JSON.parse(line) as FaultLogLine;
    return [n, `${op} ${to}`];
  });
  const first = points.findIndex(([, what]) => /\.bref$|\/rewrit/.test(what));
  const last = points.findLastIndex(([, what]) => /\/(stamp|stat-cache)$/.test(what));
  return points.slice(first, last + 1);
}

function inTrouble(w: World, command: readonly string[], trouble: string): void {
  rmSync(w.path("n"), { force: true });
  const settings = `counter=${w.path("n")};log=${w.path("fault-log")};under=${w.repo("a").dir}`;
  w.repo("a").run(command, { env: { BLOBSY_FAULTS: `${trouble};${settings}` } });
}

function committed(a: Repo, commit: (a: Repo) => void): void {
  a.sh("rm -f .git/*.lock .git/refs/heads/*.lock");
  const isDone = (): boolean => a.refIn("HEAD", "model.bin")?.hash === sha256(bytes("edit"));
  if (!isDone()) commit(a);
  expect(isDone(), "the edit is committed").toBe(true);
}

function takenBack(w: World, back: (typeof BACK)[number]): void {
  const [a, b] = [w.repo("a"), w.repo("b")];
  if (back === "checkout") {
    a.must("checkout", "-q", "before");
  } else {
    if (a.git("push", "-q").code !== 0) a.must("push", "-q");
    // A teammate without blobsy.
    b.must("pull", "-q");
    b.must("revert", "--no-edit", "HEAD");
    b.must("push", "-q");
    a.must("pull", "-q");
  }
  a.write("note.txt", "another matter\n");
  a.must("commit", "-qam", "another matter");
  expect(a.refIn("HEAD", "model.bin")?.hash, "what is committed").toBe(sha256(bytes("v1")));
  a.assertPayload("model.bin", bytes("v1"));
  a.assertBytesSomewhere(bytes("edit"));
  expect(a.status()).toEqual([]);
}
