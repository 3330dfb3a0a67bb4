import path from "node:path";
import { takeDown } from "../../app/set-up.js";
import { formatCount } from "../../domain/size.js";
import type { Run } from "../host.js";
import { name } from "../render.js";
import { requestOf } from "./install.js";

export const run: Run = async (call) => {
  const report = await takeDown(requestOf(call));
  const verb = call.dryRun ? "would be put back" : "put back";
  return {
    result: { ...report, ...(call.dryRun ? { dry_run: true } : {}) },
    notes: [
      ...(report.removed.length === 0 ? ["nothing was installed here"] : []),
      ...(report.removed.length > 0 ? [`${verb} as it was: ${counted(report.removed)}`] : []),
      ...report.left.map((file) => `left alone, because somebody changed it since: ${name(file)}`),
      ...(report.store === null ? [] : [`the store is kept: ${name(report.store)}`]),
    ],
  };
};

/** Dozens of names say less than their number; `--json` has them. */
function counted(removed: readonly string[]): string {
  const files = removed.filter((one) => path.isAbsolute(one)).length;
  return `${formatCount(removed.length - files, "setting")} and ${formatCount(files, "file")}`;
}
