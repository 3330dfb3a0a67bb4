/**
 * Where payloads are ignored: by `info/exclude`, and with `blobsy.ignore = gitignore` by the committed
 * `.gitignore` of each directory (app/ignore-committed.ts), for everybody who reads those.
 *
 * `info/exclude` holds the lines either way. A committed line goes the moment Git checks out a commit
 * that has not got it, before anybody can ask blobsy; and where no ref file changes, nobody does.
 *
 * The configuration is not read where `info/exclude` is in step and no `.gitignore` is kept here. A switch
 * of the setting is therefore carried out by the next blobsy command of a person.
 */
import { type BlobsyError, isBlobsyError } from "../domain/errors.js";
import {
  type IgnoreMode,
  isExcludeInStep,
  keepsGitignore,
  markGitignore,
  updateExclude,
} from "../worktree/ignore-exclude.js";
import type { Context } from "./context.js";
import { type Actor, isPersons } from "./who-may-act.js";

export interface IgnoreRequest {
  readonly mode: IgnoreMode;
  readonly actor: Actor;
  /** Every payload to be ignored. */
  readonly payloads: ReadonlySet<string>;
  /** Payloads that are about to get a ref file. */
  readonly fresh?: ReadonlySet<string>;
  /** What this run has met, known or not: lines of these may go. */
  readonly met?: ReadonlySet<string>;
  /** Git is between index and HEAD: what is in the one may be committed soon, or have been. */
  readonly headMoves?: boolean;
}

/**
 * @returns `.gitignore` files that cannot be used
 * @throws {BlobsyError} GIT_FAILED, and system errors
 */
export async function ignorePayloads(
  ctx: Context,
  request: IgnoreRequest,
): Promise<readonly BlobsyError[]> {
  const { commonDir, worktreeState: stateDir } = ctx.repo;
  const { mode, payloads, actor } = request;
  const isAsked = isPersons(actor);
  const wasGitignore = keepsGitignore(stateDir);
  const exclude = { commonDir, stateDir, mode, payloads, met: request.met };
  if (!wasGitignore && !isAsked && isExcludeInStep(exclude)) return [];
  await updateExclude(exclude);

  const setting = await readSetting(ctx);
  if (setting === "gitignore") {
    await markGitignore(stateDir, true);
    return (await import("./ignore-committed.js")).updateGitignores(ctx, request);
  }
  if (setting === "exclude" && wasGitignore && isAsked && mode === "exact") {
    await (await import("./ignore-committed.js")).clearGitignores(ctx, payloads);
    await markGitignore(stateDir, false);
  }
  return [];
}

/** `null`: it cannot be told now; whoever needs the configuration says what is wrong with it. */
async function readSetting(ctx: Context): Promise<"exclude" | "gitignore" | null> {
  try {
    return (await ctx.config()).ignore;
  } catch (error) {
    if (isBlobsyError(error) && error.code === "BAD_CONFIG") return null;
    throw error;
  }
}
