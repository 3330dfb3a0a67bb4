/** What a web server may do to us, and what is asked of it. */
import { readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { randomBytes } from "node:crypto";
import { isBlobsyError } from "../../../src/domain/errors.js";
import { openHttps } from "../../../src/transport/https.js";
import { withRetry } from "../../../src/transport/retry.js";
import type { Transport } from "../../../src/transport/transport.js";
import { serveFile, tempDir, WebServer } from "../../helpers/web.js";

let dir: string;
let dispose: () => void;
let server: WebServer;
let transport: Transport;
let count = 0;
const content = randomBytes(10_500);

beforeEach(async () => {
  ({ dir, dispose } = tempDir("https-"));
  server = await WebServer.start(dir);
  writeFileSync(path.join(dir, "blob"), content);
  transport = open();
});

afterEach(async () => {
  await server.stop();
  dispose();
});

/** Each as in a process of its own. */
function open(url = server.url, isTrusted = true): Transport {
  const stateDir = path.join(dir, "state");
  const spec = { kind: "https", backend: "default", url, isTrusted, stateDir } as const;
  return openHttps({ ...spec, partSize: 1000 });
}

const fresh = (): string => path.join(dir, `dest-${(count += 1)}`);

async function get(from = transport): Promise<string> {
  const dest = fresh();
  try {
    await from.download("blob", dest, 20_000);
  } catch (error) {
    if (isBlobsyError(error)) return error.code;
    throw error;
  }
  return readFileSync(dest).equals(content) ? "same" : "other bytes";
}

/** Sends so many bytes of the answer, and then the connection is gone. */
function cutAfter(bytes: number): void {
  let left = 1;
  server.intercept = (request, response) => {
    if (request.method !== "GET" || left-- <= 0) return false;
    const { mtimeMs } = statSync(path.join(dir, "blob"));
    const etag = `"${content.length.toString(16)}-${mtimeMs.toString(16)}"`;
    response.writeHead(200, { "content-length": content.length, etag });
    response.write(content.subarray(0, bytes), () => setTimeout(() => response.destroy(), 50));
    return true;
  };
}

const ranges = (): string[] => server.requests.flatMap((line) => line.split(" ")[2] ?? []);

it.each([
  ["7", 7000],
  [new Date(Date.now() + 9_000_000).toUTCString(), 9_000_000],
  ["soon", undefined],
])("waits as the server asks to: Retry-After: %s", async (header, expected) => {
  server.intercept = (_, response) => {
    response.writeHead(503, { "retry-after": header }).end();
    return true;
  };
  const error = await transport.download("blob", fresh(), 20_000).catch((one: unknown) => one);
  if (!isBlobsyError(error)) throw new Error("it did not fail");
  expect(error.code).toBe("THROTTLED");
  if (expected === undefined) expect(error.retryAfterMs).toBeUndefined();
  else expect(Math.abs((error.retryAfterMs ?? 0) - expected)).toBeLessThan(600_000);
});

describe("a download that was cut off", () => {
  it("goes on behind the last whole part, in another process", async () => {
    cutAfter(4321);
    expect(await get()).toBe("NETWORK");
    expect(await get(open())).toBe("same");
    expect(ranges()).toEqual(["bytes=4000-"]);
  });

  it("begins anew when it is another object by now", async () => {
    cutAfter(4321);
    expect(await get()).toBe("NETWORK");
    utimesSync(path.join(dir, "blob"), 1, 1);
    expect(await get(open())).toBe("same");
    expect(ranges()).toEqual(["bytes=4000-"]);
  });

  it("believes no part that has other bytes by now", async () => {
    cutAfter(4321);
    expect(await get()).toBe("NETWORK");
    const [part] = partFiles();
    const bytes = readFileSync(part ?? "");
    bytes[2500] = (bytes[2500] ?? 0) ^ 1;
    writeFileSync(part ?? "", bytes);
    expect(await get(open())).toBe("same");
    expect(ranges()).toEqual(["bytes=2000-"]);
  });

  it("begins anew where a server knows no ranges, or answers with another one", async () => {
    cutAfter(4321);
    expect(await get()).toBe("NETWORK");
    server.intercept = (request, response) => {
      if (request.headers.range === undefined) return false;
      response.writeHead(206, { "content-range": "bytes 0-10499/10500" }).end(content);
      return true;
    };
    expect(await get(open())).toBe("same");
    server.intercept = (request, response) => {
      delete request.headers.range;
      serveFile(dir, request, response);
      return true;
    };
    expect(await get(open())).toBe("same");
  });

  it("is repeated by whoever repeats, and each byte counted once", async () => {
    cutAfter(4321);
    let told = 0;
    const dest = fresh();
    const onBytes = (more: number): void => void (told += more);
    const patient = withRetry(transport, { firstPauseMs: 1 });
    await patient.download("blob", dest, 20_000, { onBytes });
    expect(readFileSync(dest).equals(content)).toBe(true);
    expect(told).toBe(content.length);
  });

  function partFiles(): string[] {
    return readdir(path.join(dir, "state")).filter((name) => name.endsWith(".part"));
  }
});

function readdir(name: string): string[] {
  return readdirSync(name).map((entry) => path.join(name, entry));
}

it("a body shorter than was said is no blob", async () => {
  cutAfter(content.length - 1);
  expect(await get()).toBe("NETWORK");
});

describe("asking", () => {
  it("does without HEAD where a server does not know it", async () => {
    server.intercept = (request, response) => {
      if (request.method !== "HEAD") return false;
      response.writeHead(405).end();
      return true;
    };
    expect(await transport.has("blob")).toEqual({ size: content.length });
    expect(await transport.has("gone")).toBe(null);
    writeFileSync(path.join(dir, "empty"), "");
    expect(await transport.has("empty")).toEqual({ size: 0 });
  });

  it.each([
    [403, "PERMISSION"],
    [401, "PERMISSION"],
    [429, "THROTTLED"],
    [503, "THROTTLED"],
    [500, "NETWORK"],
    [418, "IO"],
  ])("an answer of %i is %s, and never that there is nothing", async (status, code) => {
    server.intercept = (_, response) => {
      response.writeHead(status).end();
      return true;
    };
    await expect(transport.has("blob")).rejects.toMatchObject({ code });
    expect(await get()).toBe(code);
  });

  it("where nobody may see the generation, nothing is known for longer than this process", async () => {
    server.intercept = (request, response) => {
      if (!request.url?.includes(".blobsy")) return false;
      response.writeHead(403).end();
      return true;
    };
    const token = await transport.generation();
    expect(token).toMatch(/^0/);
    expect(await transport.generation()).toBe(token);
    expect(await open().generation()).not.toBe(token);
  });

  it("never sends a credential", async () => {
    await get();
    const names = new Set(server.headers.flatMap((headers) => Object.keys(headers)));
    expect([...names].sort()).toEqual(["accept-encoding", "connection", "host", "user-agent"]);
  });
});

describe("redirects", () => {
  function redirect(location: string): void {
    server.intercept = (request, response) => {
      if (!request.url?.startsWith("/blob")) return false;
      response.writeHead(302, { location }).end();
      return true;
    };
  }

  it("are followed within the server", async () => {
    writeFileSync(path.join(dir, "moved"), content);
    redirect("/moved");
    expect(await transport.has("blob")).toEqual({ size: content.length });
    expect(await get()).toBe("same");
  });

  it.each([
    ["http elsewhere", "http://example.org/blob", "IO"],
    ["a file", "file:///etc/passwd", "IO"],
    ["this machine", "https://127.0.0.1:1/blob", "NEEDS_TRUST"],
    ["this machine by name", "https://localhost:1/blob", "NEEDS_TRUST"],
    ["the metadata service", "https://169.254.169.254/blob", "NEEDS_TRUST"],
    ["the same, in another spelling", "https://[::ffff:a9fe:a9fe]/blob", "NEEDS_TRUST"],
    ["itself, without end", "/blob", "IO"],
  ])("to %s are not", async (_, location, code) => {
    redirect(location);
    expect(await get()).toBe(code);
  });
});

it("an address that only a commit names does not lead to this machine", async () => {
  expect(await get(open(server.url, false))).toBe("NEEDS_TRUST");
  expect(await get(open(server.url.replace("localhost", "127.0.0.1"), false))).toBe("NEEDS_TRUST");
  expect(server.requests).toEqual([]);
});
