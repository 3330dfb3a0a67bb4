/** Whose credentials go where, by who named it. */
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { trustRemote, trustedRemote, type TrustedRemote } from "../../../src/app/remote-trust.js";
import type { S3Spec } from "../../../src/transport/s3-client.js";
import { Fixture } from "./remote-fixture.js";

let world: Fixture;
beforeEach(() => {
  world = new Fixture();
});
afterEach(() => world.dispose());

async function open(): Promise<TrustedRemote> {
  const ctx = await world.context();
  return trustedRemote(ctx.repo, await ctx.config());
}

async function specOf(): Promise<S3Spec> {
  const { spec } = await open();
  if (spec.kind !== "s3") throw new Error(`not s3: ${spec.kind}`);
  return spec;
}

const OTHER = "https://s3.example.org";
const inBackend = (...lines: string[]): string => lines.map((line) => `    ${line}\n`).join("");

describe("a committed s3:// remote", () => {
  it("is asked with this user's credentials when it is AWS", async () => {
    world.commitUrl("s3://bucket/team/blobs/", inBackend("region = eu-central-1"));
    expect(await open()).toEqual({
      name: "default",
      url: "s3://bucket/team/blobs",
      spec: {
        kind: "s3",
        backend: "default",
        bucket: "bucket",
        prefix: "team/blobs",
        region: "eu-central-1",
        access: "signed",
        stateDir: path.join(world.repo, ".git", "blobsy", "transfers"),
      },
    });
  });

  it("is asked without any at another endpoint", async () => {
    world.commitUrl("s3://bucket", inBackend(`endpoint = ${OTHER}`));
    expect(await specOf()).toMatchObject({ endpoint: OTHER, access: "anonymous" });
  });

  it("is asked with them where the user has named that endpoint", async () => {
    world.commitUrl("s3://bucket", inBackend(`endpoint = ${OTHER}`));
    world.git("config", "--add", "blobsy.trustedEndpoint", "https://elsewhere.example.org");
    expect(await specOf()).toMatchObject({ access: "anonymous" });
    world.git("config", "--add", "blobsy.trustedEndpoint", `${OTHER}/`);
    expect(await specOf()).toMatchObject({ endpoint: OTHER, access: "signed" });
  });

  it.each([
    "https://s3.eu-central-1.amazonaws.com",
    "https://bucket.vpce-1a2b-3c.s3.us-east-1.vpce.amazonaws.com",
  ])("knows AWS by its address: %s", async (endpoint) => {
    world.commitUrl("s3://bucket", inBackend(`endpoint = ${endpoint}`));
    expect(await specOf()).toMatchObject({ endpoint, access: "signed", pathStyle: false });
  });

  it("names no profile, and no endpoint of this machine or network", async () => {
    world.commitUrl("s3://bucket", inBackend("profile = admin"));
    expect(await specOf()).not.toHaveProperty("profile");
    expect(world.said.join("\n")).toContain("only your own git config can set it");
    for (const endpoint of ["http://s3.example.org", "https://127.0.0.1", "https://minio.local"]) {
      world.commitUrl("s3://bucket", inBackend(`endpoint = ${endpoint}`));
      await expect(open()).rejects.toMatchObject({ code: "BAD_CONFIG" });
    }
  });

  it("makes no host's name of its region", async () => {
    world.commitUrl("s3://bucket", inBackend("region = x.example.org"));
    await expect(open()).rejects.toMatchObject({ code: "BAD_CONFIG" });
  });
});

describe("the user's own git config", () => {
  it("may name any endpoint, and a profile", async () => {
    world.commitUrl("s3://bucket");
    world.git("config", "blobsy.backend.default.endpoint", "http://127.0.0.1:9000");
    world.git("config", "blobsy.backend.default.profile", "minio");
    world.git("config", "blobsy.backend.default.pathStyle", "false");
    expect(await specOf()).toMatchObject({
      endpoint: "http://127.0.0.1:9000",
      profile: "minio",
      pathStyle: false,
      access: "signed",
    });
  });
});

describe("the pin", () => {
  it("holds bucket, prefix and committed endpoint", async () => {
    world.commitUrl("s3://bucket/a");
    await open();
    for (const [url, more] of [
      ["s3://bucket/b", ""],
      ["s3://other/a", ""],
      ["s3://bucket/a", inBackend(`endpoint = ${OTHER}`)],
    ] as const) {
      world.commitUrl(url, more);
      await expect(open()).rejects.toMatchObject({ code: "NEEDS_TRUST" });
    }
    const ctx = await world.context();
    await trustRemote(ctx.repo, await ctx.config());
    expect((await open()).url).toBe(`s3://bucket/a at ${OTHER}`);
  });

  it("is not gone round by an endpoint for the user's own bucket", async () => {
    world.commitUrl("s3://theirs");
    world.git("config", "blobsy.backend.default.url", "s3://mine");
    await open();
    world.commitUrl("local:../x", inBackend(`endpoint = ${OTHER}`));
    await expect(open()).rejects.toMatchObject({ code: "NEEDS_TRUST" });
    const ctx = await world.context();
    await trustRemote(ctx.repo, await ctx.config());
    expect((await open()).url).toBe(`s3://mine at ${OTHER}`);
    world.commitUrl("local:../x", inBackend("endpoint = https://s3.example.net"));
    await expect(open()).rejects.toMatchObject({ code: "NEEDS_TRUST" });
  });
});
