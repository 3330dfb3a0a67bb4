/** Git's untracked cache, which install switches on, hides no new file and shows no payload. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes } from "../helpers/bytes.js";
import type { Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

/** A repository whose index has the cache by now, filled by one `git status` after another. */
function start(mode: string): { w: World; a: Repo } {
  const w = world({ on: "disk", config: { "blobsy.detect": mode } });
  const a = w.initWithRemote();
  for (const name of ["top.bin", "data/one.bin", "data/deep/two.bin"]) a.write(name, bytes(name));
  a.mustBlobsy("track", "top.bin", "data/one.bin", "data/deep/two.bin");
  a.must("commit", "-qm", "three payloads");
  a.must("push", "-q", "origin", "main");
  for (let time = 0; time < 2; time += 1) expect(a.status()).toEqual([]);
  expect(readFileSync(a.path(".git/index"), "latin1")).toContain("UNTR");
  return { w, a };
}

describe.each(["monitor", "arm", "commit"])("with the untracked cache, noticing by %s", (mode) => {
  it("new plain files and directories show, and go from the list with them", () => {
    const { a } = start(mode);
    a.write("data/new.txt", "new\n");
    expect(a.status()).toEqual(["?? data/new.txt"]);
    a.write("data/deep/new.txt", "new\n");
    a.write("fresh/below/new.txt", "new\n");
    expect(a.status()).toEqual(["?? data/deep/new.txt", "?? data/new.txt", "?? fresh/"]);
    expect(a.status("-uall")).toContain("?? fresh/below/new.txt");
    a.remove("data/new.txt");
    a.remove("fresh");
    expect(a.status()).toEqual(["?? data/deep/new.txt"]);
  });

  it("a file that becomes a payload is hidden, and one that is none any more shows", () => {
    const { a } = start(mode);
    a.write("data/more.bin", bytes("more"));
    expect(a.status()).toEqual(["?? data/more.bin"]);
    a.mustBlobsy("track", "data/more.bin");
    expect(a.status()).toEqual(["A  data/more.bin.bref"]);
    a.must("commit", "-qm", "more");
    expect(a.status()).toEqual([]);

    a.write("data/one.bin", bytes("edited"));
    a.must("rm", "-qf", "data/one.bin.bref");
    a.mustBlobsy("sync");
    a.assertPayload("data/one.bin", bytes("edited"));
    expect(a.status()).toEqual(["D  data/one.bin.bref", "?? data/one.bin"]);
  });

  it("payloads that Git commands bring, move and take away never show", () => {
    const { w, a } = start(mode);
    const b = w.clone("b");
    for (let time = 0; time < 2; time += 1) expect(b.status()).toEqual([]);
    a.must("switch", "-qc", "other");
    a.write("data/far/three.bin", bytes("three"));
    a.mustBlobsy("track", "data/far/three.bin");
    a.must("mv", "top.bin.bref", "data/top.bin.bref");
    a.must("commit", "-qm", "three");
    a.must("push", "-q", "origin", "other");
    expect(a.status()).toEqual([]);

    b.must("pull", "-q", "origin", "other");
    expect(b.status()).toEqual([]);
    b.assertPayload("data/far/three.bin", bytes("three"));
    a.must("switch", "-q", "main");
    expect(a.status()).toEqual([]);
    expect(a.has("data/far/three.bin")).toBe(false);
    a.must("switch", "-q", "other");
    expect(a.status()).toEqual([]);
    a.write("data/far/beside.txt", "new\n");
    expect(a.status()).toEqual(["?? data/far/beside.txt"]);
  });

  it("an exclude file that was edited by hand counts at once", () => {
    const { a } = start(mode);
    a.write("own.tmp", "mine\n");
    expect(a.status()).toEqual(["?? own.tmp"]);
    const text = a.read(".git/info/exclude").toString("utf8");
    a.write(".git/info/exclude", `*.tmp\n${text}`);
    expect(a.status()).toEqual([]);
    a.write(".git/info/exclude", text);
    expect(a.status()).toEqual(["?? own.tmp"]);
  });
});
