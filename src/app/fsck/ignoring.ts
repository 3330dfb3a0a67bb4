/** Does Git ignore every payload, by blobsy's own lines, and do they hold nothing more? */
import path from "node:path";
import { isBlobsyError } from "../../domain/errors.js";
import { REF_SUFFIX } from "../../domain/repo-path.js";
import { notIgnored } from "../../git/index-entries.js";
import { dirOf, gitignorePath, readGitignore } from "../../worktree/gitignore-file.js";
import { lineFor } from "../../worktree/gitignore-text.js";
import { isExcludeInStep, updateExclude } from "../../worktree/ignore-exclude.js";
import { reconcile } from "../reconcile.js";
import type { Check, Finding } from "./finding.js";
import type { Survey } from "./survey.js";

export const ignoring: Check = {
  group: "ignored payloads",
  look: async (survey) => {
    const lines = [...(await excludeFindings(survey)), ...(await gitignoreFindings(survey))];
    const open = await openPayloads(survey);
    // Where lines are missing, payloads without any rule are no news.
    const news = open.filter(({ mend }) => mend === null || lines.length === 0);
    return [...lines, ...news];
  },
};

async function bringInStep(survey: Survey): Promise<void> {
  await reconcile(survey.ctx, { actor: "fsck", everything: true, wait: true });
}

async function excludeFindings(survey: Survey): Promise<Finding[]> {
  const { commonDir, worktreeState: stateDir } = survey.ctx.repo;
  const exact = { commonDir, stateDir, payloads: await survey.known(), mode: "exact" } as const;
  if (isExcludeInStep(exact)) return [];
  const about = path.join(commonDir, "info", "exclude");
  const message = "blobsy's lines in it are not the payloads that are known";
  return [{ fault: "ignore-lines", about, message, mend: () => updateExclude(exact) }];
}

/** With `blobsy.ignore = gitignore`: the committed lines beside them. */
async function gitignoreFindings(survey: Survey): Promise<Finding[]> {
  const config = await survey.config();
  if (isBlobsyError(config) || config.ignore !== "gitignore") return [];
  const index = await survey.index();
  const known = [...survey.cache.paths()].filter((name) => index.has(name + REF_SUFFIX));
  return [...new Set(known.map(dirOf))].flatMap((dir): Finding[] => {
    const about = gitignorePath(dir);
    const file = readGitignore(survey.worktree, dir);
    const reason = file.kind === "refused" ? file.reason : reasonIn(file);
    if (reason !== null) {
      const next = `correct it, then: blobsy sync`;
      return [{ fault: "ignore-lines", about, message: reason, mend: null, next }];
    }
    const lines = file.kind === "text" ? new Set(file.text.lines) : new Set<string>();
    const isLacking = known.some(
      (name) => dirOf(name) === dir && !lines.has(lineFor(path.posix.basename(name))),
    );
    const message = "it lacks the line of a payload beside it";
    return isLacking
      ? [{ fault: "ignore-lines", about, message, mend: () => bringInStep(survey) }]
      : [];
  });
}

function reasonIn(file: Exclude<ReturnType<typeof readGitignore>, { kind: "refused" }>) {
  return file.kind === "text" && file.text.kind === "unusable" ? file.text.reason : null;
}

/** Rules that come with a commit outrank `info/exclude`; so Git itself is asked. */
async function openPayloads(survey: Survey): Promise<Finding[]> {
  const present: string[] = [];
  for (const name of survey.cache.paths()) {
    if (await survey.isPayloadThere(name)) present.push(name);
  }
  const open = [...(await notIgnored(survey.ctx.repo, present))];
  return open.map(([name, rule]): Finding => {
    if (rule === "") {
      const message = "nothing has Git ignore this payload, so git add . would take it in";
      return { fault: "not-ignored", about: name, message, mend: () => bringInStep(survey) };
    }
    return {
      fault: "not-ignored",
      about: name,
      message: `a rule has Git see the payload itself: ${rule}`,
      mend: null,
      next: "take that rule out, or narrow it, so that it does not name payloads",
    };
  });
}
