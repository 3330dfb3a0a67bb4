/** What an interrupted S3 transfer goes on from, and what it does not trust. Bytes are counted. */
import { appendFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTransport } from "../../src/transport/registry.js";
import type { S3Spec } from "../../src/transport/s3-client.js";
import type { Transport, UnfinishedUpload } from "../../src/transport/transport.js";
import { FaultProxy } from "../helpers/fault-proxy.js";
import { describeWithRadosgw } from "../helpers/radosgw.js";
import { Desk, bytes, codeOf, digest } from "./desk.js";

const MIB = 1024 * 1024;
const PART = 5 * MIB;
const SIZE = 50 * MIB;

describeWithRadosgw("an interrupted S3 transfer", (server) => {
  const desk = new Desk();
  const content = bytes(SIZE);
  const before = { ...process.env };
  let dir: string;
  let bucket: string;
  let proxy: FaultProxy;
  let spec: S3Spec;
  let transport: Transport;
  let file: string;

  beforeAll(async () => {
    Object.assign(process.env, server().environment());
    await desk.open();
    file = await desk.file(content);
  });
  afterAll(async () => {
    process.env = before;
    await desk.close();
  });
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "s3-resume-"));
    bucket = await server().bucket();
    proxy = await FaultProxy.start(server().endpoint);
    spec = {
      kind: "s3",
      backend: "default",
      bucket,
      prefix: "p",
      region: "us-east-1",
      endpoint: proxy.endpoint,
      access: "signed",
      stateDir: path.join(dir, "transfers"),
      partSize: PART,
    };
    transport = await openTransport(spec);
  });
  afterEach(async () => {
    await proxy.stop();
    await rm(dir, { recursive: true, force: true });
  });

  const stateOf = (kind: string): string => {
    const names = readdirSync(spec.stateDir).filter((name) => name.endsWith(`.${kind}`));
    expect(names).toHaveLength(1);
    return path.join(spec.stateDir, names[0] ?? "");
  };
  const leftOvers = (): string[] => readdirSync(spec.stateDir);

  /** Another process uploads, and is killed when so many bytes have moved. */
  async function killedUpload(dieAfter = 38 * MIB): Promise<void> {
    const task = { spec, act: "upload", key: "k", file, size: SIZE, dieAfter } as const;
    expect(await desk.child(task)).toBe("killed");
    proxy.calm();
  }

  async function killedDownload(dieAfter = 38 * MIB): Promise<void> {
    await server().put(bucket, "p/k", content);
    const task = {
      spec,
      act: "download",
      key: "k",
      file: desk.path(),
      size: SIZE,
      dieAfter,
    } as const;
    expect(await desk.child(task)).toBe("killed");
    proxy.calm();
  }

  async function upload(from = file): Promise<void> {
    let told = 0;
    await transport.upload("k", from, SIZE, { onBytes: (more) => (told += more) });
    expect(told).toBe(SIZE);
  }

  async function download(): Promise<void> {
    const dest = desk.path();
    let told = 0;
    await transport.download("k", dest, SIZE, { onBytes: (more) => (told += more) });
    expect(told).toBe(SIZE);
    expect(digest(await readFile(dest))).toBe(digest(content));
    expect(leftOvers()).toEqual([]);
  }

  async function expectWhole(expected: Buffer): Promise<void> {
    expect(digest(await server().get(bucket, "p/k"))).toBe(digest(expected));
    expect(leftOvers()).toEqual([]);
  }

  describe("upload", () => {
    it("sends only what is missing, in another process", async () => {
      await killedUpload();
      expect(await server().objects(bucket)).toEqual([]);
      await upload();
      await expectWhole(content);
      // 38 MiB had been sent; the four parts that were on their way when it died are sent again.
      expect(proxy.up).toBeLessThan(SIZE - 2 * PART);
      expect(await server().openUploads(bucket)).toEqual([]);
    });

    it("does not mix two versions", async () => {
      await killedUpload();
      const other = Buffer.from(content).fill(7, 3 * MIB, 4 * MIB);
      await upload(await desk.file(other));
      await expectWhole(other);
    });

    it("begins anew where the server knows nothing of it any more", async () => {
      await killedUpload();
      for (const one of await all(transport.unfinished?.() ?? [])) await transport.abandon?.(one);
      expect(await server().openUploads(bucket)).toEqual([]);
      await upload();
      await expectWhole(content);
    });

    it("begins anew for who may upload and not list parts", async () => {
      await killedUpload();
      const isListing = ({ method, url }: { method: string; url: string }): boolean =>
        method === "GET" && url.includes("uploadId=");
      proxy.next({ kind: "answer", status: 403, code: "AccessDenied" }, { matches: isListing });
      await upload();
      await expectWhole(content);
    });

    it("is not confused by notes that are torn, damaged or of something else", async () => {
      for (const damage of ["torn", "rubbish", "other parts"]) {
        await killedUpload();
        const notes = stateOf("upload");
        const text = readFileSync(notes, "utf8");
        if (damage === "torn") writeFileSync(notes, text.slice(0, -9));
        if (damage === "rubbish") writeFileSync(notes, Buffer.from(bytes(3000)));
        if (damage === "other parts") writeFileSync(notes, text.replace(/part 1 /g, "part 2 "));
        await upload();
        await expectWhole(content);
        await transport.remove("k");
      }
    });

    it("leaves what is there, and nothing of its own, when another was faster", async () => {
      await killedUpload();
      const other = bytes(SIZE).fill(9, 0, 10);
      await server().put(bucket, "p/k", other);
      await upload();
      await expectWhole(other);
      expect(await server().openUploads(bucket)).toEqual([]);
    });

    it("takes no notice of an answer to its end that was lost", async () => {
      proxy.next(
        { kind: "lose answer" },
        { matches: ({ method, url }) => method === "POST" && url.includes("uploadId=") },
      );
      await upload();
      await expectWhole(content);
    });

    it("that nobody goes on with is found, and given up", async () => {
      await killedUpload();
      rmSync(spec.stateDir, { recursive: true });
      const found = await all(transport.unfinished?.() ?? []);
      expect(found).toEqual([
        { key: "k", id: expect.any(String) as string, begunAt: expect.any(Number) as number },
      ]);
      expect(Math.abs((found[0]?.begunAt ?? 0) - Date.now())).toBeLessThan(3_600_000);
      for (const one of found) await transport.abandon?.(one);
      expect(await all(transport.unfinished?.() ?? [])).toEqual([]);
      for (const one of found) await transport.abandon?.(one);
    });

    it("two at once, of the same file, are both done", async () => {
      const other = await openTransport(spec);
      await Promise.all([transport, other].map((one) => one.upload("k", file, SIZE)));
      await expectWhole(content);
      expect(await server().openUploads(bucket)).toEqual([]);
    });
  });

  describe("download", () => {
    it("asks only for what is missing, in another process", async () => {
      await killedDownload();
      await download();
      expect(proxy.down).toBeLessThan(SIZE - 2 * PART);
    });

    it("does not believe a file that is long and empty, short, gone, or turned over", async () => {
      for (const damage of ["zeros", "short", "gone", "one byte", "longer"]) {
        await killedDownload();
        const part = stateOf("part");
        const have = readFileSync(part);
        if (damage === "zeros") writeFileSync(part, Buffer.alloc(have.length));
        if (damage === "short") writeFileSync(part, have.subarray(0, 2 * MIB));
        if (damage === "gone") rmSync(part);
        if (damage === "one byte") writeFileSync(part, have.fill(0, 1000, 1001));
        if (damage === "longer") appendFileSync(part, Buffer.alloc(SIZE));
        await download();
      }
    });

    it("begins anew when the object is another one", async () => {
      await killedDownload();
      const other = bytes(SIZE).fill(1, 0, 100);
      await server().put(bucket, "p/k", other);
      const dest = desk.path();
      await transport.download("k", dest, SIZE);
      expect(digest(await readFile(dest))).toBe(digest(other));
    });

    it("of wrong bytes is not gone on with: the next one is fresh", async () => {
      await server().put(bucket, "p/k", content);
      proxy.next({ kind: "flip response", at: 5 }, { matches: ({ method }) => method === "GET" });
      const dest = desk.path();
      await transport.download("k", dest, SIZE);
      expect(digest(await readFile(dest))).not.toBe(digest(content));
      await download();
      expect(proxy.down).toBeGreaterThan(2 * SIZE - 1);
    });

    it("gives back its room when the object is gone", async () => {
      await killedDownload();
      await transport.remove("k");
      expect(await codeOf(transport.download("k", desk.path(), SIZE))).toBe("NOT_FOUND");
      // Also when it goes half way.
      await killedDownload();
      const isGet = ({ method }: { method: string }): boolean => method === "GET";
      proxy.next({ kind: "answer", status: 404, code: "NoSuchKey" }, { matches: isGet, times: 99 });
      expect(await codeOf(transport.download("k", desk.path(), SIZE))).toBe("NOT_FOUND");
      expect(leftOvers()).toEqual([]);
    });

    it("two at once, of the same object, are both right", async () => {
      await server().put(bucket, "p/k", content);
      const other = await openTransport(spec);
      const files = [desk.path(), desk.path()];
      await Promise.all(
        [transport, other].map((one, at) => one.download("k", files[at] ?? "", SIZE)),
      );
      for (const one of files) expect(digest(await readFile(one))).toBe(digest(content));
      expect(leftOvers()).toEqual([]);
    });
  });
});

async function all(
  items: AsyncIterable<UnfinishedUpload> | Iterable<UnfinishedUpload>,
): Promise<UnfinishedUpload[]> {
  const found: UnfinishedUpload[] = [];
  for await (const item of items) found.push(item);
  return found;
}
