/** A server that sends more than there is, to a tool that writes it wherever it likes. */
import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openTool } from "../../../src/transport/tool.js";
import type { ToolName } from "../../../src/transport/tool-spec.js";
import type { Transport } from "../../../src/transport/transport.js";
import { HostileS3, SOME_KEYS } from "../../helpers/hostile-s3.js";
import { tempDir } from "../../helpers/web.js";

const RCLONE = "/usr/bin/rclone";
const before = { ...process.env };
let dir: string;
let dispose: () => void;
let server: HostileS3;

beforeEach(async () => {
  ({ dir, dispose } = tempDir("tool-bomb-"));
  server = await HostileS3.start();
  Object.assign(process.env, SOME_KEYS);
});

afterEach(async () => {
  process.env = { ...before };
  await server.stop();
  dispose();
});

function open(tool: ToolName, program: string, prefix = ""): Promise<Transport> {
  const scratch = path.join(dir, "scratch");
  const s3 = server.spec(dir, prefix);
  return openTool({ kind: "tool", tool, program, args: [], from: 1, concurrency: 2, scratch, s3 });
}

/** Writes 40 MiB beside the file that it is to make, and goes on for a minute. */
function writer(name: string): string {
  const program = path.join(dir, "writer");
  const lines = ["#!/bin/sh", `head -c 41943040 /dev/zero > "${name}"`, "sleep 60"];
  writeFileSync(program, `${lines.join("\n")}\n`, { mode: 0o755 });
  return program;
}

// As aws-cli and rclone 1.63 call a file until it is whole.
it.each([
  ["aws", "$4.1a2B3c4D"],
  ["rclone", "stage/key.partial"],
  ["rclone", "stage/other/place/x"],
  ["s5cmd", "elsewhere"],
] as const)("what %s writes is counted, whatever it is called: %s", async (tool, name) => {
  const at = name.startsWith("$") ? name : `$PWD/${name}`;
  const program = writer(`$(mkdir -p "$(dirname "${at}")"; echo "${at}")`);
  const dest = path.join(dir, "dest");
  const transport = await open(tool, program);
  server.serve = (_, response) => void response.end("right");
  // It was ended, and so the file comes another way.
  await transport.download("key", dest, 5);
  expect(readFileSync(dest, "utf8")).toBe("right");
  await expect.poll(() => readdirSync(path.join(dir, "scratch"))).toEqual([]);
});

const isThere = (program: string): boolean => {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    console.warn(`SKIPPED: ${program} is not installed here, so it is not tried`);
    return false;
  }
};
const hasRclone = isThere(RCLONE);

// Without rclone it cannot be tried; that is printed.
it.runIf(hasRclone)("rclone and a server that lies about the size", async () => {
  server.serve = (request, response) => {
    if (request.method === "HEAD") response.writeHead(200, { "content-length": 5 }).end();
    else server.endless(200, "", {}, 1e9)(request, response);
  };
  const dest = path.join(dir, "dest");
  const transport = await open("rclone", RCLONE, "prefix");
  await expect(transport.download("key", dest, 5)).rejects.toMatchObject({ code: "BLOB_CORRUPT" });
  expect(server.sent).toBeLessThan(1e9);
  expect(existsSync(dest)).toBe(false);
});

// As above.
it.runIf(hasRclone)("rclone beside an object that is called as the prefix", async () => {
  server.serve = (request, response) => {
    const isPrefix = /\/prefix([?]|$)/.test(request.url ?? "");
    const headers = {
      "content-length": 5,
      etag: '"x"',
      "last-modified": new Date(0).toUTCString(),
    };
    response.writeHead(200, headers);
    response.end(isPrefix ? "wrong" : "right");
  };
  const dest = path.join(dir, "dest");
  const transport = await open("rclone", RCLONE, "prefix");
  await transport.download("a/key", dest, 5);
  expect(readFileSync(dest, "utf8")).toBe("right");
});
