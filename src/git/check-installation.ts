/** What of an install is in place, for `status` and `fsck`: the plan beside what is there. */
import path from "node:path";
import { withAttributes } from "./attributes-block.js";
import { effectiveValue, valuesIn, type Scope } from "./config-file.js";
import type { Detect } from "./detect.js";
import { isOurScript, OUR_HOOKS, type HookName } from "./hook-files.js";
import { planInstall, type InstallOptions, type InstallPlan } from "./install-plan.js";
import { readRecord } from "./install-record.js";
import type { Repository } from "./repository.js";
import { readText } from "./text-file.js";

/** "foreign": somebody else's is there, and blobsy's is not called. */
export type ItemState = "ok" | "missing" | "outdated" | "foreign";

export interface InstallItem {
  readonly what: "filter" | "attributes" | "monitor" | `hook ${HookName}`;
  readonly state: ItemState;
  /** The file, or the key of the configuration. */
  readonly where: string;
}

export interface InstallState {
  /** Where the filter is configured; `null`: nowhere. */
  readonly scope: Scope | null;
  readonly detect: Detect;
  readonly items: readonly InstallItem[];
}

/** Changes nothing. @param options as given to `install` */
export async function checkInstallation(
  repo: Repository,
  options: InstallOptions = {},
): Promise<InstallState> {
  const scope = await filterScope(repo);
  const local = await planInstall({ ...options, scope: "local", repo, dryRun: true });
  const wide = scope === "global" || scope === "system";
  const plan = wide ? await planInstall({ ...options, scope, dryRun: true }) : local;
  const items = [
    await keyItem(repo, plan, "filter", "filter.blobsy.process"),
    attributesItem(repo),
    ...(await monitorItem(repo, plan)),
    ...(wantsHooks(local) ? await hookItems(repo, plan, local) : []),
  ];
  return { scope, detect: local.choice.detect, items };
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
  return { what, state: compare(value, plan.set.get(key), /\bblobsy\b/), where: key };
}

function compare(now: string | undefined, wanted: string | undefined, ours: RegExp): ItemState {
  if (now === undefined) return "missing";
  if (now === wanted) return "ok";
  return ours.test(now) ? "outdated" : "foreign";
}

function attributesItem(repo: Repository): InstallItem {
  const where = path.join(repo.commonDir, "info", "attributes");
  const text = readText(where) ?? "";
  return { what: "attributes", state: text === withAttributes(text) ? "ok" : "missing", where };
}

async function monitorItem(repo: Repository, plan: InstallPlan): Promise<InstallItem[]> {
  if (plan.choice.detect !== "monitor") return [];
  const key = await keyItem(repo, plan, "monitor", "core.fsmonitor");
  if (key.state !== "ok") return [key];
  return [{ ...fileItem("monitor", plan, path.join(plan.home, "fsmonitor")) }];
}

function fileItem(what: InstallItem["what"], plan: InstallPlan, where: string): InstallItem {
  const wanted = plan.files.find((file) => file.path === where)?.text;
  const now = readText(where);
  if (now === null) return { what, state: "missing", where };
  if (now === wanted) return { what, state: "ok", where };
  return { what, state: isOurScript(now) ? "outdated" : "foreign", where };
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
  return OUR_HOOKS.map((name) => {
    const what = `hook ${name}` as const;
    if (wantedPath !== undefined && hooksPath !== wantedPath) {
      return { what, state: "foreign", where: "core.hooksPath" };
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
