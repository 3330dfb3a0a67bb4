import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { acquireLock, isOwnerAlive, ownProcess, type LockOwner } from "../../../src/fs/lock.js";
import { bundle } from "../../faults/bundle.js";

const base = mkdtempSync(path.join(os.tmpdir(), "lock-"));
let child = "";
let dir = "";
let file = "";

beforeAll(async () => {
  child = await bundle("lock-child.ts", base);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));
beforeEach(() => {
  dir = mkdtempSync(path.join(base, "case-"));
  file = path.join(dir, "deep/er/lock");
});

function start(rounds: number, end = ""): ChildProcess {
  const args = [child, file, path.join(dir, "guarded"), String(rounds), end];
  return spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("a lock", () => {
  it("is one process's at a time, and leaves nothing behind", async () => {
    const lock = await acquireLock(file, { waitMs: 0 });
    expect(lock).not.toBeNull();
    expect(await acquireLock(file, { waitMs: 0 })).toBeNull();
    await lock?.release();
    const again = await acquireLock(file, { waitMs: 0 });
    expect(again).not.toBeNull();
    await again?.release();
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  it("tells once whom it waits for", async () => {
    const holder = start(1, "stay");
    try {
      await until(() => existsSync(path.join(dir, "guarded")));
      const owners: LockOwner[] = [];
      const onWait = (owner: LockOwner): void => void owners.push(owner);
      expect(await acquireLock(file, { waitMs: 200, onWait })).toBeNull();
      expect(owners).toEqual([{ pid: holder.pid, elsewhere: false }]);
    } finally {
      holder.kill("SIGKILL");
    }
  });

  it("is taken from a process that was killed", async () => {
    const holder = start(1, "die");
    await once(holder, "exit");
    expect(existsSync(file)).toBe(true);
    const lock = await acquireLock(file, { waitMs: 0 });
    expect(lock).not.toBeNull();
    await lock?.release();
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  it("is given back by a process that is terminated", async () => {
    const holder = start(1, "stay");
    await until(() => existsSync(path.join(dir, "guarded")));
    holder.kill("SIGTERM");
    const [, signal] = (await once(holder, "exit")) as [number | null, string | null];
    expect(signal).toBe("SIGTERM");
    expect(existsSync(file)).toBe(false);
  });

  it("is not taken from a process whose pid means nothing here", async () => {
    await (await acquireLock(file, { waitMs: 0 }))?.release();
    const elsewhere = ownProcess().replace(/^[0-9a-f]{8}/, "00000000");
    writeFileSync(file, `${elsewhere}\n`);
    expect(await acquireLock(file, { waitMs: 20 })).toBeNull();
    expect(readFileSync(file, "utf8")).toContain(elsewhere);
  });

  it("is taken when a later process got the dead owner's pid, or the machine was started anew", async () => {
    await (await acquireLock(file, { waitMs: 0 }))?.release();
    const [host = "", boot = "", pid = "", started = ""] = ownProcess().split(".");
    for (const stale of [
      [host, boot, pid, `${Number(started) + 1}`],
      [host, "00000000", pid, started],
    ]) {
      writeFileSync(file, `${stale.join(".")}\n`);
      const lock = await acquireLock(file, { waitMs: 0 });
      expect(lock, stale.join(".")).not.toBeNull();
      await lock?.release();
    }
  });

  it("holds among eight processes, some of which are killed while they have it", async () => {
    const others = Array.from({ length: 8 }, () => start(25));
    const ends = others.map((one) => once(one, "exit"));
    for (let kills = 0; kills < 6; kills += 1) await once(start(1, "die"), "exit");
    const codes = (await Promise.all(ends)).map(([code]) => code as number | null);
    expect(codes).toEqual(others.map(() => 0));
    const lock = await acquireLock(file, { waitMs: 10_000 });
    expect(lock).not.toBeNull();
    await lock?.release();
  });
});

describe("an owner", () => {
  it("is alive when it is this process, and not when the text names nobody", () => {
    expect(isOwnerAlive(ownProcess())).toBe(true);
    expect(["", "1", "nobody", `${ownProcess()} `].map(isOwnerAlive)).toEqual(Array(4).fill(false));
  });
});
