/** The stat cache is lost, and the first to come is a hook that was called for one path only. */
import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { bytes } from "../helpers/bytes.js";
import { world } from "../helpers/world.js";

it("every payload stays ignored and watched", () => {
  const w = world();
  const a = w.initWithRemote();
  a.track("model.bin", bytes("v1"));
  a.track("other.bin", bytes("o1"));
  a.must("push", "-q");
  a.status();
  rmSync(a.worktreeState("stat-cache"));
  a.remove("other.bin.bref");

  expect(a.status()).toEqual([" D other.bin.bref"]);

  a.write("model.bin", bytes("edit"));
  a.must("clean", "-qfd");
  a.assertPayload("model.bin", bytes("edit"));
  a.assertPayload("other.bin", bytes("o1"));
  expect(a.status()).toEqual([" M model.bin.bref", " D other.bin.bref"]);
});
