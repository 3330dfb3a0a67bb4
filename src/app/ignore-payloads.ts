/**
 * Where payloads are ignored: by `info/exclude`, or with `blobsy.ignore = gitignore` by the `.gitignore`
 * of each directory (app/ignore-committed.ts). This module chooses.
 *
 * The configuration is not read where `info/exclude` already holds every line. A switch of the setting
 * is therefore carried out by the first blobsy command of a person.
 */
import { type BlobsyError, isBlobsyError } from "../domain/errors.js";
import {
  type IgnoreMode,
  isExcludeInStep,
  keepsGitignore,
  updateExclude,
  writeExcluded,
} from "../worktree/ignore-exclude.js";
import type { Context } from "./context.js";
import type { Actor } from "./who-may-act.js";

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
 * @returns `.gitignore` files that cannot be used; their payloads are ignored by `info/exclude`
 * @throws {BlobsyError} GIT_FAILED, and system errors
 */
export async function ignorePayloads(
  ctx: Context,
  request: IgnoreRequest,
): Promise<readonly BlobsyError[]> {
  const { commonDir, worktreeState: stateDir } = ctx.repo;
  const { mode, payloads, actor } = request;
  const exclude = { commonDir, stateDir, mode };
  const wasGitignore = keepsGitignore(stateDir);
  const isPerson = actor === "command";
  if (!wasGitignore && !isPerson && isExcludeInStep({ ...exclude, payloads })) return [];

  const setting = await readSetting(ctx);
  if (setting === null) {
    // Whoever needs the configuration says what is wrong with it. Nothing is un-ignored for that.
    if (mode === "grow") await updateExclude({ ...exclude, payloads });
    return [];
  }
  if (setting === "exclude") {
    if (wasGitignore) await writeExcluded(stateDir, payloads);
    await updateExclude({ ...exclude, payloads });
    if (wasGitignore && isPerson && mode === "exact") {
      const { clearGitignores } = await import("./ignore-committed.js");
      await clearGitignores(ctx, payloads);
      await writeExcluded(stateDir, null);
    }
    return [];
  }
  const { updateGitignores } = await import("./ignore-committed.js");
  const { elsewhere, problems } = await updateGitignores(ctx, request);
  if (mode === "exact") await writeExcluded(stateDir, elsewhere);
  await updateExclude({ ...exclude, payloads: elsewhere });
  return problems;
}

/** `null`: it cannot be told now. */
async function readSetting(ctx: Context): Promise<"exclude" | "gitignore" | null> {
  try {
    return (await ctx.config()).ignore;
  } catch (error) {
    if (isBlobsyError(error) && error.code === "BAD_CONFIG") return null;
    throw error;
  }
}
