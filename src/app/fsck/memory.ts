/** What blobsy remembers of a worktree: the stat cache, the list that the monitor watches, its stamp. */
import path from "node:path";
import { refPathOf, type PayloadPath } from "../../domain/repo-path.js";
import { unlinkIfThere } from "../../fs/ops.js";
import { listText, moveStamp, stampNs } from "../../worktree/monitor-files.js";
import { isStatCacheDamaged, STAT_CACHE } from "../../worktree/stat-cache.js";
import { reconcile } from "../reconcile.js";
import type { Check, Finding, Mend } from "./finding.js";
import { readIfThere, type Survey } from "./survey.js";

export const memory: Check = {
  group: "what blobsy remembers",
  look: async (survey) => {
    const mend = () => learnAnew(survey);
    return [
      ...(await cacheFindings(survey, mend)),
      ...listFindings(survey, mend),
      ...stampFindings(survey, mend),
    ];
  },
};

/** A payload that nobody watches: Git would not notice its edits. */
async function cacheFindings(survey: Survey, mend: Mend): Promise<Finding[]> {
  const state = survey.ctx.repo.worktreeState;
  const about = path.join(state, STAT_CACHE);
  if (isStatCacheDamaged(state)) {
    const message = "the stat cache is damaged, so it counts as lost";
    return [{ fault: "stat-cache", about, message, mend: () => forgetAndLearn(about, mend) }];
  }
  const unknown = (await survey.known()).filter((payload) => !survey.cache.has(payload));
  return unknown.map((payload) => {
    const message = "this payload is not in the stat cache, so Git is not told of its edits";
    return { fault: "stat-cache", about: payload, message, mend };
  });
}

function listFindings(survey: Survey, mend: Mend): Finding[] {
  const state = survey.ctx.repo.worktreeState;
  const payloads = [...survey.cache.paths()] as PayloadPath[];
  const wanted = [
    ["payloads", payloads],
    ["refs", payloads.map(refPathOf)],
  ] as const;
  return wanted.flatMap(([name, names]): Finding[] => {
    const bytes = readIfThere(state, name);
    if (bytes === null ? names.length === 0 : bytes.equals(listText(names))) return [];
    const message = "the list of files to watch is not what the stat cache knows";
    return [{ fault: "watch-list", about: path.join(state, name), message, mend }];
  });
}

/** Clocks differ a little between a machine and the file server its disk is on. */
const SLACK_NS = 60_000_000_000n;

function stampFindings(survey: Survey, mend: Mend): Finding[] {
  const state = survey.ctx.repo.worktreeState;
  const stamp = stampNs(state);
  if (stamp === null || stamp <= BigInt(Date.now()) * 1_000_000n + SLACK_NS) return [];
  const message =
    "the time up to which payloads were examined lies in the future: edits are not noticed";
  return [
    {
      fault: "stamp",
      about: path.join(state, "stamp"),
      message,
      mend: async () => {
        await moveStamp(state, null);
        await mend();
      },
    },
  ];
}

async function forgetAndLearn(file: string, mend: Mend): Promise<void> {
  await unlinkIfThere(file);
  await mend();
}

async function learnAnew(survey: Survey): Promise<void> {
  await reconcile(survey.ctx, { actor: "fsck", everything: true, wait: true });
}
