/** `drop`: frees the disk of what the remote has, there and then; nothing else. */
import { rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes, sha256 } from "../helpers/bytes.js";
import { sharedPayloads } from "../helpers/fresh.js";
import { filesBelow } from "../helpers/repo.js";

const { w, fresh } = sharedPayloads(["data/x.bin", "data/y.bin", "top.bin"]);

function onRemote(content: Buffer): string {
  const found = filesBelow(w().blobs).find((file) => file.includes(sha256(content)));
  if (found === undefined) throw new Error("not on the remote");
  return found;
}

describe("drop", () => {
  it("takes the payload away, and its bytes out of the store; pull <path> brings it back", () => {
    const a = fresh();
    a.mustBlobsy("drop", "top.bin");
    a.assertPayload("top.bin", null);
    expect(a.storeHas(bytes("top.bin"))).toBe(false);
    expect(filesBelow(a.state("tmp"))).toEqual([]);
    a.assertPristine();
    a.mustBlobsy("sync");
    a.mustBlobsy("pull");
    a.assertPayload("top.bin", null);
    a.mustBlobsy("pull", "top.bin");
    a.assertInStep("top.bin");
    a.mustBlobsy("sync");
    a.assertInStep("top.bin");
  });

  it("stays dropped when the ref file changes, until a new payload is put there", () => {
    const a = fresh();
    a.must("checkout", "-qb", "next");
    a.write("top.bin", bytes("v2"));
    a.commitAll("v2");
    a.must("push", "-q", "-u", "origin", "next");
    a.mustBlobsy("drop", "top.bin");
    a.must("checkout", "-q", "main");
    a.assertPayload("top.bin", null);
    a.assertPristine();
    a.must("checkout", "-q", "next");
    a.assertPayload("top.bin", null);
    a.write("top.bin", bytes("v3"));
    expect(a.status()).toEqual([" M top.bin.bref"]);
    a.commitAll("v3");
    a.must("checkout", "-q", "main");
    a.assertPayload("top.bin", bytes("top.bin"));
  });

  it("a directory; recover brings one back from the remote as well", () => {
    const a = fresh();
    a.mustBlobsy("drop", "data");
    a.assertPayload("data/x.bin", null);
    a.assertPayload("data/y.bin", null);
    expect(a.mustBlobsy("recover")).toMatch(/dropped +data\/x\.bin/);
    a.mustBlobsy("recover", "data/x.bin");
    a.assertInStep("data/x.bin");
    a.assertPristine();
  });

  it.each([
    ["is not there", (file: string) => rmSync(file), /has not got it/, "push top.bin"],
    [
      "is cut short",
      (file: string) => writeFileSync(file, "short"),
      /something else/,
      "fsck --read-data --repair",
    ],
    [
      "has other bytes",
      (file: string) => writeFileSync(file, bytes("other")),
      /something else/,
      "fsck --read-data --repair",
    ],
  ])("nothing where the object on the remote %s; it says how to mend that", (...row) => {
    const [, damage, words, mend] = row;
    const a = fresh();
    const file = onRemote(bytes("top.bin"));
    a.sh(`chmod -R u+w ../blobs`);
    damage(file);
    const ran = a.blobsy("drop", "top.bin", "data/x.bin");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(words);
    a.assertPayload("top.bin", bytes("top.bin"));
    a.assertPayload("data/x.bin", null); // the others went
    expect(ran.stderr).toContain(`next: blobsy ${mend}\n`);
    a.mustBlobsy(...mend.split(" "));
    expect(a.remoteHas(bytes("top.bin"))).toBe(true);
    a.mustBlobsy("drop", "top.bin");
  });

  it("nothing while the remote cannot be asked", () => {
    const a = fresh();
    a.sh("mv ../blobs ../away");
    const ran = a.blobsy("drop", "top.bin");
    expect(ran.code).toBe(1);
    a.assertPayload("top.bin", bytes("top.bin"));
    a.assertPristine();
  });

  it("nothing that was edited, is in conflict, or was never pushed", () => {
    const a = fresh();
    a.write("top.bin", bytes("edit"));
    expect(a.blobsy("drop", "top.bin").stderr).toMatch(/edited/);
    a.assertPayload("top.bin", bytes("edit"));
    a.sh("rm .git/blobsy/worktree/stat-cache");
    expect(a.blobsy("drop", "top.bin").code).toBe(2);
    a.assertPayload("top.bin", bytes("edit"));
    const b = fresh();
    b.write("new.bin", bytes("new"));
    b.mustBlobsy("track", "new.bin");
    expect(b.blobsy("drop", "new.bin").stderr).toMatch(/blobsy push new\.bin/);
    b.assertPayload("new.bin", bytes("new"));
  });

  it("keeps the bytes in the store while another path or worktree names them", () => {
    const a = fresh();
    a.write("same.bin", bytes("top.bin"));
    a.mustBlobsy("track", "same.bin");
    a.must("commit", "-qm", "same");
    a.mustBlobsy("drop", "top.bin");
    expect(a.storeHas(bytes("top.bin"))).toBe(true);
    a.mustBlobsy("drop", "same.bin");
    expect(a.storeHas(bytes("top.bin"))).toBe(false);
    a.must("worktree", "add", "-q", "../second");
    a.mustBlobsy("drop", "data/x.bin");
    expect(a.storeHas(bytes("data/x.bin"))).toBe(true);
    w().repo("second").assertPayload("data/x.bin", bytes("data/x.bin"));
  });

  it("a payload that is not here stays away from now on", () => {
    const a = fresh();
    a.remove("top.bin");
    a.mustBlobsy("drop", "top.bin");
    a.mustBlobsy("sync");
    a.assertPayload("top.bin", null);
  });

  it("--dry-run asks the remote and changes nothing; --json", () => {
    const a = fresh();
    const dry = JSON.parse(a.mustBlobsy("drop", "--dry-run", "--json", "top.bin")) as object;
    expect(dry).toMatchObject({
      dry_run: true,
      files: [{ path: "top.bin", freed: true, size: 64 }],
    });
    a.assertInStep("top.bin");
    const done = JSON.parse(a.mustBlobsy("drop", "--json", "--", "top.bin")) as object;
    expect(done).toMatchObject({ exit_code: 0, files: [{ was_here: true, freed: true }] });
  });
});
