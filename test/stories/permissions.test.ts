/** Files and directories that may not be read or written: each is told, and stops nothing else. */
import { chmodSync, existsSync, lstatSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fsckJson, picture } from "../helpers/fsck.js";
import type { Repo } from "../helpers/repo.js";
import { run } from "../helpers/run.js";
import { sharedWorld } from "../helpers/world.js";

/** Root may do everything, so the programs are run without that right. */
const CAPS = "-dac_override,-dac_read_search";
const WITHOUT_RIGHTS =
  process.getuid?.() === 0 ? ["setpriv", `--bounding-set=${CAPS}`, `--inh-caps=${CAPS}`] : [];
const canTell =
  run([...WITHOUT_RIGHTS, "true"], { cwd: "/", env: { PATH: process.env["PATH"] ?? "" } }).code ===
  0;
if (!canTell) console.warn("skipped: root, and no setpriv that takes its rights away");

const w = sharedWorld((made) => {
  const a = made.initWithRemote();
  for (const name of ["a.bin", "d/b.bin", "c.bin"]) a.track(name, `${name}\n`.repeat(50));
  a.must("push", "-q");
  made.snapshot();
});

function fresh(): Repo {
  w().restore();
  const a = w().repo("a");
  a.status();
  return a;
}

const as = (a: Repo, ...command: string[]) => a.run([...WITHOUT_RIGHTS, ...command]);

// Where nobody can be kept from reading, there is nothing to see.
describe.skipIf(!canTell)("what may not be read", () => {
  it.each([
    ["a payload", "a.bin", "payload-damaged a.bin"],
    ["a ref file", "a.bin.bref", "ref-file a.bin.bref"],
    ["a directory", "d", "path-refused d/b.bin"],
  ])("%s: status and fsck tell of it, and all else goes on", (_what, name, finds) => {
    const a = fresh();
    const mode = name === "d" ? 0o755 : 0o644;
    chmodSync(a.path(name), 0);
    a.write("c.bin", "edited\n");
    const git = as(a, "git", "status", "--porcelain");
    expect(git.stdout).toContain(" M c.bin.bref");
    const status = as(a, "blobsy", "status");
    expect(status.stdout).toMatch(/1 left alone[^]*next: blobsy fsck/);
    const found = as(a, "blobsy", "fsck");
    expect(found.code).toBe(2);
    expect(found.stdout).toContain(finds.replace(" ", ": "));
    expect(found.stdout).toMatch(/next: .*permissions/);
    for (const command of ["ls", "pull", "sync"]) {
      expect(as(a, "blobsy", command).stderr).not.toMatch(/bug in blobsy/);
    }
    chmodSync(a.path(name), mode);
    a.must("status");
    a.mustBlobsy("sync");
    expect(fsckJson(a)).toEqual({ code: 0, faults: [] });
    expect(a.status()).toEqual([" M c.bin.bref"]);
  });

  it("a file that is the user's as well: it is not written anew without what they have in it", () => {
    const a = fresh();
    a.write("new.bin", "new\n");
    a.sh("printf '# mine: caf\\351\\n*.log\\n' >>.git/info/exclude");
    a.write(".gitignore", "*.tmp\n");
    const refused: [string, string[]][] = [
      [".git/info/exclude", ["track", "new.bin"]],
      [".git/info/attributes", ["install"]],
      [".git/blobsy/install.json", ["install"]],
      [".gitattributes", ["init", "local:../blobs"]],
      [".blobsyconfig", ["config", "set", "transfer.concurrency", "3"]],
    ];
    for (const [name, command] of refused) {
      const before = a.read(name);
      chmodSync(a.path(name), 0);
      const ran = as(a, "blobsy", ...command);
      expect(ran.code, name).toBe(1);
      expect(ran.stderr).toMatch(/not permitted \(EACCES\)/);
      expect(ran.stderr).not.toMatch(/bug in blobsy/);
      expect(lstatSync(a.path(name)).mode & 0o777).toBe(0);
      chmodSync(a.path(name), 0o640);
      expect(a.read(name)).toEqual(before);
    }
    a.mustBlobsy("track", "new.bin");
    const exclude = a.read(".git/info/exclude").toString("latin1");
    expect(exclude).toContain("# mine: caf\xe9\n*.log\n");
    expect(exclude).toContain("/new.bin\n");
    expect(lstatSync(a.path(".git/info/exclude")).mode & 0o777).toBe(0o640);
  });

  it("the stat cache: what it says is not lost by a run that cannot read it", () => {
    const a = fresh();
    a.mustBlobsy("drop", "a.bin");
    const file = a.worktreeState("stat-cache");
    chmodSync(file, 0);
    for (const command of ["sync", "status"]) {
      const ran = as(a, "blobsy", command);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toMatch(/not permitted \(EACCES\)/);
    }
    as(a, "git", "checkout", "-q", "--", ".");
    expect(lstatSync(file).mode & 0o777).toBe(0);
    chmodSync(file, 0o644);
    a.mustBlobsy("sync");
    expect(existsSync(a.path("a.bin"))).toBe(false);
    expect(a.status()).toEqual([]);
  });

  it("an object of the store: a repair gives the permission back", () => {
    const a = fresh();
    a.mustBlobsy("fetch");
    a.write("c.bin", "edited\n");
    a.must("status");
    const object = a.object("edited\n");
    chmodSync(object, 0);
    expect(as(a, "blobsy", "fsck").code).toBe(2);
    expect(as(a, "blobsy", "fsck", "--repair").code).toBe(0);
    expect(as(a, "blobsy", "fsck").code).toBe(0);
    expect(a.storeHas("edited\n")).toBe(true);
  });
});

// Where nobody can be kept from reading, there is nothing to see.
describe.skipIf(!canTell)("what may not be written", () => {
  it("a whole clone: status, ls and fsck work and change nothing; others say why not", () => {
    const a = fresh();
    a.write("c.bin", "c.bin\n".repeat(50)); // other times, the same bytes
    a.sh("chmod -R a-w .git");
    const before = picture(a.dir);
    expect(as(a, "blobsy", "status").stdout).toMatch(/3 in step/);
    expect(as(a, "blobsy", "ls").stdout).toMatch(/in-step .* c\.bin/);
    expect(as(a, "blobsy", "fsck").code).toBe(0);
    const refused = as(a, "blobsy", "mv", "a.bin", "z.bin");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/not permitted \(EACCES\)/);
    expect(refused.stderr).not.toMatch(/bug in blobsy/);
    expect(picture(a.dir)).toEqual(before);
    a.sh("chmod -R u+w .git");
  });

  it("a payload's directory: neither rm nor drop loses anything, and both say why", () => {
    const a = fresh();
    chmodSync(a.path("d"), 0o555);
    for (const command of ["rm", "drop"]) {
      const ran = as(a, "blobsy", command, "d/b.bin");
      expect(ran.code).toBe(1);
      expect(ran.stderr).toMatch(/not permitted \(EACCES\)/);
      a.assertInStep("d/b.bin");
    }
    expect(as(a, "blobsy", "mv", "d/b.bin", "b.bin").code).toBe(1);
    chmodSync(a.path("d"), 0o755);
    a.assertInStep("d/b.bin");
    expect(fsckJson(a)).toEqual({ code: 0, faults: [] });
    a.assertPristine();
  });
});
