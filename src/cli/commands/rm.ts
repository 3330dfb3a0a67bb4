import { openContext } from "../../app/context.js";
import { remove } from "../../app/remove.js";
import { formatSize } from "../../domain/size.js";
import type { Run } from "../host.js";
import { withHash } from "../json.js";
import { summary, verbOutcome } from "../render.js";
import { run as untrack } from "./untrack.js";

export const run: Run = async (call) => {
  // As `git rm --cached`: the file stays, and is tracked no more.
  if (call.flags["cached"] === true) return untrack(call);
  const { cwd, args, flags, dryRun, reporter } = call;
  const ctx = await openContext(cwd, reporter);
  const force = flags["force"] === true;
  const recursive = flags["recursive"] === true;
  const result = await remove(ctx, { cwd, args, force, recursive, dryRun });
  const { files } = result;
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const paths = files.map(({ path }) => path);
  const verb = dryRun ? "would remove" : "removed, with its ref file:";
  const kept =
    bytes > 0 && !dryRun ? [`${formatSize(bytes)} kept in the store: blobsy recover`] : [];
  const told = { ...result, files: files.map(withHash) };
  return verbOutcome(told, dryRun, [...summary(verb, paths, bytes), ...kept]);
};
