/**
 * The heart of blobsy: what one tracked path needs, given what its bytes are and were.
 *
 * Read it as a three-way merge of names. `base` is what payload and ref file were when they last
 * agreed. One side moved: follow it. Both moved to the same place: only remember that. Both moved
 * apart: stop, because those bytes may exist nowhere else, so the user chooses.
 *
 * One thing a plain three-way merge cannot know: Git may have been told to throw an edit away (reset
 * --hard, restore). `discard` says that there is evidence for it; domain/discard.ts is the judge.
 *
 * The first row that applies decides. Pure: no I/O, no clock. Deliberately not here: moves
 * (domain/moves.ts, matched before), who may act when (app/who-may-act.ts), and how.
 */
import type { Oid } from "./oid.js";

export type PayloadState =
  | { readonly kind: "absent" }
  | { readonly kind: "hash"; readonly oid: Oid }
  /** A directory, symlink, FIFO, or a file we may not read. */
  | { readonly kind: "unreadable"; readonly reason: string };

export type RefState =
  | { readonly kind: "hash"; readonly oid: Oid }
  | { readonly kind: "absent"; readonly index: RefInIndex }
  | { readonly kind: "invalid"; readonly reason: string }
  | { readonly kind: "conflicted"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string };

/** Where Git's index stands on a ref file that is not in the worktree. */
export type RefInIndex = "listed" | "skip-worktree" | "gone";

export interface Situation {
  readonly payload: PayloadState;
  readonly ref: RefState;
  readonly base: Oid | null;
  /** Git itself tracks a file at the payload's own path. */
  readonly payloadInIndex: boolean;
  /** Git was told to throw the payload's edit away. */
  readonly discard: boolean;
  /** The user wants this payload not in the worktree. */
  readonly leftOut: "excluded" | "dropped" | null;
}

export type Action =
  /** Git owns the payload's path: drop base and ignore line. */
  | { readonly kind: "git-owns" }
  | { readonly kind: "leave"; readonly reason: string }
  /** In step: remember it. */
  | { readonly kind: "record"; readonly oid: Oid }
  | { readonly kind: "materialise"; readonly oid: Oid }
  | { readonly kind: "stay-absent" }
  | { readonly kind: "forget" }
  /** Git moved the ref of an untouched payload: the new blob takes its place. */
  | { readonly kind: "follow"; readonly oid: Oid }
  /** As `follow`, but the new payload is not wanted here: the old one goes to the store. */
  | { readonly kind: "vacate" }
  /** The user edited the payload: the ref file says so from now on. */
  | { readonly kind: "write-ref"; readonly oid: Oid }
  /** Git threw an edit away: it goes to the store, and the user is told how to get it back. */
  | { readonly kind: "discard"; readonly oid: Oid }
  | { readonly kind: "conflict"; readonly payload: Oid; readonly ref: Oid }
  /** Git removed the ref of an untouched payload: the payload goes to the store. */
  | { readonly kind: "retire" }
  /** The ref is gone, but the payload holds bytes of the user's own: they stay, and show. */
  | { readonly kind: "release" };

export type ActionKind = Action["kind"];

export function decide(s: Situation): Action {
  const { payload, ref, base } = s;
  if (s.payloadInIndex) return { kind: "git-owns" };
  if (payload.kind === "unreadable") return { kind: "leave", reason: payload.reason };
  if (ref.kind === "invalid" || ref.kind === "conflicted" || ref.kind === "refused") {
    return { kind: "leave", reason: ref.reason };
  }
  if (payload.kind === "absent") return decideAbsentPayload(ref, s.leftOut);
  if (ref.kind === "absent") return decideAbsentRef(payload.oid, ref.index, base);
  return decideBothThere(payload.oid, ref.oid, s);
}

/** An absent payload is never an edit: a fresh clone and an `rm` look the same from here. */
function decideAbsentPayload(
  ref: Extract<RefState, { kind: "hash" | "absent" }>,
  leftOut: Situation["leftOut"],
): Action {
  if (ref.kind === "absent") return { kind: "forget" };
  return leftOut ? { kind: "stay-absent" } : { kind: "materialise", oid: ref.oid };
}

/** We only remove bytes that we know; and never while Git may be between unlink and write. */
function decideAbsentRef(payload: Oid, index: RefInIndex, base: Oid | null): Action {
  if (index === "listed") {
    return {
      kind: "leave",
      reason: "its ref file was removed by hand; git restore brings it back",
    };
  }
  if (payload === base) return { kind: "retire" };
  if (index === "gone") return { kind: "release" };
  return { kind: "leave", reason: "its ref file is outside the sparse checkout" };
}

function decideBothThere(payload: Oid, ref: Oid, s: Situation): Action {
  if (payload === ref) return { kind: "record", oid: ref };
  if (s.base === null) return { kind: "conflict", payload, ref };
  if (payload === s.base) return s.leftOut ? { kind: "vacate" } : { kind: "follow", oid: ref };
  if (s.discard) return { kind: "discard", oid: ref };
  if (ref === s.base) return { kind: "write-ref", oid: payload };
  return { kind: "conflict", payload, ref };
}
