/**
 * `mv`: payload, ref file, ignore line and index entry get their new name together. No byte is read, and
 * nothing that exists is replaced.
 *
 * Git moves the ref file, or the directory with all that is in it; the reconcile after it knows a renamed
 * ref file and takes the payload along (domain/moves.ts). So a killed `mv` is finished by whatever blobsy
 * runs next, and `git mv` of a ref file is the same thing.
 */
import path from "node:path";
import { BlobsyError, isBlobsyError } from "../domain/errors.js";
import { type PayloadPath, refPathOf } from "../domain/repo-path.js";
import { pasteWord } from "../domain/shell-words.js";
import { lstatFacts } from "../fs/facts.js";
import { changeIndex, listIndex } from "../git/index-entries.js";
import { removeEmptyParents } from "../worktree/empty-parents.js";
import type { StatCache } from "../worktree/stat-cache.js";
import type { Context } from "./context.js";
import { ignorePayloads } from "./ignore-payloads.js";
import { type MovePlan, obstacles, type PayloadToMove, planMove } from "./move-plan.js";
import { readRef } from "./observe.js";
import { reconcile } from "./reconcile.js";
import { emptyReport, type ReconcileReport } from "./report.js";
import { seenByGit } from "./seen-by-git.js";
import { stageIgnoreFiles } from "./stage-ignore.js";
import { type Standing, standingOf, whyUntouchable } from "./standing.js";

export interface MoveRequest {
  readonly cwd: string;
  /** Sources, then the destination. */
  readonly args: readonly string[];
  readonly dryRun: boolean;
}

export interface MovedFile {
  readonly from: PayloadPath;
  readonly path: PayloadPath;
}

export interface MoveResult {
  readonly files: readonly MovedFile[];
  /** Why nothing was moved, or what did not arrive. */
  readonly problems: readonly BlobsyError[];
  readonly report: ReconcileReport;
}

/** @throws {BlobsyError} NOT_TRACKED, USAGE, GIT_FAILED, and what stops a whole reconcile */
export async function move(ctx: Context, request: MoveRequest): Promise<MoveResult> {
  const plan = await planMove(ctx, request);
  const files = plan.payloads.map(({ from, to }) => ({ from, path: to }));
  if (request.dryRun) {
    const problems = await whyNotMove(ctx, plan);
    if (problems.length === 0) await gitMove(ctx, plan, ["--dry-run"]);
    return { files: problems.length > 0 ? [] : files, problems, report: emptyReport() };
  }
  const problems: BlobsyError[] = [];
  let isUnderWay = false;
  let wasThere: readonly PayloadPath[] = [];
  const both = new Set(plan.payloads.flatMap(({ from, to }) => [from, to]));
  const report = await reconcile(ctx, {
    actor: "command",
    // Not those it goes to: what lies there may be the user's own.
    asked: plan.payloads.map(({ from }) => from),
    wait: true,
    only: (payload) => isUnderWay && both.has(payload),
    first: async ({ cache }) => {
      problems.push(...(await whyNotMove(ctx, plan, cache)));
      if (problems.length === 0) problems.push(...(await ignoreFirst(ctx, cache, plan)));
      if (problems.length > 0) return;
      await remember(ctx, cache, plan);
      wasThere = plan.payloads.flatMap(({ from, to }) => (isThere(ctx, from) ? to : []));
      isUnderWay = true;
      try {
        await gitMove(ctx, plan, []);
      } catch (error) {
        if (!isBlobsyError(error)) throw error;
        problems.push(error);
        await unignore(ctx, cache, staying(ctx, plan));
      }
    },
  });
  if (!isUnderWay) return { files: [], problems, report: emptyReport() };
  if (problems.length > 0) {
    const still = new Set(staying(ctx, plan));
    return { files: files.filter((file) => !still.has(file.path)), problems, report };
  }
  for (const { from } of plan.payloads) await removeEmptyParents(ctx.repo.worktree, from);
  await stageIgnoreFiles(
    ctx,
    plan.payloads.flatMap(({ from, to }) => [from, to].map(refPathOf)),
  );
  return { files, problems: wasThere.flatMap((to) => notArrived(ctx, to) ?? []), report };
}

/** A renamed ref file is known by what it was: also where nothing has been noted of it yet. */
async function remember(ctx: Context, cache: StatCache, plan: MovePlan): Promise<void> {
  for (const { from } of plan.payloads) {
    const ref = readRef(ctx.repo.worktree, from);
    if (ref.kind !== "hash" || cache.get(from).ref?.ino === ref.facts.ino) continue;
    const { size, mtimeNs, ctimeNs, ino } = ref.facts;
    cache.update(from, { ref: { oid: ref.ref.oid, size, mtimeNs, ctimeNs, ino, tick: 0n } });
  }
  await cache.save({ durable: true });
}

function isThere(ctx: Context, payload: PayloadPath): boolean {
  return lstatFacts(path.join(ctx.repo.worktree, payload)) !== null;
}

function notArrived(ctx: Context, to: PayloadPath): BlobsyError | null {
  if (isThere(ctx, to)) return null;
  return new BlobsyError("PAYLOAD_CHANGED", "its ref file was moved, the payload not yet", {
    path: to,
    next: "blobsy sync",
  });
}

async function whyNotMove(ctx: Context, plan: MovePlan, cache?: StatCache): Promise<BlobsyError[]> {
  const standings = await standingOf(
    ctx,
    plan.payloads.map(({ from }) => from),
    cache,
  );
  const inTheWay = obstacles(ctx, plan, await listIndex(ctx.repo));
  const problems = plan.payloads.flatMap((payload) => {
    const standing = standings.get(payload.from);
    return standing ? (whyNotOne(standing, payload) ?? []) : [];
  });
  return [...problems, ...inTheWay];
}

function whyNotOne(standing: Standing, { from, inDirectory }: PayloadToMove): BlobsyError | null {
  if (standing.state === "busy") return whyUntouchable(standing);
  if (standing.state === "unmerged") {
    return new BlobsyError("CONFLICT", "Git's merge is not settled there", { path: from });
  }
  // What cannot be used goes along with its directory, as it is.
  if (inDirectory) return null;
  if (standing.state === "ref-deleted") {
    return new BlobsyError("NOT_FOUND", "its ref file was deleted", {
      path: from,
      next: `git restore ${pasteWord(refPathOf(from))}`,
    });
  }
  if (standing.staged.length === 0 && standing.ref.kind !== "absent") {
    return new BlobsyError("NOT_TRACKED", "its ref file is not in Git's index", {
      path: from,
      next: `git add ${pasteWord(refPathOf(from))}`,
    });
  }
  return whyUntouchable(standing);
}

/** Git must not see a payload at its new path before its ignore line is there. */
async function ignoreFirst(
  ctx: Context,
  cache: StatCache,
  plan: MovePlan,
): Promise<readonly BlobsyError[]> {
  const names = plan.payloads.map(({ to }) => to);
  const known = new Set<string>(cache.paths());
  const refused = await ignorePayloads(ctx, {
    mode: "grow",
    actor: "command",
    payloads: new Set([...known, ...names]),
    fresh: new Set(names),
  });
  const open = refused.length > 0 ? new Map<string, string>() : await seenByGit(ctx, names);
  const seen = [...open].map(([name, rule]) => {
    const which = rule === "" ? "no rule ignores it" : `this rule un-ignores it: ${rule}`;
    return new BlobsyError("NOT_IGNORED", `Git would see the payload itself: ${which}`, {
      path: name,
    });
  });
  const problems = [...refused, ...seen];
  if (problems.length > 0) await unignore(ctx, cache, names);
  return problems;
}

/** Takes the ignore lines of these back. */
async function unignore(
  ctx: Context,
  cache: StatCache,
  names: readonly PayloadPath[],
): Promise<void> {
  const payloads = new Set<string>(cache.paths());
  await ignorePayloads(ctx, { mode: "exact", actor: "command", payloads, met: new Set(names) });
}

/** Git may have moved some before it stopped: those go on. */
function staying(ctx: Context, { payloads }: MovePlan): PayloadPath[] {
  return payloads.flatMap(({ to }) =>
    readRef(ctx.repo.worktree, to).kind === "absent" ? [to] : [],
  );
}

/** One command for all: Git looks at every one of them before it moves the first. */
async function gitMove(ctx: Context, plan: MovePlan, flags: readonly string[]): Promise<void> {
  const [first] = plan.units;
  if (!first) return;
  // Several go into one directory, each under its own name.
  const dest = plan.units.length === 1 ? first.to : path.posix.dirname(first.to);
  const sources = plan.units.map(({ from }) => from);
  await changeIndex(ctx.repo, ["mv", ...flags, "--", ...sources, dest]);
}
