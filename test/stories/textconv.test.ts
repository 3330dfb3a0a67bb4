/** How Git's diffs show ref files: `hooks/textconv`, run by the real git. */
import { rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatCount, formatSize } from "../../src/domain/size.js";
import { bytes, sha256 } from "../helpers/bytes.js";
import type { Repo } from "../helpers/repo.js";
import { world } from "../helpers/world.js";

const V1 = bytes("v1");
const V2 = Buffer.concat([bytes("v2"), Buffer.alloc(200_000, "x")]);

function start(): Repo {
  const a = world().initWithRemote();
  a.write("data/my model.bin", V1);
  a.mustBlobsy("track", "data/my model.bin");
  a.must("commit", "-qm", "one");
  return a;
}

const REF = "data/my model.bin.bref";

function lineOf(content: Buffer): string {
  return `payload: ${sizeOf(content.length)}, ${sha256(content).slice(0, 12)}`;
}

/** Below 1 KB, a size in other units would say the same again. */
function sizeOf(size: number): string {
  const bytes = formatCount(size, "byte");
  return size < 1024 ? bytes : `${formatSize(size)} (${bytes})`;
}

function refText(size: number | string): string {
  return `format: blobsy-bref/0.1\nhash: sha256:${"ab".repeat(32)}\nsize: ${size}\nremote_key: sha256/x\n`;
}

/** What a diff shows of a ref file that is no payload's, committed as it is. */
function shown(a: Repo, text: string): string {
  a.write("odd.bref", text);
  const oid = a.must("hash-object", "-w", "--no-filters", "odd.bref").trim();
  rmSync(a.path("odd.bref"));
  a.must("update-index", "--add", "--cacheinfo", `100644,${oid},odd.bref`);
  const diff = a.must("diff", "--cached", "--", "odd.bref");
  return diff
    .slice(diff.indexOf("@@"))
    .split("\n")
    .filter((line) => line.startsWith("+"))
    .map((line) => `${line.slice(1)}\n`)
    .join("");
}

describe("git diff of ref files", () => {
  it("shows an edit of a payload at once, before its ref file has it", () => {
    const a = start();
    a.write("data/my model.bin", V2);

    for (const where of [".", "data"]) {
      const diff = a.run(["git", "diff"], { in: where }).stdout;
      expect(diff).toContain(`\n-${lineOf(V1)}\n+${lineOf(V2)}\n`);
      expect(diff).toContain(`\n+hash: sha256:${sha256(V2)}\n`);
    }
  });

  it("tells the commit from an edit that was diffed before", () => {
    const a = start();
    a.write("data/my model.bin", V2);
    a.must("diff");
    a.commitAll("two");

    expect(a.must("log", "-p", "-1")).toContain(`\n-${lineOf(V1)}\n+${lineOf(V2)}\n`);
    expect(a.must("diff")).toBe("");
    a.write("data/my model.bin", V1);
    const back = a.must("diff", "HEAD");
    expect(back).toContain(`\n-${lineOf(V2)}\n+${lineOf(V1)}\n`);
    expect(a.must("diff", "HEAD~1", "HEAD")).toContain(`\n-${lineOf(V1)}\n+${lineOf(V2)}\n`);
  });

  it.each(["-rf.bin", "--", 'it\'s $(touch pwned) "ü".bin', "a[1]*.bin"])(
    "shows a payload called %s",
    (name) => {
      const a = start();
      a.write(name, V1);
      a.mustBlobsy("track", "--", name);
      expect(a.must("diff", "--cached")).toContain(`\n+${lineOf(V1)}\n`);
      a.commitAll("two");
      a.write(name, V2);
      expect(a.must("diff")).toContain(`\n-${lineOf(V1)}\n+${lineOf(V2)}\n`);
      expect(a.has("pwned")).toBe(false);
    },
  );

  it("works in a linked worktree", () => {
    const a = start();
    a.must("worktree", "add", "-q", a.world.path("linked"));
    const linked = (...argv: string[]): string =>
      a.world.run(argv, { cwd: a.world.path("linked") }).stdout;
    linked("sh", "-c", "echo more >>'data/my model.bin'");

    const now = Buffer.concat([V1, Buffer.from("more\n")]);
    expect(linked("git", "diff")).toContain(`\n-${lineOf(V1)}\n+${lineOf(now)}\n`);
  });

  it("leaves alone what is for programs", () => {
    const a = start();
    a.write("data/my model.bin", V2);
    const raw = a.must("diff", "--no-textconv");
    expect(raw).not.toContain("payload: ");
    a.commitAll("two");

    expect(a.must("format-patch", "-1", "--stdout")).not.toContain("payload: ");
    expect(a.must("diff", "--stat", "HEAD~1")).toContain("3 insertions(+), 3 deletions(-)");
    a.must("reset", "-q", "--hard", "HEAD~1");
    a.write("../p.patch", raw);
    a.must("apply", "--index", a.world.path("p.patch"));
    expect(a.refIn("", "data/my model.bin")?.hash).toBe(sha256(V2));
  });

  it.each([0, 1, 999, 1023, 1024, 102_348, 102_349, 1_048_575, 1_048_576, 2 ** 40, 2 ** 53 - 1])(
    "writes %i bytes as blobsy does",
    (size) => {
      const line = `payload: ${sizeOf(size)}, abababababab\n`;
      expect(shown(start(), refText(size))).toBe(line + refText(size));
    },
  );

  it.each([
    ["conflict markers", `<<<<<<< ours\n${refText(1)}=======\n${refText(2)}>>>>>>> theirs\n`],
    ["a key twice", `${refText(1)}size: 2\n`],
    ["a size that is none", refText("01")],
    ["a command for a size", refText("a[$(touch pwned)]")],
    ["something else", "just\n  a \\n text %s\n"],
  ])("shows %s as it is", (_what, text) => {
    const a = start();
    expect(shown(a, text)).toBe(text);
    expect(a.has("pwned")).toBe(false);
  });

  it("goes on when blobsy's own directory is gone, and after uninstall as if it had never been", () => {
    const a = start();
    a.write("data/my model.bin", V2);
    a.commitAll("two");
    rmSync(a.path(".git/blobsy"), { recursive: true });
    expect(a.must("show")).toContain(`+${lineOf(V2)}\n`);

    a.mustBlobsy("uninstall");
    expect(a.must("show")).not.toContain("payload: ");
    expect(a.git("config", "diff.blobsy.textconv").code).toBe(1);
  });

  it("is left out by install --no-textconv, and fsck does not miss it", () => {
    const a = start();
    a.mustBlobsy("install", "--no-textconv");
    expect(a.must("show", "--", REF)).not.toContain("payload: ");
    expect(a.must("config", "--get-regexp", "blobsy")).not.toContain("textconv");
    expect(a.blobsy("fsck").code).toBe(0);
  });
});
