import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { absolutePath, findProgram } from "../../../src/fs/find-program.js";

let dir: string;
const before = process.env["PATH"];

beforeEach(() => {
  dir = realpathSync(mkdtempSync(path.join(tmpdir(), "programs-")));
});

afterEach(() => {
  process.env["PATH"] = before;
  rmSync(dir, { recursive: true });
});

function program(name: string, mode = 0o755): string {
  const file = path.join(dir, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, "#!/bin/sh\n");
  chmodSync(file, mode);
  return file;
}

it("is found in absolute entries of PATH, the first that can be run", () => {
  const [good, later] = [program("b/tool"), program("c/tool")];
  program("a/tool", 0o644);
  mkdirSync(path.join(dir, "x/tool"), { recursive: true });
  process.env["PATH"] = ["x", "a", "b", "c"].map((name) => path.join(dir, name)).join(":");
  expect(findProgram("tool")).toBe(good);
  expect(findProgram(later)).toBe(later);
  expect(findProgram("nothing")).toBe(undefined);
});

it("is never found through a relative entry, an empty one, or a relative path", () => {
  program("node_modules/.bin/tool");
  const cwd = process.cwd();
  process.chdir(path.join(dir, "node_modules/.bin"));
  try {
    process.env["PATH"] = "::.:node_modules/.bin:../.bin:";
    for (const name of ["tool", "./tool", "../.bin/tool", ""]) {
      expect(findProgram(name)).toBe(undefined);
    }
    expect(absolutePath()).toBe("");
  } finally {
    process.chdir(cwd);
  }
});

it("is not taken from a repository, by whatever link it is reached", () => {
  const brought = program("repo/bin/tool");
  const own = program("own/tool");
  mkdirSync(path.join(dir, "links"));
  symlinkSync(brought, path.join(dir, "links/tool"));
  symlinkSync(path.join(dir, "repo/bin"), path.join(dir, "bin"));
  process.env["PATH"] = ["repo/bin", "bin", "links", "own"]
    .map((at) => path.join(dir, at))
    .join(":");
  const repo = path.join(dir, "repo");
  expect(findProgram("tool", [repo])).toBe(own);
  expect(findProgram(brought, [repo])).toBe(undefined);
  expect(absolutePath([repo])).toBe(`${dir}/links:${dir}/own`);
  // A directory whose name only begins alike is another one.
  expect(findProgram(program("repo-2/tool"), [repo])).toBe(path.join(dir, "repo-2/tool"));
});
