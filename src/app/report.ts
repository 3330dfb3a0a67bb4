/** What a reconcile did and met, as data; `cli/` turns it into lines. */
import type { BlobsyError, ErrorCode } from "../domain/errors.js";
import type { Oid } from "../domain/oid.js";
import type { RecoverReason } from "../domain/recover.js";
import type { RefusedPath } from "./assess.js";

export type ReconcileEvent =
  | { readonly kind: "placed"; readonly path: string; readonly oid: Oid; readonly size: number }
  | { readonly kind: "moved"; readonly path: string; readonly from: string }
  /** The payload went to the store because its ref file is gone, or because it is left out. */
  | { readonly kind: "removed"; readonly path: string; readonly oid: Oid }
  | {
      readonly kind: "ref-written";
      readonly path: string;
      readonly oid: Oid;
      readonly size: number;
    }
  /** An edit was thrown away, by Git or by the user's choice; `oid` is what was put aside. */
  | {
      readonly kind: "discarded";
      readonly path: string;
      readonly oid: Oid;
      readonly why: RecoverReason;
    }
  | {
      readonly kind: "conflict";
      readonly path: string;
      readonly payload: Oid;
      readonly ref: Oid;
      readonly base: Oid | null;
    }
  | { readonly kind: "released"; readonly path: string }
  | { readonly kind: "git-owns"; readonly path: string }
  | { readonly kind: "left"; readonly path: string; readonly reason: string }
  /** What a killed process had moved aside is in the store now. */
  | { readonly kind: "rescued"; readonly path: string; readonly oid: Oid };

export interface FailedPath {
  readonly path: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly error: BlobsyError;
}

export interface ReconcileReport {
  readonly events: ReconcileEvent[];
  readonly failures: FailedPath[];
  readonly refused: RefusedPath[];
  /** Paths in step, now. */
  inStep: number;
  /** Paths another live process, or the end of a Git command, will settle. */
  held: number;
  /** Paths absent because the user left them out. */
  leftOut: number;
  /** False when another process has the lock and will do the work. */
  ran: boolean;
}

export function emptyReport(): ReconcileReport {
  return { events: [], failures: [], refused: [], inStep: 0, held: 0, leftOut: 0, ran: true };
}
