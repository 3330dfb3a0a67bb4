/** A `.blobsyconfig` that a hostile commit may hold: it meets people in a plain `git clone`. */
import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes, sha256 } from "../helpers/bytes.js";
import { commitOf, refText, type Entry } from "../helpers/hostile.js";
import type { Ran } from "../helpers/run.js";
import { world, type World } from "../helpers/world.js";

const LURE = bytes("lure");
const URL = '[backend "default"]\n    url = local:../blobs\n';

/** Clones what main is after these entries; the payload x.bin is there to be had. */
function cloneOf(w: World, entries: readonly Entry[]): Ran {
  w.initWithRemote();
  w.must("mkdir", "-p", "blobs/sha256");
  w.repo("blobs").write(`sha256/${sha256(LURE)}`, LURE);
  w.must("blobsy", "install", "--global");
  const origin = w.path("origin.git");
  const all = [{ at: "x.bin.bref", content: refText(LURE) }, ...entries];
  const commit = commitOf(w, origin, all, "main");
  w.must("git", "--git-dir", origin, "update-ref", "refs/heads/main", commit);
  return w.run(["git", "clone", "-q", "origin.git", "victim"]);
}

describe("patterns", () => {
  it("that a regular expression would try for minutes cost nothing to speak of", () => {
    const w = world();
    const evil = ["*a*a*a*a*a*b", "**/**a**a**a**a**b", "(a+)+b", "(a|a)*[ab]*b"];
    const lists = ["fetch", "externalize", "compress"].map(
      (section) =>
        `[${section}]\n${evil.map((glob) => `    ${section === "fetch" ? "exclude" : "never"} = ${glob}\n`).join("")}`,
    );
    const name = "a".repeat(230);
    const ran = cloneOf(w, [
      { at: ".blobsyconfig", content: URL + lists.join("") },
      { at: `${name}.bref`, content: refText(LURE) },
    ]);
    expect(ran.code).toBe(0);
    w.repo("victim").assertPayload("x.bin", LURE);
    w.repo("victim").assertPayload(name, LURE);
    w.repo("victim").write(name, bytes("edit"));
    w.repo("victim").commitAll("edit");
    w.repo("victim").mustBlobsy("track", ".");
  });

  it("of which there are too many are refused", () => {
    const w = world();
    const lines = `    exclude = ${"*a".repeat(200)}\n`.repeat(50);
    const ran = cloneOf(w, [{ at: ".blobsyconfig", content: `${URL}[fetch]\n${lines}` }]);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/fetch\.exclude cannot be used.*8192 characters/);
    expect(w.repo("victim").has("x.bin")).toBe(false);
  });
});

describe("a file that is none", () => {
  it.each(["/dev/zero", "../mine"])(".blobsyconfig is a link to %s", (target) => {
    const w = world();
    // What the user has elsewhere was committed by nobody.
    writeFileSync(w.path("mine"), URL);
    const ran = cloneOf(w, [{ at: ".blobsyconfig", content: target, mode: "120000" }]);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/\.blobsyconfig: it is a symbolic link, not a file/);
    const victim = w.repo("victim");
    expect(victim.has("x.bin")).toBe(false);
    for (const command of ["status", "fsck"]) {
      expect(victim.blobsy(command).stderr).not.toMatch(/this is a bug/);
    }
    expect(victim.blobsy("config").code).toBe(1);
  });

  it("as long as nobody's configuration is, and only in the index", () => {
    const w = world();
    cloneOf(w, [{ at: ".blobsyconfig", content: URL + "#".repeat(100_000) }]);
    const victim = w.repo("victim");
    expect(victim.blobsy("sync").stderr).toMatch(/longer than 65536 bytes/);
    victim.remove(".blobsyconfig");
    expect(victim.blobsy("sync").stderr).toMatch(/longer than 65536 bytes/);
  });

  it("other files of the root and of hook managers", () => {
    const w = world();
    const names = [".gitattributes", ".gitignore", "lefthook.yml", ".pre-commit-config.yaml"];
    const ran = cloneOf(
      w,
      names.map((at) => ({ at, content: "/dev/zero", mode: "120000" })),
    );
    expect(ran.code).toBe(0);
    const victim = w.repo("victim");
    for (const command of ["install", "fsck"]) {
      expect(victim.blobsy(command).stderr).not.toMatch(/this is a bug/);
    }
  });
});
