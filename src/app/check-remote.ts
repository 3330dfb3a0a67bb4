/**
 * Has the remote every blob of the history, and whole? For `fsck --remote`, and `check`.
 *
 * Cheaply by its own word, one listing or a question for each blob: what is missing, and what has
 * another length. Deeply by reading back all, or a share of them chosen by lot, and hashing. Nothing
 * that was proven earlier counts here; what turns out wrong is no longer proven, so that the next push
 * does not rely on it.
 */
import { randomInt } from "node:crypto";
import { fitsObjectSize } from "../domain/compression.js";
import { BlobsyError, isBlobsyError, type ErrorCode } from "../domain/errors.js";
import { unlinkIfThere } from "../fs/ops.js";
import type { Context } from "./context.js";
import { forEachLimit } from "./for-each-limit.js";
import { historyBlobs, type HistoryBlob, type UnreadableRefFile } from "./history-blobs.js";
import { payloadFinder } from "./payloads-holding.js";
import { isListingCheaper } from "./remote-presence.js";
import { TransferSession } from "./transfer-session.js";
import { uploadBlobs, type TransferReport } from "./transfer.js";

export interface RemoteCheckRequest {
  /** Name of the backend; the configured default unless told. */
  readonly backend?: string;
  /** Which part of the blobs is read back: 0 for none, 1 for all. */
  readonly readShare: number;
  /** These blobs instead of those of the whole history. */
  readonly blobs?: readonly HistoryBlob[];
  readonly signal: AbortSignal;
}

/**
 * missing: not there. wrong-size: another length. damaged: other bytes, or no whole compressed stream.
 * unreadable: there, perhaps, but it cannot be asked for or read.
 */
export type RemoteFault = "missing" | "wrong-size" | "damaged" | "unreadable";

export interface RemoteFinding {
  readonly fault: RemoteFault;
  readonly blob: HistoryBlob;
  /** One sentence: what is true now. */
  readonly message: string;
}

export interface RemoteCheck {
  /** The remote as the configuration names it. */
  readonly url: string;
  /** How many blobs were asked for, and how many of them read back; payload bytes. */
  readonly asked: number;
  readonly read: number;
  readonly readBytes: number;
  readonly findings: readonly RemoteFinding[];
  /** Ref files of the history that name no blob. */
  readonly unreadableRefFiles: readonly UnreadableRefFile[];
}

/** Failures of the remote as a whole: to go on would repeat them for each blob. */
const HOPELESS: ReadonlySet<ErrorCode> = new Set([
  "CREDENTIALS",
  "NETWORK",
  "THROTTLED",
  "DISK_FULL",
  "INTERRUPTED",
  "NEEDS_TRUST",
]);

/** @throws {BlobsyError} NO_REMOTE, NEEDS_TRUST, GIT_FAILED, and when the remote does not answer */
export async function checkRemote(ctx: Context, request: RemoteCheckRequest): Promise<RemoteCheck> {
  const { signal, backend } = request;
  const history = request.blobs
    ? { blobs: request.blobs, unreadable: [] }
    : await historyBlobs(ctx);
  const options = { signal, ...(backend === undefined ? {} : { backend }) };
  const session = await TransferSession.start(ctx, options);
  try {
    const asked = await askForAll(session, history.blobs);
    const faulty = new Set(asked.map(({ blob }) => blob));
    const whole = history.blobs.filter((blob) => !faulty.has(blob));
    const chosen = share(whole, request.readShare);
    const damaged = await readBack(session, chosen);
    await session.proofs.forget(asked.filter(isCertain).map(({ blob }) => blob.key));
    return {
      url: session.remote.url,
      asked: history.blobs.length,
      read: chosen.length,
      readBytes: chosen.reduce((sum, { size }) => sum + size, 0),
      findings: inOrderOf(history.blobs, [...asked, ...damaged]),
      unreadableRefFiles: history.unreadable,
    };
  } finally {
    await session.end();
  }
}

/**
 * Uploads anew what this clone has of the blobs that were found missing or wrong. A damaged object is
 * taken away only when the right bytes are in the store: until then it is the best there is.
 * @returns what came of it; what is nowhere here fails with BLOB_MISSING
 */
export async function repairRemote(
  ctx: Context,
  findings: readonly RemoteFinding[],
  request: Pick<RemoteCheckRequest, "backend" | "signal">,
): Promise<TransferReport<HistoryBlob>> {
  const { signal, backend } = request;
  const options = { signal, ...(backend === undefined ? {} : { backend }) };
  const session = await TransferSession.start(ctx, options);
  const findPayloads = payloadFinder(ctx);
  for (const { fault, blob } of findings) {
    const isInTheWay = fault === "damaged" || (fault === "wrong-size" && blob.compressed);
    if (!isInTheWay || !(await isInStore(ctx, blob, findPayloads(blob)))) continue;
    await session.remote.transport.remove(blob.key, session.options());
  }
  const blobs = findings.filter(isCertain).map(({ blob }) => blob);
  return uploadBlobs(ctx, blobs, { ...options, findPayloads });
}

async function isInStore(
  { store }: Context,
  { oid, size }: HistoryBlob,
  payloads: readonly string[],
): Promise<boolean> {
  if ((await store.verifiedPath(oid, size)) !== null) return true;
  for (const payload of payloads) {
    try {
      if ((await store.ingest(payload)).oid === oid) return true;
    } catch (error) {
      if (!isBlobsyError(error) || error.code === "DISK_FULL") throw error;
    }
  }
  return false;
}

/** Is something wrong for certain, and not just unknown? */
function isCertain({ fault }: RemoteFinding): boolean {
  return fault !== "unreadable";
}

async function askForAll(
  session: TransferSession,
  blobs: readonly HistoryBlob[],
): Promise<RemoteFinding[]> {
  if (isListingCheaper(session.remote.transport, blobs.length)) {
    const sizes = await session.sizesOf(blobs.map(({ key }) => key));
    return blobs.flatMap((blob) => sizeFault(blob, sizes.get(blob.key)) ?? []);
  }
  const findings: RemoteFinding[] = [];
  await forEachLimit(blobs, session.pace.width, async (blob) => {
    try {
      const found = await session.remote.transport.has(blob.key, session.options());
      const fault = sizeFault(blob, found?.size);
      if (fault) findings.push(fault);
    } catch (error) {
      findings.push(unreadable(blob, error));
    }
  });
  return findings;
}

function sizeFault(blob: HistoryBlob, size: number | undefined): RemoteFinding | null {
  if (size === undefined) {
    return { fault: "missing", blob, message: "the remote has not got it" };
  }
  if (fitsObjectSize(blob, size)) return null;
  const of = blob.compressed ? `for a blob of ${blob.size} bytes, compressed` : `of ${blob.size}`;
  const message = `the remote has ${size} bytes ${of}`;
  return { fault: "wrong-size", blob, message };
}

/** They were asked for side by side. */
function inOrderOf(blobs: readonly HistoryBlob[], findings: RemoteFinding[]): RemoteFinding[] {
  const place = new Map(blobs.map((blob, at) => [blob, at]));
  const placeOf = ({ blob }: RemoteFinding): number => place.get(blob) ?? blobs.length;
  return findings.sort((a, b) => placeOf(a) - placeOf(b));
}

async function readBack(
  session: TransferSession,
  blobs: readonly HistoryBlob[],
): Promise<RemoteFinding[]> {
  const findings: RemoteFinding[] = [];
  if (blobs.length === 0) return findings;
  const bytes = blobs.reduce((sum, { size }) => sum + size, 0);
  const progress = session.ctx.reporter.progress("reading back", { files: blobs.length, bytes });
  try {
    await forEachLimit(blobs, session.pace.width, async (blob) => {
      try {
        const { file } = await session.fetchObject(blob);
        await unlinkIfThere(file);
        await session.prove(blob);
      } catch (error) {
        findings.push(readFault(blob, error));
      }
      progress.add(1, blob.size);
    });
  } finally {
    progress.end();
  }
  return findings;
}

function readFault(blob: HistoryBlob, error: unknown): RemoteFinding {
  const code = isBlobsyError(error) ? error.code : null;
  const message = error instanceof Error ? error.message : "";
  if (code === "BLOB_CORRUPT") return { fault: "damaged", blob, message };
  if (code === "BLOB_MISSING") return { fault: "missing", blob, message };
  return unreadable(blob, error);
}

/** @throws what is not this one blob's own failure */
function unreadable(blob: HistoryBlob, error: unknown): RemoteFinding {
  if (!isBlobsyError(error) || HOPELESS.has(error.code)) throw error;
  return { fault: "unreadable", blob, message: error.message };
}

/** By lot, so that one run after another sees them all. @throws {BlobsyError} USAGE */
function share<T>(items: readonly T[], part: number): T[] {
  if (!(part >= 0 && part <= 1)) throw new BlobsyError("USAGE", "a share is from 0 to 1");
  const left = [...items];
  const wanted = Math.ceil(items.length * part);
  const chosen: T[] = [];
  while (chosen.length < wanted) {
    const at = randomInt(left.length);
    const [last] = left.splice(left.length - 1, 1);
    if (last === undefined) break;
    const one = at < left.length ? left[at] : undefined;
    if (one !== undefined) left[at] = last;
    chosen.push(one ?? last);
  }
  return chosen;
}
