import { expect, it } from "vitest";
import { classOf, explainChild } from "../../../src/transport/explain-child.js";

const WHAT = { what: "the push command", limitMs: 90_000, lengthen: "git config x 12h" };
const END = { code: 1, signal: null, because: "itself", out: "", err: "" } as const;

it.each([
  [66, "", "IO"],
  [69, "", "NETWORK"],
  [73, "", "DISK_FULL"],
  [75, "", "THROTTLED"],
  [77, "", "PERMISSION"],
  [1, "", "IO"],
  [1, "cp: cannot open: Permission denied", "PERMISSION"],
  [1, "write: No space left on device", "DISK_FULL"],
])("exit code %i and %j are %s", (code, err, expected) => {
  expect(explainChild({ ...END, code, err }, WHAT).code).toBe(expected);
});

/** As the tools say it. */
it.each([
  ["Unable to locate credentials. You can configure credentials by running", "CREDENTIALS"],
  ["NoCredentialProviders: no valid providers in chain", "CREDENTIALS"],
  ["An error occurred (InvalidAccessKeyId) when calling the PutObject operation", "CREDENTIALS"],
  ["An error occurred (AccessDenied) when calling the PutObject operation", "PERMISSION"],
  ["Failed to copy: Forbidden: Forbidden\n\tstatus code: 403, request id: tx0", "PERMISSION"],
  ["An error occurred (SlowDown) when calling", "THROTTLED"],
  ["SlowDown: Please reduce your request rate.\n\tstatus code: 503", "THROTTLED"],
  ["fatal error: An error occurred (NoSuchBucket)", "NOT_FOUND"],
  ['Could not connect to the endpoint URL: "http://127.0.0.1:1/b"', "NETWORK"],
  ["dial tcp: lookup nohost.invalid: no such host", "NETWORK"],
  ["dial tcp 127.0.0.1:1: connect: connection refused", "NETWORK"],
  ["ssh: Could not resolve hostname x: Name or service not known", "NETWORK"],
  ["write /tmp/x: no space left on device", "DISK_FULL"],
  ["the printer is on fire", undefined],
])("%s", (said, code) => {
  expect(classOf(said)).toBe(code);
});

it("says how to see what was run, where nothing else is known to help", () => {
  const look = { ...WHAT, look: "blobsy config get backend.default.push" };
  expect(explainChild({ ...END, code: 3 }, look).next).toBe(look.look);
  expect(explainChild({ ...END, code: 69 }, look).next).toBeUndefined();
  expect(explainChild({ ...END, because: "limit" }, look).next).toBe(WHAT.lengthen);
});

it("says how it ended, with its last words", () => {
  const message = (end: Partial<Parameters<typeof explainChild>[0]>): string =>
    explainChild({ ...END, ...end }, WHAT).message;
  expect(message({ code: 3, err: "warming up\nit broke\n\n" })).toBe(
    "the push command failed with exit code 3: it broke",
  );
  expect(message({ code: null, signal: "SIGSEGV" })).toBe("the push command was ended by SIGSEGV");
  expect(message({ because: "limit" })).toBe(
    "the push command did not end within 1 min 30 s, and was ended",
  );
  expect(message({ because: "stopped" })).toBe("the push command was stopped");
  expect(message({ code: 1, err: "\u001b[31mred\u0007" })).not.toMatch(/[\u001b\u0007]/);
});
