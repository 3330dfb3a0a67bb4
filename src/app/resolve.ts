/**
 * `resolve`: settles conflicts by taking one side.
 *
 * Outside a merge ours is the payload as it lies here, theirs what the ref file says. For a ref file
 * that Git left unmerged they are Git's: index stage 2 and stage 3. Whatever loses is in the store.
 */
import path from "node:path";
import { BlobsyError } from "../domain/errors.js";
import { type PayloadPath, refPathOf } from "../domain/repo-path.js";
import { writeFileAtomic } from "../fs/atomic.js";
import { lstatFacts } from "../fs/facts.js";
import { unlinkIfThere } from "../fs/ops.js";
import { checkParents } from "../fs/safe-parent.js";
import { runGit } from "../git/git.js";
import { type IndexEntry, listIndex, stagePaths } from "../git/index-entries.js";
import { readBlobs } from "../git/objects.js";
import { assessAll } from "./preview.js";
import type { Choice } from "./assess.js";
import {
  besideFile,
  type ConflictSides,
  sidesOfSubject,
  sidesOfUnmerged,
  writeBeside,
  type WrittenBeside,
} from "./conflict-sides.js";
import type { Context } from "./context.js";
import { selectKnown } from "./known-payloads.js";
import { reconcile } from "./reconcile.js";
import { emptyReport, type ReconcileReport } from "./report.js";

export interface ResolveRequest {
  readonly cwd: string;
  readonly args: readonly string[];
  /** `null`: the conflicts are only looked at. */
  readonly side: Choice | null;
  /** Write what is not taken beside; both, as far as they are not here, when none is taken. */
  readonly keepBoth: boolean;
  readonly dryRun: boolean;
}

export interface ResolveResult {
  readonly settled: readonly PayloadPath[];
  /** Named, but there was nothing to settle. */
  readonly calm: readonly PayloadPath[];
  /** What met in each of them. */
  readonly conflicts: readonly ConflictSides[];
  readonly beside: readonly WrittenBeside[];
  readonly report: ReconcileReport;
}

/** @throws {BlobsyError} NOT_TRACKED, and what stops a whole reconcile */
export async function resolve(ctx: Context, request: ResolveRequest): Promise<ResolveResult> {
  const { paths } = await selectKnown(ctx, request.cwd, request.args);
  const index = await listIndex(ctx.repo);
  const unmerged = paths.filter((p) => (index.get(refPathOf(p)) ?? []).some((e) => e.stage > 0));
  const { subjects } = await assessAll(ctx, { asked: paths });
  const conflicts = new Set(
    subjects.filter(({ action }) => action.kind === "conflict").map((subject) => subject.path),
  );
  const settled = paths.filter((p) => unmerged.includes(p) || conflicts.has(p));
  const calm = request.args.length > 0 ? paths.filter((p) => !settled.includes(p)) : [];
  const sides = await Promise.all(
    settled.map(async (payload) => {
      const subject = subjects.find((one) => one.path === payload);
      const isUnmerged = unmerged.includes(payload) || subject === undefined;
      return isUnmerged
        ? sidesOfUnmerged(ctx, payload, index.get(refPathOf(payload)) ?? [])
        : sidesOfSubject(subject);
    }),
  );
  const { side } = request;
  const found = { calm, conflicts: sides, beside: [] };
  if (request.dryRun || settled.length === 0) {
    const would = sides.flatMap((one) => besideFile(one, otherThan(side)) ?? []);
    const beside = request.keepBoth ? would : [];
    return { ...found, beside, settled, report: emptyReport() };
  }
  const beside = request.keepBoth ? await keepBoth(ctx, sides, side) : [];
  if (side === null) return { ...found, settled: [], beside, report: emptyReport() };

  for (const payload of unmerged) {
    await takeSide(ctx, payload, index.get(refPathOf(payload)) ?? [], side);
  }
  const chosen = new Set(settled);
  const report = await reconcile(ctx, {
    actor: "command",
    asked: settled,
    everything: true,
    wait: true,
    wanted: (payload) => chosen.has(payload),
    only: (payload) => chosen.has(payload),
    choose: (payload) => (chosen.has(payload) ? side : null),
  });
  const refs = unmerged.map(refPathOf);
  await stagePaths(
    ctx.repo,
    refs.filter((name) => lstatFacts(path.join(ctx.repo.worktree, name)) !== null),
  );
  return { ...found, settled, beside, report };
}

/** Ours lies at its path already, as long as nothing is settled. */
function otherThan(taken: Choice | null): Choice {
  return taken === "theirs" ? "ours" : "theirs";
}

async function keepBoth(
  ctx: Context,
  conflicts: readonly ConflictSides[],
  taken: Choice | null,
): Promise<WrittenBeside[]> {
  const written: WrittenBeside[] = [];
  for (const sides of conflicts) {
    const one = await writeBeside(ctx, sides, otherThan(taken));
    if (one !== null) written.push(one);
  }
  return written;
}

/** Stages of an unmerged path, as gitrevisions(7) numbers them. */
const STAGE: Readonly<Record<Choice, number>> = { ours: 2, theirs: 3 };

/** Writes one side's ref file; a side that removed it removes it. */
async function takeSide(
  ctx: Context,
  payload: PayloadPath,
  entries: readonly IndexEntry[],
  side: Choice,
): Promise<void> {
  const name = refPathOf(payload);
  const file = path.join(ctx.repo.worktree, name);
  checkParents(ctx.repo.worktree, payload)?.close();
  const entry = entries.find(({ stage }) => stage === STAGE[side]);
  if (!entry) {
    await unlinkIfThere(file);
    await runGit(ctx.repo, ["update-index", "--force-remove", "-z", "--stdin"], {
      input: `${name}\0`,
    });
    return;
  }
  const text = (await readBlobs(ctx.repo, [entry.oid])).get(entry.oid);
  if (!text) {
    throw new BlobsyError("GIT_FAILED", "Git has not got that side's ref file", { path: name });
  }
  const mode = entry.mode === "100755" ? { mode: 0o755 } : {};
  await writeFileAtomic(file, text, { durable: true, ...mode });
}
