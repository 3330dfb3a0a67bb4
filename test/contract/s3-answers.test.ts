/** Who may not, who is not known, and who is somewhere else: what is made of an answer that says so. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BlobsyError } from "../../src/domain/errors.js";
import { openTransport } from "../../src/transport/registry.js";
import type { S3Spec } from "../../src/transport/s3-client.js";
import { toolIdentity } from "../../src/transport/tool-identity.js";
import type { Transport } from "../../src/transport/transport.js";
import { FaultProxy, type Fault, type Seen } from "../helpers/fault-proxy.js";
import { describeWithRadosgw } from "../helpers/radosgw.js";
import { Desk, all, bytes, codeOf, digest } from "./desk.js";

const MIB = 1024 * 1024;
const DENIED = { kind: "answer", status: 403, code: "AccessDenied" } as const satisfies Fault;

describeWithRadosgw("what S3 answers", (server) => {
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
    delete process.env["AWS_PROFILE"];
    dir = mkdtempSync(path.join(tmpdir(), "s3-answers-"));
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
      partSize: 5 * MIB,
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

  async function get(key: string, content: Buffer): Promise<void> {
    const dest = desk.path();
    await transport.download(key, dest, content.length);
    expect(digest(await readFile(dest))).toBe(digest(content));
  }

  async function failure(work: Promise<unknown>): Promise<BlobsyError> {
    return (await work.catch((error: unknown) => error)) as BlobsyError;
  }

  /** Writes AWS's configuration file, and takes the credentials out of the environment. */
  function configure(text: string): void {
    delete process.env["AWS_ACCESS_KEY_ID"];
    delete process.env["AWS_SECRET_ACCESS_KEY"];
    process.env["AWS_CONFIG_FILE"] = path.join(dir, "config");
    writeFileSync(path.join(dir, "config"), text);
  }

  const keysOf = (id: string, secret: string): string =>
    `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`;
  const isHead = ({ method }: Seen): boolean => method === "HEAD";
  const isList = ({ url }: Seen): boolean => url.includes("list-type=2");

  it.each([400, 403])(
    "an expired token is seen though HEAD has no words for it: %i",
    async (status) => {
      await put("large", bytes(11 * MIB));
      const { accessKeyId, secretAccessKey } = server().owner;
      configure(keysOf("AKIAOLD", "old"));
      transport = await openTransport(spec);
      const isOld = ({ headers }: Seen): boolean => `${headers.authorization}`.includes("AKIAOLD");
      const expired = { kind: "answer", status, code: "ExpiredToken" } as const;
      proxy.next(expired, { times: 99, matches: (seen) => isOld(seen) });
      expect(await codeOf(transport.has("large"))).toBe("CREDENTIALS");
      writeFileSync(path.join(dir, "config"), keysOf(accessKeyId, secretAccessKey));
      expect(await transport.has("large")).toEqual({ size: 11 * MIB });
      await get("large", bytes(11 * MIB));
    },
  );

  describe("to whom may read and not list", () => {
    beforeEach(async () => {
      await put("here", bytes(100));
      proxy.calm();
      proxy.next(DENIED, { times: 999, matches: isList });
      // What is not there is refused: nobody shall learn that it is not.
      const isThere = ({ url }: Seen): boolean => /\/here([?]|$)/.test(url);
      proxy.next(DENIED, { times: 999, matches: (seen) => !isThere(seen) });
      transport = await openTransport(spec);
    });

    it("gives what is there, and no proof that outlives the process", async () => {
      const generation = await transport.generation();
      expect(generation).toMatch(/^0-unknown-/);
      expect(await transport.generation()).toBe(generation);
      expect(await (await openTransport(spec)).generation()).not.toBe(generation);
      expect(await transport.has("here")).toEqual({ size: 100 });
      await get("here", bytes(100));
    });

    it("never says that something is not there, and says why", async () => {
      const works = [() => transport.has("gone"), () => transport.download("gone", desk.path(), 9)];
      for (const work of works) {
        const error = await failure(work());
        expect(error).toMatchObject({ code: "PERMISSION", next: "aws sts get-caller-identity" });
        expect(error.message).toContain("or it is missing and they may not list the bucket");
      }
    });
  });

  it.each([
    [301, "PermanentRedirect"],
    [400, "AuthorizationHeaderMalformed"],
    [307, "TemporaryRedirect"],
  ])("signs for the region that AWS names: %i %s", async (status, code) => {
    await put("a", bytes(10));
    const { endpoint, ...aws } = spec;
    expect(endpoint, "what AWS itself does without").toBeDefined();
    process.env["AWS_ENDPOINT_URL_S3"] = proxy.endpoint;
    transport = await openTransport({ ...aws, pathStyle: true });
    const headers = { "x-amz-bucket-region": "eu-west-1" };
    const isOld = (seen: Seen): boolean => `${seen.headers.authorization}`.includes("us-east-1");
    proxy.calm();
    proxy.next({ kind: "answer", status, code, headers }, { times: 99, matches: isOld });
    expect(await transport.has("a")).toEqual({ size: 10 });
    await put("b", bytes(10));
    await get("b", bytes(10));
    // Found out once.
    expect(proxy.seen.filter(isOld)).toHaveLength(1);
  });

  it.each(["my data/ü+%25&x=1", "a//b", "x#y?z", "ends.", "日本"])(
    "a prefix is taken as it is: %s",
    async (prefix) => {
      transport = await openTransport({ ...spec, prefix });
      await put("sha256/k", bytes(100));
      await put("sha256/l", bytes(11 * MIB));
      expect(await server().objects(bucket)).toEqual([
        [`${prefix}/sha256/k`, 100],
        [`${prefix}/sha256/l`, 11 * MIB],
      ]);
      expect((await all(transport.list("sha256/"))).map(({ key }) => key).sort()).toEqual([
        "sha256/k",
        "sha256/l",
      ]);
      await get("sha256/k", bytes(100));
      await transport.remove("sha256/k");
      expect(await transport.has("sha256/k")).toBe(null);
    },
  );

  it("an upload in parts is done when it is, whatever the status says", async () => {
    const isComplete = ({ method, url }: Seen): boolean =>
      method === "POST" && url.includes("uploadId=");
    proxy.next({ kind: "answer", status: 200, code: "InternalError" }, { matches: isComplete });
    await put("large", bytes(11 * MIB));
    await get("large", bytes(11 * MIB));
  });

  const PROFILES = `[profile bad]
credential_process = sh -c "echo geheim >&2; exit 3" --token=geheim
[profile text]
credential_process = echo geheim
[profile sso]
sso_session = corp
sso_account_id = 1
sso_role_name = r
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.example/start
[profile webid]
role_arn = arn:aws:iam::1:role/x
web_identity_token_file = /nonexistent
`;

  it("takes credentials from a program of the user's profile", async () => {
    const { accessKeyId, secretAccessKey } = server().owner;
    const keys = { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey };
    writeFileSync(path.join(dir, "keys.json"), JSON.stringify({ Version: 1, ...keys }));
    configure(`[profile good]\ncredential_process = cat ${dir}/keys.json\n`);
    transport = await openTransport({ ...spec, profile: "good" });
    await put("a", bytes(10));
    await get("a", bytes(10));
  });

  it("hands Git's own proxy on to a tool, or that there is none", async () => {
    const identity = async (proxy?: string) =>
      toolIdentity(proxy === undefined ? spec : { ...spec, way: { proxy } }, transport.id);
    expect((await identity()).credentials).not.toHaveProperty("HTTPS_PROXY");
    expect((await identity("http://p:1")).credentials).toMatchObject({
      HTTPS_PROXY: "http://p:1",
      http_proxy: "http://p:1",
    });
    expect((await identity("")).credentials).toMatchObject({ HTTPS_PROXY: undefined });
  });

  it.each([
    ["bad", "aws sts get-caller-identity --profile bad"],
    ["text", "aws sts get-caller-identity --profile text"],
    ["sso", "aws sso login --profile sso"],
    ["webid", "aws sts get-caller-identity --profile webid"],
    ["nobody", "aws sts get-caller-identity --profile nobody"],
    [undefined, "aws configure"],
  ])("says where to look when there are no credentials: profile %s", async (profile, next) => {
    configure(PROFILES);
    const chosen: S3Spec = profile === undefined ? spec : { ...spec, profile };
    transport = await openTransport(chosen);
    const works = [() => transport.has("a"), () => toolIdentity(chosen, transport.id)];
    for (const work of works) {
      const error = await failure(work());
      expect(error).toMatchObject({ code: "CREDENTIALS", next });
      expect(`${error.message} ${String(error.cause)}`).not.toContain("geheim");
    }
    expect(proxy.seen.filter(isHead)).toEqual([]);
  });
});
