/**
 * `blobsy.ignore = gitignore`: a line per payload in the `.gitignore` of its directory, committed beside
 * its ref file.
 *
 * Commits bring these lines along. So in a run that Git started a file is changed only for what is not
 * committed yet: a ref file added, removed or renamed since HEAD. A commit that lacks a line, or kept
 * one too many, leaves the tree as clean as it was: `info/exclude` does the ignoring in any case.
 */
import path from "node:path";
import { BlobsyError, fromErrno } from "../domain/errors.js";
import { REF_SUFFIX } from "../domain/repo-path.js";
import { acquireLock } from "../fs/lock.js";
import { lstatFacts } from "../fs/facts.js";
import { type IndexListing, listIndex } from "../git/index-entries.js";
import { readNamedBlobs } from "../git/objects.js";
import {
  dirOf,
  type GitignoreFile,
  gitignorePath,
  MAX_GITIGNORE_BYTES,
  readGitignore,
  replaceGitignore,
  textOf,
} from "../worktree/gitignore-file.js";
import {
  formatGitignore,
  type GitignoreText,
  lineFor,
  nameOfLine,
  parseGitignore,
  type UsableText,
} from "../worktree/gitignore-text.js";
import type { Context } from "./context.js";
import type { IgnoreRequest } from "./ignore-payloads.js";
import { readRootFile, writeRootFile } from "./root-file.js";
import { ATTRIBUTES_FILE, withIgnoreMerge } from "./team-files.js";
import { isPersons } from "./who-may-act.js";

/** @returns the files that cannot be used, with the reason */
export async function updateGitignores(
  ctx: Context,
  request: IgnoreRequest,
): Promise<readonly BlobsyError[]> {
  if (request.headMoves === true) return [];
  const first = await look(ctx, request);
  if (first.edits.length === 0) return first.problems;
  // Commands that track files of one directory at the same time must not undo each other's lines.
  const lock = await acquireLock(path.join(ctx.repo.worktreeState, "gitignore.lock"), {
    waitMs: "forever",
  });
  try {
    const { edits, problems } = await look(ctx, request);
    for (const edit of edits) {
      const problem = await write(ctx, edit);
      if (problem) problems.push(problem);
    }
    const isAsked = isPersons(request.actor) && edits.some(({ grows }) => grows);
    if (isAsked) await mergeBySet(ctx);
    return problems;
  } finally {
    await lock?.release();
  }
}

/** Where the lines were put there by a person's command, so is the way to merge them. */
async function mergeBySet({ repo, reporter }: Context): Promise<void> {
  try {
    const was = readRootFile(repo, ATTRIBUTES_FILE);
    const next = withIgnoreMerge(was);
    if (next !== was) await writeRootFile(repo, ATTRIBUTES_FILE, { was, next });
  } catch (error) {
    reporter.warn(`${ATTRIBUTES_FILE}: ${fromErrno(error, "writing it", ATTRIBUTES_FILE).message}`);
  }
}

/** The setting was changed back: the block goes from every `.gitignore` beside these payloads. */
export async function clearGitignores(ctx: Context, payloads: Iterable<string>): Promise<void> {
  for (const dir of new Set([...payloads].map(dirOf))) {
    const file = readGitignore(ctx.repo.worktree, dir);
    if (file.kind !== "text" || file.text.kind !== "usable" || file.text.lines.length === 0) {
      continue;
    }
    const problem = await write(ctx, { dir, file, text: file.text, lines: [], grows: false });
    if (problem) ctx.reporter.warn(`${problem.path ?? dir}: ${problem.message}`);
  }
}

interface Edit {
  readonly dir: string;
  readonly file: GitignoreFile;
  readonly text: UsableText;
  /** All lines of the block from now on. */
  readonly lines: readonly string[];
  /** Lines are new in it. */
  readonly grows: boolean;
}

async function write(ctx: Context, edit: Edit): Promise<BlobsyError | null> {
  const { dir, file } = edit;
  // An empty file is the user's: with a blank line in it, it is never taken for blobsy's own.
  const isEmpty = file.kind === "text" && file.raw === "";
  const text = isEmpty ? { ...edit.text, before: "\n" } : edit.text;
  const name = gitignorePath(dir);
  try {
    const written = await replaceGitignore(ctx.repo.worktree, dir, {
      was: file,
      next: formatGitignore(text, edit.lines),
      tempDir: ctx.place.tempDir,
    });
    if (written) return null;
    return new BlobsyError("PAYLOAD_CHANGED", "it changed meanwhile; it was left alone", {
      path: name,
      next: "blobsy sync",
    });
  } catch (error) {
    return fromErrno(error, "writing the ignore lines", name);
  }
}

interface Directory {
  readonly dir: string;
  readonly file: Exclude<GitignoreFile, { kind: "refused" }>;
  readonly text: GitignoreText;
  /** Payloads to be ignored whose line is not there. */
  readonly missing: readonly string[];
  /** Lines that stand for no ref file on disk. */
  readonly orphans: readonly string[];
}

interface Looked {
  readonly edits: Edit[];
  readonly problems: BlobsyError[];
}

async function look(ctx: Context, request: IgnoreRequest): Promise<Looked> {
  const { directories, problems } = readDirectories(ctx, request);
  const open = directories.filter((one) => one.missing.length + one.orphans.length > 0);
  if (open.length === 0) return { edits: [], problems };
  const judge = await Judge.ask(ctx, request, open);
  const edits = open.flatMap((directory) => {
    const { dir, file, text, missing } = directory;
    if (text.kind !== "usable") {
      if (request.mode === "exact") warnUnusable(ctx, dir, text.reason);
      return [];
    }
    const adds = missing.filter((payload) => judge.mayAdd(payload, dir));
    const grows = adds.length > 0;
    const gone = new Set(judge.mayRemove(directory, grows));
    if (!grows && gone.size === 0) return [];
    const lines = [...text.lines.filter((line) => !gone.has(line)), ...adds.map(lineOf)];
    return [{ dir, file, text, lines, grows }];
  });
  return { edits, problems };
}

function warnUnusable(ctx: Context, dir: string, reason: string): void {
  const name = gitignorePath(dir);
  ctx.reporter.warn(
    `${name} is left as it is: ${reason}. Lines are missing in it; put it right, then: blobsy sync`,
  );
}

function readDirectories(
  ctx: Context,
  request: IgnoreRequest,
): { directories: Directory[]; problems: BlobsyError[] } {
  const { payloads, met, fresh } = request;
  const byDir = new Map<string, string[]>();
  for (const payload of met ?? []) byDir.set(dirOf(payload), []);
  for (const payload of payloads) {
    const dir = dirOf(payload);
    const there = byDir.get(dir);
    if (there) there.push(payload);
    else byDir.set(dir, [payload]);
  }
  const problems: BlobsyError[] = [];
  const directories: Directory[] = [];
  for (const [dir, names] of byDir) {
    const file = readGitignore(ctx.repo.worktree, dir);
    if (file.kind === "refused") {
      if (names.length > 0) problems.push(refusedFile(dir, file.reason));
      continue;
    }
    const text = textOf(file);
    const lines = new Set(text.lines);
    const missing = names.filter((payload) => {
      if (lines.has(lineOf(payload))) return false;
      return fresh?.has(payload) === true || hasRef(ctx, payload);
    });
    const orphans = orphansIn(ctx, dir, text, request);
    directories.push({ dir, file, text, missing, orphans });
  }
  return { directories, problems };
}

function refusedFile(dir: string, reason: string): BlobsyError {
  return new BlobsyError("REFUSED_PATH", `no ignore line can be kept here: ${reason}`, {
    path: gitignorePath(dir),
  });
}

/** A payload that is there keeps its line, unless this very run has let go of it. */
function orphansIn(
  ctx: Context,
  dir: string,
  text: GitignoreText,
  { payloads, met }: IgnoreRequest,
): string[] {
  if (text.kind !== "usable") return [];
  return text.lines.filter((line) => {
    const payload = pathOf(dir, line);
    if (payloads.has(payload) || hasRef(ctx, payload)) return false;
    return met?.has(payload) === true || lstatFacts(at(ctx, payload)) === null;
  });
}

/** What of it is a change that is not committed yet. */
class Judge {
  private constructor(
    private readonly request: IgnoreRequest,
    private readonly index: IndexListing | null,
    /** Ref files of HEAD. */
    private readonly committedRefs: ReadonlySet<string>,
    /** Lines that HEAD's `.gitignore` has, by directory. */
    private readonly committedLines: ReadonlyMap<string, ReadonlySet<string>>,
  ) {}

  static async ask(
    ctx: Context,
    request: IgnoreRequest,
    directories: readonly Directory[],
  ): Promise<Judge> {
    const absent = directories.some(({ file }) => file.kind === "absent");
    const orphaned = directories.some(({ orphans }) => orphans.length > 0);
    const index = absent || orphaned ? await listIndex(ctx.repo) : null;
    const refs = directories.flatMap(({ dir, missing, orphans }) => [
      ...missing,
      ...orphans.map((line) => pathOf(dir, line)),
    ]);
    const files = directories.map(({ dir }) => gitignorePath(dir));
    const names = [...refs.map((payload) => payload + REF_SUFFIX), ...files];
    const blobs = await readNamedBlobs(
      ctx.repo,
      names.map((name) => `HEAD:${name}`),
      MAX_GITIGNORE_BYTES,
    );
    const committedLines = directories.map(({ dir }, n): [string, Set<string>] => {
      const raw = blobs[refs.length + n]?.toString("latin1") ?? "";
      return [dir, new Set(parseGitignore(raw).lines)];
    });
    const committedRefs = new Set(refs.filter((_, n) => (blobs[n] ?? null) !== null));
    return new Judge(request, index, committedRefs, new Map(committedLines));
  }

  mayAdd(payload: string, dir: string): boolean {
    // Outside a sparse checkout Git reads the file from its index (gitignore(5) is silent; dir.c).
    const entries = this.index?.get(gitignorePath(dir)) ?? [];
    if (entries.some(({ skipWorktree }) => skipWorktree)) return false;
    return isPersons(this.request.actor) || !this.committedRefs.has(payload);
  }

  /** @param changes the file changes anyway: what was one too many before goes as well */
  mayRemove({ dir, orphans }: Directory, changes: boolean): string[] {
    const committed = this.committedLines.get(dir);
    return orphans.filter((line) => {
      const payload = pathOf(dir, line);
      if (this.index?.has(payload + REF_SUFFIX) === true) return false;
      if (changes) return true;
      if (this.request.mode === "grow") return false;
      return this.committedRefs.has(payload) || committed?.has(line) !== true;
    });
  }
}

function lineOf(payload: string): string {
  return lineFor(path.posix.basename(payload));
}

function pathOf(dir: string, line: string): string {
  const name = nameOfLine(line) ?? "";
  return dir === "" ? name : `${dir}/${name}`;
}

function hasRef(ctx: Context, payload: string): boolean {
  return lstatFacts(at(ctx, payload + REF_SUFFIX)) !== null;
}

function at(ctx: Context, name: string): string {
  return path.join(ctx.repo.worktree, name);
}
