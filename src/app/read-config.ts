/** Reads `.blobsyconfig` and the `blobsy.*` keys of Git's own configuration. */
import path from "node:path";
import { type Config, readConfig } from "../domain/config.js";
import { MAX_CONFIG_BYTES } from "../domain/config-text.js";
import { BlobsyError, isBlobsyError } from "../domain/errors.js";
import { readCommittedFile } from "../fs/committed-file.js";
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
  const here = readHere(repo);
  if (here !== null) return here.toString("utf8");
  const check = ["cat-file", "--batch-check=%(objecttype) %(objectsize) %(objectname)"];
  const { stdout } = await runGit(repo, check, {
    input: [`:0:${CONFIG_FILE}`, `HEAD:${CONFIG_FILE}`, ""].join("\n"),
  });
  const [, size, oid] = /^blob (\d+) (\w+)$/m.exec(stdout.toString("latin1")) ?? [];
  if (oid === undefined) return null;
  if (Number(size) > MAX_CONFIG_BYTES) {
    const message = `${CONFIG_FILE}: it is longer than ${MAX_CONFIG_BYTES} bytes`;
    throw new BlobsyError("BAD_CONFIG", message, { path: CONFIG_FILE });
  }
  return (await runGit(repo, ["cat-file", "blob", oid])).stdout.toString("utf8");
}

function readHere(repo: Repository): Buffer | null {
  try {
    return readCommittedFile(path.join(repo.worktree, CONFIG_FILE), MAX_CONFIG_BYTES, CONFIG_FILE);
  } catch (error) {
    if (!isBlobsyError(error) || error.code !== "REFUSED_PATH") throw error;
    const message = `${CONFIG_FILE}: ${error.message}`;
    throw new BlobsyError("BAD_CONFIG", message, { path: CONFIG_FILE, cause: error });
  }
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
