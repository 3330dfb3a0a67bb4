/**
 * Observe and decide, for every path that matters: the plan as data. Changes nothing but the stat
 * cache in memory, and the store (an edit that has been seen is kept). `blobsy status` shows it,
 * `app/apply.ts` carries it out.
 */
import path from "node:path";
import {
  decide,
  type Action,
  type RefInIndex,
  type RefState,
  type Situation,
} from "../domain/decide.js";
import { isDiscard, type SmudgeNote } from "../domain/discard.js";
import { isBlobsyError } from "../domain/errors.js";
import type { FileFacts } from "../domain/file-facts.js";
import { matchMoves } from "../domain/moves.js";
import type { Oid } from "../domain/oid.js";
import { checkRefPath, type PayloadPath, REF_SUFFIX, refPathOf } from "../domain/repo-path.js";
import { vouches } from "../domain/stat-trust.js";
import { lstatFacts } from "../fs/facts.js";
import { checkParents } from "../fs/safe-parent.js";
import { type IndexListing, listIndex } from "../git/index-entries.js";
import type { CacheEntry, StatCache } from "../worktree/stat-cache.js";
import type { PendingDiscard } from "../worktree/notices.js";
import { collidingPayloads } from "./colliding.js";
import type { Context } from "./context.js";
import { forEachLimit } from "./for-each-limit.js";
import { leftOutRule } from "./left-out.js";
import {
  observePayload,
  type ObservedPayload,
  readRef,
  type RefOnDisk,
  type SeenRef,
  seenRef,
  textHash,
} from "./observe.js";

export interface AssessRequest {
  /** Paths to look at besides those the stat cache knows. */
  readonly asked: Iterable<PayloadPath>;
  /** Look at every ref file in the index, known or not. */
  readonly everything: boolean;
  /** The last smudge request per path, of this process and of those that died. */
  readonly notes: ReadonlyMap<string, SmudgeNote>;
  readonly pending: readonly PendingDiscard[];
  /** Paths the user asked for by name: they are wanted, whatever is excluded. */
  readonly wanted?: (payload: PayloadPath) => boolean;
  /**
   * Takes a path of which nothing but the record is missing, at once: after a `track` that is all of
   * them. @returns whether it did; the path is in step then
   */
  readonly record?: (subject: Subject) => boolean;
  /** What the user decided on paths whose payload and ref file moved apart. */
  readonly choose?: (payload: PayloadPath) => Choice | null;
}

/** ours: the payload as it lies here; theirs: what the ref file says. */
export type Choice = "ours" | "theirs";

export interface Subject {
  readonly path: PayloadPath;
  readonly ref: SeenRef;
  readonly payload: ObservedPayload;
  readonly situation: Situation;
  readonly action: Action;
}

export interface RefusedPath {
  /** The ref file's path as Git has it; not safe to print. */
  readonly refPath: string;
  readonly reason: string;
}

export interface PayloadMove {
  readonly from: PayloadPath;
  readonly to: PayloadPath;
  /** The payload as it lies at `from`; `null` when it is not there, and only what is known moves. */
  readonly facts: FileFacts | null;
}

export interface Assessment {
  /** Paths known to be in step: by their stat records alone, or recorded by now. */
  readonly inStep: readonly PayloadPath[];
  readonly subjects: readonly Subject[];
  readonly moves: readonly PayloadMove[];
  readonly refused: readonly RefusedPath[];
  /** `null` when nothing needed it. */
  readonly index: IndexListing | null;
}

const HASHES_AT_ONCE = 3;
const NONE: ReadonlyMap<PayloadPath, string> = new Map();

export async function assess(
  ctx: Context,
  cache: StatCache,
  request: AssessRequest,
): Promise<Assessment> {
  const known = new Set<PayloadPath>(cache.paths() as Iterable<PayloadPath>);
  for (const payload of request.asked) known.add(payload);
  const [inStep, open] = split(known, (payload) => isInStepByStat(ctx, cache, payload));

  const refused: RefusedPath[] = [];
  let index: IndexListing | null = null;
  // Nothing known may mean that the stat cache was lost; what is not met here is watched no more.
  if (request.everything || open.length > 0 || known.size === 0) {
    index = await listIndex(ctx.repo);
    for (const payload of refsInIndex(index, refused)) {
      if (!known.has(payload)) open.push(payload);
    }
  }
  const colliding = index === null ? NONE : collidingPayloads(ctx.repo.worktree, index);
  const moves = index === null ? [] : findMoves(ctx, cache, index, open);
  const subjects: Subject[] = [];
  const leaveOut = leftOutRule(ctx, request.wanted);
  await forEachLimit(open, HASHES_AT_ONCE, async (payload) => {
    const around = { request, index, colliding, leaveOut };
    const subject = await assessOne(ctx, cache, payload, around);
    if (subject.action.kind === "record" && request.record?.(subject)) inStep.push(payload);
    else subjects.push(subject);
  });
  subjects.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { inStep, subjects, moves, refused, index };
}

/** Both files are exactly as they were when they last agreed: nothing to read, nothing to ask. */
export function isInStepByStat(ctx: Context, cache: StatCache, payload: PayloadPath): boolean {
  const { base, payload: payloadRecord, ref: refRecord } = cache.get(payload);
  if (!base || payloadRecord?.oid !== base.oid || refRecord?.oid !== base.oid) return false;
  const file = path.join(ctx.repo.worktree, payload);
  try {
    const ref = lstatFacts(file + REF_SUFFIX);
    const there = lstatFacts(file);
    return (
      ref !== null && there !== null && vouches(refRecord, ref) && vouches(payloadRecord, there)
    );
  } catch {
    return false; // whoever looks closer says why
  }
}

function* refsInIndex(index: IndexListing, refused: RefusedPath[]): Iterable<PayloadPath> {
  for (const [name, entries] of index) {
    if (!name.endsWith(REF_SUFFIX)) continue;
    const checked = checkRefPath(name, process.platform);
    const plain = entries.every((entry) => entry.mode.startsWith("100"));
    if (checked.ok && plain) yield checked.payload;
    else
      refused.push({
        refPath: name,
        reason: checked.ok ? "it is no regular file" : checked.reason,
      });
  }
}

interface Around {
  readonly request: AssessRequest;
  readonly index: IndexListing | null;
  readonly colliding: ReadonlyMap<PayloadPath, string>;
  readonly leaveOut: (payload: PayloadPath, entry: CacheEntry) => Promise<Situation["leftOut"]>;
}

async function assessOne(
  ctx: Context,
  cache: StatCache,
  payload: PayloadPath,
  around: Around,
): Promise<Subject> {
  const unsafe = around.colliding.get(payload) ?? unsafeParent(ctx, payload);
  if (unsafe !== null) return refusedSubject(payload, unsafe);
  const ref = readRef(ctx.repo.worktree, payload);
  const seen = seenRef(ref);
  const entry = cache.get(payload);
  const oids = new Set<Oid>();
  const sizes = new Set<number>();
  for (const blob of [ref.kind === "hash" ? ref.ref : null, entry.base]) {
    if (blob === null) continue;
    oids.add(blob.oid);
    sizes.add(blob.size);
  }
  const payloadInIndex = around.index?.has(payload) ?? false;
  const observed: ObservedPayload = payloadInIndex
    ? { state: { kind: "absent" }, facts: null }
    : await observePayload(ctx, cache, payload, oids, sizes);

  const situation: Situation = {
    payload: observed.state,
    ref: refState(seen, payload, around.index),
    base: baseOf(cache, payload, observed),
    payloadInIndex,
    discard: hasDiscardEvidence(payload, ref, observed, around.request),
    leftOut: null,
  };
  const action = chosen(decide(situation), payload, seen, around.request);
  const subject = { path: payload, ref: seen, payload: observed };
  if (action.kind !== "materialise" && action.kind !== "follow")
    return { ...subject, situation, action };
  const leftOut = await around.leaveOut(payload, entry);
  const settled = { ...situation, leftOut };
  return { ...subject, situation: settled, action: decide(settled) };
}

/** A run that was killed may have placed the payload without getting to say so. */
function baseOf(cache: StatCache, payload: PayloadPath, { state }: ObservedPayload): Oid | null {
  const { base, placing } = cache.get(payload);
  if (placing === null || state.kind !== "hash" || state.oid !== placing.oid) {
    return base?.oid ?? null;
  }
  cache.update(payload, { base: placing, placing: null });
  return placing.oid;
}

/** A choice settles a conflict either way; and an edit, when the user wants what the ref says. */
function chosen(
  action: Action,
  payload: PayloadPath,
  ref: SeenRef,
  request: AssessRequest,
): Action {
  if (action.kind !== "conflict" && action.kind !== "write-ref") return action;
  const choice = request.choose?.(payload) ?? null;
  if (choice === "theirs" && ref.kind === "hash") return { kind: "discard", oid: ref.ref.oid };
  if (choice === "ours" && action.kind === "conflict") {
    return { kind: "write-ref", oid: action.payload };
  }
  return action;
}

function unsafeParent(ctx: Context, payload: PayloadPath): string | null {
  try {
    checkParents(ctx.repo.worktree, payload)?.close();
    return null;
  } catch (error) {
    if (isBlobsyError(error)) return error.message;
    throw error;
  }
}

function refusedSubject(payload: PayloadPath, reason: string): Subject {
  const situation: Situation = {
    payload: { kind: "unreadable", reason },
    ref: { kind: "refused", reason },
    base: null,
    payloadInIndex: false,
    discard: false,
    leftOut: null,
  };
  const observed: ObservedPayload = { state: situation.payload, facts: null };
  const ref: SeenRef = { kind: "absent" };
  return { path: payload, ref, payload: observed, situation, action: decide(situation) };
}

function refState(ref: SeenRef, payload: PayloadPath, index: IndexListing | null): RefState {
  if (ref.kind === "hash") return { kind: "hash", oid: ref.ref.oid };
  if (ref.kind !== "absent") return { kind: ref.kind, reason: ref.reason };
  return { kind: "absent", index: refInIndex(payload, index) };
}

function refInIndex(payload: PayloadPath, index: IndexListing | null): RefInIndex {
  const entries = index?.get(refPathOf(payload));
  if (!entries) return "gone";
  return entries.every((entry) => entry.skipWorktree) ? "skip-worktree" : "listed";
}

function hasDiscardEvidence(
  payload: PayloadPath,
  ref: RefOnDisk,
  observed: ObservedPayload,
  request: AssessRequest,
): boolean {
  if (ref.kind !== "hash" || observed.state.kind !== "hash") return false;
  const { oid } = observed.state;
  const decided = request.pending.some(
    (p) => p.path === payload && p.payload === oid && p.ref === ref.ref.oid,
  );
  if (decided) return true;
  const note = request.notes.get(payload);
  return note !== undefined && isDiscard(note, textHash(ref.text), observed.facts);
}

function findMoves(
  ctx: Context,
  cache: StatCache,
  index: IndexListing,
  open: readonly PayloadPath[],
): PayloadMove[] {
  const lost = open.flatMap((payload) => {
    const { base, ref } = cache.get(payload);
    if ((!base && !ref) || refInIndex(payload, index) !== "gone") return [];
    if (readRef(ctx.repo.worktree, payload).kind !== "absent") return [];
    const kind = lstatFacts(path.join(ctx.repo.worktree, payload))?.kind;
    if (kind !== "file" && kind !== undefined) return [];
    return [{ path: payload, base: base?.oid ?? null, ref, hasPayload: kind === "file" }];
  });
  if (lost.length === 0) return [];
  const found = open.flatMap((payload) => {
    if (cache.get(payload).base || unsafeParent(ctx, payload) !== null) return [];
    const ref = readRef(ctx.repo.worktree, payload);
    if (ref.kind !== "hash") return [];
    const hasPayload = lstatFacts(path.join(ctx.repo.worktree, payload)) !== null;
    return [{ path: payload, ref: { ...ref.facts, oid: ref.ref.oid }, hasPayload }];
  });
  const atOldPath = new Set(lost.flatMap((old) => (old.hasPayload ? old.path : [])));
  return matchMoves(lost, found).flatMap(({ from, to }): PayloadMove[] => {
    if (!atOldPath.has(from)) return [{ from, to, facts: null }];
    const facts = lstatFacts(path.join(ctx.repo.worktree, from));
    return facts ? [{ from, to, facts }] : [];
  });
}

function split<T>(items: Iterable<T>, test: (item: T) => boolean): [T[], T[]] {
  const yes: T[] = [];
  const no: T[] = [];
  for (const item of items) (test(item) ? yes : no).push(item);
  return [yes, no];
}
