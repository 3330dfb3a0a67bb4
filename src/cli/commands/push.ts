import { openContext } from "../../app/context.js";
import { push, type PushResult } from "../../app/push.js";
import { warnOfSetUp } from "../../app/warn-of-set-up.js";
import { formatCount } from "../../domain/size.js";
import type { Outcome, Run } from "../host.js";
import { blobJson, transferJson, transferNote, transferProblems } from "../render.js";

export const run: Run = async ({ cwd, args, flags, dryRun, reporter, signal }) => {
  const ctx = await openContext(cwd, reporter);
  const to = typeof flags["to"] === "string" ? { to: flags["to"] } : {};
  const sent = await push(ctx, { cwd, args, dryRun, signal, ...to });
  await warnOfSetUp(ctx);
  return pushOutcome(sent, dryRun);
};

export function pushOutcome({ wanted, report }: PushResult, dryRun: boolean): Outcome {
  if (dryRun) {
    const note = `would make sure that the remote has ${formatCount(wanted.length, "blob")}`;
    return { result: { dry_run: true, blobs: wanted.map(blobJson) }, notes: [note] };
  }
  return {
    result: transferJson(report),
    notes: [transferNote("uploaded", "on the remote", report)],
    problems: transferProblems(report),
  };
}
