import { describe, expect, it } from "vitest";
import { describeError, exitCodeOf } from "../../../src/cli/report-error.js";
import { BlobsyError, type ErrorCode } from "../../../src/domain/errors.js";

const PATH = "data/model.bin";

/** A message as it is thrown, for each code: with a path and no command, the poorest case. */
const SAMPLES: Readonly<Record<ErrorCode, string>> = {
  USAGE: "unknown option '--foo'",
  NOT_A_REPOSITORY: "this is not a Git worktree",
  NOT_INSTALLED: "blobsy is not set up in this clone",
  NO_REMOTE: "no remote is configured",
  BAD_CONFIG: ".blobsyconfig:3: transfer.concurrency must be a number from 1 to 64",
  BAD_REF_FILE: "line 2: the hash is not sha256 in lower-case hex",
  REFUSED_PATH: "a component folds to .git",
  REFUSED_KEY: "the remote key has a component that starts with a dot",
  NOT_TRACKED: "there is no ref file for it",
  TRACKED_BY_GIT: "Git tracks the payload itself",
  NOT_IGNORED: ".gitignore:4: !*.bin un-ignores the payload",
  PAYLOAD_BUSY: "the file keeps changing while it is read",
  PAYLOAD_CHANGED: "the payload changed while it was being replaced; your bytes are untouched",
  PAYLOAD_UNREADABLE: "it cannot be read (EACCES)",
  BLOB_MISSING: "its blob is neither in the store nor on the remote",
  BLOB_CORRUPT: "the remote's bytes have another hash",
  CONFLICT: "payload and ref file have both changed",
  NEEDS_TRUST: ".blobsyconfig names another remote than the one pinned here",
  CREDENTIALS: "the remote did not accept the credentials",
  PERMISSION: "writing it: not permitted (EACCES)",
  NOT_FOUND: "the directory /srv/blobs does not exist",
  THROTTLED: "the remote asks to slow down",
  NETWORK: "the remote cannot be reached (ECONNRESET)",
  DISK_FULL: "writing it: no space left (ENOSPC)",
  IO: "reading it: EIO",
  LOCKED: "another blobsy (process 4711) holds the lock",
  GIT_FAILED: "git add failed: fatal: Unable to write new index file",
  PUSH_REFUSED: "commit 1a2b3c4d by Ann <ann@example.org> names a blob that is nowhere",
  INTERRUPTED: "stopped",
};

function sheet(): string {
  return Object.entries(SAMPLES)
    .map(([code, message]) => {
      const error = new BlobsyError(code as ErrorCode, message, { path: PATH });
      const { lines, exitCode } = describeError(error, { verbose: false });
      return `${code} (exit ${exitCode})\n${lines.join("\n")}\n`;
    })
    .join("\n");
}

describe("errors as they are printed", () => {
  it("read like test/golden/errors.txt", async () => {
    await expect(sheet()).toMatchFileSnapshot("../../golden/errors.txt");
  });

  it("prefer the command the error names", () => {
    const error = new BlobsyError("NOT_TRACKED", "no ref file", { next: "blobsy track 'a b'" });
    expect(describeError(error, { verbose: false }).lines).toEqual([
      "blobsy: no ref file",
      "  next: blobsy track 'a b'",
    ]);
  });

  it("show causes when asked", () => {
    const cause = new Error("connect ECONNREFUSED", { cause: new Error("deeper") });
    const error = new BlobsyError("NETWORK", "unreachable", { cause });
    expect(describeError(error, { verbose: false }).lines).toHaveLength(2);
    expect(describeError(error, { verbose: true }).lines.slice(2)).toEqual([
      "  cause: connect ECONNREFUSED",
      "  cause: deeper",
    ]);
  });

  it("own up to a bug and keep its stack", () => {
    const { lines, exitCode, json } = describeError(new TypeError("x is not a function"), {
      verbose: false,
    });
    expect(exitCode).toBe(1);
    expect(lines[0]).toContain("this is a bug in blobsy");
    expect(lines.join("\n")).toContain("report-error.test.ts");
    expect(json).toEqual({ code: "BUG", message: "x is not a function" });
  });

  it("never let a name write over the terminal", () => {
    const error = new BlobsyError("REFUSED_PATH", "refused", {
      path: "a\u001b[2Jb\u202egnp.exe\n",
    });
    const [line] = describeError(error, { verbose: false }).lines;
    expect(line).toBe("blobsy: a\\x1b[2Jb\\u{202e}gnp.exe\\x0a: refused");
  });
});

describe("the exit code", () => {
  const error = (code: ErrorCode): BlobsyError => new BlobsyError(code, "x");
  it.each<[ErrorCode[], number]>([
    [[], 0],
    [["CONFLICT"], 2],
    [["CONFLICT", "CONFLICT"], 2],
    [["CONFLICT", "NETWORK"], 1],
    [["IO"], 1],
  ])("of %j is %i", (codes, exitCode) => {
    expect(exitCodeOf(codes.map(error))).toBe(exitCode);
  });
});
