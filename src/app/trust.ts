/** `trust`: shows what a committed configuration would make this clone use and run, and allows it. */
import type { BackendConfig } from "../domain/config.js";
import { isBlobsyError } from "../domain/errors.js";
import { CommandRunner, type CommandName, type CommandSpec } from "../transport/command-runner.js";
import {
  approvalOf,
  COMMANDS,
  commandSpec,
  isApproved,
  isCommandBackend,
} from "./command-trust.js";
import type { Context } from "./context.js";
import { addressOf, trustRemote } from "./remote-trust.js";
import { findTool } from "./tool-remote.js";

/** One command as it is written, and what it comes to on this machine. */
export interface ShownCommand {
  readonly name: CommandName;
  readonly template: string;
  /** "committed" ones are those to look at. */
  readonly origin: "committed" | "user";
  /** Absolute path of the program; absent when it cannot be run, and `problem` says why. */
  readonly program?: string;
  readonly problem?: string;
}

export interface TrustView {
  readonly backend: string;
  /** Where it is, without secrets. */
  readonly url: string;
  /** What a commit wants to run, setting by setting; empty when it names no program. */
  readonly approves: readonly string[];
  readonly alreadyApproved: boolean;
  /** All commands of a command backend; empty for other kinds. */
  readonly commands: readonly ShownCommand[];
  readonly shell: boolean;
  /** The tool a commit names for a bucket; without `program` it is not installed. */
  readonly tool?: { readonly name: string; readonly program?: string };
}

/** What `blobsy trust` would allow. Changes nothing. @throws {BlobsyError} NO_REMOTE */
export async function viewTrust(ctx: Context, name?: string): Promise<TrustView> {
  const config = await ctx.config();
  const backend = name ?? config.backend.value;
  const found = config.backends.get(backend);
  const approval = found ? approvalOf(found) : null;
  return {
    backend,
    url: addressOf(config, name),
    approves: approval?.lines ?? [],
    alreadyApproved: approval !== null && (await isApproved(ctx.repo, approval)),
    commands: found && isCommandBackend(found) ? commandsOf(ctx, found) : [],
    shell: found?.shell?.value === true,
    ...(found && approval !== null && !isCommandBackend(found) ? toolOf(ctx, found) : {}),
  };
}

function toolOf(ctx: Context, { tool }: BackendConfig): Pick<TrustView, "tool"> {
  const name = tool?.value ?? "sdk";
  if (name === "sdk" || name === "auto") return { tool: { name } };
  const found = findTool(ctx.repo, [name]);
  return { tool: { name, ...(found ? { program: found.program } : {}) } };
}

/** Allows it: this clone uses that remote from now on. @throws {BlobsyError} NO_REMOTE */
export async function trust(ctx: Context, name?: string): Promise<void> {
  await trustRemote(ctx.repo, await ctx.config(), name);
}

function commandsOf(ctx: Context, backend: BackendConfig): ShownCommand[] {
  const spec = commandSpec(ctx.repo, backend);
  return COMMANDS.flatMap((name) => {
    const setting = backend[name];
    if (!setting) return [];
    return [{ name, template: setting.value, origin: setting.origin, ...find(spec, name) }];
  });
}

function find(spec: CommandSpec, name: CommandName): { program: string } | { problem: string } {
  try {
    return { program: new CommandRunner(spec).find(name).program };
  } catch (error) {
    if (isBlobsyError(error)) return { problem: error.message };
    throw error;
  }
}
