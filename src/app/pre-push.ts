/**
 * pre-push: before Git sends any ref, every blob that the pushed commits name is on the remote; those
 * of earlier commits too, unless they are proven to be. What cannot be uploaded stops the push, by
 * path, commit and author.
 *
 * Blobs come from the store, or from a payload's path anywhere in this repository; never from an edit:
 * what is read is hashed, and the committed version is meant.
 */
import { bareFacts, parseRefFile } from "../domain/bref.js";
import { isBlobsyError } from "../domain/errors.js";
import { remoteBlobOf } from "../domain/remote-place.js";
import { checkRefPath, type PayloadPath } from "../domain/repo-path.js";
import { formatCount } from "../domain/size.js";
import { runGit } from "../git/git.js";
import {
  introducedBy,
  parsePushInput,
  type PushedRef,
  type PublishedName,
  type PublishedRefFile,
  refFilesToPublish,
} from "../git/history.js";
import type { Context } from "./context.js";
import { payloadFinder } from "./payloads-holding.js";
import type { Proofs } from "./proofs.js";
import { loadProofs, openRemote } from "./remote.js";
import { standingEdits } from "./unstaged-edits.js";
import { type TransferReport, uploadBlobs, type WantedBlob } from "./transfer.js";

/** A blob some pushed commit names, and where it was named. */
export interface BlobToPublish extends WantedBlob {
  readonly path: PayloadPath;
  readonly file: PublishedName;
}

interface Refusal {
  readonly file: PublishedName;
  readonly reason: string;
  /** A command that helps. */
  readonly next?: string | undefined;
}

/** @returns 0, or 1 when nothing may be pushed; each reason has been said */
export async function prePush(
  ctx: Context,
  [gitRemote = "", address = gitRemote]: readonly string[],
  input: AsyncIterable<Uint8Array>,
): Promise<number> {
  const updates = parsePushInput(await readAll(input));
  return (await publish(ctx, updates, await backendOf(ctx, gitRemote, address))) ? 0 : 1;
}

/**
 * The backend of a remote of Git's; also when it is pushed to by its address, and Git says that for a name.
 * @param gitRemote, address as githooks(5) has them
 */
async function backendOf(
  ctx: Context,
  gitRemote: string,
  address: string,
): Promise<string | undefined> {
  try {
    const { gitRemotes } = await ctx.config();
    if (gitRemotes.has(gitRemote) || gitRemote !== address) return gitRemotes.get(gitRemote);
    for (const [name, backend] of gitRemotes) {
      if ((await addressesOf(ctx, name)).includes(address)) return backend;
    }
    return undefined;
  } catch (error) {
    if (isBlobsyError(error)) return undefined; // told when there is a blob to publish
    throw error;
  }
}

async function addressesOf({ repo }: Context, gitRemote: string): Promise<string[]> {
  const args = ["remote", "get-url", "--push", "--all", "--", gitRemote];
  const { code, stdout } = await runGit(repo, args, { okCodes: [0, 2, 128] });
  return code === 0 ? stdout.toString("utf8").split("\n").filter(Boolean) : [];
}

/**
 * Uploads what these refs name.
 * @param backend its name; the configured default unless told
 * @returns false when something is missing, which has been said
 * @throws {BlobsyError} what stops everything
 */
export async function publish(
  ctx: Context,
  updates: readonly PushedRef[],
  backend?: string,
): Promise<boolean> {
  const pushed = updates.filter((update) => !update.isDelete);
  if (pushed.length === 0) return true;
  const proofs = await knownProofs(ctx, backend);
  const files = refFilesToPublish(ctx.repo, pushed, proofs?.commits ?? new Set());
  const { blobs, refusals } = await sortOut(files);
  refusals.push(...(await unfinished(ctx, blobs)));
  if (refusals.length > 0) {
    await explain(ctx, refusals);
    return false;
  }
  if (blobs.length > 0) {
    const report = await uploadBlobs(ctx, blobs, {
      findPayloads: payloadFinder(ctx),
      ...(proofs ? { proofs } : {}),
      ...(backend === undefined ? {} : { backend }),
    });
    if (report.failed.length > 0) {
      await explain(ctx, failuresOf(report));
      return false;
    }
    const known = proofs ?? (await knownProofs(ctx, backend));
    // Of a compressed blob that is not here only the length was asked for: that proves no commit.
    if (known && blobs.every((blob) => known.has(blob))) {
      await known.addCommits(pushed.map(({ localOid }) => localOid));
    }
  }
  return true;
}

async function readAll(input: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * What is proven, by one request. It is asked before anything is moved: should garbage collection come
 * in between, what is noted then is noted for a generation that is over, and counts for nothing.
 * @returns `null` without a remote; whether one is needed shows when there is a blob to publish
 */
async function knownProofs(ctx: Context, backend?: string): Promise<Proofs | null> {
  try {
    return await loadProofs(ctx, await openRemote(ctx, backend));
  } catch (error) {
    if (isBlobsyError(error)) return null;
    throw error;
  }
}

async function sortOut(
  files: AsyncIterable<PublishedRefFile>,
): Promise<{ blobs: BlobToPublish[]; refusals: Refusal[] }> {
  const blobs: BlobToPublish[] = [];
  const refusals: Refusal[] = [];
  for await (const { path: name, oid: textOid, content } of files) {
    const file = { path: name, oid: textOid };
    const checked = checkRefPath(name, process.platform);
    if (!checked.ok) {
      refusals.push({ file, reason: `no payload may be at this path: ${checked.reason}` });
      continue;
    }
    const parsed = parseRefFile(content);
    if (!parsed.ok) {
      refusals.push({
        file,
        reason: `it is no usable ref file: line ${parsed.line}: ${parsed.reason}`,
      });
      continue;
    }
    blobs.push({ ...remoteBlobOf(bareFacts(parsed.ref)), path: checked.payload, file });
  }
  return { blobs, refusals };
}

/** An earlier failure that this push would publish: Git staged the old version without a word. */
async function unfinished(ctx: Context, blobs: readonly BlobToPublish[]): Promise<Refusal[]> {
  return (await standingEdits(ctx)).flatMap(({ path: name, message }) => {
    const blob = blobs.find((candidate) => candidate.path === name);
    return blob ? [{ file: blob.file, reason: `its edit could not be taken in: ${message}` }] : [];
  });
}

function failuresOf(report: TransferReport<BlobToPublish>): Refusal[] {
  return report.failed.map(({ wanted, error }) => ({
    file: wanted.file,
    reason: error.message,
    next: error.next,
  }));
}

/** As many as a person reads; the rest as a number. */
const MAX_REASONS = 20;

async function explain(ctx: Context, refusals: readonly Refusal[]): Promise<void> {
  const groups = byReason(refusals);
  for (const [{ file, reason }, ...others] of groups.slice(0, MAX_REASONS)) {
    const name = Buffer.from(file.path).toString("utf8");
    const by = await introducedBy(ctx.repo, file.oid, file.path);
    const where = by === null ? "" : ` (commit ${by.commit.slice(0, 12)}, ${by.author})`;
    const more = others.length === 0 ? "" : `, and ${formatCount(others.length, "more file")}`;
    ctx.reporter.warn(`${name}${where}${more}: ${reason}`);
  }
  const left = groups.slice(MAX_REASONS).flat().length;
  if (left > 0) ctx.reporter.warn(`and ${left} more`);
  const helps = [...new Set(refusals.flatMap(({ next }) => next ?? []))].slice(0, 3);
  ctx.reporter.warn(
    `nothing was pushed: others could not check these commits out; next: ${[...helps, "blobsy status"].join(", ")}`,
  );
}

/** A reason that many share is no file's own: no remote, no trust, no answer. */
function byReason(refusals: readonly Refusal[]): [Refusal, ...Refusal[]][] {
  const groups = new Map<string, [Refusal, ...Refusal[]]>();
  for (const refusal of refusals) {
    const same = groups.get(refusal.reason);
    if (same) same.push(refusal);
    else groups.set(refusal.reason, [refusal]);
  }
  return [...groups.values()];
}
