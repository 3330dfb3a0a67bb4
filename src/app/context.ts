/**
 * The composition root: one repository, its store, its state, and a way to speak.
 *
 * What the hot path may not need (configuration, remote) is made on first use.
 */
import path from "node:path";
import type { Config } from "../domain/config.js";
import { findRepository } from "../git/git.js";
import type { Repository } from "../git/repository.js";
import { RecoverLog } from "../store/recover-log.js";
import { Store } from "../store/store.js";
import type { PlaceContext } from "../worktree/place.js";
import type { Reporter } from "./reporter.js";

export interface Context {
  readonly repo: Repository;
  readonly store: Store;
  readonly recover: RecoverLog;
  readonly place: PlaceContext;
  readonly reporter: Reporter;
  /** The user wants this to stop: at the next safe point, with everything before it kept. */
  readonly signal?: AbortSignal;
  /** Committed configuration and the user's own, read once. @throws {BlobsyError} BAD_CONFIG */
  readonly config: () => Promise<Config>;
}

/** @throws {BlobsyError} NOT_A_REPOSITORY, or REFUSED_PATH where the state directories are links */
export async function openContext(
  cwd: string,
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<Context> {
  return contextFor(await findRepository(cwd), reporter, signal);
}

export function contextFor(repo: Repository, reporter: Reporter, signal?: AbortSignal): Context {
  const store = Store.open(repo.sharedState);
  const recover = new RecoverLog(repo.sharedState);
  let config: Promise<Config> | undefined;
  return {
    repo,
    store,
    recover,
    reporter,
    ...(signal ? { signal } : {}),
    place: {
      worktree: repo.worktree,
      store,
      recover,
      asideDir: path.join(repo.sharedState, "tmp", "aside"),
      tempDir: path.join(repo.sharedState, "tmp"),
    },
    config: () =>
      (config ??= import("./read-config.js").then((m) => m.readRepoConfig(repo, reporter))),
  };
}
