/** The suites, over a real S3 server. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import type { S3Spec } from "../../src/transport/s3-client.js";
import { describeWithRadosgw, type Radosgw } from "../helpers/radosgw.js";
import { describeTransport } from "./transport.js";
import { describeWeather } from "./weather.js";

const MIB = 1024 * 1024;
/** The least that servers take. */
const PART = 5 * MIB;
/** What is longer goes in parts. */
const WHOLE = 2 * PART;

async function fixture(server: Radosgw) {
  const dir = await mkdtemp(path.join(tmpdir(), "s3-remote-"));
  const bucket = await server.bucket();
  const spec: S3Spec = {
    kind: "s3",
    backend: "default",
    bucket,
    prefix: "team/blobs",
    region: server.region,
    endpoint: server.endpoint,
    access: "signed",
    stateDir: path.join(dir, "transfers"),
    partSize: PART,
  };
  return {
    spec,
    plant: (key: string, content: Uint8Array) => server.put(bucket, `team/blobs/${key}`, content),
    dispose: () => rm(dir, { recursive: true, force: true }),
  };
}

describeWithRadosgw("s3 on radosgw", (server) => {
  const before = { ...process.env };
  beforeAll(() => void Object.assign(process.env, server().environment()));
  afterAll(() => void (process.env = before));

  describeTransport("s3", async () => {
    const made = await fixture(server());
    return {
      ...made,
      unreachable: { ...made.spec, endpoint: "http://127.0.0.1:9" },
      sizes: [WHOLE - 1, WHOLE, WHOLE + 1, 3 * PART - 1, 3 * PART, 3 * PART + 1],
      // The child runs as somebody who may sign in and owns nothing.
      deny: () =>
        Promise.resolve({ ...server().environment(server().stranger), HOME: "/nonexistent" }),
    };
  });

  describeWeather("s3", async () => {
    const made = await fixture(server());
    return {
      ...made,
      upstream: server().endpoint,
      through: (endpoint: string) => ({ ...made.spec, endpoint }),
      sizes: [200_000, 22 * MIB] as const,
      canWrite: true,
    };
  });
});
