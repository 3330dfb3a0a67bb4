/** Compressed files: there and back, and everything that may be wrong with one. */
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Compression } from "../../../src/domain/compression.js";
import { isBlobsyError } from "../../../src/domain/errors.js";
import { packFile, unpackFile } from "../../../src/fs/pack.js";
import { wasmCompressor, wasmDecompressor } from "../../../src/fs/zstd-wasm.js";

const ALL = ["zstd", "gzip", "brotli"] as const;
const MIB = 1024 * 1024;
let dir: string;
let count = 0;

beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), "pack-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const fresh = (): string => path.join(dir, String((count += 1)));
function file(content: Uint8Array): string {
  const name = fresh();
  writeFileSync(name, content);
  return name;
}
const sha256 = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

/** Bytes of which about half can be saved. */
function text(size: number): Buffer {
  return Buffer.from(
    randomBytes(Math.ceil(size / 2))
      .toString("hex")
      .slice(0, size),
  );
}

async function packed(algorithm: Compression, content: Buffer): Promise<Buffer> {
  const dest = fresh();
  const done = await packFile(file(content), dest, algorithm, content.length);
  expect(done).toEqual({
    oid: sha256(content),
    size: content.length,
    packedSize: statSync(dest).size,
  });
  return readFileSync(dest);
}

async function unpacked(algorithm: Compression, bytes: Buffer, size: number): Promise<Buffer> {
  const dest = fresh();
  const oid = await unpackFile(file(bytes), dest, algorithm, size);
  const content = readFileSync(dest);
  expect(sha256(content)).toBe(oid);
  return content;
}

/** "same" bytes, or the code of what it is refused with. */
async function fate(algorithm: Compression, bytes: Buffer, content: Buffer): Promise<string> {
  try {
    const found = await unpackFile(file(bytes), null, algorithm, content.length);
    return found === sha256(content) ? "same" : "other bytes";
  } catch (error) {
    if (isBlobsyError(error)) return error.code;
    throw error;
  }
}

describe.each(ALL)("%s", (algorithm) => {
  it.each([1, 100, 128 * 1024, 3 * MIB + 1])("brings %i bytes back", async (size) => {
    const content = text(size);
    const bytes = await packed(algorithm, content);
    if (size > 1000) expect(bytes.length).toBeLessThan(size * 0.7);
    expect((await unpacked(algorithm, bytes, size)).equals(content)).toBe(true);
  });

  it("adds little to what cannot be compressed", async () => {
    const content = randomBytes(MIB);
    const bytes = await packed(algorithm, content);
    expect(bytes.length).toBeLessThan(MIB + MIB / 64 + 1024);
    expect((await unpacked(algorithm, bytes, MIB)).equals(content)).toBe(true);
  });

  it("refuses what is cut short, goes on, or is damaged", async () => {
    const content = text(300_000);
    const good = await packed(algorithm, content);
    expect(await fate(algorithm, good, content)).toBe("same");
    for (const length of [0, 1, 10, good.length >> 1, good.length - 9, good.length - 1]) {
      const code = await fate(algorithm, good.subarray(0, length), content);
      expect([length, code]).toEqual([length, "BLOB_CORRUPT"]);
    }
    const behind = [[0], [0x1f, 0x8b], [...good], [...randomBytes(MIB)]];
    for (const more of behind) {
      const longer = Buffer.concat([good, Buffer.from(more)]);
      expect(await fate(algorithm, longer, content)).toBe("BLOB_CORRUPT");
    }
    for (const at of [0, 3, 20, 1000, good.length - 5]) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 0xff;
      // The first ten bytes of gzip hold a time and a system, which mean nothing here.
      if (at > 10) expect(await fate(algorithm, bad, content)).not.toBe("same");
    }
    expect(await fate(algorithm, randomBytes(5000), content)).toBe("BLOB_CORRUPT");
  });

  it("refuses more bytes, and fewer, than there must be", async () => {
    const content = text(100_000);
    const bytes = await packed(algorithm, content);
    for (const size of [0, 99_999, 100_001]) {
      await expect(unpackFile(file(bytes), fresh(), algorithm, size)).rejects.toMatchObject({
        code: "BLOB_CORRUPT",
      });
    }
  });

  it("stops a bomb at the size it should have", async () => {
    const bomb = await packed(algorithm, Buffer.alloc(64 * MIB));
    expect(bomb.length).toBeLessThan(MIB);
    const dest = fresh();
    await expect(unpackFile(file(bomb), dest, algorithm, 1000)).rejects.toMatchObject({
      code: "BLOB_CORRUPT",
    });
    expect(statSync(dest).size).toBeLessThanOrEqual(1000);
  });

  it("reads no file of another length, and stops when told", async () => {
    const source = file(text(1000));
    await expect(packFile(source, fresh(), algorithm, 999)).rejects.toMatchObject({
      code: "BLOB_CORRUPT",
    });
    const signal = AbortSignal.abort();
    await expect(packFile(source, fresh(), algorithm, 1000, { signal })).rejects.toMatchObject({
      code: "INTERRUPTED",
    });
  });
});

describe("zstd by the library", () => {
  async function through(stream: Awaited<ReturnType<typeof wasmCompressor>>, input: Buffer) {
    const out: Buffer[] = [];
    await pipeline([input], stream, async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) out.push(piece);
    });
    return Buffer.concat(out);
  }

  it("and by Node, where it has it, read each other", async () => {
    const content = text(2 * MIB);
    const byLibrary = await through(await wasmCompressor(3), content);
    expect((await unpacked("zstd", byLibrary, content.length)).equals(content)).toBe(true);
    const byEither = await packed("zstd", content);
    const back = await through(await wasmDecompressor(content.length), byEither);
    expect(back.equals(content)).toBe(true);
  });

  it("makes no more than is taken, of bytes that shrink to next to nothing", async () => {
    const zeros = Buffer.alloc(100 * MIB);
    const small = await through(await wasmCompressor(3), zeros);
    let [size, most] = [0, 0];
    const stream = await wasmDecompressor(zeros.length);
    await pipeline([small], stream, async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) {
        size += piece.length;
        // A reader gets all that waits for it as one piece.
        most = Math.max(most, piece.length);
      }
    });
    expect(size).toBe(zeros.length);
    expect(most).toBeLessThanOrEqual(33 * MIB);
  });

  it("gives its memory back", async () => {
    const content = text(MIB);
    const round = async (): Promise<number> => {
      for (let at = 0; at < 20; at += 1) {
        const bytes = await through(await wasmCompressor(3), content);
        await through(await wasmDecompressor(content.length), bytes);
      }
      return process.memoryUsage().external;
    };
    await round();
    const before = await round();
    expect((await round()) - before).toBeLessThan(30 * MIB);
  });

  it("is read by zstd itself", async (ctx) => {
    const content = text(MIB);
    const source = file(await packed("zstd", content));
    try {
      const back = execFileSync("zstd", ["-dc", source], { maxBuffer: 4 * MIB });
      expect(back.equals(content)).toBe(true);
    } catch (error) {
      if ((error as { code?: string }).code !== "ENOENT") throw error;
      console.log("zstd itself was not tried: there is no such program here");
      ctx.skip(); // the reason is printed above
    }
  });
});
