import { type InstallReport, setUp, type SetUpRequest } from "../../app/set-up.js";
import { BlobsyError } from "../../domain/errors.js";
import type { CommandCall, Run } from "../host.js";

/** Git takes hooks from its template into new repositories only. */
const OLD_CLONES = "clones that are there already: run blobsy install in each";

export const run: Run = async (call) => {
  const { flags, dryRun, reporter } = call;
  const hooks = flags["hooks"] !== false;
  const skipSmudge = flags["skipSmudge"] === true;
  const textconv = flags["textconv"] !== false;
  const report = await setUp({ ...requestOf(call), hooks, skipSmudge, textconv });
  for (const warning of report.warnings) reporter.warn(warning);
  const where = report.scope === "local" ? "this clone" : `every repository (${report.scope})`;
  return {
    result: { ...installJson(report), ...(dryRun ? { dry_run: true } : {}) },
    notes: [
      dryRun ? `would be installed for ${where}` : `installed for ${where}`,
      ...report.notes,
      ...(dryRun ? [] : [report.scope === "local" ? "next: blobsy pull" : OLD_CLONES]),
    ],
  };
};

export function installJson({ hooksDir, ...facts }: InstallReport): object {
  return { ...facts, hooks_dir: hooksDir };
}

/** @throws {BlobsyError} USAGE for two scopes at once */
export function requestOf({ cwd, flags, dryRun, reporter }: CommandCall): SetUpRequest {
  const scopes = (["global", "system"] as const).filter((scope) => flags[scope] === true);
  if (scopes.length > 1) throw new BlobsyError("USAGE", "--global and --system exclude each other");
  return { cwd, scope: scopes[0] ?? "local", dryRun, reporter };
}
