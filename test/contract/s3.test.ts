import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, afterAll } from "vitest";
import type { S3Spec } from "../../src/transport/s3-client.js";
import { describeWithRadosgw } from "../helpers/radosgw.js";
import { describeTransport } from "./transport.js";

describeWithRadosgw("s3 on radosgw", (server) => {
  const before = { ...process.env };
  beforeAll(() => void Object.assign(process.env, server().environment()));
  afterAll(() => void (process.env = before));

  describeTransport("s3", async () => {
    const dir = await mkdtemp(path.join(tmpdir(), "s3-remote-"));
    const bucket = await server().bucket();
    const spec: S3Spec = {
      kind: "s3",
      backend: "default",
      bucket,
      prefix: "team/blobs",
      region: server().region,
      endpoint: server().endpoint,
      access: "signed",
      stateDir: path.join(dir, "transfers"),
    };
    return {
      spec,
      unreachable: { ...spec, endpoint: "http://127.0.0.1:9" },
      plant: (key, content) => server().put(bucket, `team/blobs/${key}`, content),
      deny: () => Promise.resolve("todo"),
      dispose: () => rm(dir, { recursive: true, force: true }),
    };
  });
});
