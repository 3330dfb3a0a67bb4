import { describe, expect, it } from "vitest";
import { emptyReport, type ReconcileEvent } from "../../../src/app/report.js";
import type { FileState, StatusReport } from "../../../src/app/status.js";
import { needsAttention, statusJson, statusLines } from "../../../src/cli/render-status.js";
import { reconcileOutcome, summary, transferNote } from "../../../src/cli/render.js";
import { BlobsyError } from "../../../src/domain/errors.js";
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

  it("makes a conflict an error with both ways out, exit code 2 to come", () => {
    const conflict: ReconcileEvent = {
      kind: "conflict",
      path: "a b",
      payload: A,
      ref: B,
      base: null,
    };
    const { problems, exitCode } = outcome([conflict]);
    expect(problems[0]?.code).toBe("CONFLICT");
    expect(problems[0]?.next).toMatch(/^blobsy resolve --ours 'a b' .*--theirs/);
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
  const report = (...states: FileState[]): StatusReport => ({
    files: states.map((state, at) => ({
      path: `f${at}\u001b[2J` as PayloadPath,
      state,
      size: 1024,
      oid: A,
      git: " M",
    })),
    refused: [],
    problems: [],
  });

  it("names what is not in step, the worst last, each with what to run", () => {
    const lines = statusLines(report("conflict", "in-step", "absent"), { color: false });
    expect(lines).toEqual([
      "1 payload in step (1.0 KB)",
      "1 payload not here (1.0 KB); next: blobsy pull",
      "   M f2\\x1b[2J  (1.0 KB)",
      "1 payload in conflict (1.0 KB); next: blobsy resolve --ours <path>, or --theirs",
      "   M f0\\x1b[2J  (1.0 KB)",
    ]);
  });

  it("colours only when told", () => {
    const plain = statusLines(report("conflict"), { color: false }).join("");
    const coloured = statusLines(report("conflict"), { color: true }).join("");
    expect(plain).not.toContain("\u001b");
    expect(coloured).toContain("\u001b[31m");
  });

  it("needs attention for what stays until somebody decides; an edit is none", () => {
    expect(needsAttention(report("in-step", "left-out", "edited"))).toBe(false);
    for (const state of ["conflict", "unusable", "absent", "stale"] as const) {
      expect(needsAttention(report(state)), state).toBe(true);
    }
  });

  it("counts every state in its document", () => {
    const { summary: counts } = statusJson(report("edited", "edited")) as {
      summary: Record<string, number>;
    };
    expect(counts).toMatchObject({ edited: 2, conflict: 0, "in-step": 0 });
  });

  it("says where to begin when nothing is tracked", () => {
    expect(statusLines(report(), { color: false })).toEqual([
      "no payloads are tracked; next: blobsy track <path>",
    ]);
  });
});
