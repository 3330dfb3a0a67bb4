/**
 * Where blobsy's hooks go, beside whatever hooks are there already.
 *
 * - configured: Git 2.54 and later lets the configuration name hooks; no file is touched;
 * - beside: a hooks directory in the git dir gets a file for each hook, and a hook that was there
 *   before stays as it is under another name, called first;
 * - before: any other hooks directory (`core.hooksPath` of a hook manager, or one that several
 *   repositories share) is not written to. A directory of blobsy's own stands before it;
 * - shared: such a directory has blobsy's hooks already, from `install --global`.
 */
import path from "node:path";
import { shellWord } from "../domain/shell-words.js";
import { lstatFacts } from "../fs/facts.js";
import { valueUpTo, type ConfigPlace } from "./config-file.js";
import {
  BEFORE_SUFFIX,
  isOurScript,
  OTHER_HOOKS,
  OUR_HOOKS,
  renderHook,
  renderPassedOn,
  type Program,
} from "./hook-files.js";
import type { Repository } from "./repository.js";
import { scriptBelowGitDir } from "./shell.js";
import { isWithin, readText, realPath } from "./text-file.js";

export interface PlannedFile {
  readonly path: string;
  /** One character a byte. */
  readonly text: string;
  /** What it was made from; missing where what is there does not matter. */
  readonly was?: Buffer | null;
  /** "script": blobsy's own file. "block": a file of the user's with some lines of blobsy's. */
  readonly kind: "script" | "block";
  /** Permission bits; a new block file gets what the umask gives. */
  readonly mode?: number;
}

export interface HookPlan {
  readonly way: "configured" | "beside" | "before" | "shared" | "none";
  /** Where blobsy's hook files lie. */
  readonly dir: string | null;
  readonly files: readonly PlannedFile[];
  /** Hooks that were there before, and the names they get. */
  readonly kept: readonly { readonly from: string; readonly to: string }[];
  readonly set: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

export const NO_HOOKS: HookPlan = {
  way: "none",
  dir: null,
  files: [],
  kept: [],
  set: new Map(),
  notes: [],
  warnings: [],
};

/** Hooks through the configuration. @param commandOf the command line that runs a script of `dir` */
export function configuredHooks(
  dir: string,
  program: Program,
  commandOf: (name: string) => string,
): HookPlan {
  const set = new Map<string, string>();
  const files = OUR_HOOKS.map((name): PlannedFile => {
    set.set(`hook.blobsy-${name}.command`, commandOf(name));
    set.set(`hook.blobsy-${name}.event`, name);
    return script(path.join(dir, name), renderHook(name, "nothing", program));
  });
  return { ...NO_HOOKS, way: "configured", dir, files, set };
}

/** @param home `<common git dir>/blobsy` */
export async function localHooks(
  repo: Repository,
  place: ConfigPlace,
  home: string,
  program: Program,
  configured: boolean,
): Promise<HookPlan> {
  const own = path.join(home, "hooks");
  if (configured) {
    const command = (name: string) => scriptBelowGitDir(repo.commonDir, `blobsy/hooks/${name}`);
    return configuredHooks(own, program, command);
  }
  const given = await previousHooksPath(place);
  const dir = given === undefined ? path.join(repo.commonDir, "hooks") : given;
  const real = realPath(path.resolve(repo.worktree, dir));
  if (isWithin(real, realPath(repo.commonDir))) {
    return hooksBeside(path.resolve(repo.worktree, dir), program);
  }
  const shared = OUR_HOOKS.every((name) => isOurScript(readText(path.join(real, name)) ?? ""));
  if (shared) return { ...NO_HOOKS, way: "shared", dir: real };
  return hooksBefore(dir, own, given, program);
}

/** `core.hooksPath` as it was before blobsy; its own is known also where the repository was before. */
async function previousHooksPath(place: ConfigPlace): Promise<string | undefined> {
  const value = await valueUpTo(place, "core.hooksPath", "path");
  const isOurs = value !== undefined && isOurHooksPath(value);
  return isOurs ? valueUpTo(place, "blobsy.hooksPath", "path") : value || undefined;
}

/** Is this value of `core.hooksPath` one that blobsy set? */
export function isOurHooksPath(value: string): boolean {
  return value.endsWith("/blobsy/hooks");
}

function hooksBefore(
  dir: string,
  own: string,
  given: string | undefined,
  program: Program,
): HookPlan {
  const before = { dir };
  const files = [
    ...OUR_HOOKS.map((name) => script(path.join(own, name), renderHook(name, before, program))),
    ...OTHER_HOOKS.map((name) => script(path.join(own, name), renderPassedOn(name, before))),
  ];
  const set = new Map([["core.hooksPath", own]]);
  if (given !== undefined) set.set("blobsy.hooksPath", given);
  const notes = [
    `the hooks in ${dir} go on running, before blobsy's: core.hooksPath is now ${own}; ` +
      "if a hook manager sets it back, run blobsy install again",
  ];
  return { ...NO_HOOKS, way: "before", dir: own, files, set, notes };
}

/** Hook files in a directory that may hold others. */
export function hooksBeside(dir: string, program: Program): HookPlan {
  const files: PlannedFile[] = [];
  const kept: { from: string; to: string }[] = [];
  const warnings: string[] = [];
  for (const name of OUR_HOOKS) {
    const file = path.join(dir, name);
    const text = renderHook(name, "beside", program);
    if (!isForeign(file)) {
      files.push(script(file, text));
      continue;
    }
    // `pre-commit install` moves what it finds to NAME.legacy and calls it: blobsy's hook runs already.
    if (isOurScript(readText(`${file}.legacy`) ?? "")) {
      files.push(script(`${file}.legacy`, text));
    } else if (lstatFacts(file + BEFORE_SUFFIX) !== null) {
      warnings.push(
        `${file} has replaced blobsy's hook, and ${name}${BEFORE_SUFFIX} is kept from before: ` +
          "make one of them, or remove one, and run blobsy install again",
      );
    } else {
      kept.push({ from: file, to: file + BEFORE_SUFFIX });
      files.push(script(file, text));
    }
  }
  const notes = kept.map(
    ({ from, to }) => `${from} goes on running, first, as ${path.basename(to)}`,
  );
  return { ...NO_HOOKS, way: "beside", dir, files, kept, notes, warnings };
}

function isForeign(file: string): boolean {
  const facts = lstatFacts(file);
  return facts !== null && (facts.kind !== "file" || !isOurScript(readText(file) ?? ""));
}

/** A file of blobsy's own that Git runs. */
export function script(file: string, text: string): PlannedFile {
  return {
    path: file,
    text: Buffer.from(text, "utf8").toString("latin1"),
    kind: "script",
    mode: 0o755,
  };
}

/** The command line of a script at a fixed place. */
export function scriptAt(file: string): string {
  return shellWord(file);
}
