/**
 * What every transport promises (src/transport/transport.ts), as one suite over a factory. A
 * transport's own test file is the factory and nothing else; what only it can do wrong is tested in
 * test/unit/transport/.
 */
import { readFile, stat } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTransport, type TransportSpec } from "../../src/transport/registry.js";
import type { Transport } from "../../src/transport/transport.js";
import type { ChildTask } from "./child.js";
import { Desk, all, bytes, codeOf, digest } from "./desk.js";

const MIB = 1024 * 1024;
/** Whose files nobody else's are: has no rights but those given to all. */
const NOBODY = 65534;

/** A remote to try a transport on, new and empty for each test. */
export interface TransportFixture {
  readonly spec: TransportSpec;
  /** Puts an object there behind the transport's back. */
  plant(key: string, content: Uint8Array): Promise<void>;
  /** Where nothing answers. */
  readonly unreachable: TransportSpec;
  /**
   * Makes the remote refuse what `user` asks for; `user` is the id the suite runs a child as, for
   * remotes that refuse by user. Returns why it cannot, if so, or what the child needs in its
   * environment.
   */
  deny(
    what: "reading" | "writing",
    key: string,
    user: number,
  ): Promise<string | null | NodeJS.ProcessEnv>;
  /** Further sizes at which this transport does something else. */
  readonly sizes?: readonly number[];
  dispose(): Promise<void>;
}

export function describeTransport(
  name: string,
  makeFixture: () => Promise<TransportFixture>,
): void {
  describe(`${name} keeps the promises of a transport`, () => {
    const desk = new Desk();
    let fixture: TransportFixture;
    let transport: Transport;

    beforeAll(() => desk.open());
    afterAll(() => desk.close());
    beforeEach(async () => {
      fixture = await makeFixture();
      transport = await openTransport(fixture.spec);
      return () => fixture.dispose();
    });

    async function put(key: string, content: Uint8Array): Promise<void> {
      await transport.upload(key, await desk.file(content), content.length);
    }

    async function get(key: string, maxBytes: number): Promise<Buffer> {
      const dest = desk.path();
      await transport.download(key, dest, maxBytes);
      return readFile(dest);
    }

    async function expectWhole(key: string, content: Uint8Array): Promise<void> {
      expect(await transport.has(key)).toEqual({ size: content.length });
      expect(digest(await get(key, content.length))).toBe(digest(content));
    }

    /** After an interruption: the whole object or none, and the next upload succeeds. */
    async function expectNoPart(key: string, content: Uint8Array): Promise<void> {
      const listed = (await all(transport.list(""))).filter((object) => object.key === key);
      const found = await transport.has(key);
      expect(listed.map(({ size }) => size)).toEqual(found ? [content.length] : []);
      if (found) expect(found.size).toBe(content.length);
      await put(key, content);
      await expectWhole(key, content);
    }

    it.each([
      ["nothing", 0],
      ["one byte", 1],
      ["several MiB", 5 * MIB + 3],
    ])("moves %s there and back", async (_, size) => {
      const content = bytes(size);
      expect(await transport.has("data/blob")).toBe(null);
      await put("data/blob", content);
      await expectWhole("data/blob", content);
      expect(await all(transport.list(""))).toEqual([{ key: "data/blob", size }]);
    });

    it("moves what is just as long as a part, and a byte more or less", async () => {
      for (const [at, size] of (fixture.sizes ?? []).entries()) {
        const content = bytes(size);
        await put(`sized/${at}`, content);
        await expectWhole(`sized/${at}`, content);
      }
    });

    it("takes keys of every legal character, and long ones", async () => {
      const legal = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
      const keys = [legal, "=a._-b", "a.blobsy/b..", "a-b/c=d/_e.f", "x/".repeat(100) + "y"];
      keys.push(`${"k".repeat(200)}/${"l".repeat(200)}/${"m".repeat(110)}`);
      for (const [at, key] of keys.entries()) await put(key, bytes(at + 1));
      for (const [at, key] of keys.entries()) await expectWhole(key, bytes(at + 1));
      expect((await all(transport.list(""))).map(({ key }) => key).sort()).toEqual(keys.sort());
    });

    it("moves many at once", async () => {
      const keys = Array.from({ length: 100 }, (_, at) => `many/${at % 7}/${at}`);
      await Promise.all(keys.map((key, at) => put(key, bytes(at * 10))));
      await Promise.all(keys.map((key, at) => expectWhole(key, bytes(at * 10))));
      expect(await all(transport.list("many/3/"))).toHaveLength(
        keys.filter((_, at) => at % 7 === 3).length,
      );
    });

    it("takes the same key twice at once, from two clients too", async () => {
      const content = bytes(MIB);
      const other = await openTransport(fixture.spec);
      const file = await desk.file(content);
      await Promise.all(
        [transport, other, transport, other].map((one) => one.upload("same", file, content.length)),
      );
      await expectWhole("same", content);
      expect(await all(transport.list(""))).toHaveLength(1);
    });

    it.each([
      ["shorter", 10],
      ["empty", 0],
      ["longer", 5000],
    ])("replaces a damaged object that is %s", async (_, size) => {
      await fixture.plant("damaged", bytes(size));
      await put("damaged", bytes(1000));
      await expectWhole("damaged", bytes(1000));
    });

    it("takes a second upload of what is there", async () => {
      await put("twice", bytes(100));
      await put("twice", bytes(100));
      await expectWhole("twice", bytes(100));
    });

    it("replaces our own objects though the size is the same", async () => {
      await put(".blobsy/note", Buffer.from("1"));
      await put(".blobsy/note", Buffer.from("2"));
      expect((await get(".blobsy/note", 1)).toString()).toBe("2");
    });

    it("says what is not there, each in its way", async () => {
      await put("here/a", bytes(1));
      for (const key of ["gone", "here", "here/a/b", "here/b", "no/such/place"]) {
        expect([key, await transport.has(key)]).toEqual([key, null]);
        expect(await codeOf(transport.download(key, desk.path(), 10))).toBe("NOT_FOUND");
        await transport.remove(key);
      }
      expect(await all(transport.list("nothing/"))).toEqual([]);
      await expectWhole("here/a", bytes(1));
    });

    it("removes an object, and an object that is gone", async () => {
      await put("a/one", bytes(1));
      await put("a/two", bytes(2));
      await transport.remove("a/one");
      await transport.remove("a/one");
      expect(await transport.has("a/one")).toBe(null);
      await expectWhole("a/two", bytes(2));
    });

    it("stops a download at its limit", async () => {
      await put("big", bytes(3 * MIB));
      const dest = desk.path();
      expect(await codeOf(transport.download("big", dest, 1000))).toBe("BLOB_CORRUPT");
      const written = await stat(dest).catch(() => null);
      expect(written?.size ?? 0).toBeLessThanOrEqual(1000);
      expect(await codeOf(transport.download("big", desk.path(), 3 * MIB - 1))).toBe(
        "BLOB_CORRUPT",
      );
      await fixture.plant("nearly", bytes(1));
      expect(await codeOf(transport.download("nearly", desk.path(), 0))).toBe("BLOB_CORRUPT");
    });

    it("shows nothing of a file that is not as long as was said", async () => {
      const file = await desk.file(bytes(1000));
      for (const said of [0, 999, 1001]) {
        expect(await codeOf(transport.upload("wrong", file, said))).toBe("BLOB_CORRUPT");
      }
      expect(await transport.has("wrong")).toBe(null);
      expect(await codeOf(transport.upload("wrong", desk.path(), 1))).toBe("IO");
      expect(await all(transport.list(""))).toEqual([]);
    });

    it("lists by the beginning of the key, and its own objects only when asked", async () => {
      for (const key of ["a/b/c", "a/bc", "a/c", "ab", ".blobsy/x/y"]) await put(key, bytes(1));
      const keys = async (prefix: string): Promise<string[]> =>
        (await all(transport.list(prefix))).map(({ key }) => key).sort();
      expect(await keys("")).toEqual(["a/b/c", "a/bc", "a/c", "ab"]);
      expect(await keys("a/b")).toEqual(["a/b/c", "a/bc"]);
      expect(await keys("a/b/")).toEqual(["a/b/c"]);
      expect(await keys("a")).toEqual(["a/b/c", "a/bc", "a/c", "ab"]);
      expect(await keys(".blobsy/x/")).toEqual([".blobsy/x/y"]);
    });

    it("counts every byte once", async () => {
      const content = bytes(3 * MIB);
      const file = await desk.file(content);
      let [up, down] = [0, 0];
      await transport.upload("c", file, content.length, { onBytes: (more) => (up += more) });
      await transport.download("c", desk.path(), content.length, {
        onBytes: (more) => (down += more),
      });
      expect([up, down]).toEqual([content.length, content.length]);
    });

    it("tells no other hash of a download than its own", async () => {
      const content = bytes(3 * MIB);
      await put("c", content);
      const told: string[] = [];
      const onHashed = (oid: string): void => void told.push(oid);
      await transport.download("c", desk.path(), content.length, { onHashed });
      await codeOf(transport.download("c", desk.path(), content.length - 1, { onHashed }));
      await codeOf(transport.download("none", desk.path(), 10, { onHashed }));
      // Once at most: whoever does not hash leaves it to the caller.
      expect([[], [digest(content)]]).toContainEqual(told);
    });

    it("tells that garbage collection was there", async () => {
      const before = await transport.generation();
      expect(before).toMatch(/^0/);
      expect(await transport.generation()).toBe(before);
      await put(".blobsy/generation", Buffer.from("1\n"));
      expect(await transport.generation()).not.toBe(before);
    });

    it("answers a check, and is named by something without a secret", async () => {
      await transport.check();
      expect(transport.id).toMatch(/^[a-z0-9]+:/);
      expect((await openTransport(fixture.spec)).id).toBe(transport.id);
    });

    it("does not take a remote that does not answer for an empty one", async () => {
      const lost = await openTransport(fixture.unreachable);
      const file = await desk.file(bytes(1));
      const codes = await Promise.all([
        codeOf(lost.has("a")),
        codeOf(lost.upload("a", file, 1)),
        codeOf(lost.download("a", desk.path(), 1)),
        codeOf(all(lost.list(""))),
        codeOf(lost.remove("a")),
        codeOf(lost.check()),
        codeOf(lost.generation()),
      ]);
      for (const code of codes) expect(["NETWORK", "IO"]).toContain(code);
    });

    it.each(["reading", "writing"] as const)("says that %s is refused", async (what) => {
      await put("denied", bytes(10));
      const why =
        process.getuid?.() === 0 ? await fixture.deny(what, "denied", NOBODY) : "not root";
      if (typeof why === "string") {
        console.log(`${name}: refused ${what} is not tested: ${why}`);
        return;
      }
      const { spec } = fixture;
      const task: ChildTask =
        what === "reading"
          ? { spec, act: "download", key: "denied", file: desk.path(), size: 10 }
          : { spec, act: "upload", key: "new/object", file: await desk.file(bytes(9)), size: 9 };
      expect(await desk.child(task, NOBODY, why ?? {})).toMatchObject({ code: "PERMISSION" });
      expect(await transport.has("new/object")).toBe(null);
      await expectWhole("denied", bytes(10));
    });

    it("does nothing once it was told to stop", async () => {
      const signal = AbortSignal.abort();
      const file = await desk.file(bytes(10));
      expect(await codeOf(transport.upload("a", file, 10, { signal }))).toBe("INTERRUPTED");
      expect(await codeOf(transport.has("a", { signal }))).toBe("INTERRUPTED");
      expect(await codeOf(all(transport.list("", { signal })))).toBe("INTERRUPTED");
      expect(await transport.has("a")).toBe(null);
    });

    it("leaves no part when it is told to stop half way", async () => {
      const content = bytes(8 * MIB);
      const file = await desk.file(content);
      const up = new AbortController();
      const stopped = transport.upload("half", file, content.length, {
        signal: up.signal,
        onBytes: () => up.abort(),
      });
      expect(["INTERRUPTED", "done"]).toContain(await codeOf(stopped));
      await expectNoPart("half", content);

      const down = new AbortController();
      const dest = desk.path();
      const fetched = transport.download("half", dest, content.length, {
        signal: down.signal,
        onBytes: () => down.abort(),
      });
      if ((await codeOf(fetched)) === "done") {
        expect(digest(await readFile(dest))).toBe(digest(content));
      }
    });

    it.each([1, 4 * MIB, 8 * MIB])(
      "leaves no part when killed after %i bytes",
      async (dieAfter) => {
        const content = bytes(8 * MIB);
        const file = await desk.file(content);
        const { spec } = fixture;
        const task = { spec, act: "upload", key: "killed", file, size: content.length } as const;
        expect(await desk.child({ ...task, dieAfter })).toBe("killed");
        await expectNoPart("killed", content);
      },
    );
  });
}
