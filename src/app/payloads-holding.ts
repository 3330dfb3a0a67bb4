/** Which payloads, over all worktrees of the repository, hold a blob: it may lie nowhere else here. */
import path from "node:path";
import type { Oid } from "../domain/oid.js";
import { vouches } from "../domain/stat-trust.js";
import { lstatFacts } from "../fs/facts.js";
import { worktreesBeside } from "../worktree/other-worktrees.js";
import { StatCache, type CacheEntry } from "../worktree/stat-cache.js";
import type { Context } from "./context.js";

export interface WorktreeCache {
  /** Absolute. */
  readonly worktree: string;
  readonly cache: StatCache;
}

export function cachesBeside({ repo }: Context): WorktreeCache[] {
  return worktreesBeside(repo.commonDir, repo.worktreeState).map(({ worktree, state }) => ({
    worktree,
    cache: StatCache.load(state),
  }));
}

/** Absolute paths of files that, by their stat records, hold exactly this blob. */
export function payloadsByOid(ctx: Context, cache: StatCache): ReadonlyMap<Oid, readonly string[]> {
  return gather(ctx, cache, ({ payload }, file) => {
    const facts = payload && lstatFacts(file);
    return facts && vouches(payload, facts) ? [payload.oid] : [];
  });
}

/**
 * Where a blob that is not in the store may lie, by what was last known of each payload; whoever reads
 * there hashes what is read.
 */
export function payloadFinder(ctx: Context): (wanted: { readonly oid: Oid }) => readonly string[] {
  let files: ReadonlyMap<Oid, readonly string[]> | undefined;
  return ({ oid }) => {
    files ??= gather(ctx, StatCache.load(ctx.repo.worktreeState), ({ payload, base }) =>
      [payload?.oid, base?.oid].filter((known) => known !== undefined),
    );
    return files.get(oid) ?? [];
  };
}

/** The files of all worktrees by the blobs that `oidsOf` says of each. */
function gather(
  ctx: Context,
  cache: StatCache,
  oidsOf: (known: CacheEntry, file: string) => readonly Oid[],
): ReadonlyMap<Oid, readonly string[]> {
  const files = new Map<Oid, string[]>();
  const own = { worktree: ctx.repo.worktree, cache };
  for (const { worktree, cache: known } of [own, ...cachesBeside(ctx)]) {
    for (const payload of known.paths()) {
      const file = path.join(worktree, payload);
      for (const oid of new Set(oidsOf(known.get(payload), file))) {
        const same = files.get(oid);
        if (same) same.push(file);
        else files.set(oid, [file]);
      }
    }
  }
  return files;
}
