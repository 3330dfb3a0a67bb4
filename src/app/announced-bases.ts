/**
 * What a run had announced of ref files it was about to rewrite (worktree/announced.ts), and could not
 * save at its end: where the ref file was rewritten, that is the base.
 */
import type { Oid } from "../domain/oid.js";
import type { PayloadPath } from "../domain/repo-path.js";
import {
  type Announced,
  forgetAnnounced,
  hasAnnounced,
  isRewritten,
  readAnnounced,
  type RewritePlace,
} from "../worktree/announced.js";
import type { Base, StatCache } from "../worktree/stat-cache.js";
import type { Context } from "./context.js";
import { readRef } from "./observe.js";

export function rewritePlace({ repo }: Context): RewritePlace {
  return { worktree: repo.worktree, stateDir: repo.worktreeState };
}

/** Takes up the bases that were announced; in memory. */
export function takeUpAnnounced(ctx: Context, cache: StatCache): void {
  for (const one of readAnnounced(ctx.repo.worktreeState)) {
    if (!isFrom(one, cache.get(one.path).base)) continue;
    const ref = readRef(ctx.repo.worktree, one.path);
    const now = ref.kind === "hash" ? ref.ref.oid : null;
    if (isRewritten(rewritePlace(ctx), one) || now === one.base.oid) {
      cache.update(one.path, { base: one.base });
    }
  }
}

/**
 * As `takeUpAnnounced`, for good. The caller holds the worktree's lock.
 * @throws system errors; what was announced then stands
 */
export async function settleAnnounced(ctx: Context, cache: StatCache): Promise<void> {
  if (!hasAnnounced(ctx.repo.worktreeState)) return;
  takeUpAnnounced(ctx, cache);
  await cache.save({ durable: true });
  await forgetAnnounced(rewritePlace(ctx));
}

/**
 * The base of one payload, where others may be at work. Call it before the ref file is read: it may be
 * rewritten in between, and then what was read is still the text that was to be replaced.
 * @returns to be asked with what is remembered, and what the ref file names
 */
export function announcedBase(
  ctx: Context,
  payload: PayloadPath,
): (saved: Base | null, ref: Oid) => Base | null {
  const one = readAnnounced(ctx.repo.worktreeState).find((found) => found.path === payload);
  if (one === undefined) return (saved) => saved;
  const rewritten = isRewritten(rewritePlace(ctx), one);
  return (saved, ref) =>
    isFrom(one, saved) && (rewritten || ref === one.base.oid) ? one.base : saved;
}

/** Else it was remembered, and more has happened since. */
function isFrom({ from }: Announced, saved: Base | null): boolean {
  return (saved?.oid ?? null) === from;
}
