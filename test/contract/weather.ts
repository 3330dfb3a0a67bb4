/**
 * What every transport over HTTP promises in bad weather: one suite, through a proxy that cuts, lies and
 * refuses. What fails for a passing reason is repeated and arrives; what is final is told for what it is.
 */
import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTransport, type TransportSpec } from "../../src/transport/registry.js";
import type { Transport } from "../../src/transport/transport.js";
import { FaultProxy, type Fault, type Seen } from "../helpers/fault-proxy.js";
import { Desk, bytes, codeOf, digest } from "./desk.js";

/** A remote that is reached through `endpoint`; new and empty for each test. */
export interface WeatherFixture {
  /** The server's own address, "http://host:port". */
  readonly upstream: string;
  through(endpoint: string): TransportSpec;
  plant(key: string, content: Uint8Array): Promise<void>;
  /** A size that is moved in one piece, and one in several. */
  readonly sizes: readonly [number, number];
  readonly canWrite: boolean;
  dispose(): Promise<void>;
}

const SLOW_DOWN = {
  kind: "answer",
  status: 503,
  code: "SlowDown",
  headers: { "retry-after": "1" },
} as const satisfies Fault;
const BROKEN: Fault = { kind: "answer", status: 500, code: "InternalError" };
const GONE: Fault = { kind: "answer", status: 404, code: "NoSuchKey" };
const DENIED: Fault = { kind: "answer", status: 403, code: "AccessDenied" };

const isGet = ({ method }: Seen): boolean => method === "GET";
const isPut = ({ method }: Seen): boolean => method === "PUT";

export function describeWeather(name: string, makeFixture: () => Promise<WeatherFixture>): void {
  describe(`${name} in bad weather`, () => {
    const desk = new Desk();
    let fixture: WeatherFixture;
    let proxy: FaultProxy;
    let transport: Transport;

    beforeAll(() => desk.open());
    afterAll(() => desk.close());
    beforeEach(async () => {
      fixture = await makeFixture();
      proxy = await FaultProxy.start(fixture.upstream);
      transport = await openTransport(fixture.through(proxy.endpoint));
    });
    afterEach(async () => {
      await proxy.stop();
      await fixture.dispose();
    });

    async function get(content: Buffer): Promise<void> {
      const dest = desk.path();
      await transport.download("a/key", dest, content.length);
      expect(digest(await readFile(dest))).toBe(digest(content));
    }

    async function put(content: Buffer): Promise<void> {
      await transport.upload("a/key", await desk.file(content), content.length);
      expect(await transport.has("a/key")).toEqual({ size: content.length });
      proxy.calm();
      await get(content);
    }

    const passing: readonly [string, Fault, number][] = [
      ["a server that asks to slow down", SLOW_DOWN, 2],
      ["a server that fails", BROKEN, 2],
      ["a connection that is cut at once", { kind: "cut response", after: 0 }, 2],
    ];

    describe.each([0, 1] as const)("download, of size %i", (which) => {
      const whole = (): Buffer => bytes(fixture.sizes[which]);

      it.each([
        ...passing,
        ["a connection that is cut half way", { kind: "cut response", after: 100_000 }, 2],
      ] as [string, Fault, number][])("arrives despite %s", async (_, fault, times) => {
        await fixture.plant("a/key", whole());
        proxy.next(fault, { times, matches: isGet });
        await get(whole());
        expect(proxy.seen.filter(isGet).length).toBeGreaterThan(times);
      });

      it("of an object that vanishes is told, and comes when it is back", async () => {
        await fixture.plant("a/key", whole());
        const atLast = which === 0 ? 0 : 2;
        let gets = 0;
        proxy.next(GONE, { times: 100, matches: (seen) => isGet(seen) && (gets += 1) > atLast });
        expect(await codeOf(transport.download("a/key", desk.path(), whole().length))).toBe(
          "NOT_FOUND",
        );
        proxy.calm();
        await get(whole());
      });

      it("that is refused is told for what it is, and not repeated", async () => {
        await fixture.plant("a/key", whole());
        proxy.next(DENIED, { times: 1000 });
        const failing = transport.download("a/key", desk.path(), whole().length);
        expect(await codeOf(failing)).toBe("PERMISSION");
        expect(proxy.seen.length).toBeLessThan(9);
      });

      it("never passes off a short body for the whole", async () => {
        await fixture.plant("a/key", whole());
        proxy.next({ kind: "shorten", to: 50_000 }, { times: 1000, matches: isGet });
        const dest = desk.path();
        const code = await codeOf(transport.download("a/key", dest, whole().length));
        if (code === "done") expect((await readFile(dest)).length).toBe(50_000);
        else expect(["NETWORK", "IO"]).toContain(code);
      });
    });

    it("leaves the caller to see that bytes are wrong, and brings right ones the next time", async () => {
      for (const size of fixture.sizes) {
        await fixture.plant("a/key", bytes(size));
        proxy.next({ kind: "flip response", at: 77 }, { matches: isGet });
        const dest = desk.path();
        await transport.download("a/key", dest, size);
        expect(digest(await readFile(dest))).not.toBe(digest(bytes(size)));
        await get(bytes(size));
      }
    });

    it("gives up on a server that never recovers, and says why", async () => {
      await fixture.plant("a/key", bytes(10));
      proxy.next({ ...SLOW_DOWN, headers: {} }, { times: 1000 });
      expect(await codeOf(transport.download("a/key", desk.path(), 10))).toBe("THROTTLED");
      proxy.calm();
      proxy.next(BROKEN, { times: 1000 });
      expect(await codeOf(transport.download("a/key", desk.path(), 10))).toBe("NETWORK");
      expect(proxy.seen.length).toBeLessThan(10);
    });

    it("waits as long as it is asked to", async () => {
      await fixture.plant("a/key", bytes(10));
      proxy.next({ ...SLOW_DOWN, headers: { "retry-after": "2" } }, { matches: isGet });
      const begun = performance.now();
      await get(bytes(10));
      expect(performance.now() - begun).toBeGreaterThan(1990);
    });

    it("takes nothing to another host, wherever it is pointed", async () => {
      const elsewhere = await FaultProxy.start(fixture.upstream);
      try {
        await fixture.plant("a/key", bytes(10));
        for (const status of [301, 302, 307, 308]) {
          const headers = { location: `${elsewhere.endpoint}/a/key` };
          proxy.next({ kind: "answer", status, headers }, { times: 50 });
          expect(await codeOf(transport.download("a/key", desk.path(), 10))).toBe("IO");
          expect(await codeOf(transport.has("a/key"))).toBe("IO");
          proxy.calm();
        }
        expect(elsewhere.seen).toEqual([]);
      } finally {
        await elsewhere.stop();
      }
    });

    describe.each([0, 1] as const)("upload, of size %i", (which) => {
      it.each([
        ...passing,
        ["a connection that is cut half way", { kind: "cut request", after: 60_000 }, 2],
        ["an answer that is lost", { kind: "lose answer" }, 1],
        ["bytes that are turned over on the way", { kind: "flip request", at: 99 }, 2],
      ] as [string, Fault, number][])("arrives despite %s", async (_, fault, times) => {
        // A remote that is only read has nothing to arrive at.
        if (!fixture.canWrite) return;
        proxy.next(fault, { times, matches: isPut });
        await put(bytes(fixture.sizes[which]));
      });

      it("that is refused is told for what it is, and leaves nothing", async () => {
        if (!fixture.canWrite) return;
        proxy.next(DENIED, { times: 1000 });
        const content = bytes(fixture.sizes[which]);
        const failing = transport.upload("a/key", await desk.file(content), content.length);
        expect(await codeOf(failing)).toBe("PERMISSION");
        proxy.calm();
        expect(await transport.has("a/key")).toBe(null);
      });
    });
  });
}
