/** Every payload that this worktree knows: by a ref file in the index, or by the stat cache. */
import { existsSync } from "node:fs";
import path from "node:path";
import {
  checkPayloadPath,
  checkRefPath,
  type PayloadPath,
  REF_SUFFIX,
} from "../domain/repo-path.js";
import { type IndexListing, listIndex } from "../git/index-entries.js";
import { StatCache } from "../worktree/stat-cache.js";
import { selectPayloads, type Selection, toWorktreePath } from "./arguments.js";
import type { Context } from "./context.js";

export function knownPayloads(index: IndexListing, cache: StatCache): PayloadPath[] {
  const known = new Set<PayloadPath>();
  for (const name of index.keys()) {
    if (!name.endsWith(REF_SUFFIX)) continue;
    const checked = checkRefPath(name, process.platform);
    if (checked.ok) known.add(checked.payload);
  }
  for (const name of cache.paths()) {
    const checked = checkPayloadPath(name, process.platform);
    if (checked.ok) known.add(checked.payload);
  }
  return [...known].sort();
}

/**
 * The payloads that arguments name, all known ones when there are none. A ref file that was copied in
 * and never added counts when it is named.
 *
 * @throws {BlobsyError} NOT_TRACKED, REFUSED_PATH
 */
export async function selectKnown(
  ctx: Context,
  cwd: string,
  args: readonly string[],
): Promise<Selection> {
  const { worktree, worktreeState } = ctx.repo;
  const known = knownPayloads(await listIndex(ctx.repo), StatCache.load(worktreeState));
  const set = new Set(known);
  for (const argument of args) {
    const name = toWorktreePath(worktree, cwd, argument);
    const bare = name.endsWith(REF_SUFFIX) ? name.slice(0, -REF_SUFFIX.length) : name;
    const checked = checkPayloadPath(bare, process.platform);
    if (checked.ok && existsSync(path.join(worktree, bare + REF_SUFFIX))) set.add(checked.payload);
  }
  return selectPayloads(worktree, cwd, args, [...set].sort());
}
