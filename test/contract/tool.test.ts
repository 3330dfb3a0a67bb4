/** The suite, with the bytes moved by the tools themselves, against a real S3 server. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { findProgram } from "../../src/fs/find-program.js";
import type { ToolName, ToolSpec } from "../../src/transport/tool-spec.js";
import { describeWithRadosgw } from "../helpers/radosgw.js";
import { describeTransport } from "./transport.js";

/** Only Debian's own: what a language's version manager puts on PATH may be anything. */
function programOf(tool: ToolName): string | undefined {
  return findProgram(`/usr/bin/${tool}`) ?? findProgram(`/usr/local/bin/${tool}`);
}

const NEEDED = (process.env["BLOBSY_TEST_MUST_HAVE"] ?? "").split(",");

for (const tool of ["rclone", "aws", "s5cmd"] as const) {
  const program = programOf(tool);
  if (program === undefined) {
    if (NEEDED.includes(tool)) throw new Error(`${tool} is not installed`);
    console.warn(`SKIPPED: ${tool} is not installed here, so it is not tried`);
    continue;
  }
  describeWithRadosgw(`${tool} on radosgw`, (server) => {
    const before = { ...process.env };
    beforeAll(() => void Object.assign(process.env, server().environment()));
    afterAll(() => void (process.env = before));

    describeTransport(tool, async () => {
      const dir = await mkdtemp(path.join(tmpdir(), "tool-remote-"));
      await chmod(dir, 0o755);
      const bucket = await server().bucket();
      const spec = (endpoint: string): ToolSpec => ({
        kind: "tool",
        tool,
        program,
        args: [],
        from: 1,
        concurrency: 8,
        scratch: path.join(dir, "scratch"),
        s3: {
          kind: "s3",
          backend: "default",
          bucket,
          prefix: "team/blobs",
          region: server().region,
          endpoint,
          access: "signed",
          stateDir: path.join(dir, "transfers"),
        },
      });
      return {
        spec: spec(server().endpoint),
        unreachable: spec("http://127.0.0.1:9"),
        plant: (key, content) => server().put(bucket, `team/blobs/${key}`, content),
        deny: () =>
          Promise.resolve("the server refuses by key, not by user; see tool.test.ts in unit"),
        dispose: () => rm(dir, { recursive: true, force: true }),
      };
    });
  });
}
