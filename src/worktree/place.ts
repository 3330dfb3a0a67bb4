/** Replaces, removes and moves payloads. Signatures only for now. */
import type { FileFacts } from "../domain/file-facts.js";
import type { Oid } from "../domain/oid.js";
import type { RecoverLog, RecoverReason } from "../store/recover-log.js";
import type { Store } from "../store/store.js";

export interface PlaceContext {
  /** Absolute path of the worktree's root. */
  readonly worktree: string;
  readonly store: Store;
  /** `<common git dir>/blobsy/tmp/aside` */
  readonly asideDir: string;
  /** `<common git dir>/blobsy/tmp` */
  readonly tempDir: string;
  readonly recover: RecoverLog;
}

export interface ReplaceJob {
  readonly payload: string;
  /** What lies there now, as it was decided upon; null when nothing does. */
  readonly expected: FileFacts | null;
  /** What its bytes are, only when `expected` vouches for them (domain/stat-trust.ts). */
  readonly expectedOid: Oid | null;
  readonly incoming: {
    readonly oid: Oid;
    readonly size: number;
    /** The store may give its object away: the remote has it, and nothing else here needs it. */
    readonly mayMove: boolean;
  };
  readonly executable: boolean;
  /** Why the old bytes go, for `recover`; null when they are not worth a line (a known base). */
  readonly why: RecoverReason | null;
}

export type ReplaceResult =
  | {
      readonly kind: "placed";
      readonly facts: FileFacts;
      /** The file system's clock at a moment later than `facts.mtimeNs` and before anybody could write. */
      readonly tick: bigint;
      readonly displaced: Oid | null;
    }
  | { readonly kind: "raced"; readonly reason: string }
  | { readonly kind: "missing" };

export type RemoveResult =
  | { readonly kind: "removed"; readonly oid: Oid; readonly size: number }
  | { readonly kind: "raced"; readonly reason: string };

export type MoveResult =
  | { readonly kind: "moved"; readonly facts: FileFacts }
  | { readonly kind: "raced"; readonly reason: string };

export interface RemoveJob {
  readonly payload: string;
  readonly expected: FileFacts;
  readonly expectedOid: Oid | null;
  readonly why: RecoverReason | null;
}

export interface MoveJob {
  readonly from: string;
  readonly to: string;
  readonly expected: FileFacts;
}

export interface SweptAside {
  readonly payload: string;
  readonly oid: Oid;
  readonly size: number;
  readonly why: RecoverReason;
}

export function replacePayload(_ctx: PlaceContext, _job: ReplaceJob): Promise<ReplaceResult> {
  throw new Error("not yet");
}

export function removePayload(_ctx: PlaceContext, _job: RemoveJob): Promise<RemoveResult> {
  throw new Error("not yet");
}

export function movePayload(_ctx: PlaceContext, _job: MoveJob): Promise<MoveResult> {
  throw new Error("not yet");
}

/** Files what killed processes left aside into the store. */
export function sweepAside(_ctx: PlaceContext): Promise<SweptAside[]> {
  throw new Error("not yet");
}
