import fs, {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { moveNoReplace, writeFileAtomic } from "../../../src/fs/atomic.js";
import { fileSystemTick, isCoarse, safelyBefore, waitForTickAfter } from "../../../src/fs/clock.js";
import { lstatFacts } from "../../../src/fs/facts.js";
import { appendLine, mkdirs } from "../../../src/fs/ops.js";
import { ownProcess } from "../../../src/fs/owner.js";
import { checkParents, makeParents, settleParents } from "../../../src/fs/safe-parent.js";
import { isTempAbandoned, sweepTemp, tempName } from "../../../src/fs/temp.js";
import { readBytes, replaceFile } from "../../../src/fs/user-file.js";
import { mountCoarseDisk } from "../../helpers/coarse.js";

let dir = "";
beforeEach(() => {
  dir = fs.realpathSync(mkdtempSync(path.join(os.tmpdir(), "files-")));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));
const at = (...names: string[]): string => path.join(dir, ...names);

describe("writing a whole file", () => {
  it("replaces what is there and leaves no temporary file", async () => {
    await writeFileAtomic(at("f"), "one", { durable: true });
    await writeFileAtomic(at("f"), Buffer.from("two"), { durable: false, mode: 0o600 });
    expect(readFileSync(at("f"), "utf8")).toBe("two");
    expect(statSync(at("f")).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir)).toEqual(["f"]);
  });

  it("leaves the old file and no temporary one when it fails", async () => {
    mkdirSync(at("d/full"), { recursive: true });
    await expect(writeFileAtomic(at("d"), "x", { durable: true })).rejects.toThrow();
    expect(readdirSync(dir)).toEqual(["d"]);
  });

  it("replaces a link, not what it leads to", async () => {
    writeFileSync(at("real"), "real");
    symlinkSync("real", at("f"));
    await writeFileAtomic(at("f"), "new", { durable: false });
    expect(readFileSync(at("real"), "utf8")).toBe("real");
  });
});

describe("moving to a name that nothing has", () => {
  it("refuses when something has it", async () => {
    writeFileSync(at("a"), "a");
    writeFileSync(at("b"), "b");
    await expect(moveNoReplace(at("a"), at("b"))).rejects.toMatchObject({ code: "EEXIST" });
    expect([readFileSync(at("a"), "utf8"), readFileSync(at("b"), "utf8")]).toEqual(["a", "b"]);
    await moveNoReplace(at("a"), at("c"));
    expect(readdirSync(dir).sort()).toEqual(["b", "c"]);
  });
});

describe("looking at a file", () => {
  it("says null for absent, also under a file, and throws when it may not look", () => {
    writeFileSync(at("f"), "");
    expect([lstatFacts(at("no/such")), lstatFacts(at("f/below"))]).toEqual([null, null]);
    symlinkSync("loop", at("loop"));
    expect(() => lstatFacts(at("loop/x"))).toThrow(/ELOOP/);
    expect(lstatFacts(at("loop"))?.kind).toBe("symlink");
  });
});

describe("appending", () => {
  it("keeps every line of many writers whole", async () => {
    const lines = Array.from({ length: 200 }, (_, n) => `line ${n} ${"x".repeat(n)}`);
    await Promise.all(lines.map((line) => appendLine(at("log"), line)));
    const found = readFileSync(at("log"), "utf8").trimEnd().split("\n");
    expect(found.sort()).toEqual(lines.sort());
  });
});

describe("the file system's clock", () => {
  it("moves on, and lies after every time a file has got before", async () => {
    writeFileSync(at("f"), "x");
    const written = lstatFacts(at("f"))?.mtimeNs ?? 0n;
    const tick = await fileSystemTick(dir);
    expect(tick >= written).toBe(true);
    const later = await waitForTickAfter(dir, tick, 10_000);
    expect(later !== null && later > tick).toBe(true);
    expect(safelyBefore(tick) < tick).toBe(true);
    expect(await waitForTickAfter(dir, tick + 10n ** 12n, 5)).toBeNull();
    expect(readdirSync(dir)).toEqual(["f"]);
  });

  it("is waited for some looks long where another process had all the time there was", async () => {
    const soon = (await fileSystemTick(dir)) + 5_000_000n;
    expect(await waitForTickAfter(dir, soon, 0)).toBeGreaterThan(soon);
  });

  it("knows a coarse one, and a time that nothing written now can get", async (ctx) => {
    const disk = mountCoarseDisk();
    // Needs root and loop devices.
    if (typeof disk === "string") return ctx.skip(disk);
    try {
      const tick = await fileSystemTick(disk.dir);
      expect(isCoarse(tick)).toBe(true);
      const file = path.join(disk.dir, "f");
      writeFileSync(file, "x");
      utimesSync(file, 0, Number(safelyBefore(tick)) / 1e9);
      expect((lstatFacts(file)?.mtimeNs ?? tick) < tick).toBe(true);
    } finally {
      disk.unmount();
    }
  });
});

describe("a file that is the user's as well", () => {
  it("is written only where it is as it was read, and keeps its mode", async () => {
    const file = at("exclude");
    const bytes = (text: string): Buffer => Buffer.from(text, "latin1");
    expect(await replaceFile(file, { was: bytes("x"), next: bytes("y") })).toBe(false);
    expect(await replaceFile(file, { was: null, next: bytes("one") })).toBe(true);
    chmodSync(file, 0o640);
    writeFileSync(file, bytes("sav\xe9d"));
    expect(await replaceFile(file, { was: bytes("one"), next: bytes("two") })).toBe(false);
    expect(await replaceFile(file, { was: bytes("one"), next: null })).toBe(false);
    expect(readBytes(file)).toEqual(bytes("sav\xe9d"));
    expect(await replaceFile(file, { was: bytes("sav\xe9d"), next: bytes("two") })).toBe(true);
    expect(readFileSync(file, "utf8")).toBe("two");
    expect((lstatFacts(file)?.mode ?? 0) & 0o777).toBe(0o640);
    expect(await replaceFile(file, { was: bytes("two"), next: null })).toBe(true);
    expect(readBytes(file)).toBeNull();
    mkdirSync(file);
    expect(() => readBytes(file)).toThrow(/EISDIR/);
    expect(readdirSync(dir)).toEqual(["exclude"]);
  });
});

describe("temporary files", () => {
  it("are swept when their process is gone and they are old", async () => {
    const [host = "", boot = ""] = ownProcess().split(".");
    const dead = `ingest.${host}.${boot}.${2 ** 22 + 5}.1.0123456789ab`;
    const foreign = `ingest.00000000.${boot}.1.1.0123456789ab`;
    const names = [tempName("ingest"), dead, foreign, "ingest.mine", "partial-abc"];
    for (const name of names) writeFileSync(at(name), "");
    expect(names.map((name) => isTempAbandoned(at(name)))).toEqual([
      false,
      true,
      false,
      false,
      false,
    ]);
    expect(await sweepTemp(dir)).toBe(0);
    for (const name of names) utimesSync(at(name), 1, 1);
    expect(await sweepTemp(dir, { prefix: "other" })).toBe(0);
    expect(await sweepTemp(dir)).toBe(2);
    expect(existsSync(at(dead)) || existsSync(at(foreign))).toBe(false);
    expect(readdirSync(dir).length).toBe(3);
    expect(await sweepTemp(at("absent"))).toBe(0);
  });
});

describe("a payload's parents", () => {
  it("are made where told, and held", async () => {
    expect(checkParents(dir, "a/b/f.bin")).toBeNull();
    const parent = await makeParents(dir, "a/b/f.bin");
    writeFileSync(parent.at(), "x");
    expect(readFileSync(at("a/b/f.bin"), "utf8")).toBe("x");
    expect(parent.identity.map(({ ino }) => ino)).toEqual(
      [dir, at("a"), at("a/b")].map((one) => statSync(one, { bigint: true }).ino),
    );
    parent.recheck();
    parent.close();
    const top = checkParents(dir, "f.bin");
    expect(top?.dir).toBe(dir);
    top?.close();
  });

  it.each([
    ["a link", () => symlinkSync("/tmp", at("d"))],
    ["a link to a directory inside", () => (mkdirSync(at("in")), symlinkSync("in", at("d")))],
    ["a file", () => writeFileSync(at("d"), "")],
    ["another repository", () => mkdirSync(at("d/.git"), { recursive: true })],
    ["a submodule", () => (mkdirSync(at("d")), writeFileSync(at("d/.git"), "gitdir: ../x"))],
  ])("are refused when one is %s", async (_what, plant) => {
    plant();
    for (const payload of ["d/f.bin", "d/e/f.bin"]) {
      expect(() => checkParents(dir, payload)).toThrow(
        expect.objectContaining({ code: "REFUSED_PATH" }) as Error,
      );
      await expect(makeParents(dir, payload)).rejects.toMatchObject({ code: "REFUSED_PATH" });
    }
    expect(existsSync("/tmp/e")).toBe(false);
  });

  it("refuse a path that leaves the worktree, whoever was to check it", () => {
    for (const payload of ["../x", "a/../../x", "/etc/x", "a//x", "./x", ""]) {
      expect(() => checkParents(dir, payload), payload).toThrow(/refused/);
    }
  });

  it("stay the same directory when their path is swapped for a link", async () => {
    mkdirSync(at("victim"));
    const parent = await makeParents(dir, "d/f.bin");
    fs.renameSync(at("d"), at("moved"));
    symlinkSync("victim", at("d"));
    if (process.platform === "linux") {
      writeFileSync(parent.at(), "x");
      expect([readdirSync(at("victim")), readdirSync(at("moved"))]).toEqual([[], ["f.bin"]]);
    }
    expect(() => parent.recheck()).toThrow(/replaced/);
    parent.close();
  });

  it("do not leak a descriptor, whatever the answer", async () => {
    const open = (): number => readdirSync("/proc/self/fd").length;
    symlinkSync("/tmp", at("link"));
    await mkdirs(at("a/b"));
    await settleParents();
    const before = open();
    for (let n = 0; n < 20; n += 1) {
      checkParents(dir, "a/b/c/f");
      checkParents(dir, "a/b/f")?.close();
      (await makeParents(dir, "a/x/f")).close();
      expect(() => checkParents(dir, "link/f")).toThrow();
    }
    for (let n = 0; n < 40; n += 1) (await makeParents(dir, `many/${n}/f`)).close();
    expect(open()).toBeLessThanOrEqual(before + 16);
    await settleParents();
    expect(open()).toBe(before);
  });

  it("are held from one payload to the next, and let go when their path leads elsewhere", async () => {
    await mkdirs(at("a/b"));
    await mkdirs(at("victim/b"));
    const check = (name = "f"): string[] | null => {
      const parent = checkParents(dir, `a/b/${name}`);
      const seen = parent && readdirSync(parent.at("."));
      parent?.recheck();
      parent?.close();
      return seen;
    };
    expect(check()).toEqual([]);
    writeFileSync(at("a/b/one"), "");
    expect(check()).toEqual(["one"]);
    expect(() => check("..")).toThrow(/refused/);
    fs.renameSync(at("a"), at("moved"));
    expect(check()).toBeNull();
    await mkdirs(at("a/b"));
    expect(check()).toEqual([]);
    rmSync(at("a"), { recursive: true });
    symlinkSync("victim", at("a"));
    expect(() => check()).toThrow(/symbolic link/);
    rmSync(at("a"));
    fs.renameSync(at("moved"), at("a"));
    expect(check()).toEqual(["one"]);
    rmSync(at("a/b"), { recursive: true });
    expect(check()).toBeNull();
    await settleParents();
  });

  it("are looked at anew after a while: a `.git` may have come to lie there", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      await mkdirs(at("d"));
      checkParents(dir, "d/f")?.close();
      mkdirSync(at("d/.git"));
      vi.advanceTimersByTime(1000);
      expect(() => checkParents(dir, "d/f")).toThrow(/another Git repository/);
    } finally {
      vi.useRealTimers();
    }
  });
});
