/**
 * `detect = arm`: every ref file in step gets a time in the far future. Git examines an entry again
 * whose mtime is not older than its index ("racily clean", gitformat-index), so it asks the filter
 * about each of them in every command that looks.
 */
import path from "node:path";
import { type PayloadPath, refPathOf } from "../domain/repo-path.js";
import { ARMED_MTIME_NS } from "../domain/stat-trust.js";
import { lstatFacts } from "../fs/facts.js";
import { setMtimeOf } from "../fs/ops.js";
import type { StatCache } from "../worktree/stat-cache.js";
import type { Context } from "./context.js";
import { readRef } from "./observe.js";

/** @returns the ref files that were armed now: Git's index must be settled */
export async function armRefs(ctx: Context, cache: StatCache): Promise<Set<string>> {
  const armed = new Set<string>();
  if (!(await isArming(ctx))) return armed;
  for (const payload of cache.paths() as Iterable<PayloadPath>) {
    const { base, payload: record, ref } = cache.get(payload);
    if (!base || record?.oid !== base.oid || ref?.oid !== base.oid) continue;
    const refPath = refPathOf(payload);
    const file = path.join(ctx.repo.worktree, refPath);
    const before = lstatFacts(file);
    if (before?.kind !== "file" || before.mtimeNs === ARMED_MTIME_NS) continue;
    const now = readRef(ctx.repo.worktree, payload);
    if (now.kind !== "hash" || now.ref.oid !== base.oid) continue;
    await setMtimeOf(file, ARMED_MTIME_NS);
    const facts = lstatFacts(file);
    if (facts === null) continue;
    const { size, mtimeNs, ctimeNs, ino } = facts;
    cache.update(payload, { ref: { oid: base.oid, size, mtimeNs, ctimeNs, ino, tick: 0n } });
    armed.add(refPath);
  }
  return armed;
}

/** Where `install` put the monitor, nothing is armed, and no configuration need be read. */
async function isArming(ctx: Context): Promise<boolean> {
  if (lstatFacts(path.join(ctx.repo.sharedState, "fsmonitor")) !== null) return false;
  return (await ctx.config()).detect === "arm";
}
