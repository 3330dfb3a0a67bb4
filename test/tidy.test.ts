/** Rules about the files themselves: cheap to check, easy to forget. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MAX_LINES = 350;
/** Spelled in pieces, so that this file does not name what it looks for. */
const WORKPLACE = [
  ["/wo", "rk/"],
  ["DES", "IGN.md"],
  ["sha", "red/research"],
  ["sha", "red/STYLE"],
  ["registry", ".npmjs"],
].map((pieces) => pieces.join(""));

const files = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" })
  .split("\0")
  .filter((name) => name !== "" && existsSync(path.join(ROOT, name)));
const textOf = (name: string): string => readFileSync(path.join(ROOT, name), "utf8");
const linesOf = (name: string): [number, string][] =>
  textOf(name)
    .split("\n")
    .map((line, at) => [at + 1, line]);
const findLines = (names: string[], wrong: (line: string) => boolean): string[] =>
  names.flatMap((name) =>
    linesOf(name).flatMap(([at, line]) => (wrong(line) ? [`${name}:${at}: ${line.trim()}`] : [])),
  );

describe("the project's files", () => {
  const tests = files.filter((name) => name.endsWith(".test.ts") && name !== "test/tidy.test.ts");

  it("were found", () => {
    expect(files).toContain("package.json");
  });

  it("are none that Git was told to leave out: no build output, no logs", () => {
    const args = ["ls-files", "--cached", "--ignored", "--exclude-standard"];
    expect(execFileSync("git", args, { cwd: ROOT, encoding: "utf8" })).toBe("");
  });

  it("do not name the place they were written at", () => {
    expect(findLines(files, (line) => WORKPLACE.some((word) => line.includes(word)))).toEqual([]);
  });

  it("have no test that switches the others off", () => {
    expect(findLines(tests, (line) => /\b(it|test|describe)\.only\b/.test(line))).toEqual([]);
  });

  it("give a reason beside every skipped test", () => {
    const skips = /\b(it|test|describe)\.(skip|todo|skipIf|runIf)\b|\bctx\.skip\(\)/;
    const silent = tests.flatMap((name) => {
      const lines = textOf(name).split("\n");
      return lines.flatMap((line, at) => {
        const explained = line.includes("//") || /^\s*(\/\/|\*)/.test(lines[at - 1] ?? "");
        return skips.test(line) && !explained ? [`${name}:${at + 1}: ${line.trim()}`] : [];
      });
    });
    expect(silent).toEqual([]);
  });

  it(`have no source longer than ${MAX_LINES} lines`, () => {
    const long = files
      .filter((name) => /^(src|scripts)\/.*\.(ts|mjs)$/.test(name))
      .map((name) => [name, textOf(name).split("\n").length] as const)
      .filter(([, count]) => count > MAX_LINES);
    expect(long).toEqual([]);
  });
});
