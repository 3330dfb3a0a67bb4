/** Reads `.blobsyconfig` and the `blobsy.*` keys of Git's own configuration. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Config, readConfig } from "../domain/config.js";
import { errnoOf, fromErrno } from "../domain/errors.js";
import { runGit } from "../git/git.js";
import type { Repository } from "../git/repository.js";
import type { Reporter } from "./reporter.js";

export const CONFIG_FILE = ".blobsyconfig";

export interface GitConfigValue {
  readonly key: string;
  readonly value: string;
  readonly origin: string;
}

/** @throws {BlobsyError} BAD_CONFIG with file, key and what is allowed */
export async function readRepoConfig(repo: Repository, reporter: Reporter): Promise<Config> {
  const [text, local] = await Promise.all([readCommitted(repo), readGitConfig(repo)]);
  const { config, warnings } = readConfig({
    committed: text === null ? null : { text, file: CONFIG_FILE },
    local,
  });
  for (const warning of warnings) reporter.warn(warning);
  return config;
}

/** What a text of `.blobsyconfig` alone says; `undefined` for none. @throws {BlobsyError} BAD_CONFIG */
export function readConfigAlone(text: string): Config | undefined {
  if (text === "") return undefined;
  return readConfig({ committed: { text, file: CONFIG_FILE }, local: [] }).config;
}

/**
 * The worktree's file; where that is missing (sparse checkout, an older branch), the one in the index,
 * then HEAD's: a payload must be found there as well.
 */
async function readCommitted(repo: Repository): Promise<string | null> {
  try {
    return await readFile(path.join(repo.worktree, CONFIG_FILE), "utf8");
  } catch (error) {
    if (errnoOf(error) !== "ENOENT")
      throw fromErrno(error, "reading the configuration", CONFIG_FILE);
  }
  for (const name of [`:0:${CONFIG_FILE}`, `HEAD:${CONFIG_FILE}`]) {
    const shown = await runGit(repo, ["cat-file", "blob", name], { okCodes: [0, 1, 128] });
    if (shown.code === 0) return shown.stdout.toString("utf8");
  }
  return null;
}

export async function readGitConfig(repo: Repository): Promise<GitConfigValue[]> {
  const args = ["config", "-z", "--show-origin", "--includes", "--get-regexp", "^blobsy\\."];
  const { stdout } = await runGit(repo, args, { okCodes: [0, 1] });
  const fields = stdout.toString("utf8").split("\0");
  const values: GitConfigValue[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [origin, pair] = [fields[i] ?? "", fields[i + 1] ?? ""];
    const newline = pair.indexOf("\n");
    const key = newline < 0 ? pair : pair.slice(0, newline);
    values.push({ key, value: newline < 0 ? "true" : pair.slice(newline + 1), origin });
  }
  return values;
}
