/**
 * May this remote be used? Hooks and filters run by themselves in any clone, so what a commit says
 * may choose which data to ask for and nothing else: a bucket (s3-remote.ts), a directory that this
 * user has made a blobsy remote, or one inside the worktree itself. The user's own git config may
 * name any.
 *
 * No automatic run ever creates a directory or the file that marks it: only `createRemote` (for
 * `init`) and `markRemote` (for `trust`) do.
 */
import path from "node:path";
import type { BackendConfig, Config } from "../domain/config.js";
import { BlobsyError, fromErrno, isBlobsyError } from "../domain/errors.js";
import type { Origin, RemoteUrl } from "../domain/remote-url.js";
import { pasteWord, shellWord } from "../domain/shell-words.js";
import { mkdirs } from "../fs/ops.js";
import type { Repository } from "../git/repository.js";
import type { TransportSpec } from "../transport/registry.js";
import { httpsSpec } from "./https-remote.js";
import {
  approvalOf,
  approve,
  isCommandBackend,
  refuseUnapproved,
  trustCommand,
  trustedCommand,
} from "./command-trust.js";
import {
  absoluteDir,
  assertDirectory,
  assertMarked,
  assertPlace,
  markRemote,
  realOrSame,
} from "./local-place.js";
import { noteFirst, pinOrRefuse, pinRemote, refuseOther } from "./remote-pin.js";
import { s3Name, s3Spec } from "./s3-remote.js";
import { chooseTool } from "./tool-remote.js";
import { withWebWay } from "./web-way.js";

/** A remote that may be used now. */
export interface TrustedRemote {
  /** The backend's name. */
  readonly name: string;
  /** As the configuration names it, without secrets. */
  readonly url: string;
  readonly spec: TransportSpec;
  /** Why something that is configured is not used. */
  readonly note?: string;
}

/**
 * The configured remote, if it may be used; notes it as this clone's when it is the first.
 * @param backend its name; the configured default unless told
 * @throws {BlobsyError} NO_REMOTE, NEEDS_TRUST
 */
export async function trustedRemote(
  repo: Repository,
  config: Config,
  backend?: string,
): Promise<TrustedRemote> {
  try {
    const command = commandBackend(config, backend);
    if (command) return await trustedCommand(repo, command, committedRemotes(config));
    const remote = await trustedUrl(repo, config, backend);
    return { ...remote, spec: await withWebWay(repo, remote.spec) };
  } catch (error) {
    throw namingBackend(error, config, backend);
  }
}

async function trustedUrl(
  repo: Repository,
  config: Config,
  backend: string | undefined,
): Promise<TrustedRemote> {
  const found = configuredRemote(config, backend);
  const how = await specOf(repo, config, found);
  const note = found.origin === "committed" ? pinOrRefuse : noteFirst;
  await note(repo.sharedState, found.url, committedRemotes(config));
  return { name: found.name, url: found.url, ...how };
}

/** What keeps this clone from using its remote; as `trustedRemote`, but nothing is noted. */
export async function whyNotRemote(repo: Repository, config: Config): Promise<BlobsyError | null> {
  try {
    const command = commandBackend(config);
    if (command) {
      await refuseUnapproved(repo, command);
      return null;
    }
    const found = configuredRemote(config);
    await specOf(repo, config, found);
    if (found.origin === "committed") refuseOther(repo.sharedState, found.url);
    return null;
  } catch (error) {
    if (isBlobsyError(error)) return error;
    throw error;
  }
}

/** `blobsy trust` alone means the backend in use. */
function namingBackend(error: unknown, config: Config, backend: string | undefined): unknown {
  if (backend === undefined || backend === config.backend.value) return error;
  if (!isBlobsyError(error) || error.next !== "blobsy trust") return error;
  const facts = { next: `blobsy trust ${pasteWord(backend)}`, cause: error };
  return new BlobsyError(error.code, error.message, {
    ...facts,
    ...(error.path === undefined ? {} : { path: error.path }),
  });
}

/** Names of every remote that the commit has a say in. */
function committedRemotes(config: Config): string[] {
  const named = [...config.backends.values()].filter(({ url }) => url !== undefined);
  return named
    .map(({ name }) => configuredRemote(config, name))
    .filter(({ origin }) => origin === "committed")
    .map(({ url }) => url);
}

/**
 * For `blobsy trust`: marks the directory, approves the commands, and lets this clone use it from now on.
 * @throws {BlobsyError} NO_REMOTE when there is nothing that could be trusted
 */
export async function trustRemote(
  repo: Repository,
  config: Config,
  backend?: string,
): Promise<TrustedRemote> {
  const command = commandBackend(config, backend);
  if (command) return trustCommand(repo, command);
  const found = configuredRemote(config, backend);
  if (found.remote.kind === "local")
    await markRemote(repo, found.name, found.remote.dir, found.origin);
  const approval = approvalOf(found.backend);
  if (approval !== null) await approve(repo, approval);
  const how = await specOf(repo, config, found);
  if (found.origin === "committed") await pinRemote(repo.sharedState, found.url);
  return { name: found.name, url: found.url, ...how };
}

/**
 * For `blobsy init`: makes the directory of a `local:` remote, and marks it. Other kinds exist.
 * @throws {BlobsyError} NO_REMOTE when a clone of this repository could not use it, PERMISSION, IO ...
 */
export async function createRemote(
  repo: Repository,
  remote: RemoteUrl,
  origin: Origin,
): Promise<void> {
  if (remote.kind !== "local") return;
  const dir = absoluteDir(repo, remote.dir);
  if (origin === "committed") await assertPlace(repo, dir, remote.dir);
  try {
    await mkdirs(dir);
  } catch (error) {
    throw fromErrno(error, `creating the remote ${dir}`, dir);
  }
  await markRemote(repo, "default", remote.dir, origin);
}

/**
 * Where a backend is, as `blobsy trust` shows it: its address, or `command:` and its name.
 * @throws {BlobsyError} NO_REMOTE
 */
export function addressOf(config: Config, backend?: string): string {
  const command = commandBackend(config, backend);
  return command ? `command:${command.name}` : configuredRemote(config, backend).url;
}

interface ConfiguredRemote {
  readonly name: string;
  readonly remote: RemoteUrl;
  readonly backend: BackendConfig;
  readonly url: string;
  /** "committed" as soon as a commit has a say in where it is. */
  readonly origin: Origin;
}

function commandBackend(config: Config, backend?: string): BackendConfig | null {
  const found = config.backends.get(backend ?? config.backend.value);
  return found && isCommandBackend(found) ? found : null;
}

function configuredRemote(config: Config, backend?: string): ConfiguredRemote {
  const name = backend ?? config.backend.value;
  const found: BackendConfig | undefined = config.backends.get(name);
  if (!found?.url) {
    throw notConfigured(config, name);
  }
  const { value: remote, origin } = found.url;
  const url = nameOf(remote);
  if (remote.kind !== "s3") return { name, remote, backend: found, origin, url };
  const isCommitted = origin === "committed" || found.endpoint?.origin === "committed";
  return {
    name,
    remote,
    backend: found,
    origin: isCommitted ? "committed" : "user",
    url: s3Name(url, found),
  };
}

/** A project without any remote begins with one; a name that was not found is one more, or mistyped. */
function notConfigured(config: Config, name: string): BlobsyError {
  const others = [...config.backends.values()].flatMap((one) => (one.url ? one.name : []));
  if (others.length === 0) {
    const message = `no remote is configured: backend "${name}" has no url`;
    return new BlobsyError("NO_REMOTE", message, { next: "blobsy init local:../blobs" });
  }
  return new BlobsyError(
    "NO_REMOTE",
    `there is no backend "${name}" with a url; configured: ${others.join(", ")}`,
    { next: `blobsy config set ${shellWord(`backend.${name}.url`)} <url>` },
  );
}

function nameOf(remote: RemoteUrl): string {
  switch (remote.kind) {
    case "local":
      return `local:${path.posix.normalize(remote.dir).replace(/(.)\/+$/, "$1")}`;
    case "s3":
      return `s3://${remote.bucket}${remote.prefix === "" ? "" : `/${remote.prefix}`}`;
    case "https":
      return remote.url;
  }
}

async function specOf(
  repo: Repository,
  config: Config,
  found: ConfiguredRemote,
): Promise<Pick<TrustedRemote, "spec" | "note">> {
  if (found.remote.kind === "s3") {
    const s3 = s3Spec(repo, config, found.backend, found.remote);
    return chooseTool(repo, config, found.backend, s3);
  }
  if (found.remote.kind === "https") return { spec: httpsSpec(repo, config, found) };
  const { dir: written } = found.remote;
  const dir = absoluteDir(repo, written);
  if (found.origin === "committed") {
    await assertPlace(repo, dir, written);
    await assertDirectory(dir, written, found.name);
    await assertMarked(repo, dir, written);
  }
  return { spec: { kind: "local", dir: await realOrSame(dir) } };
}
