/**
 * `fsck`: looks at everything that blobsy relies on, says what is wrong, and with `repair` puts right what
 * can be. Without it nothing is changed, not even what blobsy remembers.
 */
import type { BlobsyError } from "../../domain/errors.js";
import { fromErrno, isBlobsyError } from "../../domain/errors.js";
import { isTrue, effectiveValue } from "../../git/config-file.js";
import { findRepository } from "../../git/git.js";
import { contextFor, type Context } from "../context.js";
import type { Reporter } from "../reporter.js";
import { CHECKS } from "./checks.js";
import type { Check, Finding, Mend } from "./finding.js";
import { installState } from "./installation.js";
import { lookAtOwnDirectories } from "./own-directories.js";
import { remoteCheck } from "./remote.js";
import { Survey } from "./survey.js";

export interface FsckRequest {
  readonly cwd: string;
  readonly repair: boolean;
  /** Also what only other commits refer to. */
  readonly all: boolean;
  /** Ask the remote as well, and read back this share of its blobs, from 0 to 1. `null`: stay offline. */
  readonly remote: { readonly readShare: number; readonly backend?: string } | null;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** found: nothing was to be changed. left: it could not be put right, or not by blobsy. */
export type FaultState = "found" | "mended" | "left";

export interface FoundFault extends Omit<Finding, "mend"> {
  readonly state: FaultState;
  /** Whether `--repair` can, or could have. */
  readonly repairable: boolean;
  /** Why the repair failed. */
  readonly error?: BlobsyError;
}

export interface FsckReport {
  readonly faults: readonly FoundFault[];
  /** What is as it should be, and yet worth knowing. */
  readonly notes: readonly string[];
  readonly refFiles: number;
  /** Files that were read whole. */
  readonly files: number;
  readonly bytes: number;
}

/** @throws {BlobsyError} NOT_A_REPOSITORY, GIT_FAILED; what is wrong inside is in the report */
export async function fsck(request: FsckRequest): Promise<FsckReport> {
  const { reporter, repair } = request;
  const repo = await findRepository(request.cwd);
  const look = () => Promise.resolve(lookAtOwnDirectories(repo, reporter));
  const own = await settle(await look(), look, repair);
  // Behind a link or in another user's directory nothing is looked at, let alone written.
  if (own.some(({ state }) => state !== "mended")) {
    const notes = ["nothing else was checked: blobsy does not use that directory"];
    return { faults: own, notes, refFiles: 0, files: 0, bytes: 0 };
  }
  return { ...(await checkAll(contextFor(repo, reporter), request, own)) };
}

async function checkAll(
  ctx: Context,
  { all, repair, remote, signal, reporter }: FsckRequest,
  own: readonly FoundFault[],
): Promise<FsckReport> {
  const faults = [...own];
  const read = { files: 0, bytes: 0 };
  const progress = reporter.progress("checking", { files: 0, bytes: 0 });
  const counting = {
    add: (files: number, bytes: number) => {
      read.files += files;
      read.bytes += bytes;
      progress.add(files, bytes);
    },
    end: () => undefined,
  };
  const survey = () => new Survey(ctx, all, counting, signal);
  let shared = survey();
  const notes: string[] = [];
  const note = (line: string): void => void notes.push(line);
  const checks = remote === null ? CHECKS : [...CHECKS, remoteCheck({ ...remote, note })];
  try {
    for (const check of checks) {
      signal.throwIfAborted();
      const found = await check.look(shared);
      if (found.length === 0) continue;
      faults.push(...(await settle(found, () => lookAgain(check, survey()), repair)));
      if (repair) shared = survey(); // what was read may be something else now
    }
    const { length: refFiles } = await shared.refs();
    return { faults, notes: [...notes, ...(await notesOn(shared))], refFiles, ...read };
  } finally {
    progress.end();
  }
}

function lookAgain(check: Check, survey: Survey): Promise<Finding[]> {
  return check.look(survey);
}

async function settle(
  found: readonly Finding[],
  look: () => Promise<readonly Finding[]>,
  repair: boolean,
): Promise<FoundFault[]> {
  if (!repair) return found.map((finding) => toFault(finding, "found"));
  const errors = await mendAll(found);
  const hasMended = found.some(({ mend }) => mend !== null);
  const left = new Map((hasMended ? await look() : found).map((one) => [keyOf(one), one]));
  const told = found.map((finding) => {
    const still = left.get(keyOf(finding));
    left.delete(keyOf(finding));
    if (!still) return toFault(finding, "mended");
    return toFault(still, "left", finding.mend === null ? undefined : errors.get(finding.mend));
  });
  // What only showed when something else had been put right.
  return [...told, ...[...left.values()].map((finding) => toFault(finding, "left"))];
}

/** Each repair once, however many findings it is for. @returns those that failed */
async function mendAll(found: readonly Finding[]): Promise<Map<Mend, BlobsyError>> {
  const errors = new Map<Mend, BlobsyError>();
  for (const mend of new Set(found.flatMap((finding) => finding.mend ?? []))) {
    try {
      await mend();
    } catch (error) {
      const isKnown =
        isBlobsyError(error) || typeof (error as { code?: unknown }).code === "string";
      if (!isKnown) throw error;
      errors.set(mend, fromErrno(error, "repairing it", ""));
    }
  }
  return errors;
}

const keyOf = ({ fault, about }: Finding): string => `${fault} ${about}`;

function toFault(
  { mend, ...finding }: Finding,
  state: FaultState,
  error?: BlobsyError,
): FoundFault {
  const why = error === undefined ? {} : { error, ...(error.next ? { next: error.next } : {}) };
  return { ...finding, state, repairable: mend !== null, ...why };
}

async function notesOn(survey: Survey): Promise<string[]> {
  const monitor = await effectiveValue(survey.worktree, "core.fsmonitor");
  if (!isTrue(monitor)) return [];
  const { detect, detectBecause } = await installState(survey);
  return detect === "commit" && detectBecause !== null ? [detectBecause] : [];
}
