/** What the tools print, as they print it (rclone 1.60, aws-cli 2.9, s5cmd 2.2), and what is made of it. */
import { describe, expect, it } from "vitest";
import { InFlight } from "../../../src/app/in-flight.js";
import { Batcher } from "../../../src/transport/batcher.js";
import { awsCall, commonDir } from "../../../src/transport/tool-aws.js";
import { rcloneCall } from "../../../src/transport/tool-rclone.js";
import { s5cmdCall } from "../../../src/transport/tool-s5cmd.js";
import { keyIn, type ToolCall, type ToolRun } from "../../../src/transport/tool-spec.js";

const KEYS = ["sha256/aa", "sha256/aab", "x"];
const RUN: ToolRun = {
  direction: "upload",
  files: KEYS.map((key) => ({ key, file: `/store/it's ${key}` })),
  stage: "/s/stage",
  dir: "/s",
  bucket: "bucket",
  prefix: "team/blobs",
  region: "eu-central-1",
  endpoint: "https://s3.example.org",
  pathStyle: true,
  concurrency: 8,
  args: ["--extra", "two words"],
};

const textOf = (call: ToolCall): string => [...call.texts.values()].join("");

it.each([
  ["rclone", rcloneCall, ["RCLONE_S3_ENDPOINT", "RCLONE_S3_PROFILE", "AWS_ENDPOINT_URL"]],
  ["aws", awsCall, ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_PROFILE"]],
  ["s5cmd", s5cmdCall, ["S3_ENDPOINT_URL", "AWS_ENDPOINT_URL", "AWS_PROFILE"]],
] as const)("%s is led nowhere else by the user's environment", (_, callOf, names) => {
  const { env } = callOf({ ...RUN, endpoint: undefined, pathStyle: undefined });
  for (const name of names) expect([name, name in env, env[name]]).toEqual([name, true, undefined]);
});

describe("rclone", () => {
  const call = rcloneCall(RUN);

  it("reads a list of files, and is told of the bucket by its environment alone", () => {
    expect(textOf(call)).toBe("sha256/aa\nsha256/aab\nx\n");
    expect(call.args.slice(-4)).toEqual([
      "--extra",
      "two words",
      "/s/stage",
      "blobsy:bucket/team/blobs/",
    ]);
    expect(rcloneCall({ ...RUN, direction: "download" }).args.slice(-2)).toEqual([
      "blobsy:bucket/team/blobs/",
      "/s/stage",
    ]);
    expect(call.env).toMatchObject({
      RCLONE_CONFIG_BLOBSY_ENDPOINT: "https://s3.example.org",
      RCLONE_CONFIG_BLOBSY_FORCE_PATH_STYLE: "true",
      AWS_CA_BUNDLE: undefined,
    });
  });

  it.each([
    [
      `{"level":"notice","msg":"\\nTransferred: 5","source":"accounting","stats":{"bytes":5242880,"checks":0,"speed":1.2},"time":"x"}`,
      { kind: "bytes", bytes: 5_242_880 },
    ],
    [
      `{"level":"info","msg":"Copied (new)","object":"sha256/aa","objectType":"*local.Object","source":"x","time":"y"}`,
      { kind: "done", key: "sha256/aa" },
    ],
    [
      `{"level":"error","msg":"Failed to copy: AccessDenied: status code: 403","object":"x","objectType":"*local.Object"}`,
      { kind: "failed", key: "x", said: "Failed to copy: AccessDenied: status code: 403" },
    ],
    [`{"level":"error","msg":"Attempt 1/1 failed with 1 errors"}`, null],
    ["{ not json", null],
    ["2026/01/01 NOTICE: a text", null],
  ])("says %s", (line, event) => {
    expect(call.read(line)).toEqual(event);
  });
});

describe("aws-cli", () => {
  const call = awsCall(RUN);

  it("copies a directory, or what it is told to include", () => {
    expect(call.args.slice(0, 4)).toEqual(["s3", "cp", "/s/stage", "s3://bucket/team/blobs/"]);
    expect(call.args.slice(-2)).toEqual(["--extra", "two words"]);
    const files = KEYS.slice(0, 2).map((key) => ({ key, file: `/s/stage/${key}` }));
    const down = awsCall({ ...RUN, direction: "download", files }).args;
    expect(down.slice(2, 11)).toEqual([
      ...["s3://bucket/team/blobs/sha256/", "/s/stage/sha256", "--recursive"],
      ...["--exclude", "*", "--include", "aa", "--include", "aab"],
    ]);
    const one = awsCall({ ...RUN, direction: "download", files: files.slice(0, 1) }).args;
    expect(one.slice(2, 4)).toEqual(["s3://bucket/team/blobs/sha256/aa", "/s/stage/sha256/aa"]);
    expect(textOf(call)).toContain("addressing_style = path");
  });

  it.each([
    [
      "Completed 1.5 MiB/3.0 MiB (1.2 MiB/s) with 2 file(s) remaining",
      { kind: "bytes", bytes: 1_572_864 },
    ],
    [
      "Completed 10 Bytes/10 Bytes (7 Bytes/s) with 1 file(s) remaining",
      { kind: "bytes", bytes: 10 },
    ],
    [
      "upload: stage/sha256/aab to s3://bucket/team/blobs/sha256/aab",
      { kind: "done", key: "sha256/aab" },
    ],
    [
      "upload failed: stage/x to s3://bucket/team/blobs/x An error occurred (AccessDenied) when calling",
      {
        kind: "failed",
        key: "x",
        said: "upload failed: stage/x to s3://bucket/team/blobs/x An error occurred (AccessDenied) when calling",
      },
    ],
    ["fatal error: An error occurred (404) when calling the HeadObject operation", null],
  ])("says %s", (line, event) => {
    expect(call.read(line)).toEqual(event);
  });

  it("lists no more than it must", () => {
    expect(commonDir(["a/b/c", "a/b/d/e"])).toBe("a/b/");
    expect(commonDir(["a/bc", "a/bd"])).toBe("a/");
    expect(commonDir(["a", "b"])).toBe("");
  });
});

describe("s5cmd", () => {
  const call = s5cmdCall(RUN);

  it("reads a list of commands, quoted", () => {
    expect(textOf(call).split("\n")[0]).toBe(
      String.raw`cp --raw '/store/it'\''s sha256/aa' 's3://bucket/team/blobs/sha256/aa'`,
    );
    expect(call.args.slice(-2)).toEqual(["run", "/s/commands"]);
  });

  it.each([
    [
      `{"operation":"cp","success":true,"source":"/store/x","destination":"s3://bucket/team/blobs/x","object":{"type":"file","size":1}}`,
      { kind: "done", key: "x" },
    ],
    [
      `{"operation":"cp","command":"cp --raw /store/x s3://bucket/team/blobs/x","error":"AccessDenied: status code: 403"}`,
      { kind: "failed", key: "x", said: "AccessDenied: status code: 403" },
    ],
  ])("says %s", (line, event) => {
    expect(call.read(line)).toEqual(event);
  });
});

it("a key is found as a whole, never in another", () => {
  expect(keyIn("to s3://b/sha256/aab", RUN.files)).toBe("sha256/aab");
  expect(keyIn("to s3://b/sha256/aabb", RUN.files)).toBe(null);
  expect(keyIn("ax x.y", RUN.files)).toBe(null);
});

it("what is asked for side by side is served together, and what comes meanwhile afterwards", async () => {
  const runs: number[][] = [];
  let finish = (): void => undefined;
  const done = new Promise<void>((resolve) => (finish = resolve));
  const batcher = new Batcher<number>({
    most: 3,
    run: async (items) => {
      runs.push([...items]);
      if (runs.length === 1) for (const late of [5, 6]) batcher.add(late);
      await Promise.resolve();
      if (runs.flat().length === 6) finish();
    },
  });
  for (const item of [1, 2, 3, 4]) batcher.add(item);
  await done;
  expect(runs).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
});

it("bytes under way are bounded, and what is larger goes alone", async () => {
  const room = new InFlight(100);
  let [now, most] = [0, 0];
  const job = (bytes: number): Promise<void> =>
    room.run(bytes, async () => {
      now += bytes;
      most = Math.max(most, now === bytes && bytes > 100 ? 0 : now);
      await new Promise((resolve) => setTimeout(resolve, 1));
      now -= bytes;
    });
  await Promise.all([60, 60, 30, 500, 10, 10, 90].map(job));
  expect(most).toBeLessThanOrEqual(100);
  expect(now).toBe(0);
});
