import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatIdentity, ownIdentity } from "../../../src/fs/owner.js";
import { LiveJournals } from "../../../src/worktree/live-journals.js";

let dir: string;
let other: ChildProcess;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), "blobsy-journals-"));
  mkdirSync(path.join(dir, "journal"));
  other = spawn("sleep", ["600"], { stdio: "ignore" });
});
afterEach(() => {
  other.kill("SIGKILL");
  rmSync(dir, { recursive: true, force: true });
});

const line = (payload: string) => `${payload}\t${"t".repeat(64)}\tabsent\t-\t1\t1\t-.\n`;

function journalOf(pid: number): { file: string; owner: string } {
  const { hostTag, boot } = ownIdentity();
  const owner = formatIdentity({ hostTag, boot, pid, start: "0" });
  const name = `${pid}.0.${hostTag}.${boot}`;
  return { file: path.join(dir, "journal", name), owner: `owner\t${owner}\n` };
}

describe("journals of other live processes", () => {
  it("are followed as they grow, line by whole line, until they are gone", () => {
    const { file, owner } = journalOf(other.pid ?? 0);
    const live = new LiveJournals(dir);
    expect(live.has("a.bin")).toBe(false);
    writeFileSync(file, owner.slice(0, 9));
    expect(live.has("a.bin")).toBe(false);
    appendFileSync(file, owner.slice(9) + line("a.bin"));
    expect(live.has("a.bin")).toBe(true);
    appendFileSync(file, Buffer.from(line("ä b.bin")).subarray(0, 1));
    expect(live.has("ä b.bin")).toBe(false);
    appendFileSync(file, Buffer.from(line("ä b.bin")).subarray(1));
    expect(live.has("ä b.bin")).toBe(true);
    expect(live.has("a.bin")).toBe(true);
    rmSync(file);
    expect(live.has("a.bin")).toBe(false);
  });

  it("are not read from the start again", () => {
    const { file, owner } = journalOf(other.pid ?? 0);
    writeFileSync(file, owner + line("a.bin"));
    const live = new LiveJournals(dir);
    expect(live.has("a.bin")).toBe(true);
    const fd = openSync(file, "r+");
    writeSync(fd, "X".repeat(owner.length + line("a.bin").length - 1), 0);
    closeSync(fd);
    appendFileSync(file, line("b.bin"));
    expect(live.has("a.bin")).toBe(true);
    expect(live.has("b.bin")).toBe(true);
  });

  it("count no more once their process has died", async () => {
    const { file, owner } = journalOf(other.pid ?? 0);
    writeFileSync(file, owner + line("a.bin"));
    const live = new LiveJournals(dir);
    expect(live.has("a.bin")).toBe(true);
    other.kill("SIGKILL");
    await once(other, "exit");
    expect(live.has("a.bin")).toBe(false);
    expect(new LiveJournals(dir).has("a.bin")).toBe(false);
  });

  it("that cannot be read are not taken for empty ones", () => {
    mkdirSync(journalOf(other.pid ?? 0).file);
    expect(() => new LiveJournals(dir).has("a.bin")).toThrow(/EISDIR/);
  });
});
