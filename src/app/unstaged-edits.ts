/**
 * Edits that clean could not take in. Git staged the old text then, without a word, and went on; so a
 * note stands (`stagedOld`), across any reconcile, until Git's index has what the payload is.
 */
import { isInStepByStat } from "./assess.js";
import { type PayloadPath, refPathOf } from "../domain/repo-path.js";
import { gitBlobOid, type IndexListing, listIndex } from "../git/index-entries.js";
import { type Problem, readNotes, removeNotes } from "../worktree/notices.js";
import { StatCache } from "../worktree/stat-cache.js";
import type { Context } from "./context.js";
import { readRef } from "./observe.js";

/** @returns the notes that still stand; those that are settled are removed */
export async function standingEdits(ctx: Context): Promise<Problem[]> {
  const state = ctx.repo.worktreeState;
  const noted = readNotes(state).filter(({ problem }) => problem.stagedOld === true);
  if (noted.length === 0) return [];
  const cache = StatCache.load(state);
  const index = await listIndex(ctx.repo);
  const settled = new Set(
    noted.filter(({ problem }) => isSettled(ctx, cache, index, problem.path)),
  );
  await removeNotes([...settled]);
  return noted.flatMap((note) => (settled.has(note) ? [] : note.problem));
}

function isSettled(ctx: Context, cache: StatCache, index: IndexListing, path: string): boolean {
  const payload = path as PayloadPath;
  const entries = index.get(refPathOf(payload));
  if (!entries) return true; // no commit will name it
  const ref = readRef(ctx.repo.worktree, payload);
  if (ref.kind !== "hash" || !isInStepByStat(ctx, cache, payload)) return false;
  return entries.every(({ oid }) => gitBlobOid(ref.text, oid) === oid);
}
