import { openContext } from "../../app/context.js";
import { namedPaths, pull } from "../../app/pull.js";
import { push } from "../../app/push.js";
import { warnOfSetUp } from "../../app/warn-of-set-up.js";
import { listFlag, type Run } from "../host.js";
import { reconcileOutcome } from "../render.js";
import { pushOutcome } from "./push.js";

export const run: Run = async ({ cwd, args, flags, dryRun, reporter, signal }) => {
  const ctx = await openContext(cwd, reporter, signal);
  const scope = {
    cwd,
    args,
    include: listFlag(flags, "include"),
    exclude: listFlag(flags, "exclude"),
  };
  const inStep = reconcileOutcome(await pull(ctx, { ...scope, force: false, dryRun }), { dryRun });
  signal.throwIfAborted();
  const only = await namedPaths(ctx, scope);
  const sent = await push(ctx, { cwd, args: [], dryRun, signal, ...(only ? { only } : {}) });
  await warnOfSetUp(ctx);
  const uploads = pushOutcome(sent, dryRun);
  return {
    ...inStep,
    result: { ...inStep.result, uploads: uploads.result },
    notes: [...inStep.notes, ...(uploads.notes ?? [])],
    problems: [...inStep.problems, ...(uploads.problems ?? [])],
    ...(uploads.problems?.length ? { exitCode: 1 } : {}),
  };
};
