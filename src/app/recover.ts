/** `recover`: lists payloads that were replaced or removed, and brings one back. */
import path from "node:path";
import type { RecoverEntry } from "../domain/recover.js";
import { BlobsyError } from "../domain/errors.js";
import { type PayloadPath } from "../domain/repo-path.js";
import { lstatFacts } from "../fs/facts.js";
import { replacePayload } from "../worktree/place.js";
import { toPayloadPath, toWorktreePath } from "./arguments.js";
import type { Context } from "./context.js";
import { readRef } from "./observe.js";
import { reconcile } from "./reconcile.js";
import { emptyReport, type ReconcileReport } from "./report.js";

export interface Recoverable extends RecoverEntry {
  /** Whether the store still has the bytes. */
  readonly available: boolean;
}

/** Newest first; all worktrees of the repository. */
export function listRecoverable(ctx: Context): Recoverable[] {
  return ctx.recover
    .listRecoverable()
    .map((entry) => ({ ...entry, available: ctx.store.has(entry.oid, entry.size) }));
}

export interface RecoverRequest {
  readonly cwd: string;
  readonly path: string;
  /** The beginning of the wanted version's hash; the newest version unless told. */
  readonly oid?: string;
  readonly dryRun: boolean;
}

export interface RecoverResult {
  readonly payload: PayloadPath;
  readonly entry: Recoverable;
  readonly report: ReconcileReport;
}

/**
 * Puts an earlier version at its path. What lies there now goes to the store, and is listed.
 * @throws {BlobsyError} NOT_FOUND when no such version is listed, BLOB_MISSING, PAYLOAD_CHANGED
 */
export async function recover(ctx: Context, request: RecoverRequest): Promise<RecoverResult> {
  const payload = toPayloadPath(toWorktreePath(ctx.repo.worktree, request.cwd, request.path));
  const entry = choose(ctx, payload, request.oid);
  if (request.dryRun) return { payload, entry, report: emptyReport() };
  const facts = lstatFacts(path.join(ctx.repo.worktree, payload));
  const outcome = await replacePayload(ctx.place, {
    payload,
    expected: facts,
    expectedOid: null,
    incoming: { oid: entry.oid, size: entry.size, mayMove: false },
    executable: entry.executable,
    why: "replaced",
  });
  if (outcome.kind === "raced") {
    throw new BlobsyError("PAYLOAD_CHANGED", `it was not replaced: ${outcome.reason}`, {
      path: payload,
      next: `blobsy status`,
    });
  }
  if (outcome.kind === "missing") throw gone(payload);
  if (outcome.leftAside) ctx.reporter.warn(outcome.leftAside.message);
  // Without a ref file it is an ordinary file again, and none of blobsy's.
  if (readRef(ctx.repo.worktree, payload).kind === "absent") {
    return { payload, entry, report: emptyReport() };
  }
  const report = await reconcile(ctx, {
    actor: "command",
    asked: [payload],
    wait: true,
    only: (other) => other === payload,
  });
  return { payload, entry, report };
}

function choose(ctx: Context, payload: PayloadPath, oid: string | undefined): Recoverable {
  const listed = listRecoverable(ctx).filter((entry) => entry.path === payload);
  const wanted = listed.filter((entry) => oid === undefined || entry.oid.startsWith(oid));
  const [found] = [...wanted.filter((entry) => entry.available), ...wanted];
  if (!found) {
    const which = oid === undefined ? "" : ` that begins with ${oid}`;
    throw new BlobsyError("NOT_FOUND", `no version of it${which} is listed`, {
      path: payload,
      next: "blobsy recover",
    });
  }
  if (!found.available) throw gone(payload);
  return found;
}

function gone(payload: PayloadPath): BlobsyError {
  return new BlobsyError("BLOB_MISSING", "the store has not got these bytes any more", {
    path: payload,
    next: "blobsy recover",
  });
}
