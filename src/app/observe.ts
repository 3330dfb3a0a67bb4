/**
 * Looks at one path: what ref file and payload are now, without deciding anything.
 *
 * Stat records spare the reading where they vouch. A payload that must be read and holds bytes of its
 * own is taken into the store on the way: what blobsy has once seen can be brought back.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { createHash } from "node:crypto";
import { bareFacts, parseRefFile, type RefFacts, type RefFile } from "../domain/bref.js";
import type { PayloadState } from "../domain/decide.js";
import { type BlobsyError, errnoOf, isBlobsyError } from "../domain/errors.js";
import type { FileFacts } from "../domain/file-facts.js";
import type { Oid } from "../domain/oid.js";
import { type PayloadPath, REF_SUFFIX, refPathOf } from "../domain/repo-path.js";
import { type StatRecord, statRecord, vouches } from "../domain/stat-trust.js";
import { lstatFacts } from "../fs/facts.js";
import { hashFile } from "../fs/hash.js";
import type { StatCache } from "../worktree/stat-cache.js";
import type { Context } from "./context.js";
import { fileTick } from "./file-tick.js";

/** What a ref file is on disk; `absent` says nothing yet of Git's index. */
export type RefOnDisk =
  | { readonly kind: "absent" }
  | {
      readonly kind: "hash";
      readonly ref: RefFile;
      readonly text: Buffer;
      readonly facts: FileFacts;
    }
  | {
      readonly kind: "invalid" | "conflicted" | "refused";
      readonly reason: string;
      readonly text: Buffer | null;
      readonly facts: FileFacts | null;
    };

/** What is kept of it: there may be a hundred thousand. */
export type SeenRef =
  | { readonly kind: "absent" }
  | {
      readonly kind: "hash";
      readonly ref: RefFacts;
      readonly textHash: string;
      readonly facts: FileFacts;
    }
  | { readonly kind: "invalid" | "conflicted" | "refused"; readonly reason: string };

export function seenRef(ref: RefOnDisk): SeenRef {
  if (ref.kind === "absent") return ref;
  if (ref.kind !== "hash") return { kind: ref.kind, reason: ref.reason };
  const { text, facts } = ref;
  return { kind: "hash", ref: bareFacts(ref.ref), textHash: textHash(text), facts };
}

/** A ref file is 4096 bytes at most; one more tells that it is longer. */
const MAX_REF_BYTES = 4096;

/** What cannot be looked at is this one path's trouble, and stops nothing else. */
export function readRef(worktree: string, payload: PayloadPath): RefOnDisk {
  const file = path.join(worktree, refPathOf(payload));
  try {
    return readRefAt(file);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    if (errno === "ENOENT") return { kind: "absent" }; // gone between the look and the reading
    return {
      kind: "refused",
      reason: `its ref file cannot be read (${errno})`,
      text: null,
      facts: null,
    };
  }
}

/** @throws system errors */
function readRefAt(file: string): RefOnDisk {
  const facts = lstatFacts(file);
  if (facts === null) return { kind: "absent" };
  if (facts.kind !== "file") {
    return { kind: "refused", reason: `the ref file is a ${facts.kind}`, text: null, facts };
  }
  if (facts.size > MAX_REF_BYTES) {
    return { kind: "invalid", reason: "the ref file is longer than 4096 bytes", text: null, facts };
  }
  const text = readFileSync(file);
  const parsed = parseRefFile(text);
  if (parsed.ok) return { kind: "hash", ref: parsed.ref, text, facts };
  const kind = parsed.kind === "conflicted" ? "conflicted" : "invalid";
  const reason = `the ref file cannot be used: line ${parsed.line}: ${parsed.reason}`;
  return { kind, reason, text, facts };
}

/** The bytes of a ref file that can be used, `null` for any other. @param refPath its own path */
export function refTextAt(worktree: string, refPath: string): Buffer | null {
  const payload = refPath.slice(0, -REF_SUFFIX.length) as PayloadPath;
  const ref = readRef(worktree, payload);
  return ref.kind === "hash" ? ref.text : null;
}

export function textHash(text: Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

export interface ObservedPayload {
  readonly state: PayloadState;
  readonly facts: FileFacts | null;
  /** Why it could not be read or kept, where that is more than "no regular file". */
  readonly failure?: BlobsyError;
}

/**
 * What the payload is. Reads it only when its stat record does not vouch; the cache remembers.
 *
 * @param known blobs that need not be taken into the store when the payload turns out to be one of them
 */
export async function observePayload(
  ctx: Context,
  cache: StatCache,
  payload: PayloadPath,
  known: ReadonlySet<Oid>,
  sizes: ReadonlySet<number>,
): Promise<ObservedPayload> {
  const file = path.join(ctx.repo.worktree, payload);
  let facts: FileFacts | null;
  try {
    facts = lstatFacts(file);
  } catch (error) {
    return unreadable(`it cannot be looked at (${errnoOf(error) ?? String(error)})`, null);
  }
  if (facts === null) return { state: { kind: "absent" }, facts: null };
  if (facts.kind !== "file") return unreadable(`the payload's path is a ${facts.kind}`, facts);
  const record = cache.get(payload).payload;
  if (record && vouches(record, facts)) return { state: { kind: "hash", oid: record.oid }, facts };
  try {
    const read = await readPayload(ctx, file, known, facts, sizes.has(facts.size));
    cache.update(payload, { payload: read.record });
    return { state: { kind: "hash", oid: read.record.oid }, facts: read.facts };
  } catch (error) {
    if (!isBlobsyError(error)) throw error;
    const seen = unreadable(error.message, facts);
    return error.code === "PAYLOAD_UNREADABLE" ? seen : { ...seen, failure: error };
  }
}

/**
 * A payload as long as one of the known blobs is most likely that blob (a touch, a fresh clone), so it
 * is hashed first; any other is hashed and stored in one read.
 */
async function readPayload(
  ctx: Context,
  file: string,
  known: ReadonlySet<Oid>,
  { size, mtimeNs, ctimeNs }: FileFacts,
  likely: boolean,
): Promise<{ record: StatRecord; facts: FileFacts }> {
  const tick = await fileTick(ctx.repo, mtimeNs > ctimeNs ? mtimeNs : ctimeNs);
  const progress = ctx.reporter.progress("reading", { files: 1, bytes: size });
  const onBytes = (bytes: number): void => progress.add(0, bytes);
  try {
    if (likely) {
      const hashed = await hashFile(file, { onBytes });
      if (known.has(hashed.oid) || ctx.store.has(hashed.oid, hashed.size)) {
        return { record: statRecord(hashed.oid, hashed.facts, tick), facts: hashed.facts };
      }
      onBytes(-hashed.size); // it is read a second time
    }
    const stored = await ctx.store.ingest(file, { onBytes });
    return { record: statRecord(stored.oid, stored.facts, tick), facts: stored.facts };
  } finally {
    progress.add(1, 0);
    progress.end();
  }
}

function unreadable(reason: string, facts: FileFacts | null): ObservedPayload {
  return { state: { kind: "unreadable", reason }, facts };
}
