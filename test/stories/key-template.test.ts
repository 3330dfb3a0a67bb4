/** Names on the remote: chosen when content is first seen, and kept whatever becomes of it. */
import { rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sha256 } from "../helpers/bytes.js";
import type { Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

const A = "the first content\n";
const B = "the second content\n";
const keyOf = (branch: string, content: string): string => `${branch}/${sha256(content)}`;

/** Repository `a` whose keys say the branch; `data.bin` is A on main. */
function byBranch(w: World): Repo {
  const a = w.initWithRemote();
  a.must(
    "config",
    "--file",
    ".blobsyconfig",
    "blobsy.keyTemplate",
    "{git_branch}/{content_sha256}",
  );
  a.must("commit", "-qam", "keys by branch");
  a.track("data.bin", A);
  return a;
}

describe("content that comes back has the key that it had", () => {
  it("after an edit and back again, on another branch, pushed or not", () => {
    const w = world();
    const a = byBranch(w);
    a.must("checkout", "-qb", "side");
    a.write("data.bin", B);
    a.commitAll("B");
    expect(a.ref("data.bin")?.key).toBe(keyOf("side", B));
    a.write("data.bin", A);
    a.commitAll("A again");
    expect(a.must("diff", "main", "--", "data.bin.bref")).toBe("");
    // Under another path, too, and after what is remembered per path is lost.
    rmSync(a.path(".git/blobsy/worktree/stat-cache"));
    a.track("copy.bin", B);
    expect(a.ref("copy.bin")?.key).toBe(keyOf("side", B));
    a.assertPristine();
  });

  it("in another clone, where it was fetched once", () => {
    const w = world();
    const a = byBranch(w);
    a.must("push", "-q");
    const b = w.clone("b");
    a.write("data.bin", B);
    a.commitAll("B");
    a.must("push", "-q");
    b.must("pull", "-q");
    b.must("checkout", "-qb", "other");
    b.write("data.bin", A);
    b.commitAll("A again");
    expect(b.ref("data.bin")?.key).toBe(keyOf("main", A));
  });
});
