/**
 * `sync --from A --to B`: every blob of the history onto another backend, for a mirror or a move. What
 * B has is not sent again, so a copy that was interrupted goes on. What the store has comes from there,
 * the rest from A, one file at a time, checked before it is sent.
 *
 * What only a reflog still names goes along if A has it: whoever gives A up loses nothing that was there.
 * What A has not got was never shared, and is no mirror's business.
 */
import { BlobsyError } from "../domain/errors.js";
import { isShallow } from "../git/history.js";
import type { Context } from "./context.js";
import { fitsObjectSize } from "../domain/compression.js";
import {
  historyBlobs,
  rememberedBlobs,
  type HistoryBlob,
  type UnreadableRefFile,
} from "./history-blobs.js";
import { payloadFinder } from "./payloads-holding.js";
import { TransferSession } from "./transfer-session.js";
import { uploadBlobs, type TransferReport } from "./transfer.js";

export interface CopyRequest {
  /** Names of backends. */
  readonly from: string;
  readonly to: string;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

export interface CopyResult {
  readonly blobs: readonly HistoryBlob[];
  readonly unreadable: readonly UnreadableRefFile[];
  readonly report: TransferReport<HistoryBlob>;
}

/**
 * @throws {BlobsyError} USAGE, GIT_FAILED, and whatever keeps A from being used at all; what stops
 *   single blobs is in the report
 */
export async function copyBetweenRemotes(ctx: Context, request: CopyRequest): Promise<CopyResult> {
  const { from, to, signal } = request;
  if (from === to) throw new BlobsyError("USAGE", `${from} cannot be copied onto itself`);
  if (await isShallow(ctx.repo)) {
    const message =
      "this clone is shallow: the blobs of the commits it has not got would be left out";
    throw new BlobsyError("USAGE", message, { next: "git fetch --unshallow" });
  }
  const { blobs, unreadable } = await historyBlobs(ctx);
  if (request.dryRun) {
    return { blobs, unreadable, report: { done: 0, bytes: 0, skipped: 0, failed: [] } };
  }
  const source = await TransferSession.start(ctx, { backend: from, signal });
  const shared = await onlyShared(source, await rememberedBlobs(ctx, blobs));
  const report = await uploadBlobs(ctx, [...blobs, ...shared], {
    backend: to,
    signal,
    findPayloads: payloadFinder(ctx),
    fetchObject: (blob) => source.fetchObject(blob),
  });
  return { blobs, unreadable, report };
}

async function onlyShared(
  source: TransferSession,
  blobs: readonly HistoryBlob[],
): Promise<readonly HistoryBlob[]> {
  const sizes = await source.sizesOf(blobs.map(({ key }) => key));
  return blobs.filter((blob) => {
    const size = sizes.get(blob.key);
    return size !== undefined && fitsObjectSize(blob, size);
  });
}
