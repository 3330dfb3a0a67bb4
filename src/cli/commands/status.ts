import { selectKnown } from "../../app/known-payloads.js";
import { openContext } from "../../app/context.js";
import { status } from "../../app/status.js";
import type { Run } from "../host.js";
import { needsAttention, statusJson, statusLines } from "../render-status.js";

export const run: Run = async ({ cwd, args, flags, reporter, color }) => {
  const ctx = await openContext(cwd, reporter);
  const all = await status(ctx);
  const chosen = args.length === 0 ? null : await selectKnown(ctx, cwd, args);
  const report = chosen ? { ...all, files: all.files.filter((f) => chosen.has(f.path)) } : all;
  const attention = needsAttention(report);
  return {
    result: statusJson(report),
    answer: statusLines(report, { color }),
    exitCode: flags["exitCode"] === true && attention ? 2 : 0,
  };
};
