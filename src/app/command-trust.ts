/**
 * Which programs a backend may run here. Hooks and filters run by themselves in any clone, so a
 * command, a tool or its arguments that a commit names do nothing until this user has seen them and
 * said `blobsy trust`. What was approved is remembered by its hash, in this clone's git config; any
 * change needs a new approval. What the user's own git config names needs none.
 */
import { createHash } from "node:crypto";
import path from "node:path";
import type { BackendConfig, Sourced } from "../domain/config.js";
import { BlobsyError } from "../domain/errors.js";
import { setValues, valuesIn, type ConfigPlace } from "../git/config-file.js";
import type { Repository } from "../git/repository.js";
import type { CommandName, CommandSpec } from "../transport/command-runner.js";
import { noteFirst, pinRemote } from "./remote-pin.js";
import type { TrustedRemote } from "./remote-trust.js";

export const COMMANDS: readonly CommandName[] = ["push", "pull", "exists", "list", "remove"];

/** How many approvals of one backend are remembered: branches may differ. */
const REMEMBERED = 20;

/** What a commit wants to run, as it is shown and approved. */
export interface Approval {
  readonly backend: string;
  /** Setting and value, one line each. */
  readonly lines: readonly string[];
  readonly hash: string;
}

/** Is it the commands of this backend that are used, and not its address? */
export function isCommandBackend({ type, url }: BackendConfig): boolean {
  if (type?.value !== "command") return false;
  // An address of the user's own outranks what a commit says, its kind included.
  return !(type.origin === "committed" && url?.origin === "user");
}

/** What needs this user's approval; `null` when nothing of it comes from a commit. */
export function approvalOf(backend: BackendConfig): Approval | null {
  const lines = isCommandBackend(backend) ? commandLines(backend) : toolLines(backend);
  if (lines.length === 0) return null;
  const hash = createHash("sha256").update(JSON.stringify([backend.name, ...lines]));
  return { backend: backend.name, lines, hash: hash.digest("hex") };
}

function commandLines(backend: BackendConfig): string[] {
  const committed = COMMANDS.flatMap((name) => lineOf(name, backend[name]));
  const isThroughShell = backend.shell?.value === true;
  // Through whoever's shell: it decides what a committed line means.
  if (isThroughShell && (committed.length > 0 || backend.shell.origin === "committed")) {
    committed.push("shell = true");
  }
  return committed;
}

function toolLines({ tool, toolArgs }: BackendConfig): string[] {
  if (tool === undefined || tool.value === "sdk") return [];
  const args = toolArgs?.origin === "committed" ? toolArgs.value : [];
  return [...lineOf("tool", tool), ...args.map((arg) => `toolArgs = ${arg}`)];
}

function lineOf(name: string, setting: Sourced<string> | undefined): string[] {
  return setting?.origin === "committed" ? [`${name} = ${setting.value}`] : [];
}

/**
 * A command backend, if it may be used; notes it as this clone's when it is the first remote.
 * @param beside the other remotes of the same configuration, for the note
 * @throws {BlobsyError} NEEDS_TRUST
 */
export async function trustedCommand(
  repo: Repository,
  backend: BackendConfig,
  beside: readonly string[],
): Promise<TrustedRemote> {
  const remote = commandRemote(repo, backend);
  // Approved word for word, or the user's own words: either says more than a note could.
  await refuseUnapproved(repo, backend);
  await noteFirst(repo.sharedState, remote.spec.id, beside);
  return remote;
}

/** As `trustedCommand`, but nothing is noted. @throws {BlobsyError} NEEDS_TRUST */
export async function refuseUnapproved(repo: Repository, backend: BackendConfig): Promise<void> {
  const approval = approvalOf(backend);
  if (approval === null) return;
  if (!(await isApproved(repo, approval))) throw needsApproval(backend.name);
}

/** For `blobsy trust`: approves the commands, after they have been shown. */
export async function trustCommand(
  repo: Repository,
  backend: BackendConfig,
): Promise<TrustedRemote> {
  const approval = approvalOf(backend);
  const remote = commandRemote(repo, backend);
  if (approval !== null) {
    await approve(repo, approval);
    await pinRemote(repo.sharedState, remote.spec.id);
  }
  return remote;
}

function commandRemote(
  repo: Repository,
  backend: BackendConfig,
): TrustedRemote & { spec: CommandSpec } {
  const { name } = backend;
  return { name, url: `command:${name}`, spec: commandSpec(repo, backend) };
}

/** Has this user approved it, word for word? */
export async function isApproved(repo: Repository, approval: Approval): Promise<boolean> {
  const known = await valuesIn(placeOf(repo), keyOf(approval.backend));
  return known.includes(approval.hash);
}

/** For `blobsy trust`, after it has been shown. */
export async function approve(repo: Repository, approval: Approval): Promise<void> {
  const key = keyOf(approval.backend);
  const known = await valuesIn(placeOf(repo), key);
  const others = known.filter((hash) => hash !== approval.hash);
  await setValues(placeOf(repo), key, [...others, approval.hash].slice(-REMEMBERED));
}

function needsApproval(backend: string): BlobsyError {
  return new BlobsyError(
    "NEEDS_TRUST",
    `backend "${backend}" of .blobsyconfig wants to run commands that you have not approved; nothing was run`,
    { next: "blobsy trust" },
  );
}

/** Only this clone's own file counts: no other one can approve for it. */
function placeOf(repo: Repository): ConfigPlace {
  return { scope: "local", cwd: repo.worktree };
}

function keyOf(backend: string): string {
  return `blobsy.trust.${backend}.approved`;
}

/** A command backend as it would be run. Whether it may be is asked before. */
export function commandSpec(repo: Repository, backend: BackendConfig): CommandSpec {
  const { name, shell, timeLimit } = backend;
  const templates = COMMANDS.flatMap((command) => {
    const setting = backend[command];
    return setting ? [[command, { text: setting.value, own: setting.origin === "user" }]] : [];
  });
  const everything = JSON.stringify([templates, shell?.value === true]);
  // Other commands may mean another place: what is known of the one is not known of the other.
  const tag = createHash("sha256").update(everything).digest("hex").slice(0, 12);
  return {
    kind: "command",
    name,
    id: `command:${name}-${tag}`,
    templates: Object.fromEntries(templates) as CommandSpec["templates"],
    shell: shell?.value === true,
    ...(timeLimit === undefined ? {} : { limitMs: timeLimit.value * 1000 }),
    scratch: path.join(repo.sharedState, "tmp"),
    notBelow: [...new Set([repo.worktree, repo.mainWorktree])],
  };
}
