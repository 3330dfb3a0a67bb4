import path from "node:path";
import { expect, it } from "vitest";
import { traceTarget } from "../../../src/domain/trace-target.js";

it.each([
  ["", "off"],
  ["0", "off"],
  ["false", "off"],
  ["FALSE", "off"],
  ["1", "stderr"],
  ["2", "stderr"],
  ["true", "stderr"],
  ["True", "stderr"],
  ["/tmp/trace", "file"],
  ["/", "file"],
  ["3", "unknown"],
  ["trace.log", "unknown"],
  ["./trace.log", "unknown"],
  ["yes", "unknown"],
])("BLOBSY_TRACE=%s is %s", (value, kind) => {
  expect(traceTarget(value, (name) => path.posix.isAbsolute(name)).kind).toBe(kind);
});
