/**
 * mv, rm, untrack and drop with an operation that is killed before or after, or fails: payloads are whole,
 * every byte string is somewhere, and running the command again, or sync, ends well.
 */
import { describe, expect, it } from "vitest";
import { bytes } from "../helpers/bytes.js";
import { countOperations, runInTrouble, sample, type Trouble } from "../helpers/faults.js";
import { filesBelow, type Repo } from "../helpers/repo.js";
import { sharedWorld } from "../helpers/world.js";

/** Points per command and action. */
const POINTS = Number(process.env["BLOBSY_FAULT_POINTS"] ?? 5);
/** Killed after an operation is killed before the next: both take turns, as a full disk and a broken one do. */
const ACTIONS = ["a kill", "an error"];
const KILLS = ["kill-before", "kill-after"];
const ERRORS = ["ENOSPC", "EIO"];

function assertConverged(a: Repo): void {
  a.assertPristine();
  const left = [
    ...filesBelow(a.dir, [".git"]).filter((file) => file.includes(".blobsy-")),
    ...filesBelow(a.state("tmp")),
  ];
  expect(left, "temporary files").toEqual([]);
}

const isTracked = (a: Repo, name: string): boolean =>
  a.has(`${name}.bref`) || a.must("ls-files", `${name}.bref`) !== "";

const COMMANDS: Record<string, Omit<Trouble, "w" | "repo">> = {
  "mv of a payload": {
    command: ["blobsy", "mv", "data/x.bin", "z.bin"],
    mayShow: { "data/x.bin": ["x", null], "z.bin": ["x", null], "data/y.bin": ["y"] },
    kept: ["x", "y"],
    again: (a) => {
      if (isTracked(a, "data/x.bin")) a.mustBlobsy("mv", "data/x.bin", "z.bin");
      else a.mustBlobsy("sync");
    },
    after: (a) => {
      a.assertPayload("z.bin", bytes("x"));
      a.must("commit", "-qm", "moved");
      assertConverged(a);
    },
  },
  "mv of a directory with an edit": {
    command: ["blobsy", "mv", "data", "other"],
    mayShow: { "data/x.bin": ["x", null], "other/x.bin": ["x", null], "other/y.bin": ["y", null] },
    kept: ["x", "y"],
    again: (a) => {
      if (a.has("data")) a.mustBlobsy("mv", "data", "other");
      else a.mustBlobsy("sync");
    },
    after: (a) => {
      a.assertPayload("other/x.bin", bytes("x"));
      a.assertPayload("other/y.bin", bytes("y"));
      a.must("commit", "-qam", "moved");
      a.assertInStep("other/x.bin");
      assertConverged(a);
    },
  },
  rm: {
    command: ["blobsy", "rm", "data/x.bin", "data/y.bin"],
    mayShow: { "data/x.bin": ["x", null], "data/y.bin": ["y", null] },
    kept: ["x", "y"],
    again: (a) => {
      for (const name of ["data/x.bin", "data/y.bin"]) {
        if (isTracked(a, name)) a.mustBlobsy("rm", "--force", name);
      }
      a.mustBlobsy("sync");
    },
    after: (a) => {
      expect(a.has("data")).toBe(false);
      expect(a.mustBlobsy("recover")).toMatch(/data\/x\.bin/);
      a.must("commit", "-qm", "removed");
      assertConverged(a);
    },
  },
  untrack: {
    command: ["blobsy", "untrack", "data"],
    mayShow: { "data/x.bin": ["x"], "data/y.bin": ["y"] },
    kept: ["x", "y"],
    again: (a) => {
      for (const name of ["data/x.bin", "data/y.bin"]) {
        if (isTracked(a, name)) a.mustBlobsy("untrack", name);
      }
      a.mustBlobsy("sync");
    },
    after: (a) => {
      expect(a.status("-uall").sort()).toEqual(
        ["D  data/x.bin.bref", "D  data/y.bin.bref", "?? data/x.bin", "?? data/y.bin"].sort(),
      );
    },
  },
  drop: {
    command: ["blobsy", "drop", "data"],
    mayShow: { "data/x.bin": ["x", null], "data/y.bin": ["y", null] },
    kept: ["x", "y"],
    again: (a) => a.mustBlobsy("drop", "data"),
    after: (a) => {
      a.mustBlobsy("sync");
      a.assertPayload("data/x.bin", null);
      assertConverged(a);
      a.mustBlobsy("pull", "data/x.bin");
      a.assertPayload("data/x.bin", bytes("x"));
    },
  },
};

describe.each(Object.entries(COMMANDS))("%s in bad weather", (name, trouble) => {
  const w = sharedWorld((made) => {
    const a = made.initWithRemote();
    a.write("data/x.bin", bytes("x"));
    a.write("data/y.bin", bytes("y"));
    a.mustBlobsy("track", "data/x.bin", "data/y.bin");
    a.must("commit", "-qm", "payloads");
    a.must("push", "-q");
    if (name.endsWith("an edit")) {
      a.write("data/x.bin", bytes("before"));
      a.commitAll("before");
      a.must("push", "-q");
      a.write("data/x.bin", bytes("x"));
    }
    made.snapshot();
  });

  it.each(ACTIONS)("%s", (action) => {
    const story: Trouble = { w: w(), repo: "a", ...trouble };
    const operations = countOperations(story);
    expect(operations, `${name} changes files`).toBeGreaterThan(3);
    for (const [n, at] of sample(operations, POINTS).entries()) {
      const what = (action === "an error" ? ERRORS : KILLS)[n % 2] ?? "EIO";
      try {
        runInTrouble(story, at, what);
      } catch (error) {
        throw new Error(`${what} at operation ${at} of ${operations}`, { cause: error });
      }
    }
  });
});
