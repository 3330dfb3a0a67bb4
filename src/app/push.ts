/** `push`: the blobs that the ref files here name, to the remote. */
import path from "node:path";
import { remoteBlobOf } from "../domain/remote-place.js";
import type { PayloadPath } from "../domain/repo-path.js";
import { lstatFacts } from "../fs/facts.js";
import type { Context } from "./context.js";
import { selectKnown } from "./known-payloads.js";
import { readRef } from "./observe.js";
import { requireSetUp } from "./require-set-up.js";
import { uploadBlobs, type TransferReport, type WantedBlob } from "./transfer.js";

export interface PushRequest {
  readonly cwd: string;
  /** Paths, directories and globs; all payloads when empty. */
  readonly args: readonly string[];
  /** Name of the backend; the configured default unless told. */
  readonly to?: string;
  readonly only?: (payload: PayloadPath) => boolean;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

export interface PushResult {
  /** Blobs that ref files name; how many of them had to be sent is in `report`. */
  readonly wanted: readonly WantedBlob[];
  readonly report: TransferReport;
}

/**
 * Uploads what the remote has not got. Ref files that cannot be read are left to `status`.
 * @throws {BlobsyError} NOT_TRACKED; what stops single blobs is in the report
 */
export async function push(ctx: Context, request: PushRequest): Promise<PushResult> {
  await requireSetUp(ctx);
  const { paths } = await selectKnown(ctx, request.cwd, request.args);
  const wanted = paths.filter(request.only ?? (() => true)).flatMap((payload) => {
    const ref = readRef(ctx.repo.worktree, payload);
    if (ref.kind !== "hash") return [];
    return [{ ...remoteBlobOf(ref.ref), path: payload }];
  });
  if (request.dryRun) {
    return { wanted, report: { done: 0, bytes: 0, skipped: 0, failed: [] } };
  }
  const report = await uploadBlobs<WantedBlob>(ctx, wanted, {
    signal: request.signal,
    ...(request.to === undefined ? {} : { backend: request.to }),
    findPayloads: ({ path: payload = "", size }) => {
      const file = path.join(ctx.repo.worktree, payload);
      return lstatFacts(file)?.size === size ? [file] : [];
    },
  });
  return { wanted, report };
}
