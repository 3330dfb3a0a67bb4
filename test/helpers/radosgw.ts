/**
 * A real S3 server on loopback for whoever tests against one: Ceph's radosgw, as Debian packages it.
 * It starts in a second or two, keeps everything in memory, and goes with the test file.
 *
 * Where it is not installed the tests that need it are skipped and say why; with
 * BLOBSY_TEST_MUST_HAVE=radosgw (as `.ci/run` sets it) they fail.
 */
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe } from "vitest";

const SCRIPT = fileURLToPath(new URL("radosgw.sh", import.meta.url));
const PROGRAMS = ["radosgw", "radosgw-admin", "ceph", "ceph-mon", "ceph-osd", "monmaptool", "bash"];

/** A second or two as a rule; a busy machine takes its time. */
const START_MS = 90_000;

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const OWNER: Keys = { accessKeyId: "AKIAOWNER", secretAccessKey: "owner-secret" };
const STRANGER: Keys = { accessKeyId: "AKIASTRANGER", secretAccessKey: "stranger-secret" };

export class Radosgw {
  readonly region = "us-east-1";
  /** Of the user who owns the buckets. */
  readonly owner = OWNER;
  /** Of one who may sign in and do nothing. */
  readonly stranger = STRANGER;
  readonly client: S3Client;
  readonly #stop: () => Promise<void>;
  #buckets = 0;

  constructor(
    readonly port: number,
    stop: () => Promise<void>,
  ) {
    this.#stop = stop;
    this.client = this.clientFor(OWNER);
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
  environment(keys: Keys = OWNER): Record<string, string> {
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

/** Why no server can be started here; `null` when one can. */
export function whyNoRadosgw(): string | null {
  const missing = PROGRAMS.filter((name) => !isInstalled(name));
  if (missing.length === 0) return null;
  return `not installed: ${missing.join(", ")} (Debian: radosgw ceph-mon ceph-osd ceph-common)`;
}

/** @throws when it does not come up */
export async function startRadosgw(): Promise<Radosgw> {
  const dir = mkdtempSync(path.join(tmpdir(), "radosgw-"));
  const [monitor, port] = await freePorts();
  const child = spawn("bash", [SCRIPT, dir, String(monitor), String(port)], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (data: Buffer) => (said += data.toString()));
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  const tooLong = setTimeout(() => child.stdin.end(), START_MS);
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", () => resolve());
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`radosgw did not start (${code}): ${said}`)));
  });
  clearTimeout(tooLong);
  return new Radosgw(port, async () => {
    child.stdin.end();
    await ended;
  });
}

/** A `describe` with a server of its own. Skipped, with the reason printed, where there is none. */
export function describeWithRadosgw(name: string, define: (server: () => Radosgw) => void): void {
  const reason = whyNoRadosgw();
  const isNeeded = (process.env["BLOBSY_TEST_MUST_HAVE"] ?? "").split(",").includes("radosgw");
  if (reason !== null && !isNeeded) console.warn(`SKIPPED: ${name}: ${reason}`);
  // Without the server there is nothing to test against; the line above says so.
  describe.skipIf(reason !== null && !isNeeded)(name, () => {
    let server: Radosgw | undefined;
    beforeAll(async () => {
      server = await startRadosgw().catch(() => startRadosgw());
    });
    afterAll(() => server?.stop());
    define(() => {
      if (!server) throw new Error("radosgw is not running");
      return server;
    });
  });
}

function isInstalled(program: string): boolean {
  return (process.env["PATH"] ?? "").split(":").some((dir) => {
    try {
      accessSync(path.join(dir, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Two that nobody listens on now. Held until both are known, so that they differ. */
async function freePorts(): Promise<[number, number]> {
  const held = [createServer(), createServer()] as const;
  for (const one of held) await new Promise<void>((done) => one.listen(0, "127.0.0.1", done));
  const [first, second] = held.map((one) => (one.address() as AddressInfo).port);
  for (const one of held) await new Promise((done) => one.close(done));
  return [first ?? 0, second ?? 0];
}
