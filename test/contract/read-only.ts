/**
 * What a transport promises (src/transport/transport.ts) that can only be read: the part of the suite
 * that needs no writing. Objects are put there behind its back.
 */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isBlobsyError } from "../../src/domain/errors.js";
import { openTransport } from "../../src/transport/registry.js";
import type { Transport } from "../../src/transport/transport.js";
import type { TransportFixture } from "./transport.js";

const MIB = 1024 * 1024;

export type ReadOnlyFixture = Omit<TransportFixture, "deny"> & {
  deny(key: string): Promise<void>;
};

export function describeReadOnlyTransport(
  name: string,
  makeFixture: () => Promise<ReadOnlyFixture>,
): void {
  describe(`${name} keeps the promises of a transport that can be read`, () => {
    let dir: string;
    let count = 0;
    let fixture: ReadOnlyFixture;
    let transport: Transport;

    const fresh = (): string => path.join(dir, String((count += 1)));

    beforeAll(async () => {
      dir = await mkdtemp(path.join(tmpdir(), "read-only-"));
    });
    afterAll(() => rm(dir, { recursive: true, force: true }));
    beforeEach(async () => {
      fixture = await makeFixture();
      transport = await openTransport(fixture.spec);
      return () => fixture.dispose();
    });

    async function expectWhole(key: string, content: Buffer): Promise<void> {
      expect(await transport.has(key)).toEqual({ size: content.length });
      const dest = fresh();
      await transport.download(key, dest, content.length);
      expect(digest(await readFile(dest))).toBe(digest(content));
    }

    it("says what it cannot do", () => {
      expect(transport.capabilities).toMatchObject({ list: false, write: false });
    });

    it.each([0, 1, 5 * MIB + 3, 12 * MIB])("brings %i bytes", async (size) => {
      const content = bytes(size);
      expect(await transport.has("data/blob")).toBe(null);
      await fixture.plant("data/blob", content);
      await expectWhole("data/blob", content);
    });

    it("takes keys of every legal character, and long ones", async () => {
      const legal = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
      const keys = [legal, "=a._-b", "a.blobsy/b..", "a-b/c=d/_e.f", "x/".repeat(100) + "y"];
      keys.push(`${"k".repeat(200)}/${"l".repeat(200)}/${"m".repeat(110)}`);
      for (const [at, key] of keys.entries()) await fixture.plant(key, bytes(at + 1));
      for (const [at, key] of keys.entries()) await expectWhole(key, bytes(at + 1));
    });

    it("moves many at once", async () => {
      const keys = Array.from({ length: 60 }, (_, at) => `many/${at % 7}/${at}`);
      for (const [at, key] of keys.entries()) await fixture.plant(key, bytes(at * 10));
      await Promise.all(keys.map((key, at) => expectWhole(key, bytes(at * 10))));
    });

    it("brings the same object twice at once, for two clients too", async () => {
      const content = bytes(9 * MIB);
      await fixture.plant("same", content);
      const other = await openTransport(fixture.spec);
      const all = [transport, other, transport].map((one) => ({ one, dest: fresh() }));
      await Promise.all(all.map(({ one, dest }) => one.download("same", dest, content.length)));
      for (const { dest } of all) expect(digest(await readFile(dest))).toBe(digest(content));
    });

    it("says what is not there", async () => {
      await fixture.plant("here/a", bytes(1));
      for (const key of ["gone", "here", "here/a/b", "no/such/place"]) {
        expect([key, await transport.has(key)]).toEqual([key, null]);
        expect(await codeOf(transport.download(key, fresh(), 10))).toBe("NOT_FOUND");
      }
    });

    it("stops a download at its limit", async () => {
      await fixture.plant("big", bytes(6 * MIB));
      const dest = fresh();
      expect(await codeOf(transport.download("big", dest, 1000))).toBe("BLOB_CORRUPT");
      expect((await stat(dest).catch(() => null))?.size ?? 0).toBeLessThanOrEqual(1000);
      expect(await codeOf(transport.download("big", fresh(), 6 * MIB - 1))).toBe("BLOB_CORRUPT");
      expect(await codeOf(transport.download("big", fresh(), 0))).toBe("BLOB_CORRUPT");
    });

    it("refuses to write, and to list, in words", async () => {
      const file = fresh();
      await writeFile(file, "x");
      expect(await codeOf(transport.upload("a", file, 1))).toBe("PERMISSION");
      expect(await codeOf(transport.remove("a"))).toBe("PERMISSION");
      expect(await codeOf(collect(transport.list("")))).toBe("IO");
      expect(await transport.has("a")).toBe(null);
    });

    it("counts every byte once", async () => {
      await fixture.plant("c", bytes(5 * MIB));
      let down = 0;
      const onBytes = (more: number): void => void (down += more);
      await transport.download("c", fresh(), 5 * MIB, { onBytes });
      expect(down).toBe(5 * MIB);
    });

    it("tells that garbage collection was there", async () => {
      const before = await transport.generation();
      expect(before).toMatch(/^0/);
      expect(await transport.generation()).toBe(before);
      await fixture.plant(".blobsy/generation", Buffer.from("1\n"));
      expect(await transport.generation()).not.toBe(before);
    });

    it("answers a check, and is named by something without a secret", async () => {
      await transport.check();
      expect(transport.id).toMatch(/^[a-z0-9]+:/);
    });

    it("does not take a remote that does not answer for an empty one", async () => {
      const lost = await openTransport(fixture.unreachable);
      const codes = await Promise.all([
        codeOf(lost.has("a")),
        codeOf(lost.download("a", fresh(), 1)),
        codeOf(lost.check()),
        codeOf(lost.generation()),
      ]);
      expect(codes).toEqual(["NETWORK", "NETWORK", "NETWORK", "NETWORK"]);
    });

    it("says that reading is refused", async () => {
      await fixture.plant("denied", bytes(10));
      await fixture.deny("denied");
      expect(await codeOf(transport.download("denied", fresh(), 10))).toBe("PERMISSION");
      expect(await codeOf(transport.has("denied"))).toBe("PERMISSION");
    });

    it("does nothing once it was told to stop, and stops half way", async () => {
      const signal = AbortSignal.abort();
      expect(await codeOf(transport.has("a", { signal }))).toBe("INTERRUPTED");
      expect(await codeOf(collect(transport.list("", { signal })))).toBe("INTERRUPTED");
      const content = bytes(8 * MIB);
      await fixture.plant("half", content);
      const down = new AbortController();
      const dest = fresh();
      const stopped = transport.download("half", dest, content.length, {
        signal: down.signal,
        onBytes: () => down.abort(),
      });
      expect(await codeOf(stopped)).toBe("INTERRUPTED");
      await expectWhole("half", content);
    });
  });
}

function bytes(size: number): Buffer {
  const content = Buffer.alloc(size);
  for (let at = 0; at < size; at += 1) content[at] = (at * 7 + (at >>> 9) + size) & 0xff;
  return content;
}

function digest(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    if (isBlobsyError(error)) return error.code;
    throw error;
  }
}
