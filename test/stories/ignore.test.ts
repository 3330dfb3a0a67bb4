/** Payloads are ignored by Git, and nothing else is; where the rules stand is the user's choice. */
import { describe, expect, it } from "vitest";
import { bytes } from "../helpers/bytes.js";
import type { Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

function start(config: Record<string, string> = {}): { w: World; a: Repo } {
  const w = world({ config });
  const a = w.initWithRemote();
  a.track("model.bin", bytes("v1"));
  a.track("dir/other.bin", bytes("o1"));
  a.must("push", "-q");
  return { w, a };
}

describe("the ignore block", () => {
  it("lists exactly the payloads, and is kept in step", () => {
    const { a } = start();
    const exclude = (): string => a.read(".git/info/exclude").toString();
    expect(exclude()).toContain("/model.bin");
    expect(exclude()).toContain("/dir/other.bin");
    a.write("dir/model.bin", "not a payload\n");
    expect(a.status()).toEqual(["?? dir/model.bin"]);
    a.remove("dir/model.bin");
    a.must("rm", "-q", "model.bin.bref");
    a.status();
    expect(exclude()).not.toContain("/model.bin");
    expect(exclude()).toContain("/dir/other.bin");
  });

  it("removed by hand it comes back, and no payload was staged by a blobsy user's next steps", () => {
    const { a } = start();
    a.write(".git/info/exclude", "# mine\n*.tmp\n");
    a.mustBlobsy("sync");
    expect(a.status()).toEqual([]);
    expect(a.read(".git/info/exclude").toString()).toMatch(/^# mine\n\*\.tmp\n/);
  });

  it("damaged by hand it is put right, and the user's own lines stay", () => {
    const { a } = start();
    const text = a.read(".git/info/exclude").toString();
    a.write(".git/info/exclude", `*.own\n${text.split("\n").slice(0, -2).join("\n")}\n*.own2\n`);
    a.track("third.bin", bytes("t1"));
    expect(a.status()).toEqual([]);
    const now = a.read(".git/info/exclude").toString();
    expect(now).toContain("*.own\n");
    expect(now).toContain("*.own2\n");
  });

  it("a rule of a committed .gitignore that un-ignores payloads is pointed out by track", () => {
    const { a } = start();
    a.write(".gitignore", "!*.bin\n");
    a.must("add", ".gitignore");
    a.must("commit", "-qm", "rules", "--no-verify");
    a.write("new.bin", bytes("n1"));
    const ran = a.blobsy("track", "new.bin");
    expect(ran.stdout + ran.stderr).toMatch(/\.gitignore/);
  });
});

describe("blobsy.ignore = gitignore", () => {
  it("keeps the block in a committed .gitignore of each directory", () => {
    const { w, a } = start({ "blobsy.ignore": "gitignore" });
    expect(a.status()).toEqual([]);
    expect(a.must("ls-files")).toMatch(/^\.gitignore$/m);
    expect(a.must("ls-files")).toMatch(/^dir\/\.gitignore$/m);
    expect(a.read(".gitignore").toString()).toContain("/model.bin");
    expect(a.read("dir/.gitignore").toString()).toContain("/other.bin");

    const b = w.clone("b");
    b.assertPayload("model.bin", bytes("v1"));
    b.assertPristine();
    b.must("checkout", "-q", "HEAD~1");
    expect(b.has("dir/other.bin")).toBe(false);
    expect(b.status()).toEqual([]);
    b.must("checkout", "-q", "main");
    b.assertPayload("dir/other.bin", bytes("o1"));
    b.assertPristine();
  });
});
