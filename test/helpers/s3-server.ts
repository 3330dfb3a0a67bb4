/**
 * What tests need of a real S3 server on loopback, whichever it is (radosgw.ts, swift.ts): clients, buckets,
 * a look behind the back of what is tested. A server goes with the test file, even when that is killed.
 */
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe } from "vitest";

/** A second or two as a rule; a busy machine takes its time. */
const START_MS = 90_000;

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Who may sign in to a server. */
export interface Accounts {
  /** Of the user who owns the buckets. */
  readonly owner: Keys;
  /** Of one who may sign in and do nothing. */
  readonly stranger: Keys;
}

export class S3Server {
  readonly region = "us-east-1";
  readonly owner: Keys;
  readonly stranger: Keys;
  readonly client: S3Client;
  readonly #stop: () => Promise<void>;
  #buckets = 0;

  constructor(
    readonly port: number,
    { owner, stranger }: Accounts,
    stop: () => Promise<void>,
  ) {
    this.owner = owner;
    this.stranger = stranger;
    this.#stop = stop;
    this.client = this.clientFor(owner);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  clientFor(credentials: Keys): S3Client {
    return new S3Client({
      endpoint: this.endpoint,
      region: this.region,
      forcePathStyle: true,
      credentials,
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
  }

  /** What a program needs in its environment to sign in, and to mind nobody's own AWS settings. */
  environment(keys: Keys = this.owner): Record<string, string> {
    return {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_REGION: this.region,
      AWS_DEFAULT_REGION: this.region,
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }

  /** A new and empty bucket. @returns its name */
  async bucket(): Promise<string> {
    this.#buckets += 1;
    const name = `bucket-${process.pid}-${this.#buckets}`;
    await this.client.send(new CreateBucketCommand({ Bucket: name }));
    return name;
  }

  async put(bucket: string, key: string, content: Uint8Array): Promise<void> {
    await this.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }));
  }

  async get(bucket: string, key: string): Promise<Buffer> {
    const { Body } = await this.client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (!Body) throw new Error(`${key} came without a body`);
    return Buffer.from(await Body.transformToByteArray());
  }

  /** Every object there is: key and size, sorted. */
  async objects(bucket: string): Promise<[string, number][]> {
    const found: [string, number][] = [];
    let token: string | undefined;
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: token }),
      );
      for (const { Key = "", Size = 0 } of page.Contents ?? []) found.push([Key, Size]);
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return found.sort();
  }

  async beginUpload(bucket: string, key: string): Promise<void> {
    await this.client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: key }));
  }

  /** The keys of multipart uploads that were begun and neither completed nor aborted. */
  async openUploads(bucket: string): Promise<string[]> {
    const { Uploads } = await this.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    return (Uploads ?? []).map(({ Key = "" }) => Key).sort();
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.#stop();
  }
}

/**
 * Runs a program that prints a line when it serves, and ends when its standard input does.
 * @throws when it does not come up
 */
export async function startServer(
  name: string,
  [program, ...args]: readonly [string, ...string[]],
  port: number,
  accounts: Accounts,
): Promise<S3Server> {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (data: Buffer) => (said += data.toString()));
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  const tooLong = setTimeout(() => child.stdin.end(), START_MS);
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", () => resolve());
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`${name} did not start (${code}): ${said}`)));
  });
  clearTimeout(tooLong);
  return new S3Server(port, accounts, async () => {
    child.stdin.end();
    await ended;
  });
}

/** A server that tests can be run against. */
export interface ServerKind {
  /** As BLOBSY_TEST_MUST_HAVE names it. */
  readonly name: string;
  /** Why none can be started here; `null` when one can. */
  readonly whyNot: () => string | null;
  readonly start: () => Promise<S3Server>;
}

/**
 * A `describe` with a server of its own. Where it is not installed the tests are skipped and say why;
 * with its name in BLOBSY_TEST_MUST_HAVE (as `.ci/run` sets it) they fail.
 */
export function describeWithServer(
  { name, whyNot, start }: ServerKind,
  title: string,
  define: (server: () => S3Server) => void,
): void {
  const reason = whyNot();
  const isNeeded = (process.env["BLOBSY_TEST_MUST_HAVE"] ?? "").split(",").includes(name);
  if (reason !== null && !isNeeded) console.warn(`SKIPPED: ${title}: ${reason}`);
  // Without the server there is nothing to test against; the line above says so.
  describe.skipIf(reason !== null && !isNeeded)(title, () => {
    let server: S3Server | undefined;
    beforeAll(async () => {
      server = await start().catch(() => start());
    });
    afterAll(() => server?.stop());
    define(() => {
      if (!server) throw new Error(`${name} is not running`);
      return server;
    });
  });
}

export function isInstalled(program: string): boolean {
  return (process.env["PATH"] ?? "").split(":").some((dir) => {
    try {
      accessSync(path.join(dir, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Ports that nobody listens on now. Held until all are known, so that they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const held = Array.from({ length: count }, () => createServer());
  for (const one of held) await new Promise<void>((done) => one.listen(0, "127.0.0.1", done));
  const ports = held.map((one) => (one.address() as AddressInfo).port);
  for (const one of held) await new Promise((done) => one.close(done));
  return ports;
}
