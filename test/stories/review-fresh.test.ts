/** A repository whose HEAD has only one entry in its log: a fresh clone, a new worktree. */
import { describe, expect, it } from "vitest";
import { bytes } from "../helpers/bytes.js";
import { world } from "../helpers/world.js";

describe("right after a clone", () => {
  it("an edit that was noticed can be restored away", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q");
    const b = w.clone("b");
    b.write("model.bin", bytes("edit"));
    expect(b.status()).toEqual([" M model.bin.bref"]);

    const ran = b.git("restore", "model.bin.bref");

    expect(ran.stderr).not.toContain("git cat-file");
    b.assertPayload("model.bin", bytes("v1"));
    b.assertPristine();
    expect(b.storeHas(bytes("edit"))).toBe(true);
    expect(b.mustBlobsy("recover")).toContain("model.bin");
  });

  it("a new worktree can stash an edit, and take it back", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.must("worktree", "add", "-q", "--detach", w.path("other"));
    const other = w.repo("other");
    other.write("model.bin", bytes("edit"));
    expect(other.status()).toEqual([" M model.bin.bref"]);

    other.must("stash", "-q");
    other.assertPayload("model.bin", bytes("v1"));
    other.must("stash", "pop", "-q");
    other.assertPayload("model.bin", bytes("edit"));
  });
});
