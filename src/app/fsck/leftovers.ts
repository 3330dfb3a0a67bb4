/** What processes that were killed left behind: temporary files, payloads moved aside, journals, locks. */
import path from "node:path";
import { isBlobsyError } from "../../domain/errors.js";
import { ASIDE_BESIDE, TEMP_BESIDE } from "../../domain/repo-path.js";
import { lstatFacts } from "../../fs/facts.js";
import { acquireLock, isOwnerAlive } from "../../fs/lock.js";
import { unlinkIfThere } from "../../fs/ops.js";
import { parseOwner } from "../../fs/owner.js";
import { isTempAbandoned, namesIn, sweepTemp, tempOwner } from "../../fs/temp.js";
import { readBytes } from "../../fs/user-file.js";
import { checkParents } from "../../fs/safe-parent.js";
import { asideIdOf } from "../../worktree/aside.js";
import { isJournalLive, readOtherJournals } from "../../worktree/journal.js";
import { fileBeside, isAsideAbandoned, removeTornNote } from "../../worktree/sweep-aside.js";
import { reconcile } from "../reconcile.js";
import type { Check, Finding } from "./finding.js";
import type { Survey } from "./survey.js";

export const leftovers: Check = {
  group: "temporary files",
  look: async (survey) => [
    ...(await asideFindings(survey)),
    ...tempFindings(survey),
    ...journalFindings(survey),
    ...lockFindings(survey),
    ...badFindings(survey),
  ],
};

/** Payloads in these are the user's: they go into the store, and are listed by `recover`. */
async function asideFindings(survey: Survey): Promise<Finding[]> {
  const { asideDir } = survey.ctx.place;
  const beside = await besidePayloads(survey);
  let settled: Promise<void> | undefined;
  const here = namesIn(asideDir).flatMap((name): Finding[] => {
    const file = path.join(asideDir, name);
    if (!isAsideAbandoned(file)) return [];
    const mend = async () => {
      await (settled ??= settle(survey));
      const { id, isBeside } = asideIdOf(file);
      const hasFile = (await besidePayloads(survey)).some((left) => path.basename(left) === id);
      if (isBeside && !hasFile) await removeTornNote(file);
    };
    const message = "a payload that a killed process had moved out of the way, or its note";
    return [{ fault: "leftover", about: file, message, mend }];
  });
  // Those with a note first: it knows which payload it was.
  return [...here, ...beside.map((file) => besideFinding(survey, file))];
}

/** Where payloads are on another file system than the Git directory. */
function besideFinding(survey: Survey, file: string): Finding {
  const message = "what a process that is gone left beside a payload, and may have been one";
  const mend = () => fileBeside(survey.ctx.place, file);
  return { fault: "leftover", about: file, message, mend };
}

function tempFindings(survey: Survey): Finding[] {
  const { repo, store } = survey.ctx;
  const dirs = [
    repo.sharedState,
    store.layout.tmp,
    repo.worktreeState,
    repo.gitDir,
    path.join(repo.commonDir, "info"),
  ];
  const message = "a temporary file of a process that is gone";
  return [...new Set(dirs)].flatMap((dir) => {
    const mend = () => sweep(survey, dir);
    return abandonedIn(dir).map((about) => ({ fault: "leftover", about, message, mend }));
  });
}

async function besidePayloads(survey: Survey): Promise<string[]> {
  const dirs = new Set((await survey.refs()).map(({ payload }) => path.posix.dirname(payload)));
  return [...dirs].flatMap((dir) => {
    const full = safeDirectory(survey, dir);
    if (full === null) return [];
    return [TEMP_BESIDE, ASIDE_BESIDE].flatMap((prefix) => abandonedIn(full, `${prefix}.`));
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

function abandonedIn(dir: string, prefix = ""): string[] {
  return namesIn(dir)
    .filter((name) => name.startsWith(prefix) && tempOwner(name) !== null)
    .map((name) => path.join(dir, name))
    .filter((file) => lstatFacts(file)?.kind === "file" && isTempAbandoned(file));
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
    const owner = ownerIn(file);
    if (owner === null || (owner !== "unreadable" && isOwnerAlive(owner))) return [];
    // Taking it is what takes it away from a dead owner.
    const mend = async () => {
      const text = readBytes(file)?.toString("utf8").trim();
      if (text !== undefined && parseOwner(text) === null) await unlinkIfThere(file);
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

/** @returns null when it is gone by now */
function ownerIn(file: string): string | null {
  try {
    return readBytes(file)?.toString("utf8").trim() ?? null;
  } catch {
    return "unreadable"; // the repair, which reads it again, says why
  }
}
