/** What can be said of the command line without a repository: usage, help, version, documents. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { COMMANDS } from "../../../src/cli/command-table.js";
import type { CommandHost } from "../../../src/cli/host.js";
import { parseCommandLine, runProgram } from "../../../src/cli/program.js";

let nowhere: string;
beforeAll(async () => {
  nowhere = await mkdtemp(path.join(tmpdir(), "blobsy-cli-"));
  // Whatever a test runs by mistake, it is not this machine's own configuration that it finds.
  vi.stubEnv("HOME", nowhere);
  vi.stubEnv("XDG_CONFIG_HOME", path.join(nowhere, ".config"));
  vi.stubEnv("GIT_CONFIG_GLOBAL", path.join(nowhere, "gitconfig"));
  vi.stubEnv("GIT_CONFIG_NOSYSTEM", "1");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(nowhere, { recursive: true, force: true });
});

function host(argv: readonly string[], say = { out: "", err: "" }): CommandHost {
  return {
    argv,
    cwd: nowhere,
    env: { ...process.env, GIT_CEILING_DIRECTORIES: path.dirname(nowhere) },
    stdout: { write: (text: string) => (say.out += text) },
    stderr: { write: (text: string) => (say.err += text) },
    signal: new AbortController().signal,
  };
}

async function run(...argv: string[]) {
  const said = { out: "", err: "" };
  const code = await runProgram(host(argv, said));
  return { code, ...said };
}

describe("the command line", () => {
  it("names the near command for an unknown one", async () => {
    expect(await run("psuh")).toEqual({
      code: 1,
      out: "",
      err: "blobsy: unknown command 'psuh'\n  next: blobsy push\n",
    });
  });

  it("names the command for another tool's word, and Git's for what Git does", async () => {
    expect((await run("add", "x")).err).toContain("next: blobsy track\n");
    expect((await run("commit")).err).toContain("next: git commit\n");
    expect((await run("toString")).err).toContain("next: blobsy --help\n");
  });

  it.each([["--version"], ["-V"], ["--version", "--json"]])(
    "tells its version: %s",
    async (...argv) => {
      const { code, out } = await run(...argv);
      expect(code).toBe(0);
      expect(out).toMatch(/^blobsy \S+ \(node|"command": "version"/);
    },
  );

  it("says so when the directory of -C is not there", async () => {
    for (const dir of ["nowhere", path.join(nowhere, "nowhere")]) {
      const { code, err } = await run("-C", dir, "status");
      expect({ code, err }).toEqual({
        code: 1,
        err: expect.stringContaining("there is no such directory") as string,
      });
    }
  });

  it.each([
    [["push", "--froce"], "unknown option '--froce'", "blobsy push --help"],
    [["push", "--dryrun"], "unknown option '--dryrun'", "blobsy push --dry-run"],
    [["completion", "pwsh"], "there is no completion for pwsh", "blobsy completion bash"],
    [["track"], "missing required argument 'path'", "blobsy track --help"],
    [["resolve", "--ours", "--theirs", "x"], "cannot be used with", "blobsy resolve --help"],
    [["trust", "x", "y"], "too many arguments", "blobsy trust --help"],
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

  it("alone says where things stand, and what to do", async () => {
    expect(await run()).toEqual({
      code: 0,
      out: "this is not in a Git worktree\nnext: git init\n",
      err: "every command: blobsy --help\n",
    });
    expect(JSON.parse((await run("--json")).out)).toMatchObject({
      command: "overview",
      state: "no-repository",
      next: "git init",
    });
  });

  it("helps on stdout", async () => {
    const { code, out } = await run("--help");
    expect(code).toBe(0);
    for (const word of ["init", "track", "status", "resolve", "--json"])
      expect(out).toContain(word);
    expect(out).not.toContain("filter-process");
    expect((await run("track", "--help")).out).toContain("--dry-run");
    expect(out).toContain("Examples:\n  blobsy init local:../blobs");
  });

  it.each(
    COMMANDS.filter(({ name }) => name !== "version").map((spec) => [spec.name, spec] as const),
  )("has examples for %s, and they parse", async (name, { examples }) => {
    expect(examples.length).toBeGreaterThan(0);
    const { out } = await run(name, "--help");
    for (const [line, does] of examples) {
      expect(out).toContain(line);
      expect(out).toContain(`# ${does}`);
      const [program, ...argv] = line.replaceAll("'", "").split(" ");
      expect(program).toBe("blobsy");
      expect(argv[0]).toBe(name);
      const call = await parseCommandLine(host(argv));
      expect(call?.spec.name).toBe(name);
    }
  });
});
