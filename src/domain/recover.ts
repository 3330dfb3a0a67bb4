/** What is written down of a payload's bytes when they leave the working tree. */
import type { Oid } from "./oid.js";

/** Why a payload's bytes are no longer where they were. */
export type RecoverReason =
  | "replaced"
  | "removed"
  | "discarded"
  /** `resolve --theirs`: the user took the other side. */
  | "conflict"
  /** `pull --force` replaced an edit. */
  | "forced"
  /** `untrack`: an ordinary file from then on; it stayed where it was. */
  | "untracked"
  /** `drop`: the remote has it, and this clone perhaps no more. */
  | "dropped"
  /** The user saved while blobsy was at work: both versions are kept. */
  | "raced"
  | "moved"
  /** A blobsy process was killed while it held them. */
  | "interrupted"
  /** A program that still had the file open wrote to it after it was moved. */
  | "late-write";

export interface RecoverEntry {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** The payload's path in its worktree; "" when it is not known any more. */
  readonly path: string;
  readonly oid: Oid;
  readonly size: number;
  readonly executable: boolean;
  readonly why: RecoverReason;
  /** Absolute path of the worktree; "" when it is not known any more. */
  readonly worktree: string;
  /** Where it is on the remote, if it was seen there: as `formatPlace` says it. */
  readonly key?: string;
}
