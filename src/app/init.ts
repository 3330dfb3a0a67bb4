/** `init`: makes a repository one that shares payloads, and installs blobsy in this clone. */
import { type Config, readConfig } from "../domain/config.js";
import { BlobsyError } from "../domain/errors.js";
import { parseRemoteUrl, type RemoteUrl } from "../domain/remote-url.js";
import { findRepository } from "../git/git.js";
import { stagePaths } from "../git/index-entries.js";
import { install, type InstallReport } from "../git/install.js";
import type { Repository } from "../git/repository.js";
import { CONFIG_FILE, readRepoConfig } from "./read-config.js";
import { createRemote, trustRemote } from "./remote-trust.js";
import type { Reporter } from "./reporter.js";
import { readRootFile, writeRootFile } from "./root-file.js";
import { ATTRIBUTES_FILE, withAttributes, withBackendUrl } from "./team-files.js";

export interface InitRequest {
  readonly cwd: string;
  readonly url: string;
  readonly hooks: boolean;
  readonly dryRun: boolean;
  readonly reporter: Reporter;
}

export interface InitResult {
  readonly url: string;
  /** Files that were written, or would be. */
  readonly written: readonly string[];
  readonly installed: InstallReport;
}

/** @throws {BlobsyError} USAGE for an address that cannot be used, NOT_A_REPOSITORY, BAD_CONFIG ... */
export async function init(request: InitRequest): Promise<InitResult> {
  const { cwd, url, dryRun, reporter } = request;
  const remote = parseUrl(url);
  const repo = await findRepository(cwd);
  const texts = newTexts(repo, url);
  if (!dryRun) {
    await createRemote(repo, remote, "committed");
    for (const [name, text] of texts) await writeRootFile(repo, name, text);
    await trustRemote(repo, await readRepoConfig(repo, reporter));
  }
  const config = dryRun ? undefined : await readRepoConfig(repo, reporter);
  const installed = await install({
    scope: "local",
    repo,
    hooks: request.hooks,
    withMergeDriver: true,
    dryRun,
    ...askedDetect(config),
  });
  if (!dryRun) await stagePaths(repo, [...texts.keys()]);
  return { url, written: [...texts.keys()], installed };
}

/** The usual way is only a wish: install looks whether this machine can do it. */
export function askedDetect(config: Config | undefined): { detect?: Config["detect"] } {
  return config === undefined || config.detect === "monitor" ? {} : { detect: config.detect };
}

function parseUrl(url: string): RemoteUrl {
  const parsed = parseRemoteUrl(url, "committed");
  if (!parsed.ok) {
    throw new BlobsyError("USAGE", `${url} cannot be used: ${parsed.reason}`, {
      next: "blobsy init local:../blobs",
    });
  }
  if (parsed.value.kind !== "local") {
    throw new BlobsyError("NO_REMOTE", `${url}: this version only has local: remotes`, {
      next: "blobsy init local:../blobs",
    });
  }
  return parsed.value;
}

/** The files that must change, with their new texts. */
function newTexts(repo: Repository, url: string): Map<string, string> {
  const texts = new Map<string, string>();
  const config = readRootFile(repo, CONFIG_FILE);
  const attributes = readRootFile(repo, ATTRIBUTES_FILE);
  const newConfig = configWith(config, url);
  if (newConfig !== config) texts.set(CONFIG_FILE, newConfig);
  const newAttributes = withAttributes(attributes);
  if (newAttributes !== attributes) texts.set(ATTRIBUTES_FILE, newAttributes);
  return texts;
}

/** @throws {BlobsyError} BAD_CONFIG when what is there cannot be read, or would not say this url */
function configWith(text: string, url: string): string {
  const before = parse(text);
  const backend = before?.backend.value ?? "default";
  if (before && urlOf(before, backend) === url) return text;
  const next = withBackendUrl(text, backend, url);
  if (urlOf(parse(next), backend) === url) return next;
  throw new BlobsyError("BAD_CONFIG", `the url of backend "${backend}" could not be set`, {
    path: CONFIG_FILE,
    next: "blobsy init --help",
  });
}

function parse(text: string): Config | undefined {
  if (text === "") return undefined;
  return readConfig({ committed: { text, file: CONFIG_FILE }, local: [] }).config;
}

/** As it would be written; only `local:` urls are compared, others cannot be set yet. */
function urlOf(config: Config | undefined, backend: string): string | undefined {
  const url = config?.backends.get(backend)?.url?.value;
  return url?.kind === "local" ? `local:${url.dir}` : undefined;
}
