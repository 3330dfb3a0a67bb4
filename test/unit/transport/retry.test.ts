import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BlobsyError, type ErrorCode } from "../../../src/domain/errors.js";
import { openLocal } from "../../../src/transport/local.js";
import { withRetry, type RetryOptions } from "../../../src/transport/retry.js";
import type { RemoteObject, Transport } from "../../../src/transport/transport.js";

let base: string;
let inner: Transport;
let pauses: number[];

const INJECTED: RetryOptions = {
  attempts: 4,
  firstPauseMs: 100,
  maxPauseMs: 250,
  pause: async (ms) => void pauses.push(ms),
  random: () => 1,
};

beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), "retry-"));
  inner = openLocal(base);
  pauses = [];
  await writeFile(path.join(base, "key"), "content");
});

afterEach(() => rm(base, { recursive: true, force: true }));

/** Fails the first calls of everything with these codes, then is the real thing. */
function failing(codes: ErrorCode[], partly?: (dest: string) => Promise<void>): Transport {
  const left = [...codes];
  const weather = (): void => {
    const code = left.shift();
    if (code) throw new BlobsyError(code, `made to fail: ${code}`);
  };
  return {
    ...inner,
    id: inner.id,
    capabilities: inner.capabilities,
    has: async (key) => (weather(), inner.has(key)),
    upload: async (key, file, size, options) => {
      if (left.length > 0) options?.onBytes?.(3);
      weather();
      await inner.upload(key, file, size, options);
    },
    download: async (key, dest, max, options) => {
      if (left.length > 0) {
        await partly?.(dest);
        options?.onBytes?.(3);
      }
      weather();
      await inner.download(key, dest, max, options);
    },
    async *list(prefix) {
      for await (const object of inner.list(prefix)) {
        yield object;
        weather();
      }
    },
    remove: async (key) => (weather(), inner.remove(key)),
    check: async () => (weather(), inner.check()),
    generation: async () => (weather(), inner.generation()),
  };
}

const retrying = (codes: ErrorCode[], partly?: (dest: string) => Promise<void>): Transport =>
  withRetry(failing(codes, partly), INJECTED);

const nobody = (): BlobsyError => new BlobsyError("NETWORK", "none", { isUnreachable: true });

describe("repeats", () => {
  it("what may pass, with pauses that double up to a limit", async () => {
    expect(await retrying(["NETWORK", "THROTTLED", "NETWORK"]).has("key")).toEqual({ size: 7 });
    expect(pauses).toEqual([100, 200, 250]);
  });

  it("twice only what a silent server was waited for, half a minute and longer", async () => {
    for (const [waited, tries] of [
      [29_999, 6],
      [30_000, 2],
    ] as const) {
      let clock = 0;
      let asked = 0;
      const silent: Transport = {
        ...inner,
        has: async () => {
          asked += 1;
          clock += waited;
          throw new BlobsyError("NETWORK", "no answer");
        },
      };
      const patient = withRetry(silent, { ...INJECTED, attempts: 6, now: () => clock });
      await expect(patient.has("key")).rejects.toMatchObject({ message: "no answer" });
      expect(asked).toBe(tries);
    }
  });

  it("as often as ever what takes long and gets on, and what asks to slow down", async () => {
    let clock = 0;
    let asked = 0;
    const slow: Transport = {
      ...inner,
      download: async (_key, _dest, _most, options) => {
        asked += 1;
        clock += 60_000;
        options?.onBytes?.(asked * 2 * 1024 * 1024);
        if (asked < 9) throw new BlobsyError("NETWORK", "cut off");
      },
      check: async () => {
        clock += 60_000;
        throw new BlobsyError("THROTTLED", "slow down");
      },
    };
    const patient = withRetry(slow, { ...INJECTED, now: () => clock });
    await patient.download("key", path.join(base, "none"), 9);
    expect(asked).toBe(9);
    pauses = [];
    await expect(patient.check()).rejects.toMatchObject({ code: "THROTTLED" });
    expect(pauses).toHaveLength(3);
  });

  it("so often, and tells the last failure", async () => {
    const codes: ErrorCode[] = ["NETWORK", "NETWORK", "NETWORK", "THROTTLED", "NETWORK"];
    await expect(retrying(codes).check()).rejects.toMatchObject({ code: "THROTTLED" });
    expect(pauses).toHaveLength(3);
  });

  it.each<ErrorCode>([
    "CREDENTIALS",
    "PERMISSION",
    "NOT_FOUND",
    "DISK_FULL",
    "BLOB_CORRUPT",
    "IO",
    "INTERRUPTED",
  ])("nothing that is final: %s", async (code) => {
    await expect(retrying([code]).generation()).rejects.toMatchObject({ code });
    expect(pauses).toEqual([]);
  });

  it("for a moment only where nobody is there, and once for what comes after", async () => {
    let asked = 0;
    let error: BlobsyError | null = nobody();
    const has = async (): Promise<{ size: number }> => {
      asked += 1;
      if (error) throw error;
      return { size: 7 };
    };
    const transport = withRetry({ ...inner, has }, { ...INJECTED, attempts: 9 });
    const ask = async (): Promise<number> => {
      asked = 0;
      await transport.has("key").catch(() => undefined);
      return asked;
    };
    expect([await ask(), await ask(), await ask()]).toEqual([4, 1, 1]);
    expect(pauses).toEqual([100, 200, 250]);
    // One that is there and slow is waited for.
    error = new BlobsyError("NETWORK", "timeout");
    expect([await ask(), await ask()]).toEqual([9, 9]);
    // Somebody is there again.
    error = nobody();
    await ask();
    error = null;
    await ask();
    error = nobody();
    expect(await ask()).toBe(4);
  });

  it("with pauses cut by chance", async () => {
    const chance = [0.5, 0, 0.25];
    const transport = withRetry(failing(["NETWORK", "NETWORK", "NETWORK"]), {
      ...INJECTED,
      random: () => chance.shift() ?? 1,
    });
    await transport.remove("key");
    expect(pauses).toEqual([50, 0, 62.5]);
  });

  it("not once the caller wants to stop", async () => {
    const stop = new AbortController();
    const transport = withRetry(failing(["NETWORK"]), {
      ...INJECTED,
      pause: async () => stop.abort(),
    });
    const asked = transport.has("key", { signal: stop.signal });
    await expect(asked).rejects.toMatchObject({ code: "INTERRUPTED" });
  });

  it("stops a real pause when the caller wants to stop", async () => {
    const stop = new AbortController();
    const transport = withRetry(failing(["NETWORK"]), {
      firstPauseMs: 3_600_000,
      maxPauseMs: 3_600_000,
      random: () => 1,
    });
    const asked = transport.has("key", { signal: stop.signal });
    setImmediate(() => stop.abort());
    await expect(asked).rejects.toMatchObject({ code: "INTERRUPTED" });
  });
});

it("a download begins on a clean path, and its bytes count once", async () => {
  const dest = path.join(base, "dest");
  let counted = 0;
  const transport = retrying(["NETWORK", "NETWORK"], (at) => writeFile(at, "con"));
  await transport.download("key", dest, 7, { onBytes: (more) => (counted += more) });
  expect(await readFile(dest, "utf8")).toBe("content");
  expect(counted).toBe(7);
});

it("an upload's bytes count once", async () => {
  let counted = 0;
  const transport = retrying(["THROTTLED"]);
  const file = path.join(base, "key");
  await transport.upload("new", file, 7, { onBytes: (more) => (counted += more) });
  expect(counted).toBe(7);
});

it.each([
  ["sorted", (at: number) => at, 1],
  ["not sorted", (at: number) => (at * 7) % 23, 2],
])("a listing too long to be remembered, %s", async (_, nameAt, most) => {
  const long = "x".repeat(1024 * 1024);
  let failures = 1;
  async function* list(): AsyncGenerator<{ key: string; size: number }> {
    for (let at = 0; at < 23; at += 1) {
      if (at === 20 && failures-- > 0) throw new BlobsyError("NETWORK", "cut off");
      yield { key: `${String(nameAt(at)).padStart(2, "0")}${long}`, size: 1 };
    }
  }
  const counts = new Map<string, number>();
  for await (const { key } of withRetry({ ...inner, list }, INJECTED).list("")) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(counts.size).toBe(23);
  expect(Math.max(...counts.values())).toBe(most);
});

it("a listing that breaks off gives every object once", async () => {
  for (const name of ["a", "b", "c"]) await writeFile(path.join(base, name), name);
  const found: RemoteObject[] = [];
  for await (const object of retrying(["NETWORK", "THROTTLED"]).list("")) found.push(object);
  expect(found.map(({ key }) => key).sort()).toEqual(["a", "b", "c", "key"]);
});

it("waits as long as the other side wants to be left alone, within reason", async () => {
  const asked = [3000, 3_600_000];
  const throttled: Transport = {
    ...inner,
    check: async () => {
      const retryAfterMs = asked.shift();
      if (retryAfterMs === undefined) return;
      throw new BlobsyError("THROTTLED", "slow down", { retryAfterMs });
    },
  };
  await withRetry(throttled, INJECTED).check();
  expect(pauses).toEqual([3100, 60_200]);
});

describe("a transfer that gets on", () => {
  const MIB = 1024 * 1024;
  /** Each try goes on where the last one stopped, as far as that, and fails; the last one ends well. */
  function inSteps(steps: readonly number[], size: number): { upload: () => Promise<number> } {
    const left = [...steps];
    const upload: Transport["upload"] = async (_key, _file, _size, options) => {
      const reached = left.shift() ?? size;
      options?.onBytes?.(reached);
      if (reached < size) throw new BlobsyError("NETWORK", "cut");
    };
    const transport = withRetry({ ...inner, upload }, INJECTED);
    let counted = 0;
    const onBytes = (more: number): void => void (counted += more);
    return { upload: async () => (await transport.upload("k", "f", size, { onBytes }), counted) };
  }

  it("is gone on with however often the line breaks", async () => {
    const steps = Array.from({ length: 20 }, (_, at) => (at + 1) * MIB);
    expect(await inSteps(steps, 21 * MIB).upload()).toBe(21 * MIB);
    expect(pauses).toEqual(Array(20).fill(100));
  });

  it("is given up when it does not", async () => {
    const steps = [MIB, MIB + 10, MIB + 20, MIB + 30, MIB + 40];
    await expect(inSteps(steps, 2 * MIB).upload()).rejects.toMatchObject({ code: "NETWORK" });
    expect(pauses).toEqual([100, 200, 250]);
  });
});
