/**
 * The failures a user can meet. Anything else that is thrown is our own bug and keeps its stack.
 *
 * Scripts may rely on a code; the wording may improve. `cli/report-error.ts` maps codes to exit
 * codes and lines, and is the only place that does.
 */
export type ErrorCode =
  | "USAGE"
  | "NOT_A_REPOSITORY"
  | "NOT_INSTALLED"
  | "NO_REMOTE"
  | "BAD_CONFIG"
  | "BAD_REF_FILE"
  | "REFUSED_PATH"
  | "REFUSED_KEY"
  | "NOT_TRACKED"
  | "TRACKED_BY_GIT"
  | "NOT_IGNORED"
  | "PAYLOAD_BUSY"
  | "PAYLOAD_CHANGED"
  | "PAYLOAD_UNREADABLE"
  | "BLOB_MISSING"
  | "BLOB_CORRUPT"
  | "CONFLICT"
  | "NEEDS_TRUST"
  | "CREDENTIALS"
  | "PERMISSION"
  | "NOT_FOUND"
  | "THROTTLED"
  | "NETWORK"
  | "DISK_FULL"
  | "IO"
  | "LOCKED"
  | "GIT_FAILED"
  | "PUSH_REFUSED"
  | "INTERRUPTED";

/** What NOT_A_REPOSITORY says where there is none at all; a bare one has other words. */
export const NO_WORKTREE = "this is not in a Git worktree";

export interface ErrorFacts {
  /** The path the failure is about, relative to the worktree or absolute. */
  readonly path?: string;
  /** A command that can be pasted as it stands. */
  readonly next?: string;
  /** How long the other side wants to be left alone, for failures that pass. */
  readonly retryAfterMs?: number;
  /** No connection came about, and that was told at once: asking again soon brings little. */
  readonly isUnreachable?: boolean;
  readonly cause?: unknown;
}

/** A failure with a way out. */
export class BlobsyError extends Error {
  readonly code: ErrorCode;
  readonly path: string | undefined;
  readonly next: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly isUnreachable: boolean;

  /** @param message one sentence that says what is true now */
  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = "BlobsyError";
    this.code = code;
    this.path = facts.path;
    this.next = facts.next;
    this.retryAfterMs = facts.retryAfterMs;
    this.isUnreachable = facts.isUnreachable ?? false;
  }
}

export function isBlobsyError(error: unknown): error is BlobsyError {
  return error instanceof BlobsyError;
}

/** The errno name of a system error, `undefined` for anything else. */
export function errnoOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}

/**
 * Does this errno say that nobody is there: refused, no such host, no way to it? Unlike a timeout or a
 * reset, which a busy server or a bad line bring about.
 */
export function saysUnreachable(errno: string): boolean {
  return /^(ECONNREFUSED|ENOTFOUND|EAI_[A-Z]+|E(HOST|NET)(UNREACH|DOWN)|EADDRNOTAVAIL)$/.test(
    errno,
  );
}

const FULL: ReadonlySet<string | undefined> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** Of reading a payload, which may also be keeping it: a full disk is the store's. */
export function fromReading(error: unknown, file: string): BlobsyError {
  const doing = FULL.has(errnoOf(error)) ? `keeping ${file} in the store` : `cannot read ${file}`;
  return fromErrno(error, doing, file);
}

/** Does this errno say that a certificate is not believed? */
export function saysCertificate(errno: string): boolean {
  return /^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/.test(errno);
}

/** Turns a system error into ours: a full disk and a refused access have their own next step. */
export function fromErrno(error: unknown, doing: string, path: string): BlobsyError {
  if (isBlobsyError(error)) return error;
  const errno = errnoOf(error);
  const facts = { path, cause: error };
  if (FULL.has(errno)) {
    return new BlobsyError("DISK_FULL", `${doing}: no space left (${errno})`, {
      ...facts,
      next: "df -h .",
    });
  }
  if (errno === "EROFS") {
    return new BlobsyError("PERMISSION", `${doing}: the file system is read-only (EROFS)`, facts);
  }
  if (errno === "EACCES" || errno === "EPERM") {
    return new BlobsyError("PERMISSION", `${doing}: not permitted (${errno})`, facts);
  }
  return new BlobsyError("IO", `${doing}: ${errno ?? String(error)}`, facts);
}
