import { createHash } from "node:crypto";
import fs, {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FileFacts } from "../../../src/domain/file-facts.js";
import { asOid, type Oid } from "../../../src/domain/oid.js";
import { lstatFacts } from "../../../src/fs/facts.js";
import { objectPath } from "../../../src/store/layout.js";
import { RecoverLog } from "../../../src/store/recover-log.js";
import { Store } from "../../../src/store/store.js";
import {
  movePayload,
  removePayload,
  replacePayload,
  sweepAside,
  type PlaceContext,
  type ReplaceJob,
} from "../../../src/worktree/place.js";

let dir = "";
let worktree = "";
let store: Store;
let ctx: PlaceContext;

beforeEach(() => {
  dir = fs.realpathSync(mkdtempSync(path.join(os.tmpdir(), "place-")));
  useWorktree(path.join(dir, "work"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function useWorktree(at: string): void {
  worktree = at;
  mkdirSync(worktree, { recursive: true });
  store = Store.open(path.join(dir, ".git/blobsy"));
  const { aside, tmp, root } = store.layout;
  ctx = { worktree, store, asideDir: aside, tempDir: tmp, recover: new RecoverLog(root) };
}

const at = (name: string): string => path.join(worktree, name);
const oidOf = (text: string): Oid => asOid(createHash("sha256").update(text).digest("hex"));
const inStore = (text: string): boolean => store.has(oidOf(text), text.length);
const recovered = (): string[] =>
  ctx.recover.listRecoverable().map(({ path: name, why, oid }) => `${name} ${why} ${oid}`);

function write(name: string, text: string): FileFacts {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
  return factsAt(name);
}

function factsAt(name: string): FileFacts {
  const facts = lstatFacts(at(name));
  if (!facts) throw new Error(`${name} is not there`);
  return facts;
}

async function seed(text: string): Promise<Oid> {
  const file = path.join(dir, "seed");
  writeFileSync(file, text);
  return (await store.ingest(file)).oid;
}

async function jobFor(text: string, job: Partial<ReplaceJob> = {}): Promise<ReplaceJob> {
  const incoming = { oid: await seed(text), size: text.length, mayMove: false };
  const usual = { payload: "p.bin", expected: null, expectedOid: null, executable: false };
  return { ...usual, incoming, why: "replaced", ...job };
}

function expectTidy(): void {
  expect(readdirSync(store.layout.tmp)).toEqual(["aside"]);
  expect(readdirSync(store.layout.aside)).toEqual([]);
}

/** A store during whose work something happens: an editor saves, a program is quick. */
function whenStoreWorks(method: "copyOut" | "takeOut" | "adopt", act: () => void): PlaceContext {
  const wrapped = new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return async (...args: unknown[]): Promise<unknown> => {
        if (name === "adopt" && method === "adopt") act();
        const result: unknown = await (value as (...a: unknown[]) => unknown).apply(target, args);
        if (name === method && method !== "adopt") act();
        return result;
      };
    },
  });
  // `has` is asked without waiting.
  return { ...ctx, store: Object.assign(wrapped, { has: store.has.bind(store) }) };
}

describe.each([
  ["in the Git directory's file system", false],
  ["on another file system", true],
])("a worktree %s", (_where, isApart) => {
  let apart = "";
  beforeEach((test) => {
    if (!isApart) return;
    // Needs a second file system: /dev/shm is one on Linux.
    if (!existsSync("/dev/shm")) return test.skip("no /dev/shm");
    apart = mkdtempSync("/dev/shm/place-");
    useWorktree(path.join(apart, "work"));
  });
  afterEach(() => {
    if (apart) rmSync(apart, { recursive: true, force: true });
  });

  it("gets a payload, with a time before its tick, and its directories", async () => {
    const job = await jobFor("new", { payload: "a/b/p.bin", executable: true });
    const placed = await replacePayload(ctx, job);
    if (placed.kind !== "placed") throw new Error(placed.kind);
    expect(placed.facts).toEqual(factsAt("a/b/p.bin"));
    expect(placed.facts.mtimeNs < placed.tick).toBe(true);
    expect([placed.facts.nlink, placed.facts.mode & 0o100]).toEqual([1, 0o100]);
    expect(readFileSync(at("a/b/p.bin"), "utf8")).toBe("new");
    expect([placed.displaced, recovered()]).toEqual([null, []]);
    expectTidy();
    expect(readdirSync(at("a/b"))).toEqual(["p.bin"]);
  });

  it("has a payload replaced, and the old one kept and listed", async () => {
    const expected = write("p.bin", "old");
    const placed = await replacePayload(ctx, await jobFor("new", { expected }));
    expect(placed).toMatchObject({ kind: "placed", displaced: oidOf("old"), leftAside: null });
    expect(readFileSync(at("p.bin"), "utf8")).toBe("new");
    expect([inStore("old"), inStore("new")]).toEqual([true, true]);
    expect(recovered()).toEqual([`p.bin replaced ${oidOf("old")}`]);
    expectTidy();
    expect(readdirSync(worktree)).toEqual(["p.bin"]);
  });

  it("has a payload removed with the directories it leaves empty", async () => {
    write("a/keep", "");
    const expected = write("a/b/c/p.bin", "old");
    const job = { payload: "a/b/c/p.bin", expected, expectedOid: null, why: "removed" } as const;
    expect(await removePayload(ctx, job)).toEqual({ kind: "removed", oid: oidOf("old"), size: 3 });
    expect(readdirSync(at("a"))).toEqual(["keep"]);
    expect(recovered()).toEqual([`a/b/c/p.bin removed ${oidOf("old")}`]);
    expectTidy();
  });

  it("has a payload moved, never over another", async () => {
    const expected = write("a/p.bin", "mine");
    write("taken.bin", "yours");
    const over = await movePayload(ctx, { from: "a/p.bin", to: "taken.bin", expected });
    expect(over).toMatchObject({ kind: "raced" });
    expect(readFileSync(at("taken.bin"), "utf8")).toBe("yours");
    const moved = await movePayload(ctx, { from: "a/p.bin", to: "b/c/q.bin", expected });
    expect(moved).toEqual({ kind: "moved", facts: factsAt("b/c/q.bin") });
    expect(factsAt("b/c/q.bin")).toMatchObject({ ino: expected.ino, mtimeNs: expected.mtimeNs });
    expect([existsSync(at("a")), recovered()]).toEqual([false, []]);
    expectTidy();
  });

  it("keeps what was saved while the new version was made", async () => {
    const expected = write("p.bin", "old");
    const busy = whenStoreWorks("copyOut", () => void write("p.bin", "sav"));
    expect(await replacePayload(busy, await jobFor("new", { expected }))).toMatchObject({
      kind: "raced",
    });
    expect(readFileSync(at("p.bin"), "utf8")).toBe("sav");
    expectTidy();
    expect(readdirSync(worktree)).toEqual(["p.bin"]);
  });

  it("keeps what appeared where nothing was", async () => {
    const busy = whenStoreWorks("copyOut", () => void write("p.bin", "mine"));
    expect(await replacePayload(busy, await jobFor("new"))).toMatchObject({ kind: "raced" });
    expect(readFileSync(at("p.bin"), "utf8")).toBe("mine");
    expectTidy();
  });
});

describe("replacing", () => {
  it("moves files when it may, and then the store has neither twice", async () => {
    const expected = write("p.bin", "old");
    const job = await jobFor("new", { expected, expectedOid: oidOf("old"), why: null });
    const { ino } = statSync(objectPath(store.layout, oidOf("new")));
    const moving = { ...job, incoming: { ...job.incoming, mayMove: true } };
    expect(await replacePayload(ctx, moving)).toMatchObject({ kind: "placed" });
    expect(statSync(at("p.bin")).ino).toBe(ino);
    expect(statSync(objectPath(store.layout, oidOf("old"))).ino).toBe(Number(expected.ino));
    expect([inStore("new"), inStore("old"), recovered()]).toEqual([false, true, []]);
    expectTidy();
  });

  it("gives a blob back to the store when it cannot be placed", async () => {
    const expected = write("p.bin", "old");
    const job = await jobFor("new", { expected });
    const moving = { ...job, incoming: { ...job.incoming, mayMove: true } };
    const busy = whenStoreWorks("takeOut", () => void write("p.bin", "sav"));
    expect(await replacePayload(busy, moving)).toMatchObject({ kind: "raced" });
    expect([inStore("new"), readFileSync(at("p.bin"), "utf8")]).toEqual([true, "sav"]);
    expectTidy();
  });

  it("does not believe a known hash once the bytes have changed", async () => {
    const expected = write("p.bin", "old");
    const job = await jobFor("new", { expected, expectedOid: oidOf("old"), why: null });
    const fd = openSync(at("p.bin"), "r+");
    // After it was moved aside and compared, a program that has it open writes.
    const late = whenStoreWorks("adopt", () => void writeSync(fd, "LAT", 0));
    expect(await replacePayload(late, job)).toMatchObject({
      kind: "placed",
      displaced: oidOf("LAT"),
    });
    fs.closeSync(fd);
    expect([inStore("LAT"), inStore("old")]).toEqual([true, false]);
    expect(recovered()).toEqual([`p.bin late-write ${oidOf("LAT")}`]);
  });

  it("sees an edit of the same length whose time was set back", async () => {
    write("p.bin", "old");
    const before = new Date(Date.now() - 3_600_000);
    utimesSync(at("p.bin"), before, before);
    const expected = factsAt("p.bin");
    const job = await jobFor("new", { expected, expectedOid: oidOf("old"), why: null });
    const fd = openSync(at("p.bin"), "r+");
    const edit = (text: string): void => {
      writeSync(fd, text, 0);
      fs.futimesSync(fd, before, before);
    };
    const early = whenStoreWorks("copyOut", () => edit("SAV"));
    expect(await replacePayload(early, job)).toMatchObject({ kind: "raced" });
    expect(readFileSync(at("p.bin"), "utf8")).toBe("SAV");

    edit("old");
    const late = whenStoreWorks("adopt", () => edit("LAT"));
    expect(await replacePayload(late, { ...job, expected: factsAt("p.bin") })).toMatchObject({
      kind: "placed",
      displaced: oidOf("LAT"),
    });
    fs.closeSync(fd);
    expect([inStore("LAT"), inStore("old")]).toEqual([true, false]);
  });

  it("leaves another link to the old payload alone", async () => {
    write("p.bin", "old");
    linkSync(at("p.bin"), at("mine"));
    const job = await jobFor("new", { expected: factsAt("p.bin") });
    expect(await replacePayload(ctx, job)).toMatchObject({ kind: "placed" });
    writeFileSync(at("mine"), "edited");
    expect([inStore("old"), readFileSync(at("p.bin"), "utf8")]).toEqual([true, "new"]);
    expect(readFileSync(objectPath(store.layout, oidOf("old")), "utf8")).toBe("old");
  });

  it("says so when the store has not got the blob, or a damaged one, and touches nothing", async () => {
    const expected = write("p.bin", "old");
    const job = await jobFor("new", { expected });
    const absent = { ...job.incoming, oid: oidOf("nowhere") };
    expect(await replacePayload(ctx, { ...job, incoming: absent })).toEqual({ kind: "missing" });
    fs.chmodSync(objectPath(store.layout, oidOf("new")), 0o644);
    writeFileSync(objectPath(store.layout, oidOf("new")), "n3w");
    expect(await replacePayload(ctx, job)).toEqual({ kind: "missing" });
    expect(readFileSync(at("p.bin"), "utf8")).toBe("old");
    expectTidy();
  });

  it.each([
    ["a link", () => symlinkSync("/etc/passwd", at("p.bin"))],
    ["a directory", () => void write("p.bin/inside", "x")],
    ["another file", () => void write("p.bin", "new!")],
  ])("leaves %s that took the payload's place", async (_what, plant) => {
    const expected = write("p.bin", "old");
    const swap = (): void => {
      rmSync(at("p.bin"));
      plant();
    };
    const busy = whenStoreWorks("copyOut", swap);
    expect(await replacePayload(busy, await jobFor("new", { expected }))).toMatchObject({
      kind: "raced",
    });
    expect(readdirSync(worktree)).toEqual(["p.bin"]);
    if (lstatFacts(at("p.bin"))?.kind === "file") {
      expect(readFileSync(at("p.bin"), "utf8")).toBe("new!");
    }
    expectTidy();
    const again = await replacePayload(ctx, await jobFor("new", { expected: factsAt("p.bin") }));
    expect(again.kind).toBe(lstatFacts(at("p.bin"))?.kind === "file" ? "placed" : "raced");
  });

  it("never writes through a link in the path", async () => {
    const outside = path.join(dir, "outside");
    mkdirSync(outside);
    symlinkSync(outside, at("d"));
    const job = await jobFor("new", { payload: "d/p.bin" });
    await expect(replacePayload(ctx, job)).rejects.toMatchObject({ code: "REFUSED_PATH" });
    const expected = write("real/p.bin", "x");
    await expect(
      movePayload(ctx, { from: "real/p.bin", to: "d/p.bin", expected }),
    ).rejects.toMatchObject({ code: "REFUSED_PATH" });
    expect([readdirSync(outside), existsSync(at("real/p.bin"))]).toEqual([[], true]);
  });

  it("finds every version that an editor saved while payloads were replaced", async () => {
    const job = await jobFor("the blob");
    await replacePayload(ctx, job);
    const saver = new Worker(EDITOR, { eval: true, workerData: { file: at("p.bin") } });
    const saved: string[] = [];
    let isAlive = true;
    saver.on("message", (text: string) => saved.push(text));
    saver.on("exit", () => (isAlive = false));
    const kinds = new Set<string>();
    while (isAlive) {
      const expected = lstatFacts(at("p.bin"));
      kinds.add((await replacePayload(ctx, { ...job, expected })).kind);
    }
    expect(saved.length).toBe(60);
    const last = readFileSync(at("p.bin"), "utf8");
    const lost = saved.filter((text) => text !== last && !inStore(text));
    expect(lost).toEqual([]);
    expect(kinds).toContain("placed");
    expectTidy();
  });
});

/** Saves by rename, each time over a payload that blobsy placed: so no save ends an earlier one. */
const EDITOR = `
  const fs = require("node:fs");
  const { parentPort, workerData: { file } } = require("node:worker_threads");
  for (let n = 0; n < 60; n += 1) {
    const text = "save " + String(n).padStart(4);
    fs.writeFileSync(file + "~", text);
    const { ino } = fs.statSync(file + "~");
    parentPort.postMessage(text);
    fs.renameSync(file + "~", file);
    for (;;) {
      const now = fs.statSync(file, { throwIfNoEntry: false });
      if (now && now.ino !== ino && now.nlink === 1) break;
      if (n === 59) break;
    }
  }
`;

describe("sweeping", () => {
  it("leaves alone what a live process has aside", async () => {
    const expected = write("p.bin", "old");
    let seen: string[] = [];
    const during = whenStoreWorks("adopt", () => (seen = readdirSync(store.layout.aside)));
    const sweeping = { ...during };
    await replacePayload(sweeping, await jobFor("new", { expected }));
    expect(seen.length).toBe(2);
    expect(await sweepAside(ctx)).toEqual([]);
  });

  it("files bytes that lie aside without a note, and puts late saves back", async () => {
    await store.prepare();
    const dead = (await import("../../../src/fs/owner.js")).ownProcess().replace(/\.\d+$/, ".7");
    const name = (n: number): string =>
      path.join(store.layout.aside, `aside.${dead}.00000000000${n}`);
    writeFileSync(name(1), "unknown");
    writeFileSync(name(2), "saved");
    const note = {
      path: "p.bin",
      worktree,
      time: "2030-01-01T00:00:00.000Z",
      why: "replaced",
      executable: false,
      aside: name(2),
      temp: null,
      expected: { size: 1, mtimeNs: "1", ino: "1" },
      expectedOid: null,
      movingTo: null,
    };
    writeFileSync(`${name(2)}.json`, JSON.stringify(note));
    writeFileSync(`${name(3)}.json`, '{"torn');
    const swept = await sweepAside(ctx);
    expect(swept).toEqual([{ payload: "", oid: oidOf("unknown"), size: 7, why: "interrupted" }]);
    expect(readFileSync(at("p.bin"), "utf8")).toBe("saved");
    expect(inStore("unknown")).toBe(true);
    expectTidy();
  });

  it("keeps a note that it cannot read, and one that does not say where its payload is", async () => {
    await store.prepare();
    const dead = (await import("../../../src/fs/owner.js")).ownProcess().replace(/\.\d+$/, ".7");
    const unreadable = `aside.${dead}.000000000001.json`;
    const torn = `.blobsy-aside.${dead}.000000000002.json`;
    mkdirSync(path.join(store.layout.aside, unreadable));
    writeFileSync(path.join(store.layout.aside, torn), '{"path');
    expect(await sweepAside(ctx)).toEqual([]);
    expect(readdirSync(store.layout.aside).sort()).toEqual([torn, unreadable]);
  });
});
