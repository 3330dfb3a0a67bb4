import { describe, expect, it } from "vitest";
import { emptyReport, type ReconcileEvent } from "../../../src/app/report.js";
import type { FileState, FileStatus, StatusReport } from "../../../src/app/status.js";
import {
  needsAttention,
  nextCommand,
  statusJson,
  statusLines,
} from "../../../src/cli/render-status.js";
import { reconcileOutcome, summary, transferNote } from "../../../src/cli/render.js";
import { BlobsyError, type ErrorCode } from "../../../src/domain/errors.js";
import { asOid } from "../../../src/domain/oid.js";
import type { PayloadPath } from "../../../src/domain/repo-path.js";

const A = asOid("a".repeat(64));
const B = asOid("b".repeat(64));
const outcome = (events: ReconcileEvent[], dryRun = false) =>
  reconcileOutcome({ ...emptyReport(), inStep: 3, events }, { dryRun });

describe("a reconcile as the end of a command", () => {
  it("says that there was nothing to do", () => {
    expect(outcome([])).toMatchObject({
      notes: ["nothing to do: 3 payloads in step"],
      problems: [],
    });
  });

  it("sums up what was done, and what would be", () => {
    const events: ReconcileEvent[] = [
      { kind: "placed", path: "a", oid: A, size: 1024 },
      { kind: "placed", path: "b", oid: A, size: 1024 },
      { kind: "ref-written", path: "c", oid: B, size: 1 },
      { kind: "moved", path: "e", from: "d" },
    ];
    expect(outcome(events).notes).toEqual([
      "moved d to e",
      "placed 2 payloads (2.0 KB)",
      "  a",
      "  b",
      "updated the ref file of c",
    ]);
    expect(outcome(events, true).notes).toContain("would place 2 payloads (2.0 KB)");
    expect(outcome(events, true).result).toMatchObject({ dry_run: true });
  });

  it("makes a conflict an error with a way out, exit code 2 to come", () => {
    const conflict: ReconcileEvent = {
      kind: "conflict",
      path: "a b",
      payload: A,
      ref: B,
      base: null,
    };
    const { problems, exitCode } = outcome([conflict]);
    expect(problems[0]?.code).toBe("CONFLICT");
    expect(problems[0]?.next).toBe("blobsy resolve --show 'a b'");
    expect(exitCode).toBeUndefined();
  });

  it("asks for attention where a path was left alone", () => {
    const left: ReconcileEvent = { kind: "left", path: "a", reason: "conflict markers" };
    expect(outcome([left]).exitCode).toBe(2);
  });

  it("prefers a failure's exit code", () => {
    const error = new BlobsyError("NETWORK", "no answer", { path: "x" });
    const report = {
      ...emptyReport(),
      events: [{ kind: "left", path: "a", reason: "r" } as const],
      failures: [{ path: "x", code: error.code, message: error.message, error }],
    };
    expect(reconcileOutcome(report, { dryRun: false })).toMatchObject({ problems: [error] });
    expect(reconcileOutcome(report, { dryRun: false }).exitCode).toBeUndefined();
  });

  it("names the payload of a failure that may be its own, and counts those that share one", () => {
    const failing = (code: ErrorCode, ...paths: string[]): string[] => {
      const failures = paths.map((path) => {
        const error = new BlobsyError(code, "it broke");
        return { path, code, message: error.message, error };
      });
      const { problems } = reconcileOutcome({ ...emptyReport(), failures }, { dryRun: false });
      return problems.map(({ path, message }) => `${path}: ${message}`);
    };
    expect(failing("IO", "x")).toEqual(["x: it broke"]);
    expect(failing("IO", "x", "y", "z")).toEqual(["x: it broke (and 2 more payloads)"]);
    expect(failing("NETWORK", "x", "y")).toEqual(["undefined: it broke"]);
    expect(failing("BLOB_CORRUPT", "x", "y")).toEqual(["x: it broke", "y: it broke"]);
  });

  it("only counts when there are many", () => {
    expect(summary("placed", Array.from({ length: 11 }, String))).toEqual(["placed 11 payloads"]);
    expect(summary("placed", [])).toEqual([]);
  });
});

describe("a transfer in a line", () => {
  it.each([
    [{ done: 2, bytes: 2048, skipped: 0, failed: [] }, "uploaded 2 blobs (2.0 KB)"],
    [{ done: 0, bytes: 0, skipped: 4, failed: [] }, "uploaded nothing; 4 already there"],
    [{ done: 0, bytes: 0, skipped: 0, failed: [] }, "uploaded nothing"],
  ])("%j", (report, line) => {
    expect(transferNote("uploaded", "there", report)).toBe(line);
  });
});

describe("status", () => {
  const file = (state: FileState, at = 0): FileStatus => ({
    path: `f${at}` as PayloadPath,
    state,
    size: 1024,
    oid: A,
    git: state === "edited" ? " M" : "  ",
    committed: state !== "edited",
    uploaded: true,
  });
  const of = (...files: FileStatus[]): StatusReport => ({
    files,
    refused: [],
    problems: [],
    installed: true,
    hasUpstream: true,
  });
  const report = (...states: FileState[]): StatusReport => of(...states.map(file));
  const plain = (of: StatusReport): string[] => statusLines(of, { color: false });

  it("counts, names what is not as it should be, the worst last, and says what to run", () => {
    const hostile = { ...file("conflict"), path: "x\u001b[2J" as PayloadPath };
    expect(plain(of(hostile, file("in-step", 1), file("absent", 2)))).toEqual([
      "3 payloads (3.0 KB): 1 in step, 1 not here, 1 in conflict",
      "not here:",
      "     f2  (1.0 KB)",
      "in conflict:",
      "     x\\x1b[2J  (1.0 KB)",
      String.raw`next: blobsy resolve --show 'x\x1b[2J'`,
    ]);
  });

  it("has one line for a clone where all is well", () => {
    expect(plain(report("in-step", "in-step"))).toEqual(["2 payloads (2.0 KB): 2 in step"]);
  });

  it("tells what is not committed, and what is not uploaded", () => {
    const added = { ...file("in-step", 1), git: "A ", committed: false, uploaded: false };
    expect(plain(of(file("in-step"), added))).toEqual([
      "2 payloads (2.0 KB): 2 in step",
      "in step, not committed:",
      "  A  f1  (1.0 KB)",
      "not uploaded: 1 payload (1.0 KB)",
      "next: git commit",
    ]);
    const waiting = { ...file("in-step"), uploaded: false };
    expect(nextCommand(of(waiting))).toBe("git push");
    expect(nextCommand({ ...of(waiting), hasUpstream: false })).toBe("blobsy push");
  });

  it("has one line for a reason that many share, and no more lines than fit", () => {
    const away = (name: string, message = "no such remote") => ({
      path: name,
      code: "NETWORK" as const,
      message,
    });
    const gone = { ...of(file("absent"), file("absent", 1)), problems: [away("f0"), away("f1")] };
    expect(plain(gone).slice(-2)).toEqual([
      "not done yet: f0 and 1 more payload: no such remote",
      "next: blobsy pull",
    ]);
    expect(nextCommand({ ...gone, problems: [away("elsewhere")] })).toBe("blobsy sync");
    const many = Array.from({ length: 60 }, (_, at) => away(`f${at}`, `reason ${at}`));
    const lines = plain({ ...of(), problems: many }).filter((line) => line.startsWith("not done"));
    expect(lines.length).toBeLessThan(60);
  });

  it.each([
    [report(), "blobsy track <path>"],
    [{ ...report("in-step"), installed: false }, "blobsy install"],
    [report("edited", "absent", "conflict"), "blobsy resolve --show f2"],
    [report("edited", "tracked-by-git"), "git rm --cached -- f1"],
    [report("edited", "stale"), "blobsy sync"],
    [report("edited", "absent"), "blobsy pull"],
    [report("edited", "unusable"), "blobsy fsck"],
    [report("edited", "in-step"), "git commit -a"],
    [of({ ...file("in-step"), git: "??", committed: false }), "git add -- f0.bref"],
    [report("in-step"), null],
  ])("knows the next command %#", (of, next) => {
    expect(nextCommand(of)).toBe(next);
  });

  it("colours only when told", () => {
    const coloured = statusLines(report("conflict"), { color: true }).join("");
    expect(plain(report("conflict")).join("")).not.toContain("\u001b");
    expect(coloured).toContain("\u001b[31m");
  });

  it("needs attention for what stays until somebody decides; an edit is none", () => {
    expect(needsAttention(report("in-step", "left-out", "edited"))).toBe(false);
    for (const state of ["conflict", "unusable", "absent", "stale"] as const) {
      expect(needsAttention(report(state)), state).toBe(true);
    }
  });

  it("counts every state in its document", () => {
    const document = statusJson(report("edited", "edited", "in-step")) as Record<string, object>;
    expect(document["summary"]).toMatchObject({ edited: 2, conflict: 0, in_step: 1 });
    expect(document["totals"]).toEqual({
      files: 3,
      bytes: 3072,
      not_committed: 2,
      not_uploaded: 0,
      bytes_not_uploaded: 0,
    });
  });

  it("says where to begin when nothing is tracked", () => {
    expect(plain(report())).toEqual(["no payloads are tracked", "next: blobsy track <path>"]);
  });
});
