import { openContext } from "../../app/context.js";
import { pull } from "../../app/pull.js";
import type { Run } from "../host.js";
import { reconcileOutcome } from "../render.js";

export const run: Run = async ({ cwd, args, flags, dryRun, reporter }) => {
  const ctx = await openContext(cwd, reporter);
  const force = flags["force"] === true;
  return reconcileOutcome(await pull(ctx, { cwd, args, force, dryRun }), { dryRun });
};
