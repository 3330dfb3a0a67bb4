/** `blobsy merge-driver %O %A %B %P`: for Git. */
import { BlobsyError } from "../../domain/errors.js";
import { reporterFor } from "../reporter.js";

/** @returns 0 settled, 1 conflict; Git takes anything above 128 for a crash */
export async function runMergeDriverCommand(args: readonly string[]): Promise<number> {
  const [base, ours, theirs, refPath] = args;
  if (!base || !ours || !theirs || !refPath) {
    throw new BlobsyError("USAGE", "merge-driver takes four arguments; Git gives them");
  }
  const { runMergeDriver } = await import("../../app/merge-driver.js");
  return runMergeDriver({ base, ours, theirs, refPath }, reporterFor(process.stderr));
}
