/**
 * For every repository of a user (`--global`) or a machine (`--system`): later clones of a repository
 * that uses blobsy arrive complete, hooks included. Git copies `init.templateDir` into every repository
 * it makes (git-init(1)), so hooks and attributes go there; in other repositories they leave at once.
 */
import os from "node:os";
import path from "node:path";
import { lstatFacts } from "../fs/facts.js";
import { tempName } from "../fs/temp.js";
import {
  globalConfigFile,
  systemConfigFile,
  valueUpTo,
  xdgConfigDir,
  type ConfigPlace,
} from "./config-file.js";
import { runGit } from "./git.js";
import {
  configuredHooks,
  hooksBeside,
  scriptAt,
  type HookPlan,
  type PlannedFile,
} from "./hook-plan.js";
import { assemblePlan, type InstallOptions, type InstallPlan } from "./install-plan.js";
import { filesBelow, readText, removeTree } from "./text-file.js";
import { wideProbeDir } from "./untracked-cache.js";

type WideScope = "global" | "system";

export interface GlobalPlaces {
  readonly place: ConfigPlace;
  readonly configFile: string;
  readonly home: string;
  readonly repo: undefined;
}

/** Where things go; the directory is the configuration's neighbour. */
export function globalPlaces(scope: WideScope, env: NodeJS.ProcessEnv): GlobalPlaces {
  const place = { scope, cwd: os.tmpdir() };
  if (scope === "global") {
    const home = path.join(xdgConfigDir(env), "blobsy");
    return { place, configFile: globalConfigFile(env), home, repo: undefined };
  }
  const configFile = systemConfigFile(env);
  return {
    place,
    configFile,
    home: path.join(path.dirname(configFile), "blobsy"),
    repo: undefined,
  };
}

export async function planGlobalInstall(
  scope: WideScope,
  options: InstallOptions,
): Promise<InstallPlan> {
  const { place, configFile, home } = globalPlaces(scope, options.env ?? process.env);
  const own = path.join(home, "template");
  const given = await valueUpTo(place, "init.templateDir", "path");
  const template = given ?? own;
  const plan = await assemblePlan(
    options,
    {
      place,
      configFile,
      home,
      monitor: scriptAt(path.join(home, "fsmonitor")),
      attributesFiles: [path.join(template, "info", "attributes")],
      ignoreFile: null,
      probeDir: wideProbeDir(configFile),
    },
    (program, configured) => {
      const dir = path.join(home, "hooks");
      const command = (name: string) => scriptAt(path.join(dir, name));
      if (configured) return Promise.resolve(configuredHooks(dir, program, command));
      return templateHooks(place, template, (hooksDir) => hooksBeside(hooksDir, program));
    },
  );
  if (template !== own) return plan;
  const rest = options.dryRun ? [] : await defaultTemplate(own);
  const planned = new Set(plan.files.map((file) => file.path));
  return {
    ...plan,
    set: new Map([...plan.set, ["init.templateDir", own]]),
    files: [...plan.files, ...rest.filter((file) => !planned.has(file.path))],
  };
}

/** `core.hooksPath` set for all repositories outranks what a template brings, so both get the hooks. */
async function templateHooks(
  place: ConfigPlace,
  template: string,
  plan: (dir: string) => HookPlan,
): Promise<HookPlan> {
  const hooks = plan(path.join(template, "hooks"));
  const shared = await valueUpTo(place, "core.hooksPath", "path");
  if (shared === undefined || !path.isAbsolute(shared)) return hooks;
  const more = plan(shared);
  return {
    ...hooks,
    files: [...hooks.files, ...more.files],
    kept: [...hooks.kept, ...more.kept],
    notes: [...hooks.notes, ...more.notes],
    warnings: [...hooks.warnings, ...more.warnings],
  };
}

/** What Git's own template brings, which setting another one would leave out: taken from a new repository. */
async function defaultTemplate(template: string): Promise<PlannedFile[]> {
  const scratch = path.join(os.tmpdir(), tempName(".blobsy-tmp"));
  try {
    await runGit(os.tmpdir(), ["init", "-q", "--bare", scratch], {
      env: { GIT_TEMPLATE_DIR: undefined, GIT_DIR: undefined },
    });
    return filesBelow(scratch)
      .map((file) => path.relative(scratch, file))
      .filter((name) => !/^(HEAD|config|(objects|refs)[\\/].*)$/.test(name))
      .map((name) => ({
        path: path.join(template, name),
        text: readText(path.join(scratch, name)) ?? "",
        kind: "script",
        mode: lstatFacts(path.join(scratch, name))?.mode ?? 0o644,
      }));
  } finally {
    await removeTree(scratch);
  }
}
