import { openContext } from "../../app/context.js";
import { drop } from "../../app/drop.js";
import { formatSize } from "../../domain/size.js";
import type { Run } from "../host.js";
import { hashJson } from "../json.js";
import { summary, verbOutcome } from "../render.js";

export const run: Run = async ({ cwd, args, flags, dryRun, reporter, signal }) => {
  const ctx = await openContext(cwd, reporter);
  const verify = flags["verify"] === true;
  const result = await drop(ctx, { cwd, args, verify, dryRun, signal });
  const here = result.files.filter(({ wasHere }) => wasHere);
  const away = result.files.filter(({ wasHere }) => !wasHere);
  const kept = here.filter(({ freed }) => !freed).reduce((sum, { size }) => sum + size, 0);
  const bytes = here.reduce((sum, { size }) => sum + size, 0);
  const pathsOf = (files: typeof here) => files.map(({ path }) => path);
  const notes = [
    ...summary(dryRun ? "would drop" : "dropped", pathsOf(here), bytes),
    ...summary(dryRun ? "would leave out" : "was not here, and is left out:", pathsOf(away)),
    ...(kept > 0
      ? [`${formatSize(kept)} of it stays in the store: other paths or worktrees name it`]
      : []),
  ];
  const files = result.files.map(({ path, oid, size, wasHere, freed }) => {
    return { path, hash: hashJson(oid), size, was_here: wasHere, freed };
  });
  return verbOutcome({ ...result, files }, dryRun, notes);
};
