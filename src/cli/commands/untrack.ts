import { openContext } from "../../app/context.js";
import { untrack } from "../../app/untrack.js";
import type { Run } from "../host.js";
import { withHash } from "../json.js";
import { summary, verbOutcome } from "../render.js";

export const run: Run = async ({ cwd, args, dryRun, reporter }) => {
  const ctx = await openContext(cwd, reporter);
  const result = await untrack(ctx, { cwd, args, dryRun });
  const paths = result.files.map(({ path }) => path);
  const notes = summary(dryRun ? "would untrack" : "untracked", paths);
  if (notes.length > 0 && !dryRun) {
    const what = paths.length === 1 ? "an ordinary file" : "ordinary files";
    notes.push(`${what} from now on, which git add would take into Git`);
  }
  return verbOutcome({ ...result, files: result.files.map(withHash) }, dryRun, notes);
};
