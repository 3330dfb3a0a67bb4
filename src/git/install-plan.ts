/** What an install is to change, before anything is changed; `status` and `--dry-run` show the same. */
import path from "node:path";
import { BlobsyError } from "../domain/errors.js";
import { lstatFacts } from "../fs/facts.js";
import { withAttributes } from "./attributes-block.js";
import type { ConfigPlace, Scope } from "./config-file.js";
import { chooseDetect, type Detect, type DetectChoice } from "./detect.js";
import { filterConfig } from "./filter-config.js";
import { gitVersion, hasConfiguredHooks, refuseOldGit } from "./git-version.js";
import { renderMonitor, runningProgram, type Program } from "./hook-files.js";
import { managerNotes } from "./hook-managers.js";
import { localHooks, NO_HOOKS, script, type HookPlan, type PlannedFile } from "./hook-plan.js";
import { readRecord, type InstallRecord } from "./install-record.js";
import type { Repository } from "./repository.js";
import { scriptBelowGitDir } from "./shell.js";
import { readBytes } from "./text-file.js";
import { probeDir, UNTRACKED_CACHE, wantsUntrackedCache } from "./untracked-cache.js";

export interface InstallOptions {
  /** "local" needs `repo`. */
  readonly scope?: Scope;
  readonly repo?: Repository;
  /** Leave payloads unmaterialised. */
  readonly skipSmudge?: boolean;
  /** False: leave Git's hooks alone. */
  readonly hooks?: boolean;
  readonly withMergeDriver?: boolean;
  /** False: diffs show ref files as they are. */
  readonly textconv?: boolean;
  /** What `blobsy.detect` is configured to; chosen by what this machine can do when missing. */
  readonly detect?: Detect;
  /** Change nothing. */
  readonly dryRun?: boolean;
  /** For tests, and for a git that is not the one on PATH: "2.54.0". */
  readonly gitVersion?: string;
  readonly program?: Program;
  readonly env?: NodeJS.ProcessEnv;
}

export interface InstallPlan {
  readonly place: ConfigPlace;
  /** Absolute path of the configuration file that `set` goes to. */
  readonly configFile: string;
  /** The directory of blobsy's scripts and of its record. */
  readonly home: string;
  /** The exclude file that reconciling writes to; its bytes from before are recorded. */
  readonly ignoreFile: string | null;
  readonly choice: DetectChoice;
  readonly hooks: HookPlan;
  readonly set: ReadonlyMap<string, string>;
  readonly files: readonly PlannedFile[];
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

/** What all scopes have in common, once it is known where things go. */
export interface PlanPlaces {
  readonly place: ConfigPlace;
  readonly configFile: string;
  readonly home: string;
  /** The command line for `core.fsmonitor`. */
  readonly monitor: string;
  readonly attributesFiles: readonly string[];
  readonly ignoreFile: string | null;
  /** Where to try what the file system can do. */
  readonly probeDir: string;
}

export async function planInstall(options: InstallOptions): Promise<InstallPlan> {
  const scope = options.scope ?? "local";
  if (scope !== "local") {
    return (await import("./global-install.js")).planGlobalInstall(scope, options);
  }
  const repo = options.repo;
  if (repo === undefined) throw new TypeError("a local install needs a repository");
  const home = repo.sharedState;
  refuseLink(home);
  const place: ConfigPlace = { scope, cwd: repo.worktree };
  const places: PlanPlaces = {
    place,
    configFile: path.join(repo.commonDir, "config"),
    home,
    monitor: scriptBelowGitDir(repo.commonDir, "blobsy/fsmonitor"),
    attributesFiles: [path.join(repo.commonDir, "info", "attributes")],
    ignoreFile: path.join(repo.commonDir, "info", "exclude"),
    probeDir: probeDir(repo),
  };
  return assemblePlan(options, places, async (program, configured) => {
    const hooks = await localHooks(repo, place, home, program, configured);
    if (configured) return hooks;
    return { ...hooks, notes: [...hooks.notes, ...managerNotes(repo.worktree)] };
  });
}

/** @param hooksFor plans the hooks, unless they are not wanted */
export async function assemblePlan(
  options: InstallOptions,
  places: PlanPlaces,
  hooksFor: (program: Program, configured: boolean) => Promise<HookPlan>,
): Promise<InstallPlan> {
  const { place, home } = places;
  const program = options.program ?? runningProgram();
  const version = options.gitVersion ?? refuseOldGit(await gitVersion(place.cwd));
  const record = readRecord(home);
  const choice = await chooseDetect(place, askedFor(options.detect, record));
  const wantsHooks = options.hooks ?? true;
  const hooks = wantsHooks ? await hooksFor(program, hasConfiguredHooks(version)) : NO_HOOKS;
  const config = filterConfig({
    program,
    choice,
    monitor: places.monitor,
    skipSmudge: options.skipSmudge ?? false,
    withMergeDriver: options.withMergeDriver ?? false,
    withTextconv: options.textconv ?? true,
  });
  const tryIn = options.dryRun ? null : places.probeDir;
  if (await wantsUntrackedCache({ place, gitVersion: version, record, tryIn })) {
    config.set(UNTRACKED_CACHE, "true");
  }
  return {
    place,
    configFile: places.configFile,
    home,
    ignoreFile: places.ignoreFile,
    choice,
    hooks,
    set: new Map([...config, ...hooks.set]),
    files: [
      ...places.attributesFiles.map(attributes),
      ...detectFiles(home, choice, hooks, program),
      ...hooks.files,
    ],
    notes: [...(choice.said === undefined ? [] : [choice.said]), ...hooks.notes],
    warnings: hooks.warnings,
  };
}

/** A way of noticing that an earlier install chose by itself is chosen anew, not obeyed. */
function askedFor(detect: Detect | undefined, record: InstallRecord | null): Detect | undefined {
  return record?.keys["blobsy.detect"]?.after === detect ? undefined : detect;
}

function attributes(file: string): PlannedFile {
  const was = readBytes(file);
  return { path: file, was, text: withAttributes(was?.toString("latin1") ?? ""), kind: "block" };
}

function detectFiles(
  home: string,
  choice: DetectChoice,
  hooks: HookPlan,
  program: Program,
): PlannedFile[] {
  if (choice.detect === "arm") return [];
  // pre-commit looks for this file, and then compares every payload.
  if (choice.detect === "commit") {
    return [{ path: path.join(home, "detect-commit"), text: "", kind: "script", mode: 0o644 }];
  }
  const facts = {
    chained: choice.previous !== undefined,
    hooksDir: hooks.way === "before" ? hooks.dir : null,
  };
  return [script(path.join(home, "fsmonitor"), renderMonitor(facts, program))];
}

/** A link there would have blobsy write, and later remove, somewhere else. */
function refuseLink(home: string): void {
  const kind = lstatFacts(home)?.kind;
  if (kind === undefined || kind === "directory") return;
  throw new BlobsyError("REFUSED_PATH", "blobsy's own directory is not a directory here", {
    path: home,
  });
}
