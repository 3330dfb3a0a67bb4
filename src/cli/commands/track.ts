import { openContext } from "../../app/context.js";
import { track } from "../../app/track.js";
import { warnOfSetUp } from "../../app/warn-of-set-up.js";
import type { Run } from "../host.js";
import { formatCount } from "../../domain/size.js";
import { name, reconcileOutcome, summary } from "../render.js";

/** More skipped files than this are only counted. */
const MAX_SKIPPED = 20;

export const run: Run = async ({ cwd, args, dryRun, reporter, signal }) => {
  const ctx = await openContext(cwd, reporter);
  const { files, skipped, problems, report } = await track(ctx, { cwd, args, dryRun, signal });
  if (files.length > 0 && !dryRun) await warnOfSetUp(ctx);
  const known = reconcileOutcome(report, { dryRun });
  const fresh = files.filter((file) => file.was !== "known");
  const fromGit = files.filter((file) => file.was === "in-git").map(({ path }) => path);
  const bytes = fresh.reduce((sum, { size }) => sum + size, 0);
  const skippedLines =
    skipped.length <= MAX_SKIPPED
      ? skipped.map(({ path, reason }) => `skipped ${name(path)}: ${reason}`)
      : [`skipped ${formatCount(skipped.length, "file")} (--json lists them with their reasons)`];
  const notes = [
    ...summary(
      dryRun ? "would track" : "tracked",
      fresh.map(({ path }) => path),
      bytes,
    ),
    ...(fromGit.length > 0 ? historyNotes(fromGit, dryRun) : []),
    ...(report.events.length > 0 ? known.notes : []),
    ...skippedLines,
  ];
  if (files.length === 0 && skipped.some(({ reason }) => reason.includes("externalize.minSize"))) {
    notes.push("a file that is named by itself is tracked whatever its size");
  }
  if (notes.length === 0 && problems.length === 0) {
    notes.push(`nothing to do: ${formatCount(files.length, "payload")} already tracked`);
  }
  return {
    ...(known.exitCode === undefined || problems.length > 0 ? {} : { exitCode: known.exitCode }),
    result: { ...known.result, ...(dryRun ? { dry_run: true } : {}), tracked: files, skipped },
    notes,
    problems: [...problems, ...known.problems],
  };
};

function historyNotes(paths: readonly string[], dryRun: boolean): string[] {
  const verb = dryRun ? "would take out of Git's index" : "taken out of Git's index:";
  return [
    ...summary(verb, paths),
    "Git's history keeps the versions committed before, and their room; only rewriting it removes them",
  ];
}
