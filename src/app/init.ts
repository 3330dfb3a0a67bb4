/** `init`: makes a repository one that shares payloads, and installs blobsy in this clone. */
import path from "node:path";
import type { Config } from "../domain/config.js";
import { BlobsyError, isBlobsyError } from "../domain/errors.js";
import { checkEndpoint, parseRemoteUrl, type RemoteUrl } from "../domain/remote-url.js";
import { pasteWord } from "../domain/shell-words.js";
import { isAwsEndpoint } from "../domain/s3-endpoint.js";
import { setValues, valuesIn } from "../git/config-file.js";
import { findRepository } from "../git/git.js";
import { stagePaths } from "../git/index-entries.js";
import { install, type InstallReport } from "../git/install.js";
import type { Repository } from "../git/repository.js";
import {
  assertCommands,
  configWithCommands,
  type OwnCommands,
  withoutCommands,
} from "./init-command.js";
import { CONFIG_FILE, readConfigAlone, readRepoConfig } from "./read-config.js";
import { createRemote, trustRemote } from "./remote-trust.js";
import type { Reporter } from "./reporter.js";
import type { TransportSpec } from "../transport/registry.js";
import { readRootFile, type RootFileChange, writeRootFile } from "./root-file.js";
import { ATTRIBUTES_FILE, withAttributes, withBackendUrl, withBackendValue } from "./team-files.js";

export interface InitRequest {
  readonly cwd: string;
  /** An address, or `command`. */
  readonly url: string;
  /** For `command`: what to run. */
  readonly commands?: OwnCommands | undefined;
  /** For `s3://`: what else the committed configuration says of where it is. */
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
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
  const { cwd, dryRun, reporter } = request;
  const repo = await findRepository(cwd);
  const wanted = wantedOf(repo, request);
  const texts = newTexts(repo, wanted.config);
  warnOfMove(repo, wanted.url, reporter);
  if (!dryRun) {
    if (wanted.remote) await createRemote(repo, wanted.remote, "committed");
    for (const [name, change] of texts) await writeRootFile(repo, name, change);
    if (wanted.endpoint) await nameEndpoint(repo, wanted.endpoint);
    // Whoever writes commands on their own command line has approved them.
    const { spec } = await trustRemote(repo, await readRepoConfig(repo, reporter));
    if (wanted.remote?.kind !== "local") await lookAt(spec, reporter);
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
  return { url: wanted.url, written: [...texts.keys()], installed };
}

interface Wanted {
  readonly url: string;
  /** Makes the new configuration of what is there. */
  readonly config: (text: string) => string;
  readonly remote?: RemoteUrl;
  readonly endpoint?: string;
}

/** @throws {BlobsyError} USAGE, BAD_CONFIG */
function wantedOf(repo: Repository, request: InitRequest): Wanted {
  const { commands } = request;
  if (request.url === "command") {
    const own = assertCommands(commands);
    assertNoPlace(request);
    const name = readConfigAlone(readRootFile(repo, CONFIG_FILE))?.backend.value ?? "default";
    return { url: `command:${name}`, config: (text) => configWithCommands(text, own) };
  }
  const remote = parseUrl(repo, request);
  if (commands !== undefined) {
    const message = `${request.url} takes no commands: blobsy init command does`;
    throw new BlobsyError("USAGE", message, { next: "blobsy init --help" });
  }
  const url = writtenUrl(remote);
  const place = placeOf(request, remote);
  return { url, remote, config: (text) => configWith(text, url, place), ...place };
}

/** The usual way is only a wish: install looks whether this machine can do it. */
export function askedDetect(config: Config | undefined): { detect?: Config["detect"] } {
  return config === undefined || config.detect === "monitor" ? {} : { detect: config.detect };
}

function parseUrl({ worktree }: Repository, { cwd, url }: InitRequest): RemoteUrl {
  const parsed = parseRemoteUrl(url, "committed");
  if (!parsed.ok) {
    throw new BlobsyError("USAGE", `${url} cannot be used: ${parsed.reason}`, {
      next: `blobsy init ${pasteWord(nearUrl(url, cwd, worktree) ?? "local:../blobs")}`,
    });
  }
  if (parsed.value.kind === "https") {
    const message = `${url} can only be read; init wants the place that is uploaded to`;
    throw new BlobsyError("USAGE", message, { next: "blobsy init s3://bucket/prefix" });
  }
  return parsed.value;
}

/** What was probably meant: a directory named as a path, or an s3 address not quite in its form. */
function nearUrl(url: string, cwd: string, worktree: string): string | null {
  const dir = url.replace(/^(?:local:|file:\/\/)/i, "");
  const near = /^[\w+.-]+:/.test(dir)
    ? url.replace(/^s3:\/*/i, "s3://")
    : `local:${path.relative(worktree, path.resolve(cwd, dir))}`;
  return parseRemoteUrl(near, "committed").ok ? near : null;
}

interface Place {
  readonly region?: string;
  /** In its plain form. */
  readonly endpoint?: string;
}

/** @throws {BlobsyError} USAGE */
function placeOf({ url, region, endpoint }: InitRequest, { kind }: RemoteUrl): Place {
  if (kind !== "s3") assertNoPlace({ url, region, endpoint });
  const place = region === undefined ? {} : { region };
  if (endpoint === undefined) return place;
  const checked = checkEndpoint(endpoint, "committed");
  if (checked.ok) return { ...place, endpoint: checked.value };
  // What others cannot reach, or must not be led to, each user names alone.
  throw new BlobsyError("USAGE", `that endpoint cannot be committed: ${checked.reason}`, {
    next: "git config blobsy.backend.default.endpoint <address>",
  });
}

function assertNoPlace({
  url,
  region,
  endpoint,
}: Pick<InitRequest, "url" | "region" | "endpoint">) {
  if (region === undefined && endpoint === undefined) return;
  throw new BlobsyError("USAGE", `${url} has no region and no endpoint`);
}

/** Naming it here is this user's word that it may be given credentials. */
async function nameEndpoint(repo: Repository, endpoint: string): Promise<void> {
  if (isAwsEndpoint(endpoint)) return;
  const scope = { scope: "local", cwd: repo.worktree } as const;
  const named = await valuesIn(scope, "blobsy.trustedEndpoint");
  if (named.includes(endpoint)) return;
  await setValues(scope, "blobsy.trustedEndpoint", [...named, endpoint]);
}

/** A typing error shows best now. Being offline is none. */
async function lookAt(spec: TransportSpec, reporter: Reporter): Promise<void> {
  const { openTransport } = await import("../transport/registry.js");
  try {
    await (await openTransport(spec)).check();
  } catch (error) {
    if (!isBlobsyError(error)) throw error;
    const next = error.next === undefined ? "" : `; next: ${error.next}`;
    reporter.warn(`nothing can be shared yet: ${error.message}${next}`);
  }
}

/** Who names another place by mistake, or moves, had better know that nothing is moved. */
function warnOfMove(repo: Repository, url: string, reporter: Reporter): void {
  const config = readConfigAlone(readRootFile(repo, CONFIG_FILE));
  const before = urlOf(config, config?.backend.value ?? "default");
  if (before === undefined || before === url) return;
  reporter.warn(
    `payloads were shared at ${before}; what is there is not copied to the new place ` +
      "(docs/remotes.md tells how to move)",
  );
}

/** The files that must change, with their new texts. */
function newTexts(repo: Repository, change: Wanted["config"]): Map<string, RootFileChange> {
  const texts = new Map<string, RootFileChange>();
  const config = readRootFile(repo, CONFIG_FILE);
  const attributes = readRootFile(repo, ATTRIBUTES_FILE);
  const newConfig = change(config);
  if (newConfig !== config) texts.set(CONFIG_FILE, { was: config, next: newConfig });
  const newAttributes = withAttributes(attributes);
  if (newAttributes !== attributes) {
    texts.set(ATTRIBUTES_FILE, { was: attributes, next: newAttributes });
  }
  return texts;
}

/** @throws {BlobsyError} BAD_CONFIG when what is there cannot be read, or would not say this url */
function configWith(text: string, url: string, place: Place): string {
  const before = readConfigAlone(text);
  const backend = before?.backend.value ?? "default";
  const isSame = before && urlOf(before, backend) === url;
  let next = withoutCommands(isSame ? text : withBackendUrl(text, backend, url), backend);
  for (const key of ["region", "endpoint"] as const) {
    const value = place[key];
    if (value === undefined || readConfigAlone(next)?.backends.get(backend)?.[key]?.value === value)
      continue;
    next = withBackendValue(next, backend, key, value);
  }
  if (urlOf(readConfigAlone(next), backend) === url) return next;
  throw new BlobsyError("BAD_CONFIG", `the url of backend "${backend}" could not be set`, {
    path: CONFIG_FILE,
    next: "blobsy init --help",
  });
}

function urlOf(config: Config | undefined, backend: string): string | undefined {
  const url = config?.backends.get(backend)?.url?.value;
  return url && writtenUrl(url);
}

/** As it is written into the configuration. */
function writtenUrl(remote: RemoteUrl): string {
  if (remote.kind === "local") return `local:${remote.dir}`;
  if (remote.kind === "https") return remote.url;
  return `s3://${remote.bucket}${remote.prefix === "" ? "" : `/${remote.prefix}`}`;
}
