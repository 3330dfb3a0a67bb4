import { openContext } from "../../app/context.js";
import { pull } from "../../app/pull.js";
import { warnOfSetUp } from "../../app/warn-of-set-up.js";
import { listFlag, type Run } from "../host.js";
import { reconcileOutcome } from "../render.js";

export const run: Run = async ({ cwd, args, flags, dryRun, reporter, signal }) => {
  const ctx = await openContext(cwd, reporter, signal);
  const scope = { include: listFlag(flags, "include"), exclude: listFlag(flags, "exclude") };
  const force = flags["force"] === true;
  const report = await pull(ctx, { cwd, args, ...scope, force, dryRun });
  await warnOfSetUp(ctx);
  return reconcileOutcome(report, { dryRun });
};
