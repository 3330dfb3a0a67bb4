/**
 * A run that was killed after it had placed a payload, and before it could remember that. Git then
 * moves the ref file back to what the payload was before: the payload is untouched, and no edit.
 */
import { describe, expect, it } from "vitest";
import { bytes } from "../helpers/bytes.js";
import type { Repo } from "../helpers/repo.js";
import { world } from "../helpers/world.js";

const OFF = ["-c", "filter.blobsy.process=", "-c", "core.hooksPath=/x", "-c", "core.fsmonitor="];

const WAYS: Record<string, { detect: string; back: (a: Repo) => void }> = {
  "detect = arm": { detect: "arm", back: (a) => void a.must("checkout", "-q", "main") },
  "detect = commit": { detect: "commit", back: (a) => void a.must("checkout", "-q", "main") },
  "blobsy switched off": {
    detect: "monitor",
    back: (a) => void a.must(...OFF, "checkout", "-q", "main"),
  },
};

describe.each(Object.entries(WAYS))("killed, then back with %s", (_way, { detect, back }) => {
  it.each([1, 2, 3])("at write %i of the stat cache", (at) => {
    const w = world();
    const a = w.initWithRemote();
    a.must("config", "blobsy.detect", detect);
    a.mustBlobsy("install");
    a.track("model.bin", bytes("v1"));
    a.must("checkout", "-q", "-b", "next");
    a.write("model.bin", bytes("v2"));
    a.mustBlobsy("sync");
    a.commitAll("v2");
    a.must("push", "-q", "origin", "main", "next");
    a.must("checkout", "-q", "main");
    a.assertPayload("model.bin", bytes("v1"));

    const cache = a.worktreeState("stat-cache");
    const faults = `at=${at};do=kill-before;only=rename;under=${cache};counter=${w.path("n")}`;
    a.run(["git", "checkout", "-q", "next"], { env: { BLOBSY_FAULTS: faults } });
    back(a);
    a.blobsy("sync");

    expect(a.ref("model.bin")?.hash).toBe(a.refIn("HEAD", "model.bin")?.hash);
    a.assertPayload("model.bin", bytes("v1"));
    expect(a.status()).toEqual([]);
  });
});
