/** `blobsy` alone says where a repository stands; what it says to run brings it on. */
import { expect, test } from "vitest";
import { world } from "../helpers/world.js";

test("from a clone without blobsy to one in step, by its own words", () => {
  const w = world();
  const a = w.initWithRemote();
  a.track("model.bin", "one\n");
  a.must("push", "-q");
  const b = w.clone("b", { then: "plain" });

  const said = b.blobsy();
  expect(said.code).toBe(0);
  expect(said.stdout).toContain("not set up in this clone");
  const next = /^next: (.*)$/m.exec(said.stdout)?.[1] ?? "";
  expect(b.sh(next).code).toBe(0);
  b.assertPayload("model.bin", "one\n");
  expect(b.blobsy().stdout).toBe("1 payload (4 B): 1 in step\n");
});
