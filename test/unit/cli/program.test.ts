/** What can be said of the command line without a repository: usage, help, version, documents. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runProgram } from "../../../src/cli/program.js";

let nowhere: string;
beforeAll(async () => {
  nowhere = await mkdtemp(path.join(tmpdir(), "blobsy-cli-"));
});
afterAll(() => rm(nowhere, { recursive: true, force: true }));

async function run(...argv: string[]) {
  let out = "";
  let err = "";
  const code = await runProgram({
    argv,
    cwd: nowhere,
    env: { ...process.env, GIT_CEILING_DIRECTORIES: path.dirname(nowhere) },
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

describe("the command line", () => {
  it("names the near command for an unknown one", async () => {
    expect(await run("psuh")).toEqual({
      code: 1,
      out: "",
      err: "blobsy: unknown command 'psuh'\n  next: blobsy push\n",
    });
  });

  it.each([
    [["push", "--froce"], "unknown option '--froce'", "blobsy push --help"],
    [["track"], "missing required argument 'path'", "blobsy track --help"],
    [["resolve", "--ours", "--theirs", "x"], "cannot be used with", "blobsy resolve --help"],
    [["trust", "x"], "too many arguments", "blobsy trust --help"],
    [[], "no command was given", "blobsy --help"],
  ])("usage errors exit 1: %j", async (argv, message, next) => {
    const { code, out, err } = await run(...argv);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain(message);
    expect(err).toContain(`next: ${next}\n`);
  });

  it("answers usage errors with a document too", async () => {
    const { code, out } = await run("--json", "push", "--froce");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      schema_version: "0.1",
      exit_code: 1,
      problems: [{ code: "USAGE" }],
    });
  });

  it("takes global flags before and after the command", async () => {
    for (const argv of [
      ["--json", "version"],
      ["version", "--json"],
    ]) {
      const { code, out } = await run(...argv);
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ command: "version", exit_code: 0, problems: [] });
    }
  });

  it("helps on stdout", async () => {
    const { code, out } = await run("--help");
    expect(code).toBe(0);
    for (const word of ["init", "track", "status", "resolve", "--json"])
      expect(out).toContain(word);
    expect(out).not.toContain("filter-process");
    expect((await run("track", "--help")).out).toContain("--dry-run");
  });
});
