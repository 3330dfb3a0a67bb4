/** `install` and `uninstall`, for one repository or for all of a user or a machine. */
import { findRepository } from "../git/git.js";
import { install, type InstallReport } from "../git/install.js";
import { uninstall, type UninstallReport } from "../git/uninstall.js";
import { joinIgnoreBlock, splitIgnoreBlock } from "../worktree/ignore-block.js";
import { askedDetect } from "./init.js";
import { readRepoConfig } from "./read-config.js";
import type { Reporter } from "./reporter.js";

export type { InstallReport };

export interface SetUpRequest {
  readonly cwd: string;
  readonly scope: "local" | "global" | "system";
  readonly dryRun: boolean;
  readonly reporter: Reporter;
}

export interface InstallRequest extends SetUpRequest {
  readonly hooks: boolean;
  readonly skipSmudge: boolean;
  /** False: diffs show ref files as they are. */
  readonly textconv?: boolean;
}

/** @throws {BlobsyError} NOT_A_REPOSITORY, BAD_CONFIG, GIT_FAILED, PERMISSION, IO */
export async function setUp(request: InstallRequest): Promise<InstallReport> {
  const { scope, hooks, skipSmudge, textconv = true, dryRun, cwd, reporter } = request;
  const common = { scope, hooks, skipSmudge, textconv, dryRun, withMergeDriver: true };
  if (scope !== "local") return install(common);
  const repo = await findRepository(cwd);
  const config = await readRepoConfig(repo, reporter);
  return install({ ...common, repo, ...askedDetect(config) });
}

/** @throws {BlobsyError} NOT_A_REPOSITORY, GIT_FAILED, PERMISSION, IO */
export async function takeDown(request: SetUpRequest): Promise<UninstallReport> {
  const { scope, dryRun, cwd } = request;
  if (scope !== "local") return uninstall({ scope, dryRun });
  const withoutIgnoreBlock = (text: string): string =>
    joinIgnoreBlock({ ...splitIgnoreBlock(text), lines: [] });
  return uninstall({ scope, repo: await findRepository(cwd), dryRun, withoutIgnoreBlock });
}
