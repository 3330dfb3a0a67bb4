/** What BLOBSY_TRACE is told of requests; and that it changes nothing about them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { BlobsyError } from "../../../src/domain/errors.js";
import { traceTo } from "../../../src/fs/trace.js";
import { openLocal } from "../../../src/transport/local.js";
import { withRetry } from "../../../src/transport/retry.js";
import { withTrace } from "../../../src/transport/trace.js";
import type { Transport } from "../../../src/transport/transport.js";

let dir: string;
let lines: string[];

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "blobsy-trace-"));
  lines = [];
  traceTo((area, text) => lines.push(`${area} ${text.replace(/[\d.]+ ms/, "N ms")}`), false);
});
afterEach(() => {
  traceTo(() => undefined, false);
  rmSync(dir, { recursive: true });
});

/** Five bytes as `key` there; `lines` begins after it. */
async function withObject(transport: Transport, key: string): Promise<void> {
  const file = path.join(dir, "five");
  writeFileSync(file, "bytes");
  await transport.upload(key, file, 5);
}

it("one line for each request: verb, key, bytes, time", async () => {
  const remote = withTrace(openLocal(dir));
  await withObject(remote, "a/b");
  let told = 0;
  const onBytes = (more: number): void => void (told += more);
  await remote.download("a/b", path.join(dir, "copy"), 100, { onBytes });
  expect(readFileSync(path.join(dir, "copy"), "utf8")).toBe("bytes");
  expect(told).toBe(5);
  expect(await remote.has("a/b")).toEqual({ size: 5 });
  expect(await remote.has("a/none")).toBeNull();
  const listed = [];
  for await (const { key } of remote.list("a/")) listed.push(key);
  expect(listed).toEqual(["a/b"]);
  await remote.remove("a/b");
  await expect(remote.download("a/b", path.join(dir, "other"), 9)).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  expect(lines.slice(0, -1)).toEqual([
    "remote upload a/b: 5 B, N ms",
    "remote download a/b: 5 B, N ms",
    "remote has a/b: 5 B, N ms",
    "remote has a/none: not there, N ms",
    "remote list a/: 1 found, N ms",
    "remote remove a/b: done, N ms",
  ]);
  expect(lines.at(-1)).toMatch(/^remote download a\/b: NOT_FOUND: .*, N ms$/);
});

it("a request that is repeated: each time why, and at the end how often", async () => {
  const inner = openLocal(dir);
  let left = 2;
  const flaky: Transport = {
    ...inner,
    id: inner.id,
    capabilities: inner.capabilities,
    has: () => {
      if (left-- > 0) throw new BlobsyError("THROTTLED", "slow down");
      return Promise.resolve({ size: 7 });
    },
  };
  let throttled = 0;
  const remote = withTrace(withRetry(flaky, { pause: () => Promise.resolve() }));
  expect(await remote.has("k", { onThrottled: () => void (throttled += 1) })).toEqual({ size: 7 });
  expect(throttled).toBe(2);
  expect(lines).toEqual([
    "remote has k: repeated after THROTTLED: slow down",
    "remote has k: repeated after THROTTLED: slow down",
    "remote has k: 7 B, N ms, repeated 2 x",
  ]);
});

it("a listing that is left early has its line too, once", async () => {
  const remote = withTrace(openLocal(dir));
  await withObject(remote, "a/1");
  await withObject(remote, "a/2");
  lines.length = 0;
  for await (const item of remote.list("a/")) {
    expect(item.size).toBe(5);
    break;
  }
  expect(lines).toEqual(["remote list a/: 1 found, N ms"]);
});
