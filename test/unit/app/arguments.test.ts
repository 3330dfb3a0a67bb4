/** Real directories, because links and their parents are what is easily got wrong. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { selectPayloads, toPayloadPath, toWorktreePath } from "../../../src/app/arguments.js";
import { BlobsyError } from "../../../src/domain/errors.js";
import type { PayloadPath } from "../../../src/domain/repo-path.js";

const top = realpathSync(mkdtempSync(path.join(tmpdir(), "blobsy-args-")));
const tree = path.join(top, "tree");
mkdirSync(path.join(tree, "data/deep"), { recursive: true });
symlinkSync(tree, path.join(top, "link"));
symlinkSync("/nowhere", path.join(tree, "data/dangling"));
afterAll(() => rmSync(top, { recursive: true, force: true }));

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof BlobsyError ? error.code : String(error);
  }
  return "none";
}

describe("a path argument", () => {
  it.each([
    [".", "x.bin", "x.bin"],
    [".", ".", ""],
    ["data", ".", "data"],
    ["data/deep", "../y.bin", "data/y.bin"],
    ["data/deep", "../..", ""],
    [".", "data/none/z.bin", "data/none/z.bin"],
    [".", "data/dangling", "data/dangling"],
    [".", "..name", "..name"],
  ])("in %s, %s is %s", (cwd, argument, expected) => {
    expect(toWorktreePath(tree, path.join(tree, cwd), argument)).toBe(expected);
    expect(toWorktreePath(tree, path.join(top, "link", cwd), argument)).toBe(expected);
  });

  it.each(["..", "../other/x", "/etc/passwd"])("outside is refused: %s", (argument) => {
    expect(codeOf(() => toWorktreePath(tree, tree, argument))).toBe("REFUSED_PATH");
  });

  it("may be absolute", () => {
    expect(toWorktreePath(tree, "/", path.join(tree, "x.bin"))).toBe("x.bin");
  });

  it("may name the ref file", () => {
    expect(toPayloadPath("data/x.bin.bref")).toBe("data/x.bin");
    expect(codeOf(() => toPayloadPath(".git.bref"))).toBe("REFUSED_PATH");
  });
});

describe("a selection", () => {
  const known = [
    "a.bin",
    "data/a.bin",
    "data/deep/b.bin",
    "data/odd[1].bin",
    "datax",
  ] as PayloadPath[];
  it.each<[string[], string[]]>([
    [[], known],
    [["."], known],
    [["data"], ["data/a.bin", "data/deep/b.bin", "data/odd[1].bin"]],
    [["a.bin"], ["a.bin"]],
    [["a.bin.bref"], ["a.bin"]],
    [["*.bin"], ["a.bin", "data/a.bin", "data/deep/b.bin", "data/odd[1].bin"]],
    [["data/*.bin"], ["data/a.bin", "data/odd[1].bin"]],
    [["data/odd[1].bin"], ["data/odd[1].bin"]],
    [
      ["datax", "a.bin", "datax"],
      ["a.bin", "datax"],
    ],
  ])("by %j", async (args, expected) => {
    expect((await selectPayloads(tree, tree, args, known)).paths).toEqual(expected);
  });

  it("by a glob in a directory", async () => {
    const found = await selectPayloads(tree, path.join(tree, "data"), ["*.bin"], known);
    expect(found.paths).toEqual(["data/a.bin", "data/deep/b.bin", "data/odd[1].bin"]);
  });

  it("names what is not tracked", async () => {
    await expect(selectPayloads(tree, tree, ["a.bin", "b.bin"], known)).rejects.toMatchObject({
      code: "NOT_TRACKED",
      path: "b.bin",
    });
  });
});
