import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lastPass, moveStamp } from "../../../src/worktree/monitor-files.js";

const SECOND = 1_000_000_000n;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), "blobsy-monitor-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function pass(seconds: number): void {
  const file = path.join(dir, "pass");
  writeFileSync(file, "");
  utimesSync(file, seconds, seconds);
}

describe("the last noticing pass", () => {
  it("is none where no script ever ran", () => {
    expect(lastPass(dir)).toEqual({ passNs: 0n, sinceNs: 0n });
  });

  it("looked at what changed after the stamp", async () => {
    pass(200);
    await moveStamp(dir, 100n * SECOND);
    expect(lastPass(dir)).toEqual({ passNs: 200n * SECOND, sinceNs: 100n * SECOND });
  });

  it("looked at everything where the stamp is missing, or from the future", async () => {
    pass(200);
    expect(lastPass(dir).sinceNs).toBe(0n);
    await moveStamp(dir, 300n * SECOND);
    expect(lastPass(dir)).toEqual({ passNs: 200n * SECOND, sinceNs: 0n });
  });
});
