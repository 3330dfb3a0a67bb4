/** The way to S3 and https: through a proxy, and to servers whose certificates only this user believes. */
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import tls from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BlobsyError } from "../../src/domain/errors.js";
import { openTransport } from "../../src/transport/registry.js";
import type { HttpsSpec } from "../../src/transport/https.js";
import type { S3Spec } from "../../src/transport/s3-client.js";
import type { Transport } from "../../src/transport/transport.js";
import { describeWithRadosgw } from "../helpers/radosgw.js";
import { makeAuthority, WebServer, type Certificate } from "../helpers/web.js";
import { WebProxy } from "../helpers/web-proxy.js";
import { Desk, bytes, digest } from "./desk.js";

const MIB = 1024 * 1024;
/** One of the Internet's; the proxy leads it here. */
const PUBLIC = "93.184.215.14";
const NAMES = /^(https?|all|no)_proxy$|CA_BUNDLE$|CA_CERTS$|SSL_CAINFO$/i;

const desk = new Desk();
const before = { ...process.env };
let dir: string;
let house: Certificate;
let proxy: WebProxy;

beforeAll(async () => {
  await desk.open();
  dir = mkdtempSync(path.join(tmpdir(), "web-way-"));
  house = makeAuthority(dir, PUBLIC);
});
afterAll(async () => {
  await desk.close();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const name of Object.keys(process.env)) if (NAMES.test(name)) delete process.env[name];
  proxy = await WebProxy.start();
});
afterEach(async () => {
  process.env = { ...before };
  await proxy.stop();
});

async function put(transport: Transport, key: string, content: Buffer): Promise<void> {
  await transport.upload(key, await desk.file(content), content.length);
}

async function get(transport: Transport, key: string, content: Buffer): Promise<void> {
  const dest = desk.path();
  await transport.download(key, dest, content.length);
  expect(digest(await readFile(dest))).toBe(digest(content));
}

async function failure(work: Promise<unknown>): Promise<BlobsyError> {
  return (await work.then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  )) as BlobsyError;
}

describeWithRadosgw("the way to S3", (server) => {
  let front: tls.Server;
  let spec: S3Spec;

  beforeAll(async () => {
    front = tls.createServer({ key: house.key, cert: house.cert }, (socket) => {
      const onward = connect(server().port, "127.0.0.1");
      socket.on("error", () => onward.destroy());
      onward.on("error", () => socket.destroy());
      socket.pipe(onward).pipe(socket);
    });
    await new Promise<void>((done) => front.listen(0, "127.0.0.1", done));
  });
  afterAll(() => void front.close());
  beforeEach(async () => {
    Object.assign(process.env, server().environment());
    spec = {
      kind: "s3",
      backend: "default",
      bucket: await server().bucket(),
      prefix: "p",
      region: "us-east-1",
      endpoint: `https://localhost:${(front.address() as AddressInfo).port}`,
      access: "signed",
      stateDir: path.join(dir, "transfers"),
      partSize: 5 * MIB,
    };
  });

  async function works(more: Partial<S3Spec> = {}): Promise<void> {
    const transport = await openTransport({ ...spec, ...more });
    await put(transport, "small", bytes(100));
    await get(transport, "small", bytes(100));
  }

  it("names the cause where the authority is not known, and does not ask for long", async () => {
    const error = await failure(works());
    expect(error).toMatchObject({ code: "NETWORK", isUnreachable: true });
    expect(error.message).toContain("certificate is not accepted");
    expect(error.next).toContain("NODE_EXTRA_CA_CERTS");
  });

  it("believes the authorities that the user has named, wherever", async () => {
    for (const name of ["AWS_CA_BUNDLE", "BLOBSY_EXTRA_CA_CERTS", "GIT_SSL_CAINFO"]) {
      process.env[name] = house.file;
      await works();
      delete process.env[name];
    }
    await works({ way: { authorities: house.file } });
    const config = path.join(dir, "aws-config");
    writeFileSync(config, `[default]\nca_bundle = ${house.file}\n`);
    process.env["AWS_CONFIG_FILE"] = config;
    await works();
  });

  it("names a file of certificates that cannot be read", async () => {
    process.env["AWS_CA_BUNDLE"] = path.join(dir, "none.pem");
    const error = await failure(works());
    expect(error).toMatchObject({ code: "BAD_CONFIG", path: path.join(dir, "none.pem") });
  });

  it("goes through a CONNECT proxy, in parts too", async () => {
    process.env["AWS_CA_BUNDLE"] = house.file;
    process.env["HTTPS_PROXY"] = proxy.url;
    const transport = await openTransport(spec);
    await put(transport, "large", bytes(17 * MIB));
    await get(transport, "large", bytes(17 * MIB));
    const port = (front.address() as AddressInfo).port;
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT localhost:${port}`]));
    // Connections are kept: 17 MiB in 4 parts, twice, and what is asked before.
    expect(proxy.asked.length).toBeLessThan(8);
  });

  it("asks a proxy for the whole address of a server without TLS", async () => {
    process.env["HTTP_PROXY"] = proxy.url.replace("//", "//me:se%20cret@");
    proxy.account = "me:se cret";
    const transport = await openTransport({ ...spec, endpoint: server().endpoint });
    for (const size of [100, 8 * MIB, 11 * MIB]) {
      await put(transport, `k=${size}`, bytes(size));
      await get(transport, `k=${size}`, bytes(size));
    }
    expect(proxy.asked[0]).toMatch(/^(HEAD|PUT) http:\/\/127\.0\.0\.1:\d+\/bucket-/);
    expect(await server().openUploads(spec.bucket)).toEqual([]);
  });

  it("goes round the proxy where NO_PROXY or an empty http.proxy says so", async () => {
    process.env["AWS_CA_BUNDLE"] = house.file;
    process.env["https_proxy"] = proxy.url;
    process.env["NO_PROXY"] = "localhost";
    await works();
    delete process.env["NO_PROXY"];
    await works({ way: { proxy: "" } });
    expect(proxy.asked).toEqual([]);
    delete process.env["https_proxy"];
    await works({ way: { proxy: proxy.url } });
    expect(proxy.asked).not.toEqual([]);
  });

  it("looks where a name leads that only a commit chose, before the proxy hears of it", async () => {
    process.env["HTTPS_PROXY"] = proxy.url;
    const inside = await openTransport({ ...spec, access: "anonymous" });
    expect(await failure(inside.has("a"))).toMatchObject({ code: "NEEDS_TRUST" });
    const unknown = {
      ...spec,
      endpoint: "https://nowhere.invalid:9443",
      access: "anonymous",
    } as const;
    const unseen = await failure((await openTransport(unknown)).has("a"));
    expect(unseen).toMatchObject({ code: "NEEDS_TRUST" });
    expect(unseen.next).toContain("trustedEndpoint https://nowhere.invalid:9443");
    expect(proxy.asked).toEqual([]);
  });
});

describe("the way to a web server", () => {
  let server: WebServer;
  let spec: HttpsSpec;

  beforeEach(async () => {
    mkdirSync(path.join(dir, "data"), { recursive: true });
    writeFileSync(path.join(dir, "data", "blob"), bytes(1000));
    server = await WebServer.start(dir, house);
    const url = `${server.url}/data`;
    const stateDir = path.join(dir, "transfers");
    spec = { kind: "https", backend: "default", url, isTrusted: true, stateDir };
    process.env["GIT_SSL_CAINFO"] = house.file;
    process.env["HTTPS_PROXY"] = proxy.url;
  });
  afterEach(() => server.stop());

  async function asked(more: Partial<HttpsSpec> = {}): Promise<BlobsyError | null> {
    const transport = await openTransport({ ...spec, ...more });
    try {
      await get(transport, "blob", bytes(1000));
      return null;
    } catch (error) {
      return error as BlobsyError;
    }
  }

  it("leads through a CONNECT proxy, with the password that is asked for", async () => {
    proxy.account = "me:geheim";
    const without = await asked();
    expect(without).toMatchObject({ code: "CREDENTIALS" });
    expect(without?.message).toContain("(HTTPS_PROXY) wants a name and a password");
    process.env["HTTPS_PROXY"] = proxy.url.replace("//", "//me:geheim@");
    expect(await asked()).toBe(null);
    proxy.account = "other";
    expect((await asked())?.message).not.toContain("geheim");
    // What the proxy is told is not told the server.
    for (const headers of server.headers) expect(headers["proxy-authorization"]).toBeUndefined();
  });

  it("leads through a proxy that itself is spoken to by TLS", async () => {
    const secure = await WebProxy.start(house);
    try {
      process.env["HTTPS_PROXY"] = secure.url;
      expect(secure.url).toMatch(/^https:/);
      expect(await asked()).toBe(null);
      expect(secure.asked).toEqual([`CONNECT ${new URL(server.url).host}`]);
      delete process.env["GIT_SSL_CAINFO"];
      expect((await asked())?.message).toContain(
        "its certificate is not accepted (UNABLE_TO_VERIFY",
      );
    } finally {
      await secure.stop();
    }
  });

  it.each([
    [403, "PERMISSION"],
    [404, "PERMISSION"],
    [502, "NETWORK"],
  ])("a proxy's %i is the proxy's, and no word of the server's", async (status, code) => {
    proxy.refusal = status;
    const transport = await openTransport(spec);
    const error = await failure(transport.has("blob"));
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(`does not lead to localhost:`);
    expect(server.requests).toEqual([]);
  });

  it("names the proxy that does not answer", async () => {
    process.env["HTTPS_PROXY"] = "http://127.0.0.1:9";
    const error = await asked();
    expect(error).toMatchObject({ code: "NETWORK", isUnreachable: true });
    expect(error?.message).toBe(
      "the proxy http://127.0.0.1:9 (HTTPS_PROXY) does not answer (ECONNREFUSED)",
    );
    expect(await asked({ way: { proxy: "socks5://127.0.0.1:9" } })).toMatchObject({
      code: "BAD_CONFIG",
    });
  });

  it("of the Internet is open to what only a commit names; of this machine is not", async () => {
    const committed = { isTrusted: false } as const;
    const { port } = new URL(server.url);
    proxy.routes.set(`${PUBLIC}:443`, Number(port));
    expect(await asked({ ...committed, url: `https://${PUBLIC}/data` })).toBe(null);
    expect(proxy.asked).toEqual([`CONNECT ${PUBLIC}:443`]);
    expect(await asked(committed)).toMatchObject({ code: "NEEDS_TRUST" });
    // Nor does a redirect lead there.
    server.intercept = (_, answer) => {
      answer.writeHead(302, { location: `${server.url}/data/blob` }).end();
      return true;
    };
    expect(await asked({ ...committed, url: `https://${PUBLIC}/data` })).toMatchObject({
      code: "NEEDS_TRUST",
    });
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${PUBLIC}:443`]));
  });
});
