/** A forced verb right after an edit, within one tick of the file system's clock. */
import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes } from "../helpers/bytes.js";
import { world } from "../helpers/world.js";

const TIMES = 12;

describe("an edit that was made a moment ago", () => {
  it("is thrown away by git switch -f like any other, and kept for recover", () => {
    const w = world();
    const repo = w.initWithRemote();
    repo.track("model.bin", bytes("v1"));
    repo.must("switch", "-q", "-c", "changed");
    repo.write("model.bin", bytes("v2"));
    repo.must("commit", "-qam", "v2");
    repo.must("push", "-q", "origin", "main", "changed");

    for (let i = 0; i < TIMES; i++) {
      repo.must("switch", "-q", "-f", i % 2 === 0 ? "main" : "changed");
      const edit = bytes(`edit ${i}`);
      writeFileSync(w.path("edit"), edit);
      const told = `cp ../edit model.bin && git switch -q -f ${i % 2 === 0 ? "changed" : "main"}`;
      expect(repo.sh(told).code).toBe(0);

      repo.assertPayload("model.bin", bytes(i % 2 === 0 ? "v2" : "v1"));
      expect(repo.storeHas(edit)).toBe(true);
      repo.assertPristine();
    }
  });
});
