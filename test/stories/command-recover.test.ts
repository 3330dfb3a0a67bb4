/** `recover`: everything that was moved away is listed with its reason, and can be brought back. */
import { describe, expect, it } from "vitest";
import { bytes, sha256 } from "../helpers/bytes.js";
import { sharedPayloads } from "../helpers/fresh.js";
import type { Repo } from "../helpers/repo.js";

const { w, fresh } = sharedPayloads(["data/x.bin", "data/y.bin", "top.bin"]);

interface Version {
  readonly path: string;
  readonly why: string;
  readonly hash: string;
  readonly size: number;
  readonly time: string;
  readonly available: boolean;
}

function versions(a: Repo, ...args: string[]): Version[] {
  const document = JSON.parse(a.mustBlobsy("recover", "--json", ...args)) as {
    versions: Version[];
  };
  return document.versions;
}

describe("recover", () => {
  it.each<[string, (a: Repo) => void]>([
    ["discarded", (a) => a.must("reset", "-q", "--hard")],
    ["forced", (a) => a.mustBlobsy("pull", "--force", "top.bin")],
    ["removed", (a) => a.mustBlobsy("rm", "--force", "top.bin")],
    ["untracked", (a) => a.mustBlobsy("untrack", "top.bin")],
    [
      "conflict",
      (a) => {
        a.sh("rm .git/blobsy/worktree/stat-cache");
        a.mustBlobsy("resolve", "--theirs", "top.bin");
      },
    ],
  ])("an edit that was %s is listed as that, and comes back", (why, lose) => {
    const a = fresh();
    a.write("top.bin", bytes("edit"));
    lose(a);
    const [newest] = versions(a);
    expect(newest).toMatchObject({
      path: "top.bin",
      why,
      hash: `sha256:${sha256(bytes("edit"))}`,
      size: 64,
      available: true,
    });
    expect(Math.abs(Date.now() - Date.parse(newest?.time ?? ""))).toBeLessThan(600_000);
    if (why === "untracked") a.remove("top.bin");
    a.mustBlobsy("recover", "top.bin");
    a.assertPayload("top.bin", bytes("edit"));
  });

  it("pull --force says so when the ref file names the edit already, and how to give that up", () => {
    const a = fresh();
    a.write("top.bin", bytes("edit"));
    a.must("status"); // takes it in
    const ran = a.blobsy("pull", "--force", "top.bin");
    expect(ran.code).toBe(0);
    const next = /git restore --staged --worktree top\.bin\.bref/;
    expect(ran.stderr).toMatch(next);
    a.must(...(next.exec(ran.stderr)?.[0] ?? "").split(" ").slice(1));
    a.assertPayload("top.bin", bytes("top.bin"));
    expect(versions(a)[0]).toMatchObject({ path: "top.bin", why: "replaced" });
    expect(a.blobsy("pull", "--force").stderr).not.toMatch(/git restore/);
  });

  it("after pull --force the message names who replaced the edit", () => {
    const a = fresh();
    a.write("top.bin", bytes("edit"));
    const ran = a.blobsy("pull", "--force", "top.bin");
    expect(ran.stderr).toMatch(/replaced by what its ref file says; your edit \w+ is kept/);
  });

  it("lists what is below a directory, what matches, or one version, from anywhere", () => {
    const a = fresh();
    a.mustBlobsy("rm", "-r", "data", "top.bin");
    expect(
      versions(a)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(["data/x.bin", "data/y.bin", "top.bin"]);
    expect(
      versions(a, "--list", "data")
        .map(({ path }) => path)
        .sort(),
    ).toEqual(["data/x.bin", "data/y.bin"]);
    expect(versions(a, "--list", "*.bin").length).toBe(3);
    const oid = sha256(bytes("top.bin")).slice(0, 10);
    expect(versions(a, "--oid", oid).map(({ path }) => path)).toEqual(["top.bin"]);
    expect(a.blobsy("recover", "--list", "note.txt").code).toBe(1);
  });

  it("brings back a directory, and says that there is no ref file", () => {
    const a = fresh();
    a.mustBlobsy("rm", "-r", "data");
    a.must("commit", "-qm", "removed");
    const ran = a.blobsy("recover", "data");
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stderr).toMatch(/blobsy track data\/x\.bin/);
    a.assertPayload("data/x.bin", bytes("data/x.bin"));
    a.assertPayload("data/y.bin", bytes("data/y.bin"));
    a.mustBlobsy("track", "data/x.bin", "data/y.bin");
    a.assertInStep("data/x.bin");
  });

  it("what lies at the place is listed in turn", () => {
    const a = fresh();
    a.write("top.bin", bytes("one"));
    a.must("reset", "-q", "--hard");
    a.write("top.bin", bytes("two"));
    a.mustBlobsy("recover", "top.bin");
    a.assertPayload("top.bin", bytes("one"));
    a.mustBlobsy("recover", "top.bin", "--oid", sha256(bytes("two")));
    a.assertPayload("top.bin", bytes("two"));
    expect(a.status()).toEqual([" M top.bin.bref"]);
  });

  it("--to: a file beside, into a directory, and outside the repository", () => {
    const a = fresh();
    a.write("top.bin", bytes("edit"));
    a.must("reset", "-q", "--hard");
    a.mustBlobsy("recover", "top.bin", "--to", "beside.bin");
    a.assertPayload("beside.bin", bytes("edit"));
    a.assertInStep("top.bin");
    a.mustBlobsy("recover", "top.bin", "--to", "data/");
    a.assertPayload("data/top.bin", bytes("edit"));
    a.mustBlobsy("recover", "top.bin", "--to", "../outside.bin");
    expect(w().run(["cmp", "outside.bin", "a/beside.bin"]).code).toBe(0);
    expect(a.status()).toEqual(["?? beside.bin", "?? data/top.bin"]);
    expect(w().run(["sh", "-c", "ls -A"]).stdout).not.toMatch(/blobsy-/);
  });

  it.each(["top.bin", "note.txt", "../outside.txt", ".git/x"])("--to %s replaces nothing", (to) => {
    const a = fresh();
    a.sh("echo precious > ../outside.txt");
    a.write("data/x.bin", bytes("edit"));
    a.must("reset", "-q", "--hard");
    const ran = a.blobsy("recover", "data/x.bin", "--to", to);
    expect(ran.code).toBe(1);
    a.assertPayload("top.bin", bytes("top.bin"));
    expect(a.read("note.txt").toString()).toBe("a plain file\n");
    expect(a.read("../outside.txt").toString()).toBe("precious\n");
    expect(a.has(".git/x")).toBe(false);
  });

  it("several cannot become one file; a hash that is none, or not listed, is an error", () => {
    const a = fresh();
    a.mustBlobsy("rm", "-r", "data");
    expect(a.blobsy("recover", "data", "--to", "one.bin").code).toBe(1);
    expect(a.blobsy("recover", "top.bin").code).toBe(1);
    expect(a.blobsy("recover", "data/x.bin", "--oid", "zzzz").stderr).toMatch(/--oid takes a hash/);
    expect(a.blobsy("recover", "data/x.bin", "--oid", "abcdef123456").code).toBe(1);
    expect(a.has("one.bin")).toBe(false);
  });

  it("what the store gave up since: from the path that has it, or from the remote", () => {
    const a = fresh();
    a.write("twin.bin", bytes("top.bin"));
    a.mustBlobsy("track", "twin.bin");
    a.mustBlobsy("rm", "--force", "twin.bin");
    a.mustBlobsy("rm", "data/x.bin");
    a.must("reset", "-q", "--hard"); // data/x.bin is placed again: its bytes leave the store
    expect(a.storeHas(bytes("data/x.bin"))).toBe(false);
    expect(a.mustBlobsy("recover")).not.toMatch(/no longer/);
    a.mustBlobsy("recover", "data/x.bin", "--to", "x-again.bin");
    a.assertPayload("x-again.bin", bytes("data/x.bin"));

    a.mustBlobsy("drop", "top.bin");
    expect(a.storeHas(bytes("top.bin"))).toBe(false);
    expect(a.mustBlobsy("recover", "--list", "twin.bin")).toMatch(/\(on the remote\)/);
    a.mustBlobsy("recover", "twin.bin");
    a.assertPayload("twin.bin", bytes("top.bin"));
  });

  it("what was removed is had from the remote when the store is gone", () => {
    const a = fresh();
    a.mustBlobsy("rm", "top.bin");
    a.must("rm", "-q", "data/x.bin.bref");
    a.must("commit", "-qm", "removed");
    a.sh("rm -r .git/blobsy/objects");
    expect(a.mustBlobsy("recover")).not.toMatch(/no longer/);
    a.mustBlobsy("recover", "top.bin", "data/x.bin");
    a.assertPayload("top.bin", bytes("top.bin"));
    a.assertPayload("data/x.bin", bytes("data/x.bin"));
  });

  it("one version under two names is one file elsewhere", () => {
    const a = fresh();
    a.write("twin.bin", bytes("top.bin"));
    a.mustBlobsy("track", "twin.bin");
    a.mustBlobsy("rm", "--force", "twin.bin", "top.bin");
    const oid = sha256(bytes("top.bin")).slice(0, 12);
    a.mustBlobsy("recover", "--oid", oid, "--to", "elsewhere.bin");
    a.assertPayload("elsewhere.bin", bytes("top.bin"));
    a.mustBlobsy("recover", "--oid", oid, "twin.bin", "top.bin");
    a.assertPayload("twin.bin", bytes("top.bin"));
    a.assertPayload("top.bin", bytes("top.bin"));
  });

  it("--dry-run says what it would do", () => {
    const a = fresh();
    a.mustBlobsy("rm", "top.bin");
    const dry = JSON.parse(a.mustBlobsy("recover", "--dry-run", "--json", "top.bin")) as object;
    expect(dry).toMatchObject({
      dry_run: true,
      recovered: [{ path: "top.bin", to: "top.bin", version: { why: "removed" } }],
    });
    expect(a.has("top.bin")).toBe(false);
  });
});
