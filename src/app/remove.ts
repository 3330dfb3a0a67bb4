/**
 * `rm`: payload and ref file go, as `git rm` would have it: nothing at all happens when one of the paths
 * holds what Git would not give up without `--force`. The payload's bytes go to the store either way.
 */
import { BlobsyError } from "../domain/errors.js";
import type { Oid } from "../domain/oid.js";
import { formatPlace, placeOf } from "../domain/remote-place.js";
import { type PayloadPath, refPathOf } from "../domain/repo-path.js";
import { pasteWord } from "../domain/shell-words.js";
import { runGit } from "../git/git.js";
import { stagedPaths } from "../git/index-entries.js";
import { removeEmptyParents } from "../worktree/empty-parents.js";
import { removePayload } from "../worktree/place.js";
import type { Applying } from "./apply.js";
import { raced } from "./apply.js";
import { directoriesAmong } from "./arguments.js";
import type { Context } from "./context.js";
import { selectKnown } from "./known-payloads.js";
import { reconcile } from "./reconcile.js";
import { removeRefs } from "./remove-ref.js";
import { emptyReport, type ReconcileReport } from "./report.js";
import { stageIgnoreFiles } from "./stage-ignore.js";
import { type Standing, standingOf, whyUntouchable } from "./standing.js";

export interface RemoveRequest {
  readonly cwd: string;
  readonly args: readonly string[];
  /** Also what was edited, or is in conflict, or staged and never committed. */
  readonly force: boolean;
  /** Directories may be named. */
  readonly recursive: boolean;
  readonly dryRun: boolean;
}

export interface RemovedFile {
  readonly path: PayloadPath;
  /** `null` when the payload was not here. */
  readonly oid: Oid | null;
  readonly size: number;
}

export interface RemoveResult {
  readonly files: readonly RemovedFile[];
  readonly problems: readonly BlobsyError[];
  readonly report: ReconcileReport;
}

/** @throws {BlobsyError} NOT_TRACKED, USAGE, and what stops a whole reconcile */
export async function remove(ctx: Context, request: RemoveRequest): Promise<RemoveResult> {
  const { paths } = await selectKnown(ctx, request.cwd, request.args);
  if (!request.recursive) refuseDirectories(ctx, request, paths);
  const look = async (cache?: Applying["cache"]) => {
    const standings = [...(await standingOf(ctx, paths, cache)).values()];
    const staged = await stagedPaths(ctx.repo, paths.map(refPathOf));
    const rewritten = await refsOtherThanStaged(ctx, standings);
    const problems = standings.flatMap((one) => {
      const isStaged = staged.has(refPathOf(one.path));
      const isRewritten = rewritten.has(one.path);
      return whyNotRemove(one, { force: request.force, isStaged, isRewritten }) ?? [];
    });
    return { problems, standings: problems.length > 0 ? [] : standings };
  };
  if (request.dryRun) {
    const { problems, standings } = await look();
    return { files: standings.map(describe), problems, report: emptyReport() };
  }
  const gone: RemovedFile[] = [];
  const problems: BlobsyError[] = [];
  const report = await reconcile(ctx, {
    actor: "command",
    asked: paths,
    wait: true,
    only: (payload) => gone.some((file) => file.path === payload),
    first: async (work) => {
      const seen = await look(work.cache);
      problems.push(...seen.problems);
      for (const standing of seen.standings) {
        const problem = await takePayload(work, standing);
        if (problem) problems.push(problem);
        else gone.push(describe(standing));
      }
      await removeRefs(
        ctx,
        gone.map((file) => file.path),
      );
    },
  });
  for (const { path } of gone) await removeEmptyParents(ctx.repo.worktree, path);
  await stageIgnoreFiles(
    ctx,
    gone.map((file) => refPathOf(file.path)),
  );
  return { files: gone, problems, report };
}

function describe({ path, payload }: Standing): RemovedFile {
  return { path, oid: payload?.oid ?? null, size: payload?.facts.size ?? 0 };
}

/** @throws {BlobsyError} USAGE */
function refuseDirectories(
  ctx: Context,
  { cwd, args }: RemoveRequest,
  paths: readonly PayloadPath[],
): void {
  for (const argument of directoriesAmong(ctx.repo.worktree, cwd, args, paths)) {
    throw new BlobsyError("USAGE", `${argument} is a directory, and -r was not given`, {
      path: argument,
      next: `blobsy rm -r ${pasteWord(argument)}`,
    });
  }
}

/** The cases in which `git rm` wants `-f` (git-rm(1)), and those nobody can force. */
function whyNotRemove(
  standing: Standing,
  { force, isStaged, isRewritten }: { force: boolean; isStaged: boolean; isRewritten: boolean },
): BlobsyError | null {
  const { path: payload, state } = standing;
  const untouchable = state === "ref-deleted" ? null : whyUntouchable(standing);
  if (untouchable !== null || force || state === "unmerged") return untouchable;
  const word = pasteWord(payload);
  const next = `blobsy untrack ${word} (keeps the file), or blobsy rm --force ${word}`;
  if (state === "edited" || (isRewritten && state === "in-step")) {
    return new BlobsyError("PAYLOAD_CHANGED", "it was edited since", { path: payload, next });
  }
  if (state === "conflict") {
    return new BlobsyError("CONFLICT", "it is in conflict", { path: payload, next });
  }
  if (!isStaged) return null;
  const message = "its ref file is staged, and no commit has it yet";
  return new BlobsyError("PAYLOAD_CHANGED", message, { path: payload, next });
}

/** `git status` has taken an edit in: payload and ref file agree, and the index has the version before. */
async function refsOtherThanStaged(
  ctx: Context,
  standings: readonly Standing[],
): Promise<ReadonlySet<PayloadPath>> {
  const there = standings.filter(({ ref, staged }) => ref.kind === "hash" && staged.length === 1);
  if (there.length === 0) return new Set();
  // "./" because a name that begins with a quote would be read as a quoted one.
  const input = there.map(({ path }) => `./${refPathOf(path)}\n`).join("");
  const args = ["hash-object", "--no-filters", "--stdin-paths"];
  const oids = (await runGit(ctx.repo, args, { input })).stdout.toString("latin1").split("\n");
  return new Set(
    there.flatMap(({ path, staged }, at) => (staged[0]?.oid === oids[at] ? [] : path)),
  );
}

/** The payload first: killed after it, the next reconcile brings it back from the store. */
async function takePayload({ ctx }: Applying, standing: Standing): Promise<BlobsyError | null> {
  const { path, payload, ref } = standing;
  if (payload === null) return null;
  try {
    const { facts, oid } = payload;
    const key =
      ref.kind === "hash" && ref.ref.oid === oid ? formatPlace(placeOf(ref.ref)) : undefined;
    const job = { payload: path, expected: facts, expectedOid: oid, why: "removed" as const, key };
    const outcome = await removePayload(ctx.place, job);
    return outcome.kind === "raced" ? raced(path, outcome.reason) : null;
  } catch (error) {
    if (error instanceof BlobsyError) return error;
    throw error;
  }
}
