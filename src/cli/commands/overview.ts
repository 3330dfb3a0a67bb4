/** `blobsy` alone: where this repository stands, and what to do. */
import { openContext } from "../../app/context.js";
import { hasRemote } from "../../app/require-set-up.js";
import { status } from "../../app/status.js";
import { isBlobsyError, NO_WORKTREE } from "../../domain/errors.js";
import type { Outcome, Run } from "../host.js";
import { nextCommand, statusJson, statusLines } from "../render-status.js";

const MORE = "every command: blobsy --help";

export const run: Run = async (call) => {
  const { cwd, reporter, signal, color } = call;
  let ctx;
  try {
    ctx = await openContext(cwd, reporter, signal);
  } catch (error) {
    if (!isBlobsyError(error) || error.code !== "NOT_A_REPOSITORY") throw error;
    const next = error.message === NO_WORKTREE ? "git init" : (error.next ?? null);
    return told("no-repository", [error.message], next);
  }
  const report = await status(ctx);
  const tracks = report.files.length > 0 || report.refused.length > 0;
  if (!tracks && !(await hasRemote(ctx))) {
    const lines = ["this repository does not use blobsy yet"];
    return told("not-set-up", lines, "blobsy init local:../blobs");
  }
  if (!report.installed) {
    const lines = ["this repository uses blobsy, which is not set up in this clone"];
    return told("not-installed", lines, "blobsy install && blobsy pull", statusJson(report));
  }
  const lines = statusLines(report, { color }).filter((line) => !line.startsWith("next: "));
  return told("in-use", lines, nextCommand(report), statusJson(report));
};

type State = "no-repository" | "not-set-up" | "not-installed" | "in-use";

function told(state: State, lines: readonly string[], next: string | null, rest = {}): Outcome {
  return {
    result: { ...rest, state, next },
    answer: [...lines, ...(next === null ? [] : [`next: ${next}`])],
    notes: [MORE],
  };
}
