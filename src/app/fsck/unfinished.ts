/** What earlier runs could not do, and wrote down. */
import { refPathOf, type PayloadPath } from "../../domain/repo-path.js";
import { pasteWord } from "../../domain/shell-words.js";
import { readPending, readProblems } from "../../worktree/notices.js";
import { reconcile } from "../reconcile.js";
import { standingEdits } from "../unstaged-edits.js";
import type { Check, Finding } from "./finding.js";
import type { Survey } from "./survey.js";

export const unfinished: Check = {
  group: "unfinished work",
  look: (survey) => {
    const state = survey.ctx.repo.worktreeState;
    const names = new Set([...readProblems(state), ...readPending(state)].map(({ path }) => path));
    const mend = () => goOn(survey, names);
    const problems = readProblems(state).map(({ path, message, stagedOld }): Finding => ({
      fault: "unfinished",
      about: path,
      message: `an earlier run could not settle it: ${message}`,
      mend,
      next: stagedOld ? `git add -- ${pasteWord(refPathOf(path as PayloadPath))}` : "blobsy sync",
    }));
    const pending = readPending(state).map(({ path }): Finding => {
      const message = "Git put another version in its place, and that is still to be carried out";
      return { fault: "unfinished", about: path, message, mend, next: "blobsy sync" };
    });
    return Promise.resolve([...problems, ...pending]);
  },
};

/** As `blobsy sync` would, for these paths, and without uploading anything. */
async function goOn(survey: Survey, names: ReadonlySet<string>): Promise<void> {
  const { ctx } = survey;
  const report = await reconcile(ctx, {
    actor: "command",
    everything: true,
    wait: true,
    only: (payload) => names.has(payload),
  });
  await standingEdits(ctx);
  const [failure] = report.failures;
  if (failure !== undefined) throw failure.error;
}
