/** What of an install is in place, for `status` and `fsck`: the plan beside what is there. */
import path from "node:path";
import { lstatFacts } from "../fs/facts.js";
import { withAttributes } from "./attributes-block.js";
import { effectiveValue, outranking, valuesIn, type Scope } from "./config-file.js";
import type { Detect } from "./detect.js";
import { isOurScript, OUR_HOOKS, type HookName } from "./hook-files.js";
import { planInstall, type InstallOptions, type InstallPlan } from "./install-plan.js";
import { type InstallRecord, readRecord } from "./install-record.js";
import type { Repository } from "./repository.js";
import { readText } from "./text-file.js";

/** "foreign": somebody else's is there, and blobsy's is not called. "off": it is there, and cannot run. */
export type ItemState = "ok" | "missing" | "outdated" | "foreign" | "off";

export interface InstallItem {
  readonly what:
    "filter" | "merge driver" | "textconv" | "attributes" | "monitor" | `hook ${HookName}`;
  readonly state: ItemState;
  /** The file, or the key of the configuration. */
  readonly where: string;
  /** Set where another configuration outranks what an install would write: what takes that away. */
  readonly outranked?: string;
}

export interface InstallState {
  /** Where the filter is configured; `null`: nowhere. */
  readonly scope: Scope | null;
  readonly detect: Detect;
  /** Why edits are not noticed in the usual way; `null` when they are. */
  readonly detectBecause: string | null;
  readonly items: readonly InstallItem[];
  /** What an install that mends this one has to be told. */
  readonly options: {
    readonly hooks: boolean;
    readonly skipSmudge: boolean;
    readonly textconv: boolean;
  };
  /** What an install would warn of: hooks that a person has to sort out. */
  readonly warnings: readonly string[];
}

const TEXTCONV = "diff.blobsy.textconv";

/** Changes nothing. @param options as given to `install` */
export async function checkInstallation(
  repo: Repository,
  options: InstallOptions = {},
): Promise<InstallState> {
  const scope = await filterScope(repo);
  const record = await recordOf(repo, scope);
  const skipSmudge = record !== null && "blobsy.skipSmudge" in record.keys;
  // After `install --no-textconv` nobody misses it.
  const textconv = record === null || TEXTCONV in record.keys;
  const common = { ...options, skipSmudge, textconv, dryRun: true };
  const local = await planInstall({ ...common, scope: "local", repo });
  const wide = scope === "global" || scope === "system";
  const plan = wide ? await planInstall({ ...common, scope }) : local;
  const hooks = wantsHooks(local);
  const items = [
    await keyItem(repo, plan, "filter", "filter.blobsy.process"),
    await keyItem(repo, plan, "filter", "filter.blobsy.required"),
    ...(await mergeItems(repo, plan)),
    ...(textconv ? [await keyItem(repo, plan, "textconv", TEXTCONV)] : []),
    attributesItem(repo),
    ...(await detectItems(repo, plan)),
    ...(hooks ? await hookItems(repo, plan, local) : []),
  ];
  return {
    scope,
    detect: local.choice.detect,
    detectBecause: local.choice.said ?? null,
    items: withoutOkTwins(items),
    options: { hooks, skipSmudge, textconv },
    warnings: local.warnings,
  };
}

/** Of several keys that make one thing, the first that is wrong speaks for all. */
function withoutOkTwins(items: readonly InstallItem[]): InstallItem[] {
  const byWhat = new Map<string, InstallItem>();
  for (const item of items) {
    const earlier = byWhat.get(item.what);
    if (earlier === undefined || earlier.state === "ok") {
      byWhat.set(item.what, earlier !== undefined && item.state === "ok" ? earlier : item);
    }
  }
  return [...byWhat.values()];
}

async function filterScope(repo: Repository): Promise<Scope | null> {
  for (const scope of ["local", "global", "system"] as const) {
    const values = await valuesIn({ scope, cwd: repo.worktree }, "filter.blobsy.process");
    if (values.length > 0) return scope;
  }
  return null;
}

async function keyItem(
  repo: Repository,
  plan: InstallPlan,
  what: InstallItem["what"],
  key: string,
): Promise<InstallItem> {
  const value = await effectiveValue(repo.worktree, key);
  const state = compare(value, plan.set.get(key), /\bblobsy\b/);
  const by = state === "ok" ? null : await outranking(repo.worktree, key);
  return { what, state, where: key, ...(by === null ? {} : { outranked: by }) };
}

function compare(now: string | undefined, wanted: string | undefined, ours: RegExp): ItemState {
  if (now === undefined) return "missing";
  if (now === wanted) return "ok";
  return ours.test(now) ? "outdated" : "foreign";
}

async function mergeItems(repo: Repository, plan: InstallPlan): Promise<InstallItem[]> {
  if (!plan.set.has("merge.blobsy.driver")) return [];
  return Promise.all(
    ["merge.blobsy.driver", "merge.blobsy.recursive"].map((key) =>
      keyItem(repo, plan, "merge driver", key),
    ),
  );
}

function attributesItem(repo: Repository): InstallItem {
  const where = path.join(repo.commonDir, "info", "attributes");
  const text = readText(where) ?? "";
  return { what: "attributes", state: text === withAttributes(text) ? "ok" : "missing", where };
}

async function detectItems(repo: Repository, plan: InstallPlan): Promise<InstallItem[]> {
  const { detect, chosen } = plan.choice;
  const items =
    chosen && detect !== "monitor" ? [await keyItem(repo, plan, "monitor", "blobsy.detect")] : [];
  if (detect === "commit")
    return [...items, fileItem("monitor", plan, path.join(plan.home, "detect-commit"))];
  if (detect === "arm") return items;
  const key = await keyItem(repo, plan, "monitor", "core.fsmonitor");
  if (key.state !== "ok") return [key];
  return [fileItem("monitor", plan, path.join(plan.home, "fsmonitor"))];
}

function fileItem(what: InstallItem["what"], plan: InstallPlan, where: string): InstallItem {
  const wanted = plan.files.find((file) => file.path === where);
  const now = readText(where);
  if (now === null) return { what, state: "missing", where };
  if (now !== wanted?.text)
    return { what, state: isOurScript(now) ? "outdated" : "foreign", where };
  const isRun = ((wanted.mode ?? 0) & 0o100) !== 0;
  const canRun = ((lstatFacts(where)?.mode ?? 0) & 0o100) !== 0;
  return { what, state: isRun && !canRun ? "off" : "ok", where };
}

/** Of the install that configures the filter here. */
async function recordOf(repo: Repository, scope: Scope | null): Promise<InstallRecord | null> {
  if (scope !== "global" && scope !== "system") return readRecord(repo.sharedState);
  const { globalPlaces } = await import("./global-install.js");
  return readRecord(globalPlaces(scope, process.env).home);
}

/** After `install --no-hooks` nobody misses them. */
function wantsHooks(local: InstallPlan): boolean {
  const record = readRecord(local.home);
  if (record === null) return true;
  const names = [...Object.keys(record.files), ...Object.keys(record.keys)];
  return names.some((name) => /(\/hooks\/|^hook\.)/.test(name));
}

async function hookItems(
  repo: Repository,
  plan: InstallPlan,
  local: InstallPlan,
): Promise<InstallItem[]> {
  if (plan.hooks.way === "configured") {
    return Promise.all(
      OUR_HOOKS.map((name) => keyItem(repo, plan, `hook ${name}`, `hook.blobsy-${name}.command`)),
    );
  }
  const wantedPath = local.set.get("core.hooksPath");
  const hooksPath = await effectiveValue(repo.worktree, "core.hooksPath", "path");
  const by = await outranking(repo.worktree, "core.hooksPath");
  const outranked = by === null ? {} : { outranked: by };
  return OUR_HOOKS.map((name) => {
    const what = `hook ${name}` as const;
    if (wantedPath !== undefined && hooksPath !== wantedPath) {
      return { what, state: "foreign", where: "core.hooksPath", ...outranked };
    }
    const where = hookFile(local, name);
    const isOurs = isOurScript(readText(where) ?? "");
    if (local.hooks.way === "shared" && isOurs) return { what, state: "ok", where };
    return fileItem(what, local, where);
  });
}

/** Beside others a hook may have been moved to NAME.legacy, from where it is called. */
function hookFile(local: InstallPlan, name: HookName): string {
  const dir = local.hooks.dir ?? "";
  const legacy = path.join(dir, `${name}.legacy`);
  return local.hooks.files.some((file) => file.path === legacy) ? legacy : path.join(dir, name);
}
