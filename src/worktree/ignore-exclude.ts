/**
 * Keeps payload paths out of Git's sight by `info/exclude` in the common git dir: no committed file
 * that could conflict.
 *
 * The block is the union over all worktrees. A line is written before its payload appears, and goes
 * only when no worktree knows the path any more.
 *
 * The rest of the file is the user's. Texts of it are bytes as latin1: what is not UTF-8 stays as it is.
 */
import path from "node:path";
import { BlobsyError } from "../domain/errors.js";
import { writeFileAtomic } from "../fs/atomic.js";
import { lstatFacts } from "../fs/facts.js";
import { acquireLock } from "../fs/lock.js";
import { unlinkIfThere } from "../fs/ops.js";
import { readBytes, replaceFile } from "../fs/user-file.js";
import { ignorePattern, joinIgnoreBlock, splitIgnoreBlock } from "./ignore-block.js";
import { worktreesBeside } from "./other-worktrees.js";

export type IgnoreMode =
  /** Only adds: before payloads appear. */
  | "grow"
  /** Removes as well. */
  | "exact";

export interface ExcludeRequest {
  readonly commonDir: string;
  /** This worktree's state directory. */
  readonly stateDir: string;
  /** All that this worktree knows; the other worktrees' payloads come from their lists. */
  readonly payloads: Iterable<string>;
  readonly mode: IgnoreMode;
  /** Paths this run has looked at: only lines of these may go. All unless told. */
  readonly met?: ReadonlySet<string> | undefined;
}

/** Does the block say already what it should? @throws as `updateExclude` */
export function isExcludeInStep(request: ExcludeRequest): boolean {
  const { mode, met } = request;
  /** Whether it should be there, by line. */
  const have = new Map(readBlock(request.commonDir).lines.map((line) => [line, false]));
  for (const payload of everyPayload(request)) {
    const line = excludeLine(payload);
    if (!have.has(line)) return false;
    have.set(line, true);
  }
  if (mode === "grow") return true;
  if (met === undefined) return [...have.values()].every(Boolean);
  for (const payload of met) if (have.get(excludeLine(payload)) === false) return false;
  return true;
}

/** What this worktree knows, and what the others do. */
function* everyPayload({ payloads, commonDir, stateDir }: ExcludeRequest): Generator<string> {
  yield* payloads;
  for (const { state } of worktreesBeside(commonDir, stateDir)) {
    yield* readList(path.join(state, "payloads"));
  }
}

/** As often as the user may save the file while blobsy writes it. */
const TRIES = 10;

/**
 * Brings the block in step with what all worktrees know.
 * @throws {BlobsyError} PERMISSION, IO when the file cannot be read: what the user has in it would be lost
 */
export async function updateExclude(request: ExcludeRequest): Promise<void> {
  const { commonDir } = request;
  if (isExcludeInStep(request)) return;
  const lock = await acquireLock(path.join(commonDir, "blobsy", "exclude.lock"), {
    waitMs: "forever",
  });
  try {
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (await writeBlock(request)) return;
    }
    const message =
      "its lines for payloads could not be written: another program keeps changing it";
    throw new BlobsyError("LOCKED", message, { path: excludeFile(commonDir) });
  } finally {
    await lock?.release();
  }
}

/** @returns false when somebody else wrote to it meanwhile */
function writeBlock(request: ExcludeRequest): Promise<boolean> {
  const file = excludeFile(request.commonDir);
  const was = readBytes(file);
  const block = splitIgnoreBlock(was?.toString("latin1") ?? "");
  const wanted = wantedLines(request, block.lines);
  const text = joinIgnoreBlock({ ...block, lines: [...wanted].sort() });
  return replaceFile(file, { was, next: Buffer.from(text, "latin1") });
}

/** In the worktree's state: its lines are in `.gitignore` files as well (app/ignore-committed.ts). */
const MARKER = "gitignore";

export function keepsGitignore(stateDir: string): boolean {
  return lstatFacts(path.join(stateDir, MARKER)) !== null;
}

export async function markGitignore(stateDir: string, keeps: boolean): Promise<void> {
  if (keeps === keepsGitignore(stateDir)) return;
  const file = path.join(stateDir, MARKER);
  await (keeps ? writeFileAtomic(file, "", { durable: true }) : unlinkIfThere(file));
}

/**
 * The lines there should be. Of those that are there, a line for a path that this run never looked at
 * stays: another process may have written it a moment ago, for a payload it is about to track.
 */
function wantedLines(request: ExcludeRequest, lines: readonly string[]): Set<string> {
  const { mode, met } = request;
  const wanted = new Set<string>();
  for (const payload of everyPayload(request)) wanted.add(excludeLine(payload));
  if (mode === "exact" && met === undefined) return wanted;
  const mayGo = new Set(mode === "grow" ? [] : [...(met ?? [])].map(excludeLine));
  for (const line of lines) if (!mayGo.has(line)) wanted.add(line);
  return wanted;
}

function excludeFile(commonDir: string): string {
  return path.join(commonDir, "info", "exclude");
}

/** The line for a payload, as it stands in what `readExclude` gives. */
export function excludeLine(payload: string): string {
  return Buffer.from(ignorePattern(payload)).toString("latin1");
}

/** The whole file, blobsy's lines and the user's. @throws {BlobsyError} PERMISSION, IO */
export function readExclude(commonDir: string): string {
  return readBytes(excludeFile(commonDir))?.toString("latin1") ?? "";
}

function readBlock(commonDir: string): ReturnType<typeof splitIgnoreBlock> {
  return splitIgnoreBlock(readExclude(commonDir));
}

/** NUL-separated names with "./" in front. */
function readList(file: string): string[] {
  return (readBytes(file)?.toString("utf8") ?? "")
    .split("\0")
    .filter((entry) => entry.startsWith("./"))
    .map((entry) => entry.slice(2));
}
