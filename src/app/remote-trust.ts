/**
 * May this remote be used? Hooks and filters run by themselves in any clone, so what a commit says
 * may choose which data to ask for and nothing else: a bucket (s3-remote.ts), a directory that this
 * user has made a blobsy remote, or one inside the worktree itself. The user's own git config may
 * name any.
 *
 * No automatic run ever creates a directory or the file that marks it: only `createRemote` (for
 * `init`) and `markRemote` (for `trust`) do.
 */
import { randomUUID } from "node:crypto";
import { lstat, realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { BackendConfig, Config } from "../domain/config.js";
import { BlobsyError, errnoOf, fromErrno, isBlobsyError } from "../domain/errors.js";
import { isDotGit } from "../domain/git-names.js";
import type { Origin, RemoteUrl } from "../domain/remote-url.js";
import { writeFileAtomic } from "../fs/atomic.js";
import { mkdirs } from "../fs/ops.js";
import type { Repository } from "../git/repository.js";
import { markerFile, markerText } from "../transport/local.js";
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
  const facts = { next: `blobsy trust ${backend}`, cause: error };
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
  if (found.remote.kind === "local") await markRemote(repo, found.remote.dir, found.origin);
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
  await markRemote(repo, remote.dir, origin);
}

async function markRemote(repo: Repository, written: string, origin: Origin): Promise<void> {
  const dir = absoluteDir(repo, written);
  if (origin === "committed") await assertPlace(repo, dir, written);
  await assertDirectory(dir, written);
  if (await isMarked(dir)) return;
  const marker = markerFile(dir);
  try {
    await mkdirs(path.dirname(marker));
    await writeFileAtomic(marker, markerText(randomUUID()), { durable: true });
  } catch (error) {
    throw fromErrno(error, `marking the remote ${dir}`, marker);
  }
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
    const others = [...config.backends.keys()].filter((other) => other !== name);
    const known = others.length === 0 ? "" : `; there are ${others.join(", ")}`;
    const message = `no remote is configured: backend "${name}" has no url${known}`;
    throw new BlobsyError("NO_REMOTE", message, { next: "blobsy init local:../blobs" });
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
    await assertDirectory(dir, written);
    await assertMarked(repo, dir, written);
  }
  return { spec: { kind: "local", dir: await realOrSame(dir) } };
}

/** Resolved by name alone, so that no `..` is left for a link to change the meaning of. */
function absoluteDir(repo: Repository, written: string): string {
  return path.resolve(repo.mainWorktree, written);
}

/** @throws {BlobsyError} NO_REMOTE where a commit must not lead us */
async function assertPlace(repo: Repository, dir: string, written: string): Promise<void> {
  const refuse = (why: string): never => {
    throw new BlobsyError("NO_REMOTE", `local:${written} is not used: ${why}`, { path: dir });
  };
  if (path.isAbsolute(written)) refuse("a committed path must be relative to the repository");
  for (const worktree of new Set([repo.mainWorktree, repo.worktree])) {
    if (isInside(worktree, dir)) refuse("it holds the worktree itself");
    if (await linkBelow(worktree, dir)) refuse("it is reached through a link in the worktree");
  }
  for (const place of new Set([dir, await realOrSame(dir)])) {
    if (isInside(repo.commonDir, place)) refuse("it holds the Git directory");
    if (place.split(path.sep).some(isDotGit)) refuse("it lies inside a .git");
    if (await isInGitDir(place)) refuse("it lies inside a Git directory");
  }
}

/** Is `inner` the directory `outer`, or below it? */
function isInside(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(outer === path.sep ? outer : outer + path.sep);
}

async function linkBelow(worktree: string, dir: string): Promise<boolean> {
  if (!isInside(dir, worktree)) return false;
  let at = worktree;
  for (const part of path.relative(worktree, dir).split(path.sep)) {
    at = path.join(at, part);
    if (await is("isSymbolicLink", at, lstat)) return true;
  }
  return false;
}

/** As Git tells one: a directory with HEAD, objects and refs in it (setup.c, is_git_directory). */
async function isInGitDir(dir: string): Promise<boolean> {
  for (let at = dir; path.dirname(at) !== at; at = path.dirname(at)) {
    const names = ["HEAD", "objects", "refs"].map((name) => stat(path.join(at, name)));
    const found = await Promise.allSettled(names);
    if (found.every(({ status }) => status === "fulfilled")) return true;
  }
  return false;
}

async function assertDirectory(dir: string, written: string): Promise<void> {
  if (await is("isDirectory", dir, stat)) return;
  throw new BlobsyError(
    "NO_REMOTE",
    `the remote local:${written} is not here: no directory ${dir}`,
    {
      path: dir,
      next: "git config blobsy.backend.default.url local:<where it is>",
    },
  );
}

async function assertMarked(repo: Repository, dir: string, written: string): Promise<void> {
  if (isInside(dir, repo.mainWorktree) || (await isMarked(dir))) return;
  throw new BlobsyError(
    "NEEDS_TRUST",
    `local:${written} leads out of this repository, to ${dir}, which is not marked as a blobsy remote`,
    { path: dir, next: "blobsy trust" },
  );
}

async function isMarked(dir: string): Promise<boolean> {
  const marker = markerFile(dir);
  return (
    (await is("isDirectory", path.dirname(marker), lstat)) && (await is("isFile", marker, lstat))
  );
}

async function is(
  what: "isFile" | "isDirectory" | "isSymbolicLink",
  file: string,
  look: typeof lstat | typeof stat,
): Promise<boolean> {
  try {
    return (await look(file))[what]();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT" || errno === "ENOTDIR" || errno === "ELOOP") return false;
    throw fromErrno(error, "looking at the remote", file);
  }
}

async function realOrSame(dir: string): Promise<string> {
  try {
    return await realpath(dir);
  } catch {
    return dir; // not there; whoever uses it will say so
  }
}
