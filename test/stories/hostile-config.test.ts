/** A `.blobsyconfig` that a hostile commit may hold: it meets people in a plain `git clone`. */
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
