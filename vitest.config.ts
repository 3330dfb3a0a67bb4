import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/helpers/global-setup.ts"],
    // Stories run real processes by the dozen; on two busy cores one of them takes its time.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // Some stories race real processes against each other. On CI one is tried once more, and the
    // report says so; at home it fails at once.
    retry: process.env["CI"] ? 1 : 0,
    // The S3 SDK, used by tests too, says at each start that it will not support Node 20 for ever.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    pool: "forks",
    // More than processors: half of a story is waiting for the disk and for its own processes.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
  },
});
