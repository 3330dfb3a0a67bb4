/**
 * Uploads and downloads blobs: where the store and a remote meet.
 *
 * Nothing is believed. What goes out comes from a store object whose hash was checked, and the remote
 * is asked for its size afterwards. What comes in is hashed before it gets a name in the store. What
 * was seen on the remote is noted (proofs.ts), so that the next push asks one question instead of
 * one per blob.
 *
 * Loaded when there is something to move; nothing that Git waits for imports it at its start.
 */
import { BlobsyError, isBlobsyError } from "../domain/errors.js";
import { fitsObjectSize } from "../domain/compression.js";
import { checkKeyToWrite, checkRemoteKey, type Verdict } from "../domain/remote-key.js";
import type { RemoteBlob } from "../domain/remote-place.js";
import type { Context } from "./context.js";
import { InFlight } from "./in-flight.js";
import { isListingCheaper } from "./remote-presence.js";
import { Tally, runTransfers } from "./transfer-queue.js";
import type { Job, Move, TransferReport, WantedBlob } from "./transfer-queue.js";
import { TransferSession, type SessionOptions } from "./transfer-session.js";
import { isThereAlready } from "./there-already.js";
import { confirmBlob, sendBlob, uploadBlob, type UploadSource } from "./upload-blob.js";

export type { Job, TransferFailure, TransferReport, WantedBlob } from "./transfer-queue.js";

export type TransferOptions = SessionOptions;

export interface DownloadOptions<W extends WantedBlob> extends TransferOptions {
  /**
   * Offered each blob as it arrives: a verified file in the store's `tmp`, not synced yet.
   * @returns whether it took the file away; else the blob goes into the store. Must not reject.
   */
  readonly take?: (job: Job<W>, file: string) => Promise<boolean>;
}

export interface UploadOptions<W extends WantedBlob> extends TransferOptions {
  /** Files that may hold a blob which the store has not got: absolute paths, best first. */
  readonly findPayloads?: (wanted: W) => Promise<readonly string[]> | readonly string[];
  /** The object itself, from elsewhere, for a blob that is nowhere here. */
  readonly fetchObject?: UploadSource["fetchObject"];
}

/**
 * Makes sure that the remote has these blobs. One that fails does not stop the others.
 * @throws only what is our own mistake
 */
export async function uploadBlobs<W extends WantedBlob>(
  ctx: Context,
  wanted: readonly W[],
  options: UploadOptions<W> = {},
): Promise<TransferReport<W>> {
  const check = ({ key, oid }: W): Verdict => checkKeyToWrite(key, oid);
  return transferring(ctx, wanted, check, options, async (session, jobs, tally) => {
    const unknown = jobs.filter((job) => !session.proofs.has(job));
    const { transport } = session.remote;
    const isListed = isListingCheaper(transport, unknown.length);
    const sizes = isListed ? await session.sizesOf(unknown.map((job) => job.key)) : null;
    const missing = sizes ? await notByList(session, unknown, sizes) : unknown;
    tally.skipped += jobs.length - missing.length;
    // Many are asked about together when all are sent: a question for each would double the requests.
    const sentOnly: Sent<W>[] = [];
    const isTogether = isListingCheaper(transport, missing.length);
    await run(session, "uploading", missing, tally, async (job, onBytes) => {
      const { findPayloads, fetchObject } = options;
      const from = { findPayloads: () => payloadsOf(job, findPayloads), fetchObject };
      const found = sizes
        ? sizes.get(job.key)
        : (await transport.has(job.key, session.options()))?.size;
      if (await isThereAlready(session, job, found, from)) return "skipped";
      if (isTogether) sentOnly.push({ job, sent: await sendBlob(session, job, from, onBytes) });
      else await uploadBlob(session, job, from, onBytes);
      return "moved";
    });
    await confirmAll(session, sentOnly, tally);
  });
}

/**
 * Brings blobs into the store, or to whoever takes them: from the backend that is told, or else from
 * the configured default, and what that cannot give from the others. One that fails does not stop the
 * others.
 * @throws only what is our own mistake
 */
export async function downloadBlobs<W extends WantedBlob>(
  ctx: Context,
  wanted: readonly W[],
  options: DownloadOptions<W> = {},
): Promise<TransferReport<W>> {
  const report = await downloadFromOne(ctx, wanted, options);
  if (options.backend !== undefined || report.failed.length === 0) return report;
  const { tryOthers } = await import("./other-remotes.js");
  return tryOthers(ctx, report, (blobs, backend) =>
    downloadFromOne(ctx, blobs, { ...options, backend, proofs: undefined }),
  );
}

async function downloadFromOne<W extends WantedBlob>(
  ctx: Context,
  wanted: readonly W[],
  options: DownloadOptions<W>,
): Promise<TransferReport<W>> {
  const { take } = options;
  const check = ({ key }: W): Verdict => checkRemoteKey(key);
  return transferring(ctx, wanted, check, options, async (session, jobs, tally) => {
    await run(session, "downloading", jobs, tally, async (job, onBytes) => {
      // Asked here and not before: another key may have brought the same blob meanwhile.
      if ((await ctx.store.verifiedPath(job.oid, job.size)) !== null) return "skipped";
      await session.fetch(job, onBytes, take && ((file) => take(job, file)));
      return "moved";
    });
  });
}

/**
 * Which of these keys the remote has, with the right size: proven, or asked for now.
 * @throws {BlobsyError} when there is no remote, or it does not answer
 */
export async function keysOnRemote(
  ctx: Context,
  wanted: readonly RemoteBlob[],
  options: TransferOptions = {},
): Promise<ReadonlySet<string>> {
  if (wanted.length === 0) return new Set();
  const session = await TransferSession.start(ctx, options);
  const unknown = wanted.filter((one) => !session.proofs.has(one)).map(({ key }) => key);
  const sizes = await session.sizesOf(unknown);
  const there = wanted.filter((one) => session.proofs.has(one) || isWhole(one, sizes));
  return new Set(there.map(({ key }) => key));
}

async function transferring<W extends WantedBlob>(
  ctx: Context,
  wanted: readonly W[],
  check: (wanted: W) => Verdict,
  options: TransferOptions,
  work: (session: TransferSession, jobs: readonly Job<W>[], tally: Tally<W>) => Promise<void>,
): Promise<TransferReport<W>> {
  const tally = new Tally<W>();
  const jobs = jobsOf(wanted, check, tally);
  if (jobs.length === 0) return tally.report();
  try {
    const session = await TransferSession.start(ctx, options);
    try {
      await work(session, jobs, tally);
    } finally {
      await session.end();
    }
  } catch (error) {
    // Before anything moved: no remote, no trust, no answer. It is every blob's reason.
    if (!isBlobsyError(error)) throw error;
    for (const job of jobs) tally.fail(job.wanted, error);
  }
  return tally.report();
}

function run<W extends WantedBlob>(
  { ctx, pace, remote }: TransferSession,
  task: string,
  jobs: readonly Job<W>[],
  tally: Tally<W>,
  move: Move<W>,
): Promise<void> {
  const how = { pace, reporter: ctx.reporter, task };
  if (remote.transport.capabilities.together === undefined) {
    return runTransfers(jobs, tally, { ...how, move });
  }
  const room = new InFlight();
  const inRoom: Move<W> = (job, onBytes) => room.run(job.size, () => move(job, onBytes));
  return runTransfers(jobs, tally, { ...how, move: inRoom });
}

/** Those whose length alone says that they are there are proven. @returns the others */
async function notByList<W extends WantedBlob>(
  session: TransferSession,
  jobs: readonly Job<W>[],
  sizes: ReadonlyMap<string, number>,
): Promise<readonly Job<W>[]> {
  const isThere = (job: Job<W>): boolean => job.compressed === undefined && isWhole(job, sizes);
  for (const job of jobs) if (isThere(job)) await session.prove(job);
  return jobs.filter((job) => !isThere(job));
}

interface Sent<W extends WantedBlob> {
  readonly job: Job<W>;
  /** The object's size. */
  readonly sent: number;
}

/** By one listing; what it does not show, or shows otherwise, is asked for by itself. */
async function confirmAll<W extends WantedBlob>(
  session: TransferSession,
  all: readonly Sent<W>[],
  tally: Tally<W>,
): Promise<void> {
  if (all.length === 0) return;
  let sizes: ReadonlyMap<string, number> = new Map();
  try {
    sizes = await session.sizesOf(all.map(({ job }) => job.key));
  } catch (error) {
    if (!isBlobsyError(error)) throw error;
    for (const { job } of all) tally.takeBack(job, error);
    return;
  }
  for (const { job, sent } of all) {
    try {
      if (sizes.get(job.key) === sent) await session.prove(job);
      else await confirmBlob(session, job, sent);
    } catch (error) {
      if (!isBlobsyError(error)) throw error;
      tally.takeBack(job, error);
    }
  }
}

function isWhole(blob: RemoteBlob, sizes: ReadonlyMap<string, number>): boolean {
  const size = sizes.get(blob.key);
  return size !== undefined && fitsObjectSize(blob, size);
}

async function payloadsOf<W extends WantedBlob>(
  job: Job<W>,
  find: UploadOptions<W>["findPayloads"] = () => [],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const one of job.wanted) found.push(...(await find(one)));
  return [...new Set(found)];
}

/** One job per key. Whoever may not be served is failed at once. */
function jobsOf<W extends WantedBlob>(
  wanted: readonly W[],
  check: (wanted: W) => Verdict,
  tally: Tally<W>,
): Job<W>[] {
  const byKey = new Map<string, [W, ...W[]]>();
  for (const one of wanted) {
    const same = byKey.get(one.key);
    const refusal = refusalOf(one, check(one), same?.[0]);
    if (refusal) tally.fail([one], refusal);
    else if (same) same.push(one);
    else byKey.set(one.key, [one]);
  }
  return [...byKey.values()].map((all) => {
    const [{ oid, size, key, compressed }] = all;
    return { oid, size, key, compressed, wanted: all };
  });
}

function refusalOf(
  one: WantedBlob,
  verdict: Verdict,
  same: WantedBlob | undefined,
): BlobsyError | null {
  const about = one.path === undefined ? {} : { path: one.path };
  if (!verdict.ok) {
    return new BlobsyError("REFUSED_KEY", `the remote key is refused: ${verdict.reason}`, about);
  }
  if (!same) return null;
  if (same.oid !== one.oid || same.size !== one.size) {
    const message = `two ref files give different blobs the same remote key ${one.key}`;
    return new BlobsyError("REFUSED_KEY", message, about);
  }
  if (same.compressed !== one.compressed) {
    const message = `two ref files say of the remote key ${one.key} that it is compressed, and that it is not`;
    return new BlobsyError("REFUSED_KEY", message, about);
  }
  return null;
}
