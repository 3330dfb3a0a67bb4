/** `pull` and `sync`: what a person asks reconcile for. */
import { BlobsyError } from "../domain/errors.js";
import { type PayloadPath, refPathOf } from "../domain/repo-path.js";
import { pasteWord } from "../domain/shell-words.js";
import { changedSinceHead } from "../git/index-entries.js";
import { StatCache } from "../worktree/stat-cache.js";
import type { Context } from "./context.js";
import { selectKnown } from "./known-payloads.js";
import { readRef } from "./observe.js";
import { preview } from "./preview.js";
import { reconcile, type ReconcileRequest } from "./reconcile.js";
import type { ReconcileReport } from "./report.js";
import { requireSetUp } from "./require-set-up.js";

export interface PullRequest {
  readonly cwd: string;
  /** Paths, directories and globs; all payloads when empty. */
  readonly args: readonly string[];
  /** Replace edited payloads as well; what they were goes to the store. */
  readonly force: boolean;
  readonly dryRun: boolean;
  /** Patterns that narrow `args`. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

/**
 * Brings payloads to what their ref files say, and ref files to what was edited.
 * @throws {BlobsyError} NOT_TRACKED, and what stops a whole reconcile
 */
export async function pull(ctx: Context, request: PullRequest): Promise<ReconcileReport> {
  await requireSetUp(ctx);
  const only = await namedPaths(ctx, request);
  const asked = await selectKnown(ctx, request.cwd, request.args);
  if (only && !asked.paths.some(only)) ctx.reporter.warn("no tracked payload matches that");
  // Who names a path, or a pattern, wants it, whatever is configured; who names none wants what is not excluded.
  const isNamed = request.args.length + (request.include?.length ?? 0) > 0;
  const wanted = isNamed ? only : await notLeftOut(ctx);
  const scope: Pick<ReconcileRequest, "asked" | "wanted" | "only" | "choose"> = {
    asked: asked.paths,
    wanted: (payload) => (only?.(payload) ?? true) && (wanted?.(payload) ?? true),
    ...(only ? { only } : {}),
    ...(request.force ? { choose: (p) => ((only?.(p) ?? true) ? "theirs" : null) } : {}),
  };
  const report = request.dryRun
    ? await preview(ctx, scope)
    : await reconcile(ctx, { ...scope, actor: "command", everything: true, wait: true });
  if (request.force) await tellTakenIn(ctx, asked.paths);
  return report;
}

/** An edit that `git status` has taken in is what the ref file says: there is nothing to replace. */
async function tellTakenIn(ctx: Context, payloads: readonly PayloadPath[]): Promise<void> {
  const here = payloads.filter((payload) => readRef(ctx.repo.worktree, payload).kind === "hash");
  const refs = await changedSinceHead(ctx.repo, here.map(refPathOf));
  for (const ref of refs) {
    const words = `--staged --worktree ${pasteWord(ref)}`;
    const next = `to go back to the last commit: git restore ${words}`;
    ctx.reporter.note(
      `${ref} is not as in the last commit, and the payload is what it says; ${next}`,
    );
  }
}

/** `undefined` when all paths are meant. @throws {BlobsyError} NOT_TRACKED, USAGE for a bad pattern */
export async function namedPaths(
  ctx: Context,
  request: Pick<PullRequest, "cwd" | "args" | "include" | "exclude">,
): Promise<((payload: PayloadPath) => boolean) | undefined> {
  const { args, cwd, include = [], exclude = [] } = request;
  if (args.length + include.length + exclude.length === 0) return undefined;
  const { pathMatcher, whyNotGlob } = await import("../domain/path-match.js");
  for (const glob of [...include, ...exclude]) {
    const reason = whyNotGlob(glob);
    if (reason === null) continue;
    throw new BlobsyError("USAGE", `the pattern ${glob} cannot be used: ${reason}`);
  }
  const selection = await selectKnown(ctx, cwd, args);
  const isIncluded = include.length === 0 ? () => true : pathMatcher(include);
  const isExcluded = pathMatcher(exclude);
  return (payload) =>
    (args.length === 0 || selection.has(payload)) && isIncluded(payload) && !isExcluded(payload);
}

/**
 * `install --skip-smudge` and BLOBSY_SKIP_SMUDGE leave payloads out until `pull`, so they do not count
 * here; what the configuration excludes, and what was dropped, does.
 */
async function notLeftOut(ctx: Context): Promise<(payload: PayloadPath) => boolean> {
  const { include, exclude } = (await ctx.config()).fetch;
  const { pathMatcher } = await import("../domain/path-match.js");
  const isIncluded = include.length === 0 ? () => true : pathMatcher(include);
  const isExcluded = pathMatcher(exclude);
  const cache = StatCache.load(ctx.repo.worktreeState);
  return (payload) => !cache.get(payload).dropped && isIncluded(payload) && !isExcluded(payload);
}
