/** What processes that were killed left behind: temporary files, payloads moved aside, journals, locks. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { isBlobsyError } from "../../domain/errors.js";
import { TEMP_PREFIX } from "../../domain/repo-path.js";
import { lstatFacts } from "../../fs/facts.js";
import { acquireLock, isOwnerAlive } from "../../fs/lock.js";
import { unlinkIfThere } from "../../fs/ops.js";
import { parseOwner } from "../../fs/owner.js";
import { isTempAbandoned, namesIn, sweepTemp, tempOwner } from "../../fs/temp.js";
import { checkParents } from "../../fs/safe-parent.js";
import { isJournalLive, readOtherJournals } from "../../worktree/journal.js";
import { reconcile } from "../reconcile.js";
import type { Check, Finding } from "./finding.js";
import type { Survey } from "./survey.js";

export const leftovers: Check = {
  group: "temporary files",
  look: async (survey) => [
    ...asideFindings(survey),
    ...tempFindings(survey),
    ...(await besidePayloads(survey)),
    ...journalFindings(survey),
    ...lockFindings(survey),
    ...badFindings(survey),
  ],
};

/** Payloads in these are the user's: they go into the store, and are listed by `recover`. */
function asideFindings(survey: Survey): Finding[] {
  const { asideDir } = survey.ctx.place;
  const mend = () => settle(survey);
  return namesIn(asideDir).flatMap((name): Finding[] => {
    const file = path.join(asideDir, name);
    if (!isTempAbandoned(file.replace(/\.json$/, ""))) return [];
    const message = "a payload that a killed process had moved out of the way, or its note";
    return [{ fault: "leftover", about: file, message, mend }];
  });
}

function tempFindings(survey: Survey): Finding[] {
  const { repo, store } = survey.ctx;
  const dirs = [
    repo.sharedState,
    store.layout.tmp,
    repo.worktreeState,
    path.join(repo.commonDir, "info"),
  ];
  return [...new Set(dirs)].flatMap((dir) => abandoned(dir, () => sweep(survey, dir)));
}

/** Where payloads are on another file system than the Git directory. */
async function besidePayloads(survey: Survey): Promise<Finding[]> {
  const dirs = new Set((await survey.refs()).map(({ payload }) => path.posix.dirname(payload)));
  return [...dirs].flatMap((dir) => {
    const full = safeDirectory(survey, dir);
    return full === null
      ? []
      : abandoned(full, () => sweep(survey, full), TEMP_PREFIX.slice(0, -1));
  });
}

function safeDirectory(survey: Survey, dir: string): string | null {
  try {
    const parent = checkParents(survey.worktree, dir === "." ? "x" : `${dir}/x`);
    parent?.close();
    return parent?.dir ?? null;
  } catch (error) {
    if (isBlobsyError(error)) return null; // paths.ts tells of it
    throw error;
  }
}

function abandoned(dir: string, mend: () => Promise<void>, prefix = ""): Finding[] {
  return namesIn(dir).flatMap((name): Finding[] => {
    const file = path.join(dir, name);
    if (!name.startsWith(prefix) || tempOwner(name) === null) return [];
    if (lstatFacts(file)?.kind !== "file" || !isTempAbandoned(file)) return [];
    const message = "a temporary file of a process that is gone";
    return [{ fault: "leftover", about: file, message, mend }];
  });
}

async function sweep(survey: Survey, dir: string): Promise<void> {
  if (dir === survey.ctx.store.layout.tmp) await settle(survey);
  await sweepTemp(dir, { minAgeMs: 0 });
}

/** Files what is aside, takes over what a dead filter process had noted, and remembers it. */
async function settle(survey: Survey): Promise<void> {
  await reconcile(survey.ctx, { actor: "fsck", everything: true, wait: true });
}

function journalFindings(survey: Survey): Finding[] {
  const dir = path.join(survey.ctx.repo.worktreeState, "journal");
  const mend = async () => {
    await settle(survey);
    readOtherJournals(survey.ctx.repo.worktreeState).removeOrphaned();
  };
  return namesIn(dir).flatMap((name): Finding[] => {
    const file = path.join(dir, name);
    if (isJournalLive(file)) return [];
    const message = "a journal of a filter process that was killed";
    return [{ fault: "leftover", about: file, message, mend }];
  });
}

function lockFindings(survey: Survey): Finding[] {
  const { sharedState, worktreeState } = survey.ctx.repo;
  const files = [sharedState, path.join(sharedState, "tmp"), worktreeState].flatMap((dir) =>
    namesIn(dir)
      .filter((name) => name === "lock" || name.endsWith(".lock"))
      .map((name) => path.join(dir, name)),
  );
  return files.flatMap((file): Finding[] => {
    const owner = textOf(file).trim();
    if (isOwnerAlive(owner)) return [];
    // Taking it is what takes it away from a dead owner.
    const mend = async () => {
      if (parseOwner(owner) === null) await unlinkIfThere(file);
      await (await acquireLock(file, { waitMs: 0 }))?.release();
    };
    return [{ fault: "leftover", about: file, message: "a lock of a process that is gone", mend }];
  });
}

/** Objects that were something else than their name and could not be filed under what they are. */
function badFindings(survey: Survey): Finding[] {
  const { store } = survey.ctx;
  const { bad } = store.layout;
  return namesIn(bad).flatMap((name): Finding[] => {
    const file = path.join(bad, name);
    if (lstatFacts(file)?.kind !== "file" || !isTempAbandoned(file)) return [];
    const mend = async () => {
      await store.adopt(file, null);
      await unlinkIfThere(file);
    };
    const message = "bytes that lay under another blob's name, not filed under their own yet";
    return [{ fault: "leftover", about: file, message, mend }];
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // gone meanwhile
  }
}
