/** Blobs that are compressed on the remote: what is sent, and what is believed of what is there. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { choosePlace } from "../../../src/app/choose-place.js";
import type { Context } from "../../../src/app/context.js";
import { blobsOnRemote } from "../../../src/app/uploaded.js";
import { downloadBlobs, uploadBlobs } from "../../../src/app/transfer.js";
import type { Compression } from "../../../src/domain/compression.js";
import { blobId } from "../../../src/domain/remote-place.js";
import type { PayloadPath } from "../../../src/domain/repo-path.js";
import { StatCache } from "../../../src/worktree/stat-cache.js";
import { Fixture, blobOf, type Blob } from "./remote-fixture.js";

let world: Fixture;
let ctx: Context;

beforeEach(async () => {
  world = new Fixture();
  world.useRemote();
  ctx = await world.context();
});

afterEach(() => world.dispose());

type Packed = Blob & { readonly compressed: Compression };

const TEXT = "a line of text that comes again\n".repeat(5000);

function packed(text: string, compressed: Compression): Packed {
  const blob = blobOf(text);
  const suffix = { zstd: ".zst", gzip: ".gz", brotli: ".br" }[compressed];
  return { ...blob, key: `${blob.key}${suffix}`, compressed };
}

async function store(blob: Blob): Promise<void> {
  const file = world.write("payload", blob.content);
  await ctx.store.ingest(file);
  unlinkSync(file);
}

async function dropFromStore(blob: Blob): Promise<void> {
  await ctx.store.remove(blob.oid);
}

const object = (blob: Blob): string => path.join(world.remote, blob.key);

function plant(blob: Blob, content: Buffer): void {
  mkdirSync(path.dirname(object(blob)), { recursive: true });
  rmSync(object(blob), { force: true });
  writeFileSync(object(blob), content);
}

const leftOver = (): string[] =>
  readdirSync(ctx.store.layout.tmp).filter((name) => /^(download|packed|unpacked)/.test(name));

describe.each(["zstd", "gzip", "brotli"] as const)("%s", (algorithm) => {
  it("goes out compressed and comes back as it was", async () => {
    const blob = packed(TEXT, algorithm);
    await store(blob);
    expect(await uploadBlobs(ctx, [blob])).toMatchObject({ done: 1, failed: [] });
    expect(statSync(object(blob)).size).toBeLessThan(blob.size / 10);
    expect(world.said).toEqual([`uploading 1 of 1 files, ${blob.size} of ${blob.size} bytes`]);

    await dropFromStore(blob);
    expect(await downloadBlobs(ctx, [blob])).toMatchObject({ done: 1, failed: [] });
    const back = await ctx.store.verifiedPath(blob.oid, blob.size);
    expect(readFileSync(back ?? "").equals(blob.content)).toBe(true);
    expect(leftOver()).toEqual([]);
  });

  it("is asked for once, and then proven", async () => {
    const blob = packed(TEXT, algorithm);
    await store(blob);
    await uploadBlobs(ctx, [blob]);
    unlinkSync(object(blob));
    expect(await uploadBlobs(ctx, [blob])).toMatchObject({ skipped: 1 });
    // The same content, not compressed, is another object.
    const plain = blobOf(TEXT);
    expect(await uploadBlobs(ctx, [plain])).toMatchObject({ done: 1 });
    expect(await blobsOnRemote(ctx, [blob, plain])).toEqual(new Set([blobId(blob), blobId(plain)]));
  });

  it("is refused damaged, cut short, longer, empty, or not compressed at all", async () => {
    const blob = packed(TEXT + randomBytes(3000).toString("hex"), algorithm);
    await store(blob);
    await uploadBlobs(ctx, [blob]);
    const good = readFileSync(object(blob));
    await dropFromStore(blob);
    const flipped = Buffer.from(good);
    flipped[good.length >> 1] = (flipped[good.length >> 1] ?? 0) ^ 0x55;
    const bad: Record<string, Buffer> = {
      flipped,
      short: good.subarray(0, -1),
      longer: Buffer.concat([good, Buffer.from("x")]),
      twice: Buffer.concat([good, good]),
      empty: Buffer.alloc(0),
      plain: blob.content,
      "much longer": Buffer.alloc(blob.size * 3),
    };
    for (const [what, content] of Object.entries(bad)) {
      plant(blob, content);
      const report = await downloadBlobs(ctx, [blob]);
      const codes = report.failed.map(({ error }) => error.code);
      expect([what, codes]).toEqual([what, ["BLOB_CORRUPT"]]);
      expect(ctx.store.has(blob.oid)).toBe(false);
    }
    expect(leftOver()).toEqual([]);
    plant(blob, good);
    expect(await downloadBlobs(ctx, [blob])).toMatchObject({ done: 1 });
  });
});

it("a bomb stops at the size that the ref file says", async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  const blob = { ...packed("x".repeat(60_000), "gzip") };
  plant(blob, bomb);
  const report = await downloadBlobs(ctx, [blob]);
  expect(report.failed.map(({ error }) => error.code)).toEqual(["BLOB_CORRUPT"]);
  expect(leftOver()).toEqual([]);
});

it("an object that cannot be it is uploaded anew, another program's is left", async () => {
  const blob = packed(TEXT, "gzip");
  await store(blob);
  plant(blob, Buffer.alloc(0));
  expect(await uploadBlobs(ctx, [blob])).toMatchObject({ done: 1 });
  expect(gunzipSync(readFileSync(object(blob))).equals(blob.content)).toBe(true);

  const other = packed(`${TEXT}other`, "gzip");
  await store(other);
  plant(other, gzipSync(other.content, { level: 1 }));
  expect(await uploadBlobs(ctx, [other])).toMatchObject({ skipped: 1 });
  await dropFromStore(other);
  expect(await downloadBlobs(ctx, [other])).toMatchObject({ done: 1 });
});

describe("half an object, of a likely length", () => {
  const blob = packed(TEXT, "gzip");
  const good = gzipSync(blob.content);
  const half = good.subarray(0, good.length / 2);
  const isProven = async (): Promise<boolean> => {
    unlinkSync(object(blob));
    ctx = await world.context();
    return (await blobsOnRemote(ctx, [blob])).size === 1;
  };

  it("is not taken for the blob: the next upload replaces it", async () => {
    await store(blob);
    plant(blob, half);
    expect(await uploadBlobs(ctx, [blob])).toMatchObject({ done: 1, failed: [] });
    expect(gunzipSync(readFileSync(object(blob))).equals(blob.content)).toBe(true);
    expect(leftOver()).toEqual([]);
  });

  it("nor among many, which are asked for by one listing", async () => {
    const many = Array.from({ length: 60 }, (_, at) => packed(`${TEXT}${at}`, "gzip"));
    for (const one of many) await store(one);
    for (const one of many) plant(one, gzipSync(one.content).subarray(0, one.size === 0 ? 0 : 99));
    expect(await uploadBlobs(ctx, many)).toMatchObject({ done: 60, failed: [] });
    for (const one of many) {
      expect(gunzipSync(readFileSync(object(one))).equals(one.content)).toBe(true);
    }
  });

  it("is not proven by a clone that has not got the blob, and has to do", async () => {
    plant(blob, half);
    expect(await uploadBlobs(ctx, [blob])).toMatchObject({ skipped: 1, failed: [] });
    expect((await blobsOnRemote(ctx, [blob])).size).toBe(1);
    expect(await isProven()).toBe(false);
  });

  it("is read back where the blob is copied from elsewhere", async () => {
    plant(blob, half);
    const fetchObject = async (): Promise<{ file: string; size: number }> => {
      await ctx.store.prepare();
      const file = ctx.store.tempPath("object");
      writeFileSync(file, good);
      return { file, size: good.length };
    };
    expect(await uploadBlobs(ctx, [blob], { fetchObject })).toMatchObject({ done: 1 });
    expect(readFileSync(object(blob)).equals(good)).toBe(true);
    expect(await isProven()).toBe(true);
  });
});

it("two ref files that do not agree on what lies under a key are refused", async () => {
  const blob = packed(TEXT, "zstd");
  const plain = { ...blob, compressed: undefined };
  await store(blob);
  const report = await uploadBlobs(ctx, [blob, plain]);
  expect(report.failed.map(({ error }) => error.code)).toEqual(["REFUSED_KEY"]);
});

it("gunzip reads it by hand", async () => {
  const blob = packed(TEXT, "gzip");
  await store(blob);
  await uploadBlobs(ctx, [blob]);
  const out = execFileSync("gunzip", ["-c", object(blob)], { maxBuffer: blob.size * 2 });
  expect(out.equals(blob.content)).toBe(true);
});

describe("the place of new content", () => {
  const compress = "[compress]\n    algorithm = gzip\n    minSize = 1kb\n    never = *.raw\n";

  async function place(name: string, content: Buffer): Promise<string> {
    const { oid, size } = await ctx.store.ingest(world.write(name, content));
    const cache = StatCache.load(ctx.repo.worktreeState);
    const { key, compressed } = await choosePlace(ctx, cache, name as PayloadPath, { oid, size });
    return `${key.replace(oid, "HASH")} ${compressed ?? ""}`;
  }

  it("follows the rules and a sample of the bytes", async () => {
    world.useRemote(compress);
    ctx = await world.context();
    expect(await place("a.txt", Buffer.from(TEXT))).toBe("sha256/HASH.gz gzip");
    expect(await place("b.raw", Buffer.from(TEXT + "b"))).toBe("sha256/HASH ");
    expect(await place("c.jpg", Buffer.from(TEXT + "c"))).toBe("sha256/HASH ");
    expect(await place("small", Buffer.from("small"))).toBe("sha256/HASH ");
    expect(await place("random", randomBytes(300_000))).toBe("sha256/HASH ");
    const half = Buffer.concat([randomBytes(400_000), Buffer.alloc(400_000)]);
    expect(await place("half", half)).toBe("sha256/HASH.gz gzip");
    expect(existsSync(ctx.store.layout.tmp)).toBe(true);
  });

  it("stays what it was for content that is known, under whatever path", async () => {
    const { oid, size } = await ctx.store.ingest(world.write("old.txt", TEXT));
    const cache = StatCache.load(ctx.repo.worktreeState);
    const remoteKey = `sha256/${oid}`;
    cache.update("old.txt", { base: { oid, size, remoteKey, executable: false } });
    world.useRemote(compress);
    ctx = await world.context();
    const again = await choosePlace(ctx, cache, "new.txt" as PayloadPath, { oid, size });
    expect(again).toEqual({ key: remoteKey });
  });

  it("is not taken over from a ref file whose key nothing may be uploaded to", async () => {
    world.useRemote(compress);
    ctx = await world.context();
    const { oid, size } = await ctx.store.ingest(world.write("old.txt", TEXT));
    const cache = StatCache.load(ctx.repo.worktreeState);
    cache.update("old.txt", { base: { oid, size, remoteKey: "elsewhere", executable: false } });
    const chosen = await choosePlace(ctx, cache, "new.txt" as PayloadPath, { oid, size });
    expect(chosen).toEqual({ key: `sha256/${oid}.gz`, compressed: "gzip" });
  });
});
