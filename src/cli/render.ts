/**
 * From results to lines and JSON fields. Pure; everything that came from a file name passes through
 * `name`, because a name may hold what moves the cursor.
 */
import { describeEvent } from "../app/describe.js";
import type { ReconcileEvent, ReconcileReport } from "../app/report.js";
import type { TransferReport, WantedBlob } from "../app/transfer-queue.js";
import { BlobsyError, type ErrorFacts } from "../domain/errors.js";
import { pasteWord } from "../domain/shell-words.js";
import { formatCount, formatSize } from "../domain/size.js";
import { escapeForTerminal } from "../domain/terminal.js";
import type { Outcome } from "./host.js";
import { hashJson, withHash } from "./json.js";

/** More paths than this are only counted. */
const MAX_NAMES = 10;

export function name(path: string): string {
  return escapeForTerminal(path);
}

/** "placed 3 payloads (1.2 MB)" and their names, while they are few. */
export function summary(verb: string, paths: readonly string[], bytes?: number): string[] {
  if (paths.length === 0) return [];
  const size = bytes === undefined ? "" : ` (${formatSize(bytes)})`;
  if (paths.length === 1) return [`${verb} ${name(paths[0] ?? "")}${size}`];
  const few = paths.length <= MAX_NAMES;
  const names = few ? [...paths].sort().map((path) => `  ${name(path)}`) : [];
  return [`${verb} ${formatCount(paths.length, "payload")}${size}`, ...names];
}

/** A reconcile as the end of a command. */
export function reconcileOutcome(
  report: ReconcileReport,
  { dryRun }: { dryRun: boolean },
): Outcome & { readonly notes: string[]; readonly problems: BlobsyError[] } {
  const problems = [
    ...errorsOf(report.failures),
    ...report.events.flatMap((event) => conflictError(event) ?? []),
  ];
  const notes = [...placedNotes(report.events, dryRun), ...wordsFor(report)];
  if (notes.length === 0 && problems.length === 0) notes.push(restingNote(report));
  const attention = report.events.some(({ kind }) => kind === "left");
  return {
    result: reconcileJson(report, dryRun),
    notes,
    problems,
    ...(attention && problems.length === 0 ? { exitCode: 2 } : {}),
  };
}

/** The end of a command with a part of its own before the reconcile, which need not be told when all went well. */
export function verbOutcome(
  {
    files,
    problems,
    report,
  }: {
    readonly files: readonly object[];
    readonly problems: readonly BlobsyError[];
    readonly report: ReconcileReport;
  },
  dryRun: boolean,
  notes: readonly string[],
): Outcome {
  return {
    result: { files, ...(dryRun ? { dry_run: true } : {}) },
    notes,
    problems: [...problems, ...report.failures.map(({ error }) => error)],
  };
}

function placedNotes(events: readonly ReconcileEvent[], dryRun: boolean): string[] {
  const would = dryRun ? "would " : "";
  const verb = (base: string, done: string): string => (dryRun ? would + base : done);
  const of = <K extends ReconcileEvent["kind"]>(kind: K) =>
    events.filter((event): event is Extract<ReconcileEvent, { kind: K }> => event.kind === kind);
  const paths = (some: readonly { path: string }[]): string[] => some.map(({ path }) => path);
  const placed = of("placed");
  const bytes = placed.reduce((sum, { size }) => sum + size, 0);
  return [
    ...of("moved").map(
      ({ from, path }) => `${verb("move", "moved")} ${name(from)} to ${name(path)}`,
    ),
    ...summary(verb("place", "placed"), paths(placed), bytes),
    ...summary(verb("update the ref file of", "updated the ref file of"), paths(of("ref-written"))),
    ...summary(verb("put into the store", "put into the store"), paths(of("removed"))),
  ];
}

/** What was met on the way; conflicts are told as errors. */
function wordsFor(report: ReconcileReport): string[] {
  const lines = report.events.flatMap((event) => {
    return event.kind === "conflict" ? [] : (describeEvent(event) ?? []);
  });
  const refused = report.refused.map(
    ({ refPath, reason }) => `${refPath} is left alone: ${reason}`,
  );
  return [...lines, ...refused].map(escapeForTerminal);
}

function restingNote({ inStep, leftOut }: ReconcileReport): string {
  const out = leftOut === 0 ? "" : `, ${formatCount(leftOut, "payload")} left out`;
  if (inStep + leftOut === 0) return "nothing to do: no payloads here";
  return `nothing to do: ${formatCount(inStep, "payload")} in step${out}`;
}

export function conflictError(event: ReconcileEvent): BlobsyError | null {
  if (event.kind !== "conflict") return null;
  const word = pasteWord(event.path);
  return new BlobsyError(
    "CONFLICT",
    event.base === null
      ? "the payload is not what its ref file says, and nothing tells which is newer; both are kept"
      : "conflict: the payload was edited and the ref file was changed; both versions are kept",
    {
      path: event.path,
      next: `blobsy resolve --show ${word}`,
    },
  );
}

function reconcileJson(report: ReconcileReport, dryRun: boolean): object {
  return {
    ...(dryRun ? { dry_run: true } : {}),
    files: report.events.map(eventJson),
    in_step: report.inStep,
    left_out: report.leftOut,
    refused: report.refused.map(({ refPath, reason }) => ({ path: refPath, reason })),
  };
}

function eventJson(event: ReconcileEvent): object {
  const { kind: action, ...facts } = event;
  if (event.kind === "conflict") {
    const { path, payload, ref, base } = event;
    const hashes = { payload: hashJson(payload), ref: hashJson(ref), base: base && hashJson(base) };
    return { path, ...hashes, action };
  }
  return "oid" in facts ? { ...withHash(facts), action } : { ...facts, action };
}

/** "uploaded 3 blobs (1.2 MB); 40 already there"; failures are told as errors. */
export function transferNote(verb: string, there: string, report: TransferReport): string {
  const known = report.skipped === 0 ? "" : `; ${formatCount(report.skipped)} already ${there}`;
  if (report.done === 0) {
    return report.skipped === 0 ? `${verb} nothing` : `${verb} nothing${known}`;
  }
  return `${verb} ${formatCount(report.done, "blob")} (${formatSize(report.bytes)})${known}`;
}

/** A blob that would be transferred. */
export function blobJson({ path, oid, size, key, compressed }: WantedBlob): object {
  return { path, hash: hashJson(oid), size, key, compressed };
}

export function transferJson({ done, bytes, skipped }: TransferReport): object {
  return { moved: done, bytes, already_there: skipped };
}

export function transferProblems(report: TransferReport): BlobsyError[] {
  return errorsOf(report.failed);
}

/** What is wrong with one blob is told with the payload it is for. */
const OF_ONE_BLOB: ReadonlySet<string> = new Set(["BLOB_MISSING", "BLOB_CORRUPT"]);
/** What may be: with the payload where there is one only, and with how many where there are more. */
const MAYBE_OF_ONE: ReadonlySet<string> = new Set(["IO"]);

/** One remote that cannot be reached is one reason, however many blobs waited for it. */
function errorsOf(
  failures: readonly { readonly path?: string | undefined; readonly error: BlobsyError }[],
): BlobsyError[] {
  const told = new Map<string, { error: BlobsyError; paths: Set<string> }>();
  for (const { path, error } of failures) {
    const about = error.path ?? (OF_ONE_BLOB.has(error.code) ? path : undefined);
    const id = JSON.stringify([about, error.message]);
    const same = told.get(id) ?? {
      error: about === error.path ? error : withPath(error, about ?? ""),
      paths: new Set(),
    };
    if (path !== undefined) same.paths.add(path);
    told.set(id, same);
  }
  return [...told.values()].map(({ error, paths }) => withCount(error, [...paths]));
}

function withCount(error: BlobsyError, [first, ...others]: readonly string[]): BlobsyError {
  if (first === undefined || error.path !== undefined || !MAYBE_OF_ONE.has(error.code)) {
    return error;
  }
  const named = withPath(error, first);
  if (others.length === 0) return named;
  const message = `${error.message} (and ${formatCount(others.length, "more payload")})`;
  return new BlobsyError(error.code, message, { ...factsOf(named), path: first });
}

function withPath(error: BlobsyError, path: string): BlobsyError {
  return new BlobsyError(error.code, error.message, { ...factsOf(error), path });
}

function factsOf({ next, cause }: BlobsyError): ErrorFacts {
  return {
    ...(next === undefined ? {} : { next }),
    ...(cause === undefined ? {} : { cause }),
  };
}
