import { openContext } from "../../app/context.js";
import { resolve } from "../../app/resolve.js";
import { BlobsyError } from "../../domain/errors.js";
import type { Run } from "../host.js";
import { name, reconcileOutcome, summary } from "../render.js";

export const run: Run = async ({ cwd, args, flags, dryRun, reporter, signal }) => {
  const side = flags["ours"] === true ? "ours" : flags["theirs"] === true ? "theirs" : null;
  const next = "blobsy resolve --help";
  if (side === null) throw new BlobsyError("USAGE", "--ours or --theirs must be given", { next });
  if (args.length > 0 === (flags["all"] === true)) {
    throw new BlobsyError("USAGE", "paths or --all must be given, and not both", { next });
  }
  const ctx = await openContext(cwd, reporter, signal);
  const { settled, calm, report } = await resolve(ctx, { cwd, args, side, dryRun });
  const done = reconcileOutcome(report, { dryRun });
  const what = side === "ours" ? "kept ours in" : "took theirs in";
  const nothing = settled.length + calm.length === 0 ? ["there is no conflict"] : [];
  return {
    ...done,
    result: { ...done.result, side, settled, ...(dryRun ? { dry_run: true } : {}) },
    notes: [
      ...summary(dryRun ? "would settle" : what, settled),
      ...calm.map((path) => `${name(path)} is in no conflict`),
      ...nothing,
      ...(report.events.length > 0 ? done.notes : []),
    ],
  };
};
