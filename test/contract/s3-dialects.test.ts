/** Servers that do not know a header, or put it differently; and credentials that change on the way. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { openTransport } from "../../src/transport/registry.js";
import type { S3Spec } from "../../src/transport/s3-client.js";
import type { Transport } from "../../src/transport/transport.js";
import { FaultProxy, type Seen } from "../helpers/fault-proxy.js";
import { describeWithRadosgw } from "../helpers/radosgw.js";
import { Desk, bytes, codeOf, digest } from "./desk.js";

const MIB = 1024 * 1024;
const PART = 5 * MIB;

describeWithRadosgw("s3 and its dialects", (server) => {
  const desk = new Desk();
  const before = { ...process.env };
  let dir: string;
  let bucket: string;
  let proxy: FaultProxy;
  let spec: S3Spec;
  let transport: Transport;

  beforeAll(() => desk.open());
  afterAll(() => desk.close());
  beforeEach(async () => {
    process.env = { ...before, ...server().environment() };
    dir = mkdtempSync(path.join(tmpdir(), "s3-dialects-"));
    bucket = await server().bucket();
    proxy = await FaultProxy.start(server().endpoint);
    spec = {
      kind: "s3",
      backend: "default",
      bucket,
      prefix: "",
      region: "us-east-1",
      endpoint: proxy.endpoint,
      access: "signed",
      stateDir: path.join(dir, "transfers"),
      partSize: PART,
    };
    transport = await openTransport(spec);
  });
  afterEach(async () => {
    process.env = before;
    await proxy.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function put(key: string, content: Buffer): Promise<void> {
    await transport.upload(key, await desk.file(content), content.length);
  }

  async function expectThere(key: string, content: Buffer): Promise<void> {
    expect(digest(await server().get(bucket, key))).toBe(digest(content));
    const dest = desk.path();
    await transport.download(key, dest, content.length);
    expect(digest(await readFile(dest))).toBe(digest(content));
  }

  const has =
    (header: string) =>
    ({ headers }: Seen): boolean =>
      headers[header] !== undefined;
  const puts = (): Seen[] => proxy.seen.filter(({ method }) => method === "PUT");

  it("sends a checksum, a condition and a signed hash with each small object", async () => {
    await put("small", bytes(1000));
    const [one] = puts();
    const sha256 = digest(bytes(1000));
    expect(one?.headers).toMatchObject({
      "x-amz-content-sha256": sha256,
      "x-amz-checksum-sha256": Buffer.from(sha256, "hex").toString("base64"),
      "if-none-match": "*",
      "content-md5": expect.any(String) as string,
      "content-length": "1000",
    });
    expect(one?.headers).not.toHaveProperty("x-amz-trailer");
    expect(one?.headers["content-encoding"]).toBeUndefined();
  });

  it("sends streams as they are: signed, of a known length, and not framed", async () => {
    await put("middle", bytes(8 * MIB));
    await put("large", bytes(11 * MIB));
    expect(puts()).toHaveLength(4);
    for (const { headers } of puts()) {
      expect(headers["x-amz-content-sha256"]).toMatch(/^[0-9a-f]{64}$/);
      expect(headers["content-encoding"]).toBeUndefined();
      expect(headers["transfer-encoding"]).toBeUndefined();
    }
    await expectThere("middle", bytes(8 * MIB));
    await expectThere("large", bytes(11 * MIB));
  });

  it.each([
    [501, "NotImplemented"],
    [400, "InvalidArgument"],
  ])("does without conditions where they are answered with %i %s", async (status, code) => {
    proxy.next({ kind: "answer", status, code }, { times: 99, matches: has("if-none-match") });
    await put("a", bytes(100));
    await put("b", bytes(100));
    await expectThere("a", bytes(100));
    await expectThere("b", bytes(100));
    expect(proxy.seen.filter(has("if-none-match"))).toHaveLength(1);
    // Then it looks first, and still overwrites nothing.
    const other = Buffer.from(bytes(100)).reverse();
    await server().put(bucket, "c", other);
    await put("c", bytes(100));
    await expectThere("c", other);
  });

  it("finds out once what a server does not know, when many ask at the same time", async () => {
    const fault = { kind: "answer", status: 501, code: "NotImplemented" } as const;
    proxy.next(fault, { times: 99, matches: has("if-none-match") });
    const keys = Array.from({ length: 20 }, (_, at) => `k${at}`);
    await Promise.all(keys.map((key) => put(key, bytes(100))));
    expect(await server().objects(bucket)).toHaveLength(20);
    // What it does know is not given up with it.
    const sent = puts().filter(({ status }) => status === 200);
    expect(sent).toHaveLength(20);
    expect(sent.every(has("x-amz-checksum-sha256"))).toBe(true);
  });

  it("completes by tags alone where checksums of parts are taken for bad text", async () => {
    const isComplete = ({ method, url }: Seen): boolean => method === "POST" && url.includes("Id=");
    proxy.next({ kind: "answer", status: 400, code: "MalformedXML" }, { matches: isComplete });
    await put("large", bytes(11 * MIB));
    await expectThere("large", bytes(11 * MIB));
    await put("larger", bytes(12 * MIB));
    expect(proxy.seen.filter(isComplete).map(({ status }) => status)).toEqual([400, 200, 200]);
  });

  it("does without checksums where they are not known", async () => {
    const fault = { kind: "answer", status: 400, code: "InvalidArgument" } as const;
    const knows = (seen: Seen): boolean =>
      has("x-amz-checksum-sha256")(seen) || has("x-amz-checksum-algorithm")(seen);
    proxy.next(fault, { times: 99, matches: knows });
    await put("large", bytes(11 * MIB));
    await put("small", bytes(100));
    await put("more", bytes(100));
    for (const [key, size] of [
      ["large", 11 * MIB],
      ["small", 100],
      ["more", 100],
    ] as const) {
      await expectThere(key, bytes(size));
    }
    expect(proxy.seen.filter(knows)).toHaveLength(1);
  });

  it("takes no refusal for a header's fault when it is not", async () => {
    proxy.next({ kind: "answer", status: 400, code: "InvalidRequest" }, { times: 99 });
    expect(await codeOf(put("a", bytes(100)))).toBe("IO");
    proxy.calm();
    await put("a", bytes(100));
    expect(puts()[0]?.headers).toMatchObject({ "if-none-match": "*" });
  });

  it("never overwrites, whole or in parts", async () => {
    for (const size of [1000, 11 * MIB]) {
      const other = Buffer.from(bytes(size)).reverse();
      await server().put(bucket, `there-${size}`, other);
      await put(`there-${size}`, bytes(size));
      await expectThere(`there-${size}`, other);
    }
    expect(await server().openUploads(bucket)).toEqual([]);
  });

  it("signs again with new credentials when the old ones expire in the middle", async () => {
    const { accessKeyId, secretAccessKey } = server().owner;
    const config = path.join(dir, "config");
    const write = (id: string, secret: string): void =>
      writeFileSync(
        config,
        `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`,
      );
    delete process.env["AWS_ACCESS_KEY_ID"];
    delete process.env["AWS_SECRET_ACCESS_KEY"];
    process.env["AWS_CONFIG_FILE"] = config;
    write("AKIAOLD", "old");
    const isOld = ({ headers }: Seen): boolean => `${headers.authorization}`.includes("AKIAOLD");
    proxy.next(
      { kind: "answer", status: 400, code: "ExpiredToken" },
      { times: 99, matches: isOld },
    );
    transport = await openTransport(spec);
    expect(await codeOf(put("a", bytes(100)))).toBe("CREDENTIALS");
    write(accessKeyId, secretAccessKey);
    await put("a", bytes(100));
    await put("large", bytes(11 * MIB));
    await expectThere("a", bytes(100));
    await expectThere("large", bytes(11 * MIB));
  });

  it("signs again when the server's clock is another one", async () => {
    const headers = { date: new Date().toUTCString() };
    const fault = { kind: "answer", status: 403, code: "RequestTimeTooSkewed", headers } as const;
    proxy.next(fault);
    await put("a", bytes(100));
    await expectThere("a", bytes(100));
    proxy.next(fault, { times: 99 });
    expect(await codeOf(put("b", bytes(100)))).toBe("CREDENTIALS");
  });

  it("sends nothing that is signed to an endpoint that is not trusted", async () => {
    const anonymous = await openTransport({ ...spec, access: "anonymous" });
    const failure = await anonymous.has("a").catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "CREDENTIALS" });
    expect((failure as { next: string }).next).toContain("blobsy.trustedEndpoint");
    expect(proxy.seen.length).toBeGreaterThan(0);
    for (const { headers } of proxy.seen) {
      expect(headers.authorization).toBeUndefined();
      expect(headers["x-amz-security-token"]).toBeUndefined();
    }
  });

  it("looks where a name leads before it connects, when only a commit names it", async () => {
    const inside = `http://localhost:${proxy.port}`;
    const anonymous = await openTransport({ ...spec, endpoint: inside, access: "anonymous" });
    expect(await codeOf(anonymous.has("a"))).toBe("NEEDS_TRUST");
    expect(proxy.seen).toEqual([]);
    // The user's own word is enough.
    const signed = await openTransport({ ...spec, endpoint: inside });
    expect(await signed.has("a")).toBe(null);
  });

  it("is not the same remote at another address", async () => {
    delete (spec as { endpoint?: string }).endpoint;
    const aws = await openTransport(spec);
    process.env["AWS_ENDPOINT_URL_S3"] = proxy.endpoint;
    const own = await openTransport(spec);
    expect(aws.id).toBe(`s3://${bucket} at AWS`);
    expect(own.id).toBe(`s3://${bucket} at ${proxy.endpoint}`);
  });

  it("lists more than one page", async () => {
    const keys = Array.from({ length: 1003 }, (_, at) => `k/${String(at).padStart(4, "0")}`);
    for (let at = 0; at < keys.length; at += 50) {
      const some = keys.slice(at, at + 50);
      await Promise.all(some.map((key) => server().put(bucket, key, Buffer.alloc(1))));
    }
    const list = async (): Promise<string[]> => {
      const found: string[] = [];
      for await (const { key } of transport.list("k/")) found.push(key);
      return found.sort();
    };
    expect(await list()).toEqual(keys);
    expect(proxy.seen).toHaveLength(2);

    // Without a word for going on, it goes on behind the last name.
    const change = (body: string): string =>
      body.replace(/<NextContinuationToken>.*?<\/NextContinuationToken>/, "");
    proxy.next({ kind: "rewrite", change });
    expect(await list()).toEqual(keys);
    // A server that gives the same page for ever is not listened to for ever, nor is half a list a whole one.
    const again = (body: string): string =>
      body
        .replace(/<NextContinuationToken>.*?<\/NextContinuationToken>/, "")
        .replace(/<IsTruncated>.*?<\/IsTruncated>/, "<IsTruncated>true</IsTruncated>")
        .replace("</Prefix>", "</Prefix><NextContinuationToken>same</NextContinuationToken>");
    proxy.next({ kind: "rewrite", change: again }, { times: 99 });
    expect(await codeOf(list())).toBe("IO");
  });
});
