/** Which payloads, over all worktrees of the repository, hold a blob: it may lie nowhere else here. */
import path from "node:path";
import type { Oid } from "../domain/oid.js";
import { vouches } from "../domain/stat-trust.js";
import { lstatFacts } from "../fs/facts.js";
import { worktreesBeside } from "../worktree/other-worktrees.js";
import { StatCache } from "../worktree/stat-cache.js";
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
  const files = new Map<Oid, string[]>();
  const own = { worktree: ctx.repo.worktree, cache };
  for (const { worktree, cache: known } of [own, ...cachesBeside(ctx)]) {
    for (const payload of known.paths()) {
      const record = known.get(payload).payload;
      const file = path.join(worktree, payload);
      const facts = record && lstatFacts(file);
      if (!facts || !vouches(record, facts)) continue;
      files.set(record.oid, [...(files.get(record.oid) ?? []), file]);
    }
  }
  return files;
}
