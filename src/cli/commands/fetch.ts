import { openContext } from "../../app/context.js";
import { fetch } from "../../app/fetch.js";
import { formatCount } from "../../domain/size.js";
import type { Run } from "../host.js";
import { blobJson, transferJson, transferNote, transferProblems } from "../render.js";

export const run: Run = async ({ cwd, args, flags, dryRun, reporter, signal }) => {
  const ctx = await openContext(cwd, reporter);
  const all = flags["all"] === true;
  const { commits, wanted, report } = await fetch(ctx, { refs: args, all, dryRun, signal });
  if (dryRun) {
    const blobs = formatCount(wanted.length, "blob");
    const note = `would bring ${blobs} of ${formatCount(commits.length, "commit")} into the store`;
    return { result: { dry_run: true, commits, blobs: wanted.map(blobJson) }, notes: [note] };
  }
  return {
    result: { commits, ...transferJson(report) },
    notes: [transferNote("downloaded", "here", report)],
    problems: transferProblems(report),
  };
};
