/** What `fsck --remote` finds out about the blobs of a whole history. */
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkRemote, repairRemote, type RemoteCheck } from "../../../src/app/check-remote.js";
import type { Context } from "../../../src/app/context.js";
import { historyBlobs } from "../../../src/app/history-blobs.js";
import { uploadBlobs } from "../../../src/app/transfer.js";
import { formatRefFile } from "../../../src/domain/bref.js";
import { blobOf, Fixture, type Blob } from "./remote-fixture.js";

let world: Fixture;
let ctx: Context;
const signal = new AbortController().signal;

const one = blobOf("one", "one.bin");
const two = blobOf("two", "dir/two.bin");
const old = blobOf("old", "one.bin");
const text = "compress me\n".repeat(5000);
const packed = {
  ...blobOf(text, "text.csv"),
  key: `${blobOf(text).key}.gz`,
  compressed: "gzip" as const,
};
const side = blobOf("side", "side.bin");
const ALL = [one, two, old, packed, side];

beforeEach(async () => {
  world = new Fixture();
  world.useRemote();
  world.git("config", "user.name", "Ann");
  world.git("config", "user.email", "ann@example.org");
  ctx = await world.context();
  commit("first", old, two);
  world.git("checkout", "-q", "-b", "side");
  commit("aside", side);
  world.git("checkout", "-q", "main");
  commit("second", one, packed);
  for (const { content } of ALL) {
    const file = world.write("payload", content);
    await ctx.store.ingest(file);
    rmSync(file);
  }
  expect(await uploadBlobs(ctx, ALL)).toMatchObject({ done: 5, failed: [] });
});

afterEach(() => world.dispose());

function commit(message: string, ...blobs: (Blob & { compressed?: "gzip" })[]): void {
  for (const blob of blobs) stage(blob);
  world.git("commit", "-qm", message);
}

function stage({ path: name, oid, size, key, compressed }: Blob & { compressed?: "gzip" }): void {
  world.write(`${name}.bref`, formatRefFile({ oid, size, remoteKey: key, compressed }));
  world.git("add", `${name}.bref`);
}

const object = ({ key }: { key: string }): string => path.join(world.remote, key);

function damage(blob: { key: string }, content: string | Buffer): void {
  chmodSync(object(blob), 0o644);
  writeFileSync(object(blob), content);
}

const check = (readShare = 0): Promise<RemoteCheck> => checkRemote(ctx, { readShare, signal });

const faults = ({ findings }: RemoteCheck): string[] =>
  findings.map(({ fault, blob }) => `${fault} ${blob.path}`).sort();

const leftOver = (): string[] =>
  readdirSync(ctx.store.layout.tmp).filter((name) => name.startsWith("object"));

it("the history is every branch, and what is staged", async () => {
  const staged = blobOf("staged", "new.bin");
  stage(staged);
  world.write("broken.bin.bref", "no ref file\n");
  world.git("add", "broken.bin.bref");
  const { blobs, unreadable } = await historyBlobs(ctx);
  expect(blobs.map(({ oid }) => oid).sort()).toEqual([...ALL, staged].map(({ oid }) => oid).sort());
  expect(unreadable.map(({ path: name }) => name)).toEqual(["broken.bin"]);
});

it("nothing is wrong, by its word or by reading all", async () => {
  expect(await check()).toMatchObject({ asked: 5, read: 0, findings: [] });
  expect(await check(1)).toMatchObject({ asked: 5, read: 5, findings: [] });
  expect(await check(0.4)).toMatchObject({ read: 2, findings: [] });
  expect(leftOver()).toEqual([]);
});

describe("what is wrong", () => {
  beforeEach(() => {
    rmSync(object(old));
    damage(two, "twooo");
    damage(side, "edis");
    damage(packed, readFileSync(object(packed)).subarray(0, -3));
  });

  it("shows cheaply as far as lengths go, and wholly by reading", async () => {
    expect(faults(await check())).toEqual(["missing one.bin", "wrong-size dir/two.bin"]);
    expect(faults(await check(1))).toEqual([
      "damaged side.bin",
      "damaged text.csv",
      "missing one.bin",
      "wrong-size dir/two.bin",
    ]);
    expect(leftOver()).toEqual([]);
  });

  it("is proven no longer: the next push sends what was missing", async () => {
    expect(await uploadBlobs(ctx, ALL)).toMatchObject({ skipped: 5 });
    await check();
    expect(await uploadBlobs(ctx, ALL)).toMatchObject({ done: 2 });
    expect(faults(await check())).toEqual([]);
  });

  it("is repaired from what this clone has", async () => {
    const { findings } = await check(1);
    expect(await repairRemote(ctx, findings, { signal })).toMatchObject({ done: 4, failed: [] });
    expect(faults(await check(1))).toEqual([]);
  });

  it("stays as it is where this clone has nothing better", async () => {
    for (const blob of [side, old]) await ctx.store.remove(blob.oid);
    const { findings } = await check(1);
    const report = await repairRemote(ctx, findings, { signal });
    // The damaged object of the right length is left; it is asked for, and passes by its length.
    expect(report.failed.map(({ path: name, error }) => `${name} ${error.code}`)).toEqual([
      "one.bin BLOB_MISSING",
    ]);
    expect(readFileSync(object(side), "utf8")).toBe("edis");
    expect(faults(await check(1))).toEqual(["damaged side.bin", "missing one.bin"]);
  });
});

it("by one listing when there are many", async () => {
  const many = Array.from({ length: 60 }, (_, at) => blobOf(`blob ${at}`, `many/${at}.bin`));
  for (const blob of many) {
    stage(blob);
    mkdirSync(path.dirname(object(blob)), { recursive: true });
    writeFileSync(object(blob), blob.content);
  }
  rmSync(object(many[7] as Blob));
  const found = await check();
  expect(found.asked).toBe(65);
  expect(faults(found)).toEqual(["missing many/7.bin"]);
});

it("a remote that does not answer is no empty one", async () => {
  rmSync(world.remote, { recursive: true });
  await expect(check()).rejects.toMatchObject({ code: "IO" });
});
