/** The remote a repository uses: configured, trusted and opened, once per context. */
import type { Transport } from "../transport/transport.js";
import type { Context } from "./context.js";
import { Proofs, proofsFile } from "./proofs.js";

export interface Remote {
  /** The backend's name. */
  readonly name: string;
  /** As the configuration names it. */
  readonly url: string;
  readonly transport: Transport;
}

const opened = new WeakMap<Context, Map<string, Promise<Remote>>>();

/**
 * Opens the remote; reaches nobody yet.
 * @param backend its name; the configured default unless told
 * @throws {BlobsyError} NO_REMOTE, NEEDS_TRUST, BAD_CONFIG
 */
export function openRemote(ctx: Context, backend?: string): Promise<Remote> {
  const remotes = opened.get(ctx) ?? new Map<string, Promise<Remote>>();
  opened.set(ctx, remotes);
  const name = backend ?? "";
  const known = remotes.get(name);
  if (known) return known;
  const remote = connect(ctx, backend);
  remotes.set(name, remote);
  // It may be trusted, or made, before the next try.
  remote.catch(() => remotes.delete(name));
  return remote;
}

async function connect(ctx: Context, backend?: string): Promise<Remote> {
  const [{ trustedRemote }, { openTransport }] = await Promise.all([
    import("./remote-trust.js"),
    import("../transport/registry.js"),
  ]);
  const { name, url, spec, note } = await trustedRemote(ctx.repo, await ctx.config(), backend);
  if (note !== undefined) ctx.reporter.note(note);
  return { name, url, transport: await openTransport(spec) };
}

/**
 * What is proven to be on the remote now: one request, for its generation.
 * @throws {BlobsyError} when the remote cannot be reached
 */
export async function loadProofs(
  ctx: Context,
  { transport }: Remote,
  signal?: AbortSignal,
): Promise<Proofs> {
  const generation = await transport.generation(signal ? { signal } : {});
  return Proofs.load(proofsFile(ctx.repo.sharedState, transport.id), generation);
}
