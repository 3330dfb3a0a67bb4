import { openContext } from "../../app/context.js";
import { move } from "../../app/move.js";
import { formatCount } from "../../domain/size.js";
import type { Run } from "../host.js";
import { name, verbOutcome } from "../render.js";

/** More moves than this are only counted. */
const MAX_NAMES = 10;

export const run: Run = async ({ cwd, args, dryRun, reporter }) => {
  const ctx = await openContext(cwd, reporter);
  const result = await move(ctx, { cwd, args, dryRun });
  const { files } = result;
  const verb = dryRun ? "would move" : "moved";
  const notes =
    files.length > MAX_NAMES
      ? [`${verb} ${formatCount(files.length, "payload")}`]
      : files.map(({ from, path }) => `${verb} ${name(from)} to ${name(path)}`);
  return verbOutcome(result, dryRun, notes);
};
