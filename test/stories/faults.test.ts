/**
 * A short sweep: track, add, checkout, pull and push, with an operation that is killed before or after, or
 * fails. After every point payloads are whole, every byte string is somewhere, the next run converges.
 */
import { describe, expect, it } from "vitest";
import { bytes, sha256 } from "../helpers/bytes.js";
import { countOperations, runInTrouble, sample, type Trouble } from "../helpers/faults.js";
import { filesBelow, type Repo } from "../helpers/repo.js";
import { sharedWorld, type World } from "../helpers/world.js";

/** Points per command and action; the whole sweep stays near two minutes on two cores. */
const POINTS = Number(process.env["BLOBSY_FAULT_POINTS"] ?? 6);
/** Killed after an operation is killed before the next: both take turns, as a full disk and a broken one do. */
const ACTIONS = ["a kill", "an error"];
const KILLS = ["kill-before", "kill-after"];
const ERRORS = ["ENOSPC", "EIO"];

type Make = (w: World) => Omit<Trouble, "w">;

/** Clean, also for plumbing, and with no temporary file left, once commands ran undisturbed. */
function assertConverged(repo: Repo): void {
  expect(repo.status()).toEqual([]);
  repo.assertPristine();
  const left = [
    ...filesBelow(repo.dir, [".git"]).filter((file) => file.includes(".blobsy-")),
    ...filesBelow(repo.state("tmp")),
  ];
  expect(left, "temporary files").toEqual([]);
}

const COMMANDS: Record<string, { build: (w: World) => void; trouble: Make }> = {
  "blobsy track": {
    build: (w) => {
      const a = w.initWithRemote();
      a.write("one.bin", bytes("one"));
      a.write("two.bin", bytes("two"));
    },
    trouble: () => ({
      repo: "a",
      command: ["blobsy", "track", "one.bin", "two.bin"],
      mayShow: { "one.bin": ["one"], "two.bin": ["two"] },
      kept: ["one", "two"],
      again: (a) => a.mustBlobsy("track", "one.bin", "two.bin"),
      after: (a) => {
        a.assertInStep("one.bin");
        a.assertInStep("two.bin");
        expect(a.status()).toEqual(["A  one.bin.bref", "A  two.bin.bref"]);
        a.must("commit", "-qm", "both");
        assertConverged(a);
      },
    }),
  },

  "git add": {
    build: (w) => {
      const a = w.initWithRemote();
      a.track("model.bin", bytes("v1"));
      a.write("model.bin", bytes("v2"));
    },
    trouble: () => ({
      repo: "a",
      command: ["git", "add", "-u"],
      mayShow: { "model.bin": ["v2"] },
      kept: ["v1", "v2"],
      again: (a) => {
        a.must("add", "-u");
        a.must("commit", "-qm", "v2");
      },
      after: (a) => {
        a.assertInStep("model.bin");
        expect(a.refIn("HEAD", "model.bin")?.hash).toBe(sha256(bytes("v2")));
        assertConverged(a);
      },
    }),
  },

  "git checkout": {
    build: (w) => {
      const a = w.initWithRemote();
      a.track("model.bin", bytes("v1"));
      a.must("checkout", "-q", "-b", "two");
      a.write("model.bin", bytes("v2"));
      a.commitAll("v2");
      a.track("extra.bin", bytes("x1"));
      a.must("push", "-q", "origin", "main", "two");
    },
    trouble: () => ({
      repo: "a",
      command: ["git", "checkout", "-q", "main"],
      mayShow: { "model.bin": ["v1", "v2", null], "extra.bin": ["x1", null] },
      kept: ["v1", "v2", "x1"],
      again: (a) => {
        a.must("checkout", "-q", "main");
        a.mustBlobsy("sync");
      },
      after: (a) => {
        a.assertPayload("model.bin", bytes("v1"));
        a.assertPayload("extra.bin", null);
        assertConverged(a);
      },
    }),
  },

  "git reset --hard of an edit": {
    build: (w) => {
      const a = w.initWithRemote();
      a.track("model.bin", bytes("v1"));
      a.must("push", "-q");
      a.write("model.bin", bytes("edit"));
      a.status();
    },
    trouble: () => ({
      repo: "a",
      command: ["git", "reset", "-q", "--hard"],
      mayShow: { "model.bin": ["v1", "edit", null] },
      kept: ["v1", "edit"],
      again: (a) => {
        a.must("reset", "-q", "--hard");
        a.mustBlobsy("sync");
      },
      after: (a) => {
        a.assertPayload("model.bin", bytes("v1"));
        assertConverged(a);
      },
    }),
  },

  "git pull": {
    build: (w) => {
      const a = w.initWithRemote();
      a.track("model.bin", bytes("v1"));
      a.must("push", "-q");
      w.clone("b");
      a.write("model.bin", bytes("v2"));
      a.commitAll("v2");
      a.track("new.bin", bytes("n1"));
      a.must("push", "-q");
    },
    trouble: () => ({
      repo: "b",
      command: ["git", "pull", "-q"],
      mayShow: { "model.bin": ["v1", "v2", null], "new.bin": ["n1", null] },
      kept: ["v1"],
      again: (b) => {
        b.must("pull", "-q");
        b.mustBlobsy("sync");
      },
      after: (b) => {
        b.assertPayload("model.bin", bytes("v2"));
        b.assertPayload("new.bin", bytes("n1"));
        assertConverged(b);
      },
    }),
  },

  "git push": {
    build: (w) => {
      const a = w.initWithRemote();
      a.track("model.bin", bytes("v1"));
      a.write("model.bin", bytes("v2"));
      a.commitAll("v2");
    },
    trouble: (w) => ({
      repo: "a",
      command: ["git", "push", "-q"],
      mayShow: { "model.bin": ["v2"] },
      kept: ["v1", "v2"],
      again: (a) => {
        // Whatever went wrong: a ref on the origin means that its blobs are there and whole.
        a.must("fetch", "-q");
        const pushed = a.must("rev-parse", "origin/main") === a.must("rev-parse", "main");
        if (pushed) for (const tag of ["v1", "v2"]) expect(a.remoteHas(bytes(tag)), tag).toBe(true);
        for (const file of filesBelow(w.path("blobs", "sha256"))) {
          expect([sha256(bytes("v1")), sha256(bytes("v2"))]).toContain(file.split("/").at(-1));
          a.assertObjectWhole(file);
        }
        a.must("push", "-q");
      },
      after: (a) => {
        expect(a.remoteHas(bytes("v1"))).toBe(true);
        expect(a.remoteHas(bytes("v2"))).toBe(true);
        assertConverged(a);
      },
    }),
  },
};

describe.each(Object.entries(COMMANDS))("%s in bad weather", (name, { build, trouble }) => {
  const w = sharedWorld((made) => {
    build(made);
    made.snapshot();
  });

  it.each(ACTIONS)("%s", (action) => {
    const story: Trouble = { w: w(), ...trouble(w()) };
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
