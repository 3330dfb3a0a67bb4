/** What the configured remote cannot give may lie on another backend: a mirror, or an older place. */
import type { ErrorCode } from "../domain/errors.js";
import { escapeForTerminal } from "../domain/terminal.js";
import type { Context } from "./context.js";
import type { TransferFailure, TransferReport, WantedBlob } from "./transfer-queue.js";

/** Reasons that lie on this side, or in the ref file: no other remote helps. */
const OURS: ReadonlySet<ErrorCode> = new Set([
  "BAD_CONFIG",
  "DISK_FULL",
  "INTERRUPTED",
  "REFUSED_KEY",
  "REFUSED_PATH",
  "LOCKED",
]);

/**
 * Tries each other backend for what failed, in the order of their names.
 * @param download from one backend
 * @returns the whole; a blob that nobody has fails for the first remote's reason
 */
export async function tryOthers<W extends WantedBlob>(
  ctx: Context,
  first: TransferReport<W>,
  download: (blobs: readonly W[], backend: string) => Promise<TransferReport<W>>,
): Promise<TransferReport<W>> {
  const final = first.failed.filter(({ error }) => OURS.has(error.code));
  let open = first.failed.filter(({ error }) => !OURS.has(error.code));
  let { done, bytes, skipped } = first;
  if (open.length === 0) return first;
  for (const backend of await otherBackends(ctx)) {
    const more = await download(
      open.map(({ wanted }) => wanted),
      backend,
    );
    done += more.done;
    bytes += more.bytes;
    skipped += more.skipped;
    warnOfTrust(ctx, backend, more);
    const missing = new Set(more.failed.map(({ wanted }) => wanted));
    open = open.filter(({ wanted }) => missing.has(wanted));
    if (open.length === 0) break;
  }
  return { done, bytes, skipped, failed: inOrder(first, [...final, ...open]) };
}

/** Backends of the configuration beside the one in use. */
async function otherBackends(ctx: Context): Promise<string[]> {
  const { backend, backends } = await ctx.config();
  return [...backends.keys()].filter((name) => name !== backend.value);
}

/** It might have helped; the failure that is told is the first remote's. */
function warnOfTrust(ctx: Context, backend: string, { failed }: TransferReport): void {
  const error = failed.find((failure) => failure.error.code === "NEEDS_TRUST")?.error;
  if (!error) return;
  const name = escapeForTerminal(backend);
  ctx.reporter.warn(`backend ${name} was not asked: ${escapeForTerminal(error.message)}`);
}

function inOrder<W extends WantedBlob>(
  { failed }: TransferReport<W>,
  left: readonly TransferFailure<W>[],
): TransferFailure<W>[] {
  const kept = new Set(left);
  return failed.filter((failure) => kept.has(failure));
}
