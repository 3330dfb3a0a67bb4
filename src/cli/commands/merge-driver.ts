/** `blobsy merge-driver %O %A %B %P`: for Git. */
import { BlobsyError } from "../../domain/errors.js";
import { reporterFor } from "../reporter.js";

/** @returns 0 settled, 1 conflict; Git takes anything above 128 for a crash */
export async function runMergeDriverCommand(args: readonly string[]): Promise<number> {
  const [base, ours, theirs, path] = args;
  if (!base || !ours || !theirs || !path) {
    throw new BlobsyError("USAGE", "merge-driver takes four arguments; Git gives them");
  }
  const files = { base, ours, theirs, path };
  if (/(?:^|\/)\.gitignore$/.test(path)) {
    const { mergeIgnoreFile } = await import("../../app/merge-ignore.js");
    return mergeIgnoreFile(files, reporterFor(process.stderr));
  }
  const { runMergeDriver } = await import("../../app/merge-driver.js");
  return runMergeDriver(files, reporterFor(process.stderr));
}
