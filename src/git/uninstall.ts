/**
 * Takes back what `install` did, in the same scopes. Payloads stay, and so does a store that holds
 * anything: its bytes may be nowhere else.
 */
import path from "node:path";
import { lstatFacts } from "../fs/facts.js";
import { namesIn } from "../fs/temp.js";
import { unlinkIfThere } from "../fs/ops.js";
import type { ConfigPlace, Scope } from "./config-file.js";
import { recordFile, readRecord, type InstallRecord } from "./install-record.js";
import { recordFromTraces } from "./install-traces.js";
import { putBackFile, putBackIgnore, putBackKey, putBackName } from "./put-back.js";
import type { Repository } from "./repository.js";
import { filesBelow, readBytes, removeIfEmpty, removeTree } from "./text-file.js";
import { dropUntrackedCaches, UNTRACKED_CACHE } from "./untracked-cache.js";

export interface UninstallOptions {
  readonly scope?: Scope;
  /** Needed for the scope "local". */
  readonly repo?: Repository;
  readonly dryRun?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  /** Takes the block of payloads out of the text of `info/exclude`. */
  readonly withoutIgnoreBlock?: (text: string) => string;
}

export interface UninstallReport {
  readonly scope: Scope;
  /** What is put back as it was, or gone: files, and keys of the configuration. */
  readonly removed: readonly string[];
  /** What others changed since the install, and was therefore left. */
  readonly left: readonly string[];
  /** Where the store is that was kept, `null` when there is nothing in it. */
  readonly store: string | null;
}

interface Places {
  readonly place: ConfigPlace;
  readonly configFile: string;
  readonly home: string;
  readonly repo: Repository | undefined;
}

/** @throws {BlobsyError} GIT_FAILED, PERMISSION, IO */
export async function uninstall(options: UninstallOptions): Promise<UninstallReport> {
  const places = await findPlaces(options);
  const record = readRecord(places.home) ?? (await recordFromTraces(places));
  const store = places.repo && holdsBytes(places.home) ? places.home : null;
  const files = Object.entries(record.files).filter(([, { kind }]) => kind !== "ignore");
  const removed = [...Object.keys(record.keys), ...files.map(([file]) => file)];
  const left = options.dryRun ? [] : await takeBack(places, record, options);
  if (!options.dryRun) await removeHome(places, store !== null, record);
  return {
    scope: places.place.scope,
    removed: removed.filter((name) => !left.includes(name)),
    left,
    store,
  };
}

async function findPlaces(options: UninstallOptions): Promise<Places> {
  const scope = options.scope ?? "local";
  if (scope !== "local") {
    return (await import("./global-install.js")).globalPlaces(scope, options.env ?? process.env);
  }
  const repo = options.repo;
  if (repo === undefined) throw new TypeError("a local uninstall needs a repository");
  return {
    place: { scope, cwd: repo.worktree },
    configFile: path.join(repo.commonDir, "config"),
    home: repo.sharedState,
    repo,
  };
}

async function takeBack(
  { place, configFile, repo }: Places,
  record: InstallRecord,
  options: UninstallOptions,
): Promise<string[]> {
  const left: string[] = [];
  // The configuration first: nothing may be called that is about to go.
  const config = record.files[configFile];
  const whole = config !== undefined && isUntouched(configFile, config.after);
  if (whole && config.before !== undefined) {
    await putBackFile(configFile, config);
  } else {
    for (const [key, was] of Object.entries(record.keys)) {
      if (!(await putBackKey(place, key, was))) left.push(key);
    }
  }
  for (const [file, was] of Object.entries(record.files)) {
    if (was.kind === "config") continue;
    if (was.kind !== "ignore") {
      if (!(await putBackFile(file, was))) left.push(file);
    } else if (options.withoutIgnoreBlock) {
      await putBackIgnore(file, was.before, options.withoutIgnoreBlock);
    }
  }
  for (const [from, to] of record.kept) {
    if (!(await putBackName(from, to))) left.push(to);
  }
  if (repo && UNTRACKED_CACHE in record.keys) left.push(...(await dropUntrackedCaches(repo)));
  return left;
}

function isUntouched(file: string, after: string): boolean {
  return readBytes(file)?.toString("base64") === after;
}

/** Anything with bytes in it: objects, and payloads that were moved aside by a process that died. */
function holdsBytes(home: string): boolean {
  const files = ["objects", "tmp"].flatMap((name) => filesBelow(path.join(home, name)));
  return files.some((file) => (lstatFacts(file)?.size ?? 0) > 0);
}

async function removeHome(
  { home, repo }: Places,
  keepsStore: boolean,
  record: InstallRecord,
): Promise<void> {
  await unlinkIfThere(recordFile(home));
  if (repo && !keepsStore) {
    await removeTree(home);
    for (const name of namesIn(path.join(repo.commonDir, "worktrees"))) {
      await removeTree(path.join(repo.commonDir, "worktrees", name, "blobsy"));
    }
  }
  const dirs = [...record.dirs].sort((a, b) => b.length - a.length);
  for (const dir of dirs) await removeIfEmpty(dir);
}
