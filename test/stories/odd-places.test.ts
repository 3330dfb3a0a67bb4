/** Where a repository is may be chosen by a commit, too: of a submodule it is. */
import { expect, it } from "vitest";
import { bytes } from "../helpers/bytes.js";
import { inventory } from "../helpers/hostile.js";
import { world } from "../helpers/world.js";

it("a worktree with a line break in its path is not taken for the directory around it", () => {
  const w = world();
  w.must("blobsy", "install", "--global");
  w.must("git", "init", "-q", "outer");
  const before = inventory(w.path("outer"));
  w.must("mkdir", "-p", w.path("outer", "..\nx"));
  const inner = w.repo("outer/..\nx");
  inner.must("init", "-q");
  inner.write("x.bin", bytes("x"));
  for (const args of [["status"], ["track", "x.bin"], ["sync"]]) {
    const ran = inner.blobsy(...args);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/its path has a line break in it/);
  }
  inner.must("add", "x.bin");
  inner.must("commit", "-qm", "x");
  expect(inventory(w.path("outer"), ["..\nx"])).toEqual(before);
  inner.assertPayload("x.bin", bytes("x"));
});
