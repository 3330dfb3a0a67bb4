/** The layer check is itself checked: each kind of violation is planted once and must be found. */
import { describe, expect, it } from "vitest";
// @ts-expect-error a script without type declarations
import { checkLayers as untyped } from "../../../scripts/check-layers.mjs";

interface Violation {
  file: string;
  line: number;
  rule: string;
  because: string;
}
const checkLayers = untyped as (files: Map<string, string>) => Violation[];
const check = (files: Record<string, string>): Violation[] =>
  checkLayers(new Map(Object.entries(files)));

const PLANTED: [name: string, file: string, text: string, rule: RegExp][] = [
  [
    "domain reads a file",
    "src/domain/a.ts",
    'import { x } from "../fs/b.js";',
    /import src\/fs\/b/,
  ],
  ["a type counts too", "src/fs/a.ts", 'import type { X } from "../git/g.js";', /import src\/git/],
  ["neighbours", "src/store/a.ts", 'import { x } from "../git/g.js";', /import src\/git/],
  ["re-export", "src/store/a.ts", 'export { x } from "../git/g.js";', /import src\/git/],
  ["dynamic", "src/fs/a.ts", 'await import("../app/g.js");', /import src\/app/],
  ["cli skips app", "src/cli/a.ts", 'import { x } from "../store/g.js";', /import src\/store/],
  ["protocol", "src/protocol/a.ts", 'import { x } from "../domain/oid.js";', /import src\/domain/],
  ["write", "src/app/a.ts", 'import { writeFile } from "node:fs/promises";', /use writeFile/],
  ["renamed", "src/app/a.ts", 'import { rm as x } from "node:fs/promises";', /use rm/],
  ["sync", "src/app/a.ts", 'import { unlinkSync } from "node:fs";', /use unlinkSync/],
  ["default", "src/app/a.ts", 'import fs from "node:fs";\nfs.rmSync("x");', /use rmSync/],
  ["namespace", "src/app/a.ts", 'import * as fs from "node:fs";\nfs.rmSync("x");', /use rmSync/],
  ["open", "src/app/a.ts", 'await open(file, "wx");', /use open\(\)\."wx"/],
  ["open by numbers", "src/app/a.ts", "fs.openSync(file, O_WRONLY | O_CREAT);", /use open/],
  ["spawn", "src/app/a.ts", 'import { spawn } from "node:child_process";', /use spawn/],
  ["worker", "src/app/a.ts", 'import { Worker } from "node:worker_threads";', /use Worker/],
  ["clock", "src/domain/a.ts", "export const a = Date.now();", /use Date\.now/],
  ["date", "src/domain/a.ts", "export const a = new Date();", /use new Date/],
  ["dice", "src/domain/a.ts", "export const a = Math.random();", /use Math\.random/],
  ["exit", "src/app/a.ts", "process.exit(1);", /use process\.exit/],
  ["exit code", "src/cli/a.ts", "process.exitCode = 1;", /use process\.exitCode/],
];

describe("the layer check", () => {
  it.each(PLANTED)("finds: %s", (_name, file, text, rule) => {
    const [found] = check({ [file]: text });
    expect(found).toMatchObject({ file, line: text.split("\n").length });
    expect(found?.rule).toMatch(rule);
    expect(found?.because).not.toBe("");
  });

  it("finds a heavy package behind two static imports, and says the way", () => {
    const found = check({
      "src/main.ts": 'import { x } from "./domain/a.js";',
      "src/domain/a.ts": 'export { x } from "./b.js";',
      "src/domain/b.ts": 'import { z } from "zod/mini";',
    });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ file: "src/domain/b.ts" });
    expect(found[0]?.rule).toContain("src/main.ts -> src/domain/a.ts -> src/domain/b.ts");
  });

  it("lets pass what is allowed", () => {
    const fine = check({
      "src/main.ts": 'await import("./cli/program.js");\nprocess.exitCode = 1;',
      "src/cli/program.ts":
        'import { Command } from "commander";\nimport { x } from "../app/a.js";',
      "src/app/a.ts":
        'import { x } from "../store/b.js";\nimport type { S } from "node:child_process";',
      "src/worktree/place.ts": 'import { x } from "../store/b.js";',
      "src/fs/ops.ts": 'import { rename } from "node:fs/promises";',
      "src/store/b.ts":
        'import { lstat } from "node:fs/promises";\nimport fs from "node:fs";\nfs.statSync("x");',
      "src/fs/hash.ts":
        'await open(a); await open(a, "r"); openSync(a, constants.O_RDONLY | O_NOFOLLOW);',
      "src/domain/c.ts": 'import type { z } from "zod";\nexport const d = new Date(0);',
    });
    expect(fine).toEqual([]);
  });
});
