/** A clean that cannot take an edit in: Git stages the old text and says nothing, so the commit must. */
import { describe, expect, it } from "vitest";
import { bytes, sha256 } from "../helpers/bytes.js";
import type { Repo } from "../helpers/repo.js";
import { world } from "../helpers/world.js";

function unfinished(repo: Repo): string[] {
  const status = repo.mustBlobsy("status", "--json");
  const { unfinished: left } = JSON.parse(status) as { unfinished: { path: string }[] };
  return left.map(({ path }) => path);
}

describe("an edit that could not be taken in", () => {
  it("is said, stops the commit, and goes on once it is staged", () => {
    const w = world();
    const a = w.initAlone();
    a.track("model.bin", bytes("v1"));
    a.write("model.bin", bytes("v2"));

    const full = `at=1;do=ENOSPC;only=open;under=${a.state("tmp")}`;
    const added = a.sh(`BLOBSY_FAULTS='${full}' git add -u 2>&1`).stdout;
    expect(added).toMatch(/model\.bin: its edit is not in what Git stages/);
    expect(unfinished(a)).toEqual(["model.bin"]);

    // Whatever looks at the tree meanwhile must not make the note go away.
    a.status();
    a.mustBlobsy("sync");
    const refused = a.git("commit", "--allow-empty", "-qm", "v2");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/model\.bin: its edit could not be taken in/);
    a.assertPayload("model.bin", bytes("v2"));

    a.must("add", "-u");
    a.must("commit", "-qm", "v2");
    expect(a.refIn("HEAD", "model.bin")?.hash).toBe(sha256(bytes("v2")));
    expect(unfinished(a)).toEqual([]);
    a.assertPristine();
  });
});
