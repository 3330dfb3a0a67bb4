import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Context, openContext } from "../../../src/app/context.js";
import { SILENT } from "../../../src/app/reporter.js";
import { seenByGit } from "../../../src/app/seen-by-git.js";
import { notIgnored } from "../../../src/git/index-entries.js";
import { updateExclude } from "../../../src/worktree/ignore-exclude.js";

const PAYLOADS = ["top.bin", "data/a.bin", "data/deep/b[1].bin", "data/deep/c .bin"];

let dir: string;
let ctx: Context;

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), "blobsy-seen-"));
  execFileSync("git", ["init", "-q"], { cwd: dir });
  mkdirSync(path.join(dir, "data", "deep"), { recursive: true });
  ctx = await openContext(dir, SILENT);
  const { commonDir, worktreeState: stateDir } = ctx.repo;
  await updateExclude({ commonDir, stateDir, mode: "grow", payloads: PAYLOADS });
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const exclude = (): string => path.join(ctx.repo.commonDir, "info", "exclude");
const append = (file: string, text: string): void => {
  writeFileSync(file, text, { flag: "a" });
};

const SCENES: readonly [what: string, seen: readonly string[], make: () => void][] = [
  ["lines for all", [], () => undefined],
  ["a rule of the root", ["top.bin", "data/a.bin"], () => rule(".", "!/top.bin\n!data/a.bin\n")],
  ["a rule beside it", ["data/a.bin"], () => rule("data", "# all\n!a.*\n")],
  ["a rule above it", PAYLOADS.slice(1), () => rule("data", "*.txt\n!*.bin\n")],
  ["a rule elsewhere", [], () => rule("other", "!*.bin\n")],
  ["a rule that ignores", [], () => rule(".", "*.bin\n")],
  ["a rule after the lines", ["top.bin"], () => append(exclude(), "!/top.bin\n")],
  ["no lines at all", PAYLOADS, () => writeFileSync(exclude(), "")],
  ["another rule in place of the lines", [], () => writeFileSync(exclude(), "*.bin\n")],
];

function rule(where: string, text: string): void {
  mkdirSync(path.join(dir, where), { recursive: true });
  append(path.join(dir, where, ".gitignore"), text);
}

describe("what Git sees of payloads that are ignored by their lines", () => {
  it.each(SCENES)("%s", async (_what, seen, make) => {
    make();
    const found = await seenByGit(ctx, PAYLOADS);
    expect([...found.keys()].sort()).toEqual([...seen].sort());
    expect(found).toEqual(await notIgnored(ctx.repo, PAYLOADS));
  });
});
