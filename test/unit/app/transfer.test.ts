import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Context } from "../../../src/app/context.js";
import { openRemote } from "../../../src/app/remote.js";
import { TransferSession } from "../../../src/app/transfer-session.js";
import { downloadBlobs, keysOnRemote, uploadBlobs } from "../../../src/app/transfer.js";
import type { TransferReport } from "../../../src/app/transfer.js";
import { uploadBlob } from "../../../src/app/upload-blob.js";
import type { Transport } from "../../../src/transport/transport.js";
import { Fixture, blobOf, type Blob } from "./remote-fixture.js";

let world: Fixture;
let ctx: Context;

beforeEach(async () => {
  world = new Fixture();
  world.useRemote();
  ctx = await world.context();
});

afterEach(() => world.dispose());

/** Puts blobs into the store, by way of a payload that is gone afterwards. */
async function stored(...texts: string[]): Promise<Blob[]> {
  const blobs = texts.map((text) => blobOf(text, `data/${text.slice(0, 10)}.bin`));
  for (const blob of blobs) {
    const file = world.write("payload", blob.content);
    expect((await ctx.store.ingest(file)).oid).toBe(blob.oid);
    unlinkSync(file);
  }
  return blobs;
}

const remoteFile = (blob: Blob): string => path.join(world.remote, blob.key);

/** Puts something under a blob's key, behind blobsy's back. */
function plant(blob: Blob, content: string | Buffer = blob.content): void {
  mkdirSync(path.dirname(remoteFile(blob)), { recursive: true });
  rmSync(remoteFile(blob), { force: true });
  writeFileSync(remoteFile(blob), content);
}

function setGeneration(text: string): void {
  writeFileSync(path.join(world.remote, ".blobsy", "generation"), text);
}

const summary = (report: TransferReport): unknown => ({
  done: report.done,
  skipped: report.skipped,
  failed: report.failed.map(({ path: name, error }) => `${name} ${error.code}`).sort(),
});

function tempFiles(): string[] {
  return readdirSync(ctx.store.layout.tmp).filter((name) => name.startsWith("download"));
}

describe("uploading", () => {
  it("sends what the remote has not got, and tells of it", async () => {
    const blobs = await stored("one", "two", "");
    const report = await uploadBlobs(ctx, blobs);
    expect(report).toEqual({ done: 3, bytes: 6, skipped: 0, failed: [] });
    for (const blob of blobs)
      expect(readFileSync(remoteFile(blob)).equals(blob.content)).toBe(true);
    expect(world.said).toEqual(["uploading 3 of 3 files, 6 of 6 bytes"]);
  });

  it("asks nothing about what is proven, until garbage collection was there", async () => {
    const blobs = await stored("one", "two");
    await uploadBlobs(ctx, blobs);
    const [first] = blobs as [Blob];
    unlinkSync(remoteFile(first));
    const again = await world.context();
    expect(summary(await uploadBlobs(again, blobs))).toEqual({ done: 0, skipped: 2, failed: [] });
    expect(existsSync(remoteFile(first))).toBe(false);

    setGeneration("1\n");
    expect(summary(await uploadBlobs(again, blobs))).toEqual({ done: 1, skipped: 1, failed: [] });
    expect(readFileSync(remoteFile(first), "utf8")).toBe("one");
  });

  it("believes no proof once the remote was made anew", async () => {
    const blobs = await stored("one");
    await uploadBlobs(ctx, blobs);
    rmSync(world.remote, { recursive: true });
    world.makeRemote(world.remote, "the-second");
    expect(summary(await uploadBlobs(ctx, blobs))).toEqual({ done: 1, skipped: 0, failed: [] });
  });

  it("skips what is there, and replaces what is there with another size", async () => {
    const [one, two] = (await stored("one", "two")) as [Blob, Blob];
    plant(one);
    plant(two, "truncat");
    expect(summary(await uploadBlobs(ctx, [one, two]))).toEqual({
      done: 1,
      skipped: 1,
      failed: [],
    });
    expect(readFileSync(remoteFile(two), "utf8")).toBe("two");
  });

  it("asks by one listing when there is much to ask", async () => {
    const blobs = await stored(...Array.from({ length: 70 }, (_, at) => `blob ${at}`));
    for (const blob of blobs.slice(0, 30)) plant(blob);
    for (const blob of blobs.slice(30, 40)) plant(blob, "x");
    const report = await uploadBlobs(ctx, blobs);
    expect(summary(report)).toEqual({ done: 40, skipped: 30, failed: [] });
    for (const blob of blobs)
      expect(readFileSync(remoteFile(blob)).equals(blob.content)).toBe(true);
    expect(summary(await uploadBlobs(ctx, blobs))).toEqual({ done: 0, skipped: 70, failed: [] });
  });

  it("one that is nowhere does not stop the others", async () => {
    const [one, two] = (await stored("one", "two")) as [Blob, Blob];
    const lost = blobOf("lost", "lost.bin");
    const report = await uploadBlobs(ctx, [one, lost, two]);
    expect(summary(report)).toEqual({ done: 2, skipped: 0, failed: ["lost.bin BLOB_MISSING"] });
    expect(report.failed[0]).toMatchObject({ key: lost.key, oid: lost.oid, wanted: lost });
  });

  it("takes it from a payload that still has it, never from one that has not", async () => {
    const here = blobOf("here", "here.bin");
    const edited = blobOf("before", "edited.bin");
    world.write("here.bin", "here");
    world.write("edited.bin", "after!");
    const report = await uploadBlobs(ctx, [here, edited], {
      findPayloads: (blob) => [path.join(world.repo, "gone"), path.join(world.repo, blob.path)],
    });
    expect(summary(report)).toEqual({ done: 1, skipped: 0, failed: ["edited.bin BLOB_MISSING"] });
    expect(world.remoteKeys()).toEqual([here.key]);
    expect(readFileSync(remoteFile(here), "utf8")).toBe("here");
  });

  it("never sends a store object that is not what its name says", async () => {
    const [good, rotten] = (await stored("good", "rotten")) as [Blob, Blob];
    const object = path.join(ctx.store.layout.objects, rotten.oid.slice(0, 2), rotten.oid);
    chmodSync(object, 0o644);
    writeFileSync(object, "ROTTEN");
    const report = await uploadBlobs(await world.context(), [good, rotten]);
    expect(summary(report)).toEqual({
      done: 1,
      skipped: 0,
      failed: ["data/rotten.bin BLOB_MISSING"],
    });
    expect(world.remoteKeys()).toEqual([good.key]);
  });

  it("does one transfer per key, and tells everybody who asked", async () => {
    const [one] = (await stored("one")) as [Blob];
    const lost = blobOf("lost", "a.bin");
    const wanted = [one, { ...one, path: "copy.bin" }, lost, { ...lost, path: "b.bin" }];
    expect(summary(await uploadBlobs(ctx, wanted))).toEqual({
      done: 1,
      skipped: 0,
      failed: ["a.bin BLOB_MISSING", "b.bin BLOB_MISSING"],
    });
  });

  it("refuses keys it must not write, and two blobs under one key", async () => {
    const [one, two] = (await stored("one", "two")) as [Blob, Blob];
    const report = await uploadBlobs(ctx, [
      { ...one, path: "1", key: two.key },
      { ...one, path: "2", key: "no/hash/in/it" },
      { ...one, path: "3", key: `../${one.oid}` },
      { ...one, path: "4", key: `.blobsy/${one.oid}` },
      one,
      { ...one, path: "5", size: 4 },
      { ...one, path: "6", compressed: "zstd" },
    ]);
    const refused = ["1", "2", "3", "4", "5", "6"].map((name) => `${name} REFUSED_KEY`);
    expect(summary(report)).toEqual({
      done: 1,
      skipped: 0,
      failed: refused,
    });
    expect(world.remoteKeys()).toEqual([one.key]);
  });

  it("fails every blob for the remote's reason", async () => {
    const blobs = await stored("one", "two");
    rmSync(path.join(world.remote, ".blobsy"), { recursive: true });
    const untrusted = await uploadBlobs(ctx, blobs);
    expect(untrusted.failed.map(({ error }) => error.code)).toEqual(["NEEDS_TRUST", "NEEDS_TRUST"]);
    rmSync(world.remote, { recursive: true });
    const gone = await uploadBlobs(ctx, blobs);
    expect(gone.failed.map(({ error }) => error.code)).toEqual(["NO_REMOTE", "NO_REMOTE"]);
    // It is looked at anew each time: once it is there, it is used.
    world.makeRemote();
    expect(summary(await uploadBlobs(ctx, blobs))).toEqual({ done: 2, skipped: 0, failed: [] });
    // Opened already, and then gone.
    rmSync(world.remote, { recursive: true });
    const lost = await uploadBlobs(ctx, blobs);
    expect(lost.failed.map(({ error }) => error.code)).toEqual(["IO", "IO"]);
  });

  it("stops when it is told to", async () => {
    const blobs = await stored("one", "two");
    const report = await uploadBlobs(ctx, blobs, { signal: AbortSignal.abort() });
    expect(report.failed.map(({ error }) => error.code)).toEqual(["INTERRUPTED", "INTERRUPTED"]);
    expect(world.remoteKeys()).toEqual([]);
  });
});

/** The real remote, with something that happens to the store's object just before it is sent. */
describe("an object that does not hold still while it is sent", () => {
  async function uploadWith(happens: (object: string) => void, payload: string): Promise<void> {
    const [blob] = (await stored("content")) as [Blob];
    const session = await TransferSession.start(ctx, {});
    const { transport } = session.remote;
    let calls = 0;
    const restless: Transport = {
      ...transport,
      upload: async (key, file, size, options) => {
        calls += 1;
        if (calls === 1) happens(file);
        await transport.upload(key, file, size, options);
      },
    };
    Object.assign(session, { remote: { ...session.remote, transport: restless } });
    const file = world.write("kept.bin", payload);
    await uploadBlob(session, blob, { findPayloads: async () => [file] }, () => undefined);
    await session.end();
  }

  it("is looked for again when it went", async () => {
    await uploadWith((object) => unlinkSync(object), "content");
    expect(readFileSync(remoteFile(blobOf("content")), "utf8")).toBe("content");
  });

  it("is taken off the remote when it was written to, and sent again", async () => {
    const writtenTo = (object: string): void => {
      chmodSync(object, 0o644);
      writeFileSync(object, "CONTENT");
    };
    await uploadWith(writtenTo, "content");
    expect(readFileSync(remoteFile(blobOf("content")), "utf8")).toBe("content");
  });

  it("leaves nothing wrong on the remote, nor a proof, when it is nowhere else", async () => {
    const writtenTo = (object: string): void => {
      chmodSync(object, 0o644);
      writeFileSync(object, "CONTENT");
    };
    await expect(uploadWith(writtenTo, "edited!")).rejects.toMatchObject({ code: "BLOB_MISSING" });
    expect(world.remoteKeys()).toEqual([]);
    const session = await TransferSession.start(await world.context(), {});
    expect(session.proofs.has(blobOf("content"))).toBe(false);
  });
});

describe("downloading", () => {
  it("brings blobs into the store, and proves that the remote has them", async () => {
    const blobs = [blobOf("one"), blobOf("two"), blobOf("")];
    for (const blob of blobs) plant(blob);
    const report = await downloadBlobs(ctx, blobs);
    expect(report).toEqual({ done: 3, bytes: 6, skipped: 0, failed: [] });
    for (const { oid, size } of blobs)
      expect(await ctx.store.verifiedPath(oid, size)).not.toBe(null);
    const { proofs } = await TransferSession.start(ctx, {});
    expect(blobs.map((blob) => proofs.has(blob))).toEqual([true, true, true]);
    expect(summary(await downloadBlobs(ctx, blobs))).toEqual({ done: 0, skipped: 3, failed: [] });
    expect(tempFiles()).toEqual([]);
  });

  it("takes nothing that is not the blob, and goes on with the others", async () => {
    const names = ["good", "bit flipped", "longer", "shorter", "gone", "link"];
    const blobs = names.map((name) => blobOf(`content of ${name}`, name));
    const [good, flipped, longer, shorter, , link] = blobs as [Blob, Blob, Blob, Blob, Blob, Blob];
    plant(good);
    plant(flipped, Buffer.from(flipped.content).fill("X", 0, 1));
    plant(longer, Buffer.concat([longer.content, Buffer.alloc(100_000)]));
    plant(shorter, shorter.content.subarray(1));
    symlinkSync(remoteFile(good), remoteFile(link));
    const report = await downloadBlobs(ctx, blobs);
    expect(summary(report)).toEqual({
      done: 1,
      skipped: 0,
      failed: [
        "bit flipped BLOB_CORRUPT",
        "gone BLOB_MISSING",
        "link IO",
        "longer BLOB_CORRUPT",
        "shorter BLOB_CORRUPT",
      ],
    });
    for (const { oid } of blobs.slice(1)) expect(ctx.store.has(oid)).toBe(false);
    expect(tempFiles()).toEqual([]);
    for (const { error } of report.failed) expect(error.message).toMatch(/blobs\b/);
  });

  it("takes back the proof for what is not there", async () => {
    const [one] = (await stored("one")) as [Blob];
    await uploadBlobs(ctx, [one]);
    unlinkSync(remoteFile(one));
    await ctx.store.remove(one.oid);
    expect((await downloadBlobs(ctx, [one])).failed[0]?.error.code).toBe("BLOB_MISSING");
    const { proofs } = await TransferSession.start(ctx, {});
    expect(proofs.has(one)).toBe(false);
  });

  it("does not fill the disk for a size that cannot be", async () => {
    const one = blobOf("one", "one.bin");
    plant(one);
    const absurd = { ...blobOf("absurd", "absurd.bin"), size: 2 ** 52 };
    expect(summary(await downloadBlobs(ctx, [absurd, one]))).toEqual({
      done: 1,
      skipped: 0,
      failed: ["absurd.bin DISK_FULL"],
    });
  });

  it("asks for no key that could lead elsewhere", async () => {
    const wanted = ["../../etc/passwd", ".blobsy/remote", "-rf", "a b"].map((key) => ({
      ...blobOf(key),
      key,
    }));
    const report = await downloadBlobs(ctx, wanted);
    expect(new Set(report.failed.map(({ error }) => error.code))).toEqual(new Set(["REFUSED_KEY"]));
  });

  it("reads keys that name no hash: who wrote them had their reasons", async () => {
    const old = { ...blobOf("old"), key: "models/v1/weights" };
    plant(old);
    expect(summary(await downloadBlobs(ctx, [old]))).toEqual({ done: 1, skipped: 0, failed: [] });
  });
});

describe("asking", () => {
  it.each([3, 60])("%i keys are there, or not", async (count) => {
    const blobs = Array.from({ length: count }, (_, at) => blobOf(`blob ${at}`));
    const [there, short, proven] = blobs as [Blob, Blob, Blob];
    plant(there);
    plant(short, "x");
    plant(proven);
    await downloadBlobs(ctx, [proven]);
    expect(await keysOnRemote(ctx, blobs)).toEqual(new Set([there.key, proven.key]));
    expect(await keysOnRemote(ctx, [])).toEqual(new Set());
    rmSync(world.remote, { recursive: true });
    await expect(keysOnRemote(ctx, blobs)).rejects.toMatchObject({ code: "IO" });
  });

  it("opens the remote once", async () => {
    expect(await openRemote(ctx)).toBe(await openRemote(ctx));
  });
});
