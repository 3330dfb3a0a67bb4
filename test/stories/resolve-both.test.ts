/** Both versions of a conflict can be looked at before one is taken. */
import { expect, test } from "vitest";
import { sha256 } from "../helpers/bytes.js";
import type { Repo } from "../helpers/repo.js";
import { world } from "../helpers/world.js";

function diverged(): Repo {
  const w = world();
  const a = w.initWithRemote();
  a.track("data/model.bin", "base\n");
  a.must("push", "-q");
  const b = w.clone("b");
  b.write("data/model.bin", "theirs, of another length\n");
  b.commitAll("b");
  b.must("push", "-q");
  a.write("data/model.bin", "ours\n");
  a.commitAll("a");
  expect(a.git("pull", "-q", "--no-rebase").code).not.toBe(0);
  return a;
}
const beside = (side: string, content: string): string =>
  `data/model.${side}-${sha256(content).slice(0, 8)}.bin`;
const THEIRS = beside("theirs", "theirs, of another length\n");

test("in a merge: --show tells them, --keep-both writes theirs beside and settles nothing", () => {
  const a = diverged();
  const shown = a.blobsy("resolve", "--show", "--json", "data/model.bin");
  expect(shown.code).toBe(0);
  expect(JSON.parse(shown.stdout)).toMatchObject({
    settled: [],
    conflicts: [
      {
        path: "data/model.bin",
        ours: { hash: `sha256:${sha256("ours\n")}`, size: 5 },
        theirs: { hash: `sha256:${sha256("theirs, of another length\n")}`, size: 26 },
        base: `sha256:${sha256("base\n")}`,
      },
    ],
  });
  expect(a.mustBlobsy("resolve", "--show")).toContain(sha256("ours\n").slice(0, 12));

  a.mustBlobsy("resolve", "--keep-both", "--all");
  a.assertPayload(THEIRS, "theirs, of another length\n");
  a.assertPayload("data/model.bin", "ours\n");
  expect(a.status()).toContain("UU data/model.bin.bref");
  a.mustBlobsy("resolve", "--keep-both", "--all");
  a.assertPayload(THEIRS, "theirs, of another length\n");
});

test("--keep-both with a side settles, and writes the other version beside", () => {
  const a = diverged();
  a.mustBlobsy("resolve", "--theirs", "--keep-both", "data/model.bin");
  a.assertPayload("data/model.bin", "theirs, of another length\n");
  a.assertPayload(beside("ours", "ours\n"), "ours\n");
  expect(a.status()).not.toContain("UU data/model.bin.bref");
});

test("outside a merge: ours is the payload as it lies here", () => {
  const w = world();
  const a = w.initWithRemote();
  a.track("data/model.bin", "first\n");
  const first = a.ref("data/model.bin")?.text ?? "";
  a.write("data/model.bin", "theirs, of another length\n");
  a.commitAll("second");
  const second = a.ref("data/model.bin")?.text ?? "";
  a.must("checkout", "-q", "HEAD~1");
  a.assertPayload("data/model.bin", "first\n");
  expect(a.ref("data/model.bin")?.text).toBe(first);
  a.write("data/model.bin", "mine\n");
  a.write("data/model.bin.bref", second);

  const shown = JSON.parse(a.blobsy("resolve", "--show", "--json").stdout) as object;
  expect(shown).toMatchObject({
    conflicts: [{ ours: { hash: `sha256:${sha256("mine\n")}`, size: 5 }, theirs: { size: 26 } }],
  });
  a.mustBlobsy("resolve", "--ours", "--keep-both", "data/model.bin");
  a.assertPayload(THEIRS, "theirs, of another length\n");
  a.assertPayload("data/model.bin", "mine\n");
  a.assertInStep("data/model.bin");
});

test("nothing to show is said so; no side and no look is a mistake", () => {
  const w = world();
  const a = w.initWithRemote();
  a.track("model.bin", "one\n");
  expect(a.blobsy("resolve", "--show").stderr).toContain("there is no conflict");
  expect(a.blobsy("resolve", "model.bin").code).toBe(1);
});
