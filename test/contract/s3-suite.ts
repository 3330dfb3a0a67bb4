/** The suites over a real S3 server, whichever it is. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import type { S3Spec } from "../../src/transport/s3-client.js";
import type { S3Server } from "../helpers/s3-server.js";
import { describeTransport } from "./transport.js";

/** The least that servers take. */
export const PART = 5 * 1024 * 1024;
/** What is longer goes in parts. */
export const WHOLE = 2 * PART;

/** A new bucket, and the way there. */
export async function s3Fixture(server: S3Server) {
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

/** Whom the process asks as, inside a `describe` with a server. */
export function useAccount(server: () => S3Server): void {
  const before = { ...process.env };
  beforeAll(() => void Object.assign(process.env, server().environment()));
  afterAll(() => void (process.env = before));
}

/** @param sizes at which something else is done */
export function describeS3(server: () => S3Server, sizes: readonly number[]): void {
  describeTransport("s3", async () => {
    const made = await s3Fixture(server());
    return {
      ...made,
      unreachable: { ...made.spec, endpoint: "http://127.0.0.1:9" },
      sizes,
      // The child runs as somebody who may sign in and owns nothing.
      deny: () =>
        Promise.resolve({ ...server().environment(server().stranger), HOME: "/nonexistent" }),
    };
  });
}
