import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { controlNameOf, isDotGit, isReservedOnWindows } from "../../../src/domain/git-names.js";

const HFS_IGNORABLE = [
  0x200c, 0x200d, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x206a, 0x206b, 0x206c,
  0x206d, 0x206e, 0x206f, 0xfeff,
].map((code) => String.fromCodePoint(code));

const DOT_GIT = [
  ".git",
  ".GIT",
  ".GiT",
  ".git ",
  ".git.",
  ".git. . ",
  ".git:x",
  ".git::$INDEX_ALLOCATION",
  ".git . :x",
  "git~1",
  "GIT~1",
  "GIT~2",
  "git~1 ",
  "git~1.",
  "git~1:x",
  "gi2837~1",
  ".g\u0131t",
  ".g\u0130t",
  ".\uff47it",
  "\uff0egit",
  ".git\u200b",
  ".g\u00adit",
  ...HFS_IGNORABLE.flatMap((c) => [`${c}.git`, `.g${c}it`, `.Git${c}`]),
];

const CONTROL: ReadonlyArray<readonly [string, string]> = [
  [".gitattributes", "gi7d29"],
  [".gitmodules", "gi7eba"],
  [".gitignore", "gi250a"],
  [".gitconfig", "gi40cf"],
  [".mailmap", "maba30"],
  [".blobsyconfig", "bld4a5"],
  [".blobsyignore", "blc9c2"],
  [".blobsy", "bl4ce7"],
  [".lfsconfig", "lfd659"],
  [".envrc", "enc70d"],
  [".npmrc", "np2e83"],
];

const ORDINARY = [
  "git",
  "git~",
  "git~0",
  "git~x",
  "git~01",
  "git~1x",
  "git ~1",
  ".gitx",
  "x.git",
  ".git-x",
  ".gitkeep",
  ".github",
  ".git2",
  "gitattributes",
  "blobsy",
  "blobsyconfig",
  "gitatt~",
  "gi7d29",
  "gi7d29~",
  "gi7d2~1",
  "gi7d29~1x",
  "notes~1",
  "a:b",
  ".gi",
  "...git",
  "mailmap",
  "constructor",
  "__proto__",
];

describe("controlNameOf", () => {
  it.each(DOT_GIT)("takes %j for .git", (name) => {
    expect(controlNameOf(name)).toBe(".git");
    expect(isDotGit(name)).toBe(true);
  });

  const spellings = CONTROL.flatMap(([name, hash]) =>
    [
      name,
      name.toUpperCase(),
      `${name} `,
      `${name}..`,
      `${name}:s`,
      `${name}::$DATA`,
      `${name.slice(0, 3)}\u200c${name.slice(3)}`,
      name.replace("i", "\u0131"),
      ...[1, 2, 3, 4].map((n) => `${name.slice(1, 7)}~${n}`),
      `${name.slice(1, 7)}~12`.toUpperCase(),
      `${hash}~1`,
      `${hash}~9 .`,
      `${hash.slice(0, 5)}~10`,
      `${hash.slice(0, 4)}~100:x`,
    ].map((spelling) => [spelling, name] as const),
  );
  it.each(spellings)("takes %j for %s", (spelling, name) => {
    // A short name stands for any of the long names that share six letters.
    const shared = /~/.test(spelling) ? name.slice(0, 7) : name;
    expect(controlNameOf(spelling)?.slice(0, shared.length)).toBe(shared);
    expect(isDotGit(spelling)).toBe(false);
  });

  it.each(ORDINARY)("lets %j be", (name) => {
    expect(controlNameOf(name)).toBeNull();
  });

  it("knows the short name NTFS makes of each long one", () => {
    for (const [name, hash] of [...CONTROL, [".git", "gi2837"] as const]) {
      expect(name.slice(1, 3) + ntfsChecksum(name)).toBe(hash);
    }
  });
});

describe("against Git itself, with its protections for other systems on", () => {
  let repo = "";
  beforeAll(() => {
    repo = mkdtempSync(path.join(tmpdir(), "blobsy-names-"));
    execFileSync("git", ["init", "-q", repo]);
  });
  afterAll(() => {
    rmSync(repo, { recursive: true, force: true });
  });

  it("refuses every name that Git refuses", () => {
    const names = [...DOT_GIT, ...ORDINARY, ...CONTROL.map(([name]) => name)];
    const refused = names.filter((name) => !gitTakes(repo, name));
    expect(refused.length).toBeGreaterThan(50);
    expect(refused.filter((name) => controlNameOf(name) === null)).toEqual([]);
  });

  it("lets pass nothing that Git would refuse as a symlink", () => {
    const names = CONTROL.slice(0, 3).flatMap(([name, hash]) => [
      name,
      `${name} .`,
      `${name.slice(1, 7)}~3`,
      `${hash}~1`,
      "~1234567",
    ]);
    const refused = names.filter((name) => !gitTakes(repo, name, "120000"));
    expect(refused).toContain(".gitmodules");
    expect(refused.filter((name) => controlNameOf(name) === null)).toEqual([]);
  });
});

describe("isReservedOnWindows", () => {
  it.each([
    "con",
    "CON",
    "prn.txt",
    "aux.bin",
    "NUL .txt",
    "nul:x",
    "com1",
    "LPT9.tar.gz",
    "COM\u00b9",
    "lpt\u00b2.x",
    "lpt\u00b3",
    "conin$",
    "CONOUT$ ",
  ])("%j", (name) => {
    expect(isReservedOnWindows(name)).toBe(true);
  });

  it.each(["con1", "console", "com", "com0", "com10", "x.con", "nul_", " con", "lpt", "aux-1.bin"])(
    "not %j",
    (name) => {
      expect(isReservedOnWindows(name)).toBe(false);
    },
  );
});

function gitTakes(repo: string, name: string, mode = "100644"): boolean {
  const oid = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
  const protect = ["-c", "core.protectNTFS=true", "-c", "core.protectHFS=true"];
  const info = ["update-index", "--add", "--cacheinfo", `${mode},${oid},${name}`];
  return spawnSync("git", [...protect, ...info], { cwd: repo }).status === 0;
}

/** The checksum NTFS puts into a fall-back short name; it gives Git's own four constants. */
function ntfsChecksum(name: string): string {
  let sum = 0;
  for (const character of name) sum = (sum * 0x25 + character.charCodeAt(0)) & 0xffff;
  let mixed = BigInt.asIntN(32, BigInt(sum) * 314159269n);
  if (mixed < 0n) mixed = -mixed;
  mixed -= ((mixed * 1152921497n) >> 60n) * 1000000007n;
  const digits = Number(mixed & 0xffffn)
    .toString(16)
    .padStart(4, "0");
  return [...digits].reverse().join("");
}
