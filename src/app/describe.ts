/** A report as lines for people: what needs attention, each with the command that settles it. */
import { shortOid } from "../domain/oid.js";
import type { RecoverReason } from "../domain/recover.js";
import { pasteWord } from "../domain/shell-words.js";
import { formatCount } from "../domain/size.js";
import type { FailedPath, ReconcileEvent, ReconcileReport } from "./report.js";

/** More than this many lines of one kind are summed up: a checkout of thousands must stay readable. */
const MAX_LINES = 10;

/** What happened that the user did not ask for, or has to act on; ordinary placing says nothing. */
export function describeReport(report: ReconcileReport): string[] {
  const lines = report.events.flatMap((event) => describeEvent(event) ?? []);
  const failures = describeFailures(report.failures);
  const refused = report.refused.map(
    ({ refPath, reason }) => `${refPath} is left alone: ${reason}`,
  );
  return [...atMost(lines), ...atMost(failures), ...atMost(refused)];
}

/** A reason that several share (no trust, no answer) is one line. */
function describeFailures(failures: readonly FailedPath[]): string[] {
  const byMessage = new Map<string, FailedPath[]>();
  for (const failure of failures) {
    const same = byMessage.get(failure.message);
    if (same) same.push(failure);
    else byMessage.set(failure.message, [failure]);
  }
  return [...byMessage].map(([message, all]) => {
    const others = all.length === 1 ? "" : ` and ${formatCount(all.length - 1, "more payload")}`;
    const next = all[0]?.error.next;
    return `${all[0]?.path}${others}: ${message}${next === undefined ? "" : `; next: ${next}`}`;
  });
}

function atMost(lines: readonly string[]): string[] {
  if (lines.length <= MAX_LINES) return [...lines];
  const rest = lines.length - MAX_LINES;
  return [...lines.slice(0, MAX_LINES), `and ${rest} more like these; see: blobsy status`];
}

const REPLACED_BY: Partial<Record<RecoverReason, string>> = {
  forced: "replaced by what its ref file says",
  conflict: "replaced by what its ref file says",
};

/** @returns `null` for what needs no word */
export function describeEvent(event: ReconcileEvent): string | null {
  switch (event.kind) {
    case "placed":
    case "moved":
    case "removed":
    case "ref-written":
      return null;
    case "discarded":
      return `${event.path}: ${REPLACED_BY[event.why] ?? "Git put the committed version back"}; your edit ${shortOid(event.oid)} is kept: blobsy recover ${pasteWord(event.path)}`;
    case "conflict":
      return `${event.path}: conflict: the payload is ${shortOid(event.payload)}, the ref file says ${shortOid(event.ref)}; both are kept. Choose: blobsy resolve --ours ${pasteWord(event.path)} (the payload) or --theirs (the ref file)`;
    case "released":
      return `${event.path}: its ref file was removed, but the payload holds other bytes; it stays, no longer ignored by Git`;
    case "git-owns":
      return `${event.path}: Git tracks this path itself; blobsy leaves it alone`;
    case "left":
      return `${event.path} is left alone: ${event.reason}`;
    case "rescued":
      return `${event.path}: an interrupted run had moved it aside; its bytes ${shortOid(event.oid)} are kept: blobsy recover ${pasteWord(event.path)}`;
  }
}
