/** What only a directory can do wrong; the promises of all transports are in test/contract/. */
import { build } from "esbuild";
import { execFile } from "node:child_process";
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FaultLogLine } from "../../../src/fs/faults.js";
import { markerFile, markerText, openLocal } from "../../../src/transport/local.js";
import type { Transport } from "../../../src/transport/transport.js";

let base: string;
let dir: string;
let file: string;
let transport: Transport;

beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), "local-unit-"));
  dir = path.join(base, "remote");
  file = path.join(base, "file");
  await mkdir(dir);
  await writeFile(file, "content");
  transport = openLocal(dir);
});

afterEach(() => rm(base, { recursive: true, force: true }));

describe("links below the directory", () => {
  it.each([
    ["a directory on the way", "a", "a/b/c"],
    ["a directory further in", "a/b", "a/b/c"],
    ["the object itself", "a/b/c", "a/b/c"],
  ])("are not followed: %s", async (_, where, key) => {
    const outside = path.join(base, "outside");
    await mkdir(path.join(outside, "b"), { recursive: true });
    await writeFile(path.join(outside, "b", "c"), "secret");
    await writeFile(path.join(outside, "c"), "secret");
    await mkdir(path.dirname(path.join(dir, where)), { recursive: true });
    await symlink(where === key ? path.join(outside, "c") : outside, path.join(dir, where));

    const dest = path.join(base, "dest");
    await expect(transport.has(key)).rejects.toMatchObject({ code: "IO" });
    await expect(transport.download(key, dest, 100)).rejects.toMatchObject({ code: "IO" });
    await expect(transport.upload(key, file, 7)).rejects.toMatchObject({ code: "IO" });
    await expect(transport.remove(key)).rejects.toMatchObject({ code: "IO" });
    await expect(stat(dest)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await readFile(path.join(outside, "c"), "utf8")).toBe("secret");
    expect(await readFile(path.join(outside, "b", "c"), "utf8")).toBe("secret");
    expect((await lstat(path.join(dir, where))).isSymbolicLink()).toBe(true);
    const listed: string[] = [];
    for await (const object of transport.list("")) listed.push(object.key);
    expect(listed).toEqual([]);
  });

  it("are not followed to our own place either", async () => {
    await mkdir(path.join(base, "elsewhere"));
    await symlink(path.join(base, "elsewhere"), path.join(dir, ".blobsy"));
    await expect(transport.upload("a", file, 7)).rejects.toMatchObject({ code: "IO" });
    expect(await readdir(path.join(base, "elsewhere"))).toEqual([]);
    await expect(transport.generation()).rejects.toMatchObject({ code: "IO" });
  });

  it("do not make a source", async () => {
    await symlink(file, path.join(base, "link"));
    await expect(transport.upload("a", path.join(base, "link"), 7)).rejects.toMatchObject({
      code: "IO",
    });
    expect(await transport.has("a")).toBe(null);
  });
});

it("refuses a key that could leave the directory", async () => {
  for (const key of [
    "../file",
    "a/../../file",
    "/etc/passwd",
    "a//b",
    "",
    "a/./b",
    "a\\b",
    "a\0b",
  ]) {
    await expect(transport.has(key)).rejects.toMatchObject({ code: "REFUSED_KEY" });
    await expect(transport.upload(key, file, 7)).rejects.toMatchObject({ code: "REFUSED_KEY" });
  }
});

it("refuses a FIFO without waiting for its writer", async () => {
  await promisify(execFile)("mkfifo", [path.join(dir, "fifo")]);
  await expect(transport.has("fifo")).rejects.toMatchObject({ code: "IO" });
  await expect(transport.download("fifo", path.join(base, "d"), 9)).rejects.toMatchObject({
    code: "IO",
  });
});

it("shares no inode with the file that was uploaded, nor with the download", async () => {
  await transport.upload("a", file, 7);
  const dest = path.join(base, "dest");
  await transport.download("a", dest, 7);
  const inodes = await Promise.all(
    [file, path.join(dir, "a"), dest].map(async (one) => (await stat(one)).ino),
  );
  expect(new Set(inodes).size).toBe(3);
  await writeFile(file, "CHANGED");
  expect(await readFile(path.join(dir, "a"), "utf8")).toBe("content");
});

it("replaces a damaged object that has other names, and leaves those alone", async () => {
  await writeFile(path.join(dir, "a"), "bad");
  await link(path.join(dir, "a"), path.join(base, "other-name"));
  await transport.upload("a", file, 7);
  expect(await readFile(path.join(base, "other-name"), "utf8")).toBe("bad");
  expect(await readFile(path.join(dir, "a"), "utf8")).toBe("content");
});

it.each([
  [0o755, 0o755, 0o444],
  [0o2775, 0o2775, 0o444],
  [0o770, 0o770, 0o440],
  [0o700, 0o700, 0o400],
])(
  "gives what it makes the rights of a remote with %o, whatever the umask",
  async (root, dirs, objects) => {
    await chmod(dir, root);
    const before = process.umask(0o077);
    try {
      await transport.upload("sub/a", file, 7);
    } finally {
      process.umask(before);
    }
    const modeOf = async (name: string): Promise<number> =>
      (await stat(path.join(dir, name))).mode & 0o7777;
    expect(await modeOf("sub")).toBe(dirs);
    expect(await modeOf(".blobsy/tmp")).toBe(dirs);
    expect(await modeOf("sub/a")).toBe(objects);
  },
);

it("sees that the directory was made anew", async () => {
  await mkdir(path.join(dir, ".blobsy"));
  await writeFile(markerFile(dir), markerText("first"));
  const first = await transport.generation();
  expect(first).toBe("0@first");
  await writeFile(markerFile(dir), markerText("second"));
  expect(await transport.generation()).not.toBe(first);
  await rm(markerFile(dir));
  expect(await transport.generation()).toBe("0");
});

it("sweeps up the uploads of processes that died, when they are old", async () => {
  await transport.upload("a", file, 7);
  const temps = path.join(dir, ".blobsy", "tmp");
  const dead = path.join(temps, "upload.00000000.00000000.1.1.0123456789ab");
  const strange = path.join(temps, "somebody-elses-file");
  await writeFile(dead, "part");
  await writeFile(strange, "x");
  const longAgo = Date.now() / 1000 - 3 * 24 * 3600;
  await utimes(dead, longAgo, longAgo);
  await openLocal(dir).upload("b", file, 7);
  expect(await readdir(temps)).toEqual(["somebody-elses-file"]);
});

/** Every change of a file during an upload, one by one, made to fail or to be the last. */
describe("an upload in bad weather", () => {
  let child: string;
  const KEY = "deep/er/object";

  beforeEach(async () => {
    child = path.join(base, "child.mjs");
    await build({
      entryPoints: [fileURLToPath(new URL("../../contract/child.ts", import.meta.url))],
      outfile: child,
      bundle: true,
      platform: "node",
      format: "esm",
    });
  });

  async function upload(faults: string): Promise<{ code?: string } | "killed"> {
    const spec = { kind: "local", dir };
    const task = JSON.stringify({ spec, act: "upload", key: KEY, file, size: 7 });
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [child, task], {
        env: { ...process.env, BLOBSY_FAULTS: faults },
      });
      return JSON.parse(stdout) as { code?: string };
    } catch (error) {
      if ((error as { signal?: string }).signal === "SIGKILL") return "killed";
      throw error;
    }
  }

  async function operations(): Promise<FaultLogLine[]> {
    const log = path.join(base, "ops");
    expect(await upload(`log=${log}`)).toEqual({});
    const lines = (await readFile(log, "utf8")).trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line) as FaultLogLine);
  }

  it("syncs the object before its name, and the name before it says so", async () => {
    const ops = await operations();
    const target = path.join(dir, KEY);
    const renamed = ops.findIndex(({ op, to }) => op === "rename" && to === target);
    const temp = ops[renamed]?.path;
    const syncedFile = ops.findIndex(({ op, path: at }) => op === "fsync" && at === temp);
    const lastWrite = ops.findLastIndex(({ op, path: at }) => op === "write" && at === temp);
    const after = ops.slice(renamed + 1).map(({ op, path: at }) => `${op} ${at}`);
    expect(lastWrite).toBeGreaterThanOrEqual(0);
    expect(syncedFile).toBeGreaterThan(lastWrite);
    expect(renamed).toBeGreaterThan(syncedFile);
    expect(after).toEqual([`fsyncdir ${path.dirname(target)}`]);
    // Each new directory's own name, too.
    const dirsSynced = ops.filter(({ op }) => op === "fsyncdir").map(({ path: at }) => at);
    expect(dirsSynced).toEqual(expect.arrayContaining([dir, path.join(dir, "deep")]));
  });

  it.each(["kill-before", "kill-after", "EIO", "ENOSPC", "EACCES"])(
    "shows the whole object or none, and the next upload succeeds: %s",
    async (what) => {
      const count = (await operations()).filter(({ op }) => op !== "clone").length;
      expect(count).toBeGreaterThan(8);
      const only = "open,write,fsync,fsyncdir,rename,mkdir,chmod";
      const expected = { EIO: "IO", ENOSPC: "DISK_FULL", EACCES: "PERMISSION" }[what];
      for (let at = 1; at <= count; at += 1) {
        await rm(dir, { recursive: true });
        await mkdir(dir);
        const outcome = await upload(`at=${at};do=${what};only=${only}`);
        if (expected) expect(outcome).toMatchObject({ code: expected });
        else expect(outcome).toBe("killed");
        const there = await openLocal(dir).has(KEY);
        expect(there === null || there.size === 7).toBe(true);
        expect(await upload("at=0")).toEqual({});
        expect(await readFile(path.join(dir, KEY), "utf8")).toBe("content");
        // A failure tidies up after itself; only a kill leaves a temp file, for the sweep.
        if (expected) expect(await readdir(path.join(dir, ".blobsy", "tmp"))).toEqual([]);
      }
    },
    120_000,
  );
});
