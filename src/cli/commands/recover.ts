import { openContext } from "../../app/context.js";
import { listRecoverable, recover, type Recoverable } from "../../app/recover.js";
import { shortOid } from "../../domain/oid.js";
import { formatSize } from "../../domain/size.js";
import type { Outcome, Run } from "../host.js";
import { name, reconcileOutcome } from "../render.js";

export const run: Run = async ({ cwd, args, flags, dryRun, reporter }) => {
  const ctx = await openContext(cwd, reporter);
  const [path] = args;
  if (path === undefined) return listed(listRecoverable(ctx));
  const oid = typeof flags["oid"] === "string" ? { oid: flags["oid"] } : {};
  const { payload, entry, report } = await recover(ctx, { cwd, path, dryRun, ...oid });
  const done = reconcileOutcome(report, { dryRun });
  const verb = dryRun ? "would bring back" : "brought back";
  return {
    ...done,
    result: { ...done.result, path: payload, version: entry },
    notes: [
      `${verb} ${name(payload)} as it was ${entry.why} at ${entry.time} (${shortOid(entry.oid)}, ${formatSize(entry.size)})`,
      ...(report.events.length > 0 ? done.notes : []),
    ],
  };
};

function listed(entries: readonly Recoverable[]): Outcome {
  const lines = entries.map(({ time, oid, size, why, path, available }) => {
    const where = path === "" ? "(path unknown)" : name(path);
    const gone = available ? "" : "  (no longer in the store)";
    return `${time}  ${shortOid(oid)}  ${formatSize(size).padStart(8)}  ${why.padEnd(11)}  ${where}${gone}`;
  });
  return {
    result: { versions: entries },
    answer: lines,
    notes: lines.length === 0 ? ["nothing was replaced or removed here"] : [],
  };
}
