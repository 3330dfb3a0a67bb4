/** Git configuration of one scope, read and changed through git itself: it knows the quoting. */
import os from "node:os";
import { existsSync } from "node:fs";
import path from "node:path";
import { BlobsyError } from "../domain/errors.js";
import { runGit } from "./git.js";

export type Scope = "local" | "global" | "system";

/** A scope, and a directory to run git in. */
export interface ConfigPlace {
  readonly scope: Scope;
  readonly cwd: string;
}

/**
 * All values of a key in one scope, in their order.
 * @throws {BlobsyError} GIT_FAILED when Git cannot read them: others would be put in their place
 */
export async function valuesIn(place: ConfigPlace, key: string): Promise<string[]> {
  const args = ["config", "-z", `--${place.scope}`, "--get-all", key];
  const tried = await runGit(place.cwd, args, { okCodes: [0, 1, 128] });
  const isMissing = tried.code === 128 && /No such file/.test(tried.stderr);
  if (isMissing || tried.code === 1) return [];
  const { stdout } = tried.code === 0 ? tried : await runGit(place.cwd, args);
  return stdout.toString("utf8").split("\0").slice(0, -1);
}

/**
 * What outranks the repository's own configuration for this key, and how it is taken out again; `null` when
 * nothing does (git-config(1), SCOPES).
 */
export async function outranking(cwd: string, key: string): Promise<string | null> {
  const args = ["config", "-z", "--show-scope", "--get", key];
  const { stdout, code } = await runGit(cwd, args, { okCodes: [0, 1, 128] });
  const [scope] = code === 0 ? stdout.toString("utf8").split("\0") : [];
  if (scope === "worktree") return `git config --worktree --unset-all ${key}`;
  return scope === "command" ? "unset GIT_CONFIG_COUNT GIT_CONFIG_PARAMETERS" : null;
}

/** The value that counts, whatever scope it comes from; `path` expands a leading `~`. */
export async function effectiveValue(
  cwd: string,
  key: string,
  type: "text" | "path" = "text",
): Promise<string | undefined> {
  return (await read(cwd, [...(type === "path" ? ["--type=path"] : []), "--get", key]))[0];
}

/** What a value would be in this scope if it were the last word: global also sees system. */
export async function valueUpTo(
  place: ConfigPlace,
  key: string,
  type: "text" | "path" = "text",
): Promise<string | undefined> {
  if (place.scope === "local") return effectiveValue(place.cwd, key, type);
  const typed = type === "path" ? ["--type=path"] : [];
  const scopes = place.scope === "global" ? ["--global", "--system"] : ["--system"];
  for (const scope of scopes) {
    const [value] = (await read(place.cwd, [scope, ...typed, "--get-all", key])).slice(-1);
    if (value !== undefined) return value;
  }
  return undefined;
}

async function read(cwd: string, args: readonly string[]): Promise<string[]> {
  // 1: no such key. 128: no such file, as for a system scope that nobody ever wrote.
  const { stdout, code } = await runGit(cwd, ["config", "-z", ...args], { okCodes: [0, 1, 128] });
  if (code !== 0) return [];
  return stdout.toString("utf8").split("\0").slice(0, -1);
}

/** Gives a key these values and no other; none removes it. @throws {BlobsyError} GIT_FAILED */
export async function setValues(
  place: ConfigPlace,
  key: string,
  values: readonly string[],
): Promise<void> {
  const scope = `--${place.scope}`;
  const [first, ...rest] = values;
  if (first === undefined) {
    // 5: there was none.
    await runGit(place.cwd, ["config", scope, "--unset-all", key], { okCodes: [0, 5] });
    return;
  }
  await runGit(place.cwd, ["config", scope, "--replace-all", key, first]);
  for (const value of rest) await runGit(place.cwd, ["config", scope, "--add", key, value]);
}

/** Is this what Git takes for true? (git-config(1), boolean) */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(true|yes|on|0*[1-9]\d*)$/i.test(value);
}

/** Git's `core.fsmonitor` values that name no program. */
export function isFalse(value: string | undefined): boolean {
  return value === undefined || /^(|false|no|off|0+)$/i.test(value);
}

/** The file that `git config --global` changes (git-config(1), FILES). */
export function globalConfigFile(env: NodeJS.ProcessEnv): string {
  const given = env["GIT_CONFIG_GLOBAL"];
  if (given) return given;
  const own = path.join(homeDir(env), ".gitconfig");
  const xdg = path.join(xdgConfigDir(env), "git", "config");
  return !existsSync(own) && existsSync(xdg) ? xdg : own;
}

export function systemConfigFile(env: NodeJS.ProcessEnv): string {
  return env["GIT_CONFIG_SYSTEM"] || "/etc/gitconfig";
}

export function xdgConfigDir(env: NodeJS.ProcessEnv): string {
  return env["XDG_CONFIG_HOME"] || path.join(homeDir(env), ".config");
}

/** Git asks HOME, and nothing else; what it would not read must not be written. */
function homeDir(env: NodeJS.ProcessEnv): string {
  if (env["HOME"]) return env["HOME"];
  if (env["GIT_CONFIG_GLOBAL"] || process.platform === "win32") return os.homedir();
  throw new BlobsyError("USAGE", "HOME is not set, so Git has no configuration for this user", {
    next: "export HOME=<your home directory>",
  });
}
