/**
 * From an error to what is printed and how the process ends. Pure; every message code is in
 * test/golden/errors.txt.
 *
 * A user's mistake or misfortune gets a sentence that is true now and a next step. Anything that is
 * not a BlobsyError is our own bug, says so, and keeps its stack.
 */
import {
  type BlobsyError,
  type ErrorCode,
  errnoOf,
  fromErrno,
  isBlobsyError,
} from "../domain/errors.js";
import { redact } from "../domain/redact.js";
import { pasteWord } from "../domain/shell-words.js";
import { escapeForTerminal } from "../domain/terminal.js";

/** 0 done, 1 error, 2 conflict or attention needed. */
export type ExitCode = 0 | 1 | 2;

export interface ErrorReport {
  readonly lines: readonly string[];
  readonly exitCode: ExitCode;
  readonly json: ErrorJson;
}

export interface ErrorJson {
  readonly code: ErrorCode | "BUG";
  readonly message: string;
  readonly path?: string;
  readonly next?: string;
}

/** One sentence per code: what to do when the error itself names no command. */
const ADVICE: Readonly<Record<ErrorCode, string>> = {
  USAGE: "see: blobsy --help",
  NOT_A_REPOSITORY: "run blobsy in a repository's working tree, or name one with -C <dir>",
  NOT_INSTALLED: "run: blobsy install",
  NO_REMOTE: "name where blobs are shared: blobsy init <url>",
  BAD_CONFIG: "correct that line; docs/configuration.md lists what is allowed",
  BAD_REF_FILE: "take the ref file from a good commit: git restore --source='<commit>' <path>.bref",
  REFUSED_PATH: "nothing is written at this path; choose another one",
  REFUSED_KEY: "the ref file names an unsafe place on the remote; it has to be made again",
  NOT_TRACKED: "see what is tracked: blobsy status",
  TRACKED_BY_GIT: "stop Git from tracking the payload itself: git rm --cached <path>",
  NOT_IGNORED: "take that rule out of .gitignore, then run the command again",
  PAYLOAD_BUSY: "run the command again when nothing writes to the file",
  PAYLOAD_CHANGED: "look at it: blobsy status",
  PAYLOAD_UNREADABLE: "check the file and its permissions",
  BLOB_MISSING: "whoever committed it can run: blobsy push",
  BLOB_CORRUPT: "the damaged bytes were not used; fetch again, or push from a clone that has them",
  CONFLICT: "keep one: blobsy resolve --ours <path>, or blobsy resolve --theirs <path>",
  NEEDS_TRUST: "look at what it names, then: blobsy trust",
  CREDENTIALS: "check the credentials for this remote",
  PERMISSION: "check the permissions",
  NOT_FOUND: "check the remote's address in .blobsyconfig",
  THROTTLED: "wait a little, then run the command again",
  NETWORK: "check the connection, then run the command again",
  DISK_FULL: "free some space, then run the command again",
  IO: "run the command again; if it stays, check the disk",
  LOCKED: "wait until the other blobsy has finished, then run the command again",
  GIT_FAILED: "git's own message is above",
  PUSH_REFUSED: "nothing was pushed; correct this, then push again",
  INTERRUPTED: "run the command again to go on",
};

/** Describes any thrown value. `verbose` adds the causes below a BlobsyError. */
export function describeError(thrown: unknown, options: { verbose: boolean }): ErrorReport {
  const error = fromSystem(thrown);
  if (error === null) return describeBug(thrown);
  const lines = [`blobsy: ${headline(error)}`, `  ${nextStep(error)}`];
  if (options.verbose) lines.push(...causes(error));
  return { lines, exitCode: exitCodeOf([error]), json: errorJson(error) };
}

/** The fields of an error in a JSON document. */
export function errorJson(error: BlobsyError): ErrorJson {
  return {
    code: error.code,
    message: redact(error.message),
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(error.next === undefined ? {} : { next: redact(error.next) }),
  };
}

/** 1 as soon as anything failed, 2 when only conflicts are left to settle. */
export function exitCodeOf(errors: readonly BlobsyError[]): ExitCode {
  if (errors.length === 0) return 0;
  return errors.every(({ code }) => code === "CONFLICT") ? 2 : 1;
}

/** Failures of the machine, not of the program: permissions, room, a disk that fails. */
const OF_THE_SYSTEM = /^(?:EACCES|EPERM|EROFS|ENOSPC|EDQUOT|EFBIG|EIO|EMFILE|ENFILE|ESTALE)$/;

/** What nobody below has put into words. @returns `null` for what is a bug */
function fromSystem(error: unknown): BlobsyError | null {
  if (isBlobsyError(error)) return error;
  if (!(error instanceof Error) || !OF_THE_SYSTEM.test(errnoOf(error) ?? "")) return null;
  const { syscall, path } = error as NodeJS.ErrnoException;
  return fromErrno(error, `${syscall ?? "it"} failed`, path ?? ".");
}

function describeBug(error: unknown): ErrorReport {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const lines = [
    "blobsy: this is a bug in blobsy; no payload is lost by it. Please report it with these lines:",
    ...redact(stack).split("\n"),
  ];
  const message = redact(error instanceof Error ? error.message : String(error));
  return { lines, exitCode: 1, json: { code: "BUG", message } };
}

function headline({ path, message }: BlobsyError): string {
  const said = message.includes("\n")
    ? message.split("\n").map(escapeForTerminal).join("\n  ")
    : escapeForTerminal(message);
  const text = redact(said);
  return path === undefined || message.includes(path)
    ? text
    : `${escapeForTerminal(path)}: ${text}`;
}

function nextStep({ next, code, path }: BlobsyError): string {
  if (next !== undefined) return redact(`next: ${escapeForTerminal(next)}`);
  const advice = ADVICE[code];
  if (path === undefined) return advice;
  return redact(advice.replaceAll(/<path>(\.bref)?/g, (_, end = "") => pasteWord(`${path}${end}`)));
}

/** What the message already says is not said again. */
function causes(error: BlobsyError): string[] {
  const lines: string[] = [];
  let said = error.message;
  let cause = error.cause;
  while (cause !== undefined && lines.length < 5) {
    const text = cause instanceof Error ? cause.message : JSON.stringify(cause);
    if (!said.includes(text)) lines.push(`  cause: ${redact(escapeForTerminal(text))}`);
    said = text;
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return lines;
}
