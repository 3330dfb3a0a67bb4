/** The reconcile at the end of a filter process. */
import path from "node:path";
import { type PayloadPath, refPathOf } from "../domain/repo-path.js";
import { lstatFacts } from "../fs/facts.js";
import type { Journal } from "../worktree/journal.js";
import type { StatCache } from "../worktree/stat-cache.js";
import type { Context } from "./context.js";
import { describeReport } from "./describe.js";
import { dropGitTemporaryIndex } from "./git-environment.js";
import { noteStop } from "./note-stop.js";
import { reconcile } from "./reconcile.js";

export interface FilterEnd {
  readonly cache: StatCache;
  readonly journal: Journal;
  /** Every path Git asked about. */
  readonly asked: ReadonlySet<PayloadPath>;
}

/** Git also smudges what it only shows or packs: then the ref file is there before, or not after. */
function wroteRefs({ repo }: Context, journal: Journal): boolean {
  for (const [payload, { refWas }] of journal.notes) {
    if (refWas === "present") continue;
    if (lstatFacts(path.join(repo.worktree, refPathOf(payload as PayloadPath))) !== null)
      return true;
  }
  return false;
}

/** @returns 0, or 1 when something is left to do; what stops everything is noted and thrown */
export async function settleFilter(ctx: Context, end: FilterEnd): Promise<number> {
  dropGitTemporaryIndex(ctx.repo.gitDir);
  try {
    // Somebody waits for the payloads of a checkout. A status in an editor, or a `git log -p`, is only a
    // look: nobody waits for it, and nobody wants gigabytes to come by it.
    const isLook = !wroteRefs(ctx, end.journal);
    const report = await reconcile(ctx, {
      actor: "filter",
      wait: !isLook,
      download: !isLook,
      ...end,
    });
    // What is refused was said when Git asked about it.
    for (const line of describeReport({ ...report, refused: [] })) ctx.reporter.warn(line);
    if (report.events.some(({ kind }) => kind === "ref-written")) {
      await (await import("./warn-of-set-up.js")).warnOfHooks(ctx);
    }
    return report.failures.length > 0 ? 1 : 0;
  } catch (error) {
    await noteStop(ctx, error);
    throw error;
  }
}
