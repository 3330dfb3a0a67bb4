/** What an S3 server may do to us that no S3 server does; a web server and a proxy likewise. */
import { writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isBlobsyError, type BlobsyError } from "../../../src/domain/errors.js";
import { openHttps } from "../../../src/transport/https.js";
import { openS3 } from "../../../src/transport/s3.js";
import { openTunnel } from "../../../src/transport/tunnel.js";
import { withRetry } from "../../../src/transport/retry.js";
import type { Transport } from "../../../src/transport/transport.js";
import { HostileS3, SOME_KEYS, type Serve } from "../../helpers/hostile-s3.js";
import { tempDir } from "../../helpers/web.js";

const MIB = 1024 * 1024;
/** What systems keep in between a socket and its reader. */
const ON_THE_WAY = 16 * MIB;

const before = { ...process.env };
let dir: string;
let dispose: () => void;
let server: HostileS3;
let transport: Transport;

beforeEach(async () => {
  ({ dir, dispose } = tempDir("s3-hostile-"));
  server = await HostileS3.start();
  Object.assign(process.env, SOME_KEYS);
  transport = await openS3(server.spec(dir));
});

afterEach(async () => {
  process.env = { ...before };
  await server.stop();
  dispose();
});

const fileOf = (size: number): string => {
  const file = path.join(dir, `file-${size}`);
  writeFileSync(file, Buffer.alloc(size, "a"));
  return file;
};

async function drain(list: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const one of list) count += one === undefined ? 0 : 1;
  return count;
}

async function failure(work: Promise<unknown>): Promise<BlobsyError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!isBlobsyError(error)) throw new Error(`no error of ours: ${String(error)}`);
  return error;
}

const ACTS: Readonly<Record<string, () => Promise<unknown>>> = {
  "a download": () => transport.download("key", path.join(dir, "dest"), 10 * MIB),
  "an upload": () => transport.upload("key", fileOf(100), 100),
  "an upload in parts": () => transport.upload("key", fileOf(11 * MIB), 11 * MIB),
  "a list": () => drain(transport.list("")),
  "a list of unfinished uploads": () => drain(transport.unfinished?.({}) ?? transport.list("")),
  "a removal": () => transport.remove("key"),
  "a check": () => transport.check(),
  "the generation": () => transport.generation(),
};

describe("an answer without end", () => {
  // HEAD has no body: what is there is asked so before anything is sent.
  const unlessHead = (then: Serve): Serve => {
    return (request, response) => {
      if (request.method === "HEAD") response.writeHead(404).end();
      else then(request, response);
    };
  };

  for (const [what, act] of Object.entries(ACTS)) {
    it.each([403, 500])(`ends ${what}: %i`, async (status) => {
      server.serve = unlessHead(server.endless(status));
      const error = await failure(act());
      expect(["IO", "NETWORK", "PERMISSION"]).toContain(error.code);
      expect(server.sent).toBeLessThan(ON_THE_WAY);
    });
  }

  it.each(["a list", "a list of unfinished uploads", "an upload", "an upload in parts"])(
    "ends %s that goes well",
    async (what) => {
      server.serve = unlessHead(server.endless(200, '<?xml version="1.0"?><A>'));
      expect(await failure(ACTS[what]?.() ?? Promise.resolve())).toMatchObject({
        code: "IO",
        message: expect.stringMatching(
          /^\w.* \(s3:.*\): the answer is not that of an S3 server \(HTTP 200 with more than . MiB\)$/,
        ) as unknown,
      });
      expect(server.sent).toBeLessThan(ON_THE_WAY);
    },
  );

  it("is not asked for again", async () => {
    server.serve = server.endless(404);
    const retried = withRetry(transport);
    const error = await failure(retried.download("key", path.join(dir, "dest"), 1000));
    expect(["IO", "NOT_FOUND"]).toContain(error.code);
    expect(server.asked.length).toBeLessThan(3);
    expect(server.sent).toBeLessThan(ON_THE_WAY);
  });

  it("is not taken in when its length is said", async () => {
    server.serve = server.endless(500, "", { "content-length": 1e12 });
    expect((await failure(transport.check())).code).toBe("IO");
    expect(server.sent).toBeLessThan(ON_THE_WAY);
  });

  it("ends a download where the object does", async () => {
    server.serve = server.endless(200);
    expect((await failure(transport.download("key", path.join(dir, "dest"), MIB))).code).not.toBe(
      "",
    );
    expect(server.sent).toBeLessThan(ON_THE_WAY);
  });
});

it.each([
  ["headers without end", (r: ServerResponse) => writeHeaders(r, 50_000)],
  ["declarations", (r: ServerResponse) => r.writeHead(500).end("<!DOCTYPE>".repeat(100_000))],
  ["an entity of entities", (r: ServerResponse) => r.writeHead(500).end(LAUGHS)],
])("%s are an error like others", async (_, answer) => {
  server.serve = (_request, response) => void answer(response);
  expect(["NETWORK", "IO"]).toContain((await failure(transport.check())).code);
});

const LAUGHS = `<!DOCTYPE e [${Array.from(
  { length: 20 },
  (_, at) => `<!ENTITY e${at} "${`&e${at - 1};`.repeat(10)}">`,
).join("")}]><Error><Code>&e19;</Code></Error>`;

function writeHeaders(response: ServerResponse, count: number): void {
  const { socket } = response;
  socket?.write("HTTP/1.1 200 OK\r\n");
  for (let at = 0; at < count && socket?.writable; at += 1) socket.write(`x-${at}: y\r\n`);
  socket?.end();
}

describe("a list without end", () => {
  let pages: number;

  /** @param page the names on a page, by its number */
  const list = (page: (at: number) => readonly string[]): Serve => {
    pages = 0;
    return (request, response) => {
      pages += 1;
      const names = page(pages);
      const isUploads = (request.url ?? "").includes("uploads");
      const tag = isUploads ? "Upload" : "Contents";
      const all = names.map(
        (name) => `<${tag}><Key>${name}</Key><UploadId>${name}</UploadId></${tag}>`,
      );
      const marker = isUploads
        ? `<NextKeyMarker>k${pages}</NextKeyMarker><NextUploadIdMarker>u${pages}</NextUploadIdMarker>`
        : `<NextContinuationToken>token-${pages}</NextContinuationToken>`;
      response.end(`<A><IsTruncated>true</IsTruncated>${marker}${all.join("")}</A>`);
    };
  };
  const isStuck = {
    code: "IO",
    message: expect.stringMatching(/there is more, and does not/) as unknown,
  };

  it.each(["a list", "a list of unfinished uploads"])("%s: of nothing", async (what) => {
    server.serve = list(() => []);
    expect(await failure(ACTS[what]?.() ?? Promise.resolve())).toMatchObject(isStuck);
    expect(pages).toBeLessThan(300);
  });

  it.each(["a list", "a list of unfinished uploads"])(
    "%s: the same again and again",
    async (what) => {
      server.serve = list((at) => [`a${at % 3}`, "b"]);
      expect(await failure(ACTS[what]?.() ?? Promise.resolve())).toMatchObject(isStuck);
      expect(pages).toBe(4);
    },
  );

  it("but not one that has empty pages in it, or is not sorted", async () => {
    const names = [["z"], [], ["a", "c"], [], [], ["b"]];
    const truncated = list((at) => names[at - 1] ?? []);
    server.serve = (request, response) => {
      if (pages < names.length) truncated(request, response);
      else response.end("<A><IsTruncated>false</IsTruncated></A>");
    };
    expect(await drain(transport.list(""))).toBe(4);
  });

  it("of the parts that are there", async () => {
    let lists = 0;
    server.serve = (request, response) => {
      const { method, url = "" } = request;
      if (method === "HEAD") return void response.writeHead(404).end();
      if (method === "POST") return void response.end("<A><UploadId>id</UploadId></A>");
      if (method === "PUT") return void response.writeHead(403).end();
      lists += 1;
      const marker = `<NextPartNumberMarker>${lists % 5}</NextPartNumberMarker>`;
      const part = "<Part><PartNumber>1</PartNumber><ETag>x</ETag></Part>";
      if (url.includes("uploadId")) {
        response.end(`<A><IsTruncated>true</IsTruncated>${marker}${part}</A>`);
      }
    };
    const upload = (): Promise<void> => transport.upload("key", fileOf(11 * MIB), 11 * MIB);
    expect((await failure(upload())).code).toBe("PERMISSION");
    expect((await failure(upload())).code).toBe("PERMISSION");
    expect(lists).toBe(5);
  });
});

describe("a web server and a proxy", () => {
  it.each([200, 302, 404, 500, 503])("an answer without end: HTTP %i", async (status) => {
    server.serve = server.endless(status, "", { location: "/elsewhere" });
    const { endpoint: url = "", stateDir } = server.spec(dir);
    const web = openHttps({ kind: "https", backend: "default", url, isTrusted: true, stateDir });
    const dest = path.join(dir, "dest");
    const acts = [
      () => web.has("key"),
      () => web.download("key", dest, MIB),
      () => web.generation(),
    ];
    for (const act of acts)
      await act().catch((error: unknown) => expect(isBlobsyError(error)).toBe(true));
    expect(server.sent).toBeLessThan(server.asked.length * ON_THE_WAY);
  });

  it.each([
    ["headers", "HTTP/1.1 200 OK\r\n", "x-y: z\r\n".repeat(1000)],
    [
      "a body",
      "HTTP/1.1 502 Bad\r\ntransfer-encoding: chunked\r\n\r\n",
      `400\r\n${"x".repeat(1024)}\r\n`,
    ],
    ["beginnings", "", "HTTP/1.1 100 Continue\r\n\r\n".repeat(10) + "HTTP/1.1 "],
  ])("a proxy that answers with %s without end", async (_, start, piece) => {
    let sent = 0;
    const proxy = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.write(start);
      const more = (): void => {
        while (!socket.destroyed) {
          sent += piece.length;
          if (!socket.write(piece)) return;
        }
      };
      socket.on("drain", more);
      socket.once("data", more);
    });
    await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
    const url = new URL(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    const target = { host: "s3.example.org", port: 443 };
    const tunnel = openTunnel({ url, from: "HTTPS_PROXY" }, target, { isGuarded: false });
    expect((await failure(tunnel)).code).toMatch(/^(NETWORK|PERMISSION)$/);
    expect(sent).toBeLessThan(ON_THE_WAY);
    await new Promise((done) => proxy.close(done));
  });
});
