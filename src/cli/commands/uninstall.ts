import { takeDown } from "../../app/set-up.js";
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
      ...(report.removed.length > 0
        ? [`${verb} as it was: ${report.removed.map(name).join(", ")}`]
        : []),
      ...report.left.map((file) => `left alone, because somebody changed it since: ${name(file)}`),
      ...(report.store === null ? [] : [`the store is kept: ${name(report.store)}`]),
    ],
  };
};
