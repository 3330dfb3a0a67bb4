/**
 * How each payload that a command names stands: what `rm`, `untrack`, `mv` and `drop` judge by. The same
 * assessment as everywhere, in the words of a person.
 */
import path from "node:path";
import { BlobsyError } from "../domain/errors.js";
import type { FileFacts } from "../domain/file-facts.js";
import type { Oid } from "../domain/oid.js";
import { type PayloadPath, refPathOf } from "../domain/repo-path.js";
import { lstatFacts } from "../fs/facts.js";
import { type IndexEntry, listIndex } from "../git/index-entries.js";
import { readPending } from "../worktree/notices.js";
import { readOtherJournals } from "../worktree/journal.js";
import { StatCache } from "../worktree/stat-cache.js";
import { takeUpAnnounced } from "./announced-bases.js";
import { assess, type Assessment, type Subject } from "./assess.js";
import type { Context } from "./context.js";
import { readRef, type SeenRef, seenRef } from "./observe.js";

export type State =
  | "in-step"
  /** The payload holds what its ref file does not name. */
  | "edited"
  /** Git moved the ref file; the payload has still to follow. */
  | "stale"
  | "absent"
  | "conflict"
  /** Git's merge stopped at the ref file. */
  | "unmerged"
  /** The ref file is gone, or under another name, and the payload has still to follow. */
  | "ref-removed"
  /** Its ref file was deleted by hand; Git's index still has it. */
  | "ref-deleted"
  | "tracked-by-git"
  | "unusable"
  /** A Git command is at work on it. */
  | "busy";

export interface Standing {
  readonly path: PayloadPath;
  readonly state: State;
  /** Why it is unusable. */
  readonly reason: string | null;
  readonly ref: SeenRef;
  /** What the payload is, and its bytes; `null` when it is not there, or no regular file. */
  readonly payload: { readonly facts: FileFacts; readonly oid: Oid } | null;
  /** The ref file's entries in the index. */
  readonly staged: readonly IndexEntry[];
}

const STATES: Readonly<Record<Subject["action"]["kind"], State>> = {
  record: "in-step",
  "write-ref": "edited",
  follow: "stale",
  vacate: "stale",
  discard: "stale",
  materialise: "absent",
  "stay-absent": "absent",
  forget: "absent",
  conflict: "conflict",
  retire: "ref-removed",
  release: "ref-removed",
  leave: "unusable",
  "git-owns": "tracked-by-git",
};

/** Changes nothing but the stat cache in memory, and the store, which keeps the edits it has seen. */
export async function standingOf(
  ctx: Context,
  paths: readonly PayloadPath[],
  cache = StatCache.load(ctx.repo.worktreeState),
): Promise<ReadonlyMap<PayloadPath, Standing>> {
  const state = ctx.repo.worktreeState;
  await ctx.store.prepare();
  takeUpAnnounced(ctx, cache);
  const { live, orphaned } = readOtherJournals(state);
  const assessment = await assess(ctx, cache, {
    asked: [...paths, ...(orphaned.keys() as Iterable<PayloadPath>)],
    everything: true,
    notes: orphaned,
    pending: readPending(state),
  });
  const index = assessment.index ?? (await listIndex(ctx.repo));
  const look = lookIn(ctx, cache, assessment);
  return new Map(
    paths.map((payload) => {
      const staged = index.get(refPathOf(payload)) ?? [];
      const seen = look(payload);
      const state = live.has(payload)
        ? "busy"
        : staged.some(({ stage }) => stage > 0)
          ? "unmerged"
          : seen.state;
      return [payload, { ...seen, state, staged }];
    }),
  );
}

function lookIn(
  ctx: Context,
  cache: StatCache,
  assessment: Assessment,
): (payload: PayloadPath) => Omit<Standing, "staged"> {
  const inStep = new Set(assessment.inStep);
  const moving = new Set(assessment.moves.flatMap(({ from, to }) => [from, to]));
  const subjects = new Map(assessment.subjects.map((subject) => [subject.path, subject]));
  return (payload) => {
    const subject = subjects.get(payload);
    if (!inStep.has(payload) && subject) return fromSubject(subject, moving.has(payload));
    const ref = seenRef(readRef(ctx.repo.worktree, payload));
    const facts = lstatFacts(path.join(ctx.repo.worktree, payload));
    const oid = cache.get(payload).base?.oid;
    const there = facts && oid ? { facts, oid } : null;
    return { path: payload, state: "in-step", reason: null, ref, payload: there };
  };
}

function fromSubject(subject: Subject, isMoving: boolean): Omit<Standing, "staged"> {
  const { path: payload, action, ref, situation } = subject;
  const { facts } = subject.payload;
  const { payload: bytes } = situation;
  return {
    path: payload,
    state: isMoving ? "ref-removed" : stateOf(subject),
    reason: action.kind === "leave" ? action.reason : null,
    ref,
    payload: facts && bytes.kind === "hash" ? { facts, oid: bytes.oid } : null,
  };
}

function stateOf({ action, situation }: Subject): State {
  const isListed = situation.ref.kind === "absent" && situation.ref.index === "listed";
  return action.kind === "leave" && isListed ? "ref-deleted" : STATES[action.kind];
}

/** States in which no command but the one named here does anything. `null` for the others. */
export function whyUntouchable({ path: payload, state, reason }: Standing): BlobsyError | null {
  switch (state) {
    case "busy":
      return new BlobsyError("LOCKED", "a Git command is at work on it", { path: payload });
    case "tracked-by-git":
      return new BlobsyError("TRACKED_BY_GIT", "Git tracks this file itself", { path: payload });
    case "ref-removed":
      return new BlobsyError("PAYLOAD_CHANGED", "its ref file was removed or renamed", {
        path: payload,
        next: "blobsy sync",
      });
    case "unusable":
      return new BlobsyError("REFUSED_PATH", reason ?? "it cannot be used", {
        path: payload,
        next: "blobsy status",
      });
    default:
      return null;
  }
}
