/**
 * The state of every tracked file, offline: the very plan a reconcile would carry out, in words, and
 * where Git stands on each ref file.
 */
import type { Oid } from "../domain/oid.js";
import { type PayloadPath, refPathOf } from "../domain/repo-path.js";
import { runGit } from "../git/git.js";
import { prePushElsewhere } from "../git/hook-managers.js";
import { readOtherJournals } from "../worktree/journal.js";
import { type Problem, readPending, readProblems } from "../worktree/notices.js";
import { type Base, StatCache } from "../worktree/stat-cache.js";
import { takeUpAnnounced } from "./announced-bases.js";
import { assess, type RefusedPath, type Subject } from "./assess.js";
import type { Context } from "./context.js";
import { knownUploads } from "./known-uploads.js";
import type { Proofs } from "./proofs.js";

export type FileState =
  /** Payload and ref file agree. */
  | "in-step"
  /** The payload holds an edit the ref file does not name yet. */
  | "edited"
  /** Git moved the ref file; the payload follows with the next sync. */
  | "stale"
  | "absent"
  /** Absent because the user wants it so. */
  | "left-out"
  | "conflict"
  /** The ref file is gone, the payload is not. */
  | "ref-removed"
  | "renamed"
  /** Git tracks the payload's own path. */
  | "tracked-by-git"
  | "unusable";

export interface FileStatus {
  readonly path: PayloadPath;
  readonly state: FileState;
  readonly size: number | null;
  readonly oid: Oid | null;
  /** The two letters of `git status --porcelain` for the ref file; two spaces when it is committed. */
  readonly git: string;
  /** Ref file and payload are what the last commit says. */
  readonly committed: boolean;
  /** The blob was seen on the remote when it was last asked; nobody is asked now. */
  readonly uploaded: boolean;
  readonly reason?: string;
}

export interface StatusReport {
  readonly files: readonly FileStatus[];
  readonly refused: readonly RefusedPath[];
  /** What earlier runs could not do. */
  readonly problems: readonly Problem[];
  /** Whether Git calls blobsy in this clone. */
  readonly installed: boolean;
  /** Whether `git push` has somewhere to push to. */
  readonly hasUpstream: boolean;
}

/**
 * Reads only; what it learns (hashes, bytes of edits) is kept. With `detect = commit` nothing else
 * would notice an edit, so there it rewrites the ref files of edited payloads first.
 *
 * @throws {BlobsyError} GIT_FAILED, BAD_CONFIG
 */
export async function status(ctx: Context): Promise<StatusReport> {
  const state = ctx.repo.worktreeState;
  await ctx.store.prepare();
  if ((await ctx.config()).detect === "commit") await takeInEdits(ctx);
  const cache = StatCache.load(state);
  takeUpAnnounced(ctx, cache);
  const { orphaned } = readOtherJournals(state);
  const assessment = await assess(ctx, cache, {
    asked: orphaned.keys() as Iterable<PayloadPath>,
    everything: true,
    notes: orphaned,
    pending: readPending(state),
  });
  const [letters, uploads, around] = await Promise.all([
    refLetters(ctx),
    knownUploads(ctx),
    surroundings(ctx),
  ]);
  const described: Described[] = assessment.inStep.map((path) => {
    return { path, state: "in-step", blob: cache.get(path).base };
  });
  const moved = new Set(assessment.moves.flatMap(({ from, to }) => [from, to]));
  for (const subject of assessment.subjects) {
    const one = describe(subject, moved.has(subject.path));
    if (one) described.push(one);
  }
  const files = described.map((one) =>
    fileStatus(one, letters.get(refPathOf(one.path)) ?? "  ", uploads),
  );
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const problems = readProblems(state);
  return { files, refused: assessment.refused, problems, ...around };
}

/** One file, before it is known where Git and the remote stand. */
interface Described {
  readonly path: PayloadPath;
  readonly state: FileState;
  /** What the ref file names. */
  readonly blob: Pick<Base, "oid" | "size" | "remoteKey"> | null;
  /** Of a payload without a usable ref file. */
  readonly size?: number | null;
  readonly reason?: string;
}

function fileStatus(one: Described, letters: string, uploads: Proofs | null): FileStatus {
  const { path, blob, size, ...rest } = one;
  const unmerged = UNMERGED.has(letters);
  const state = unmerged ? "conflict" : one.state;
  // Git, asked by blobsy, calls neither monitor nor filter; asked by anybody else, it sees the edit.
  const git = state === "edited" && letters[1] === " " ? `${letters[0] ?? " "}M` : letters;
  return {
    ...rest,
    path,
    state,
    size: blob?.size ?? size ?? null,
    oid: blob?.oid ?? null,
    git,
    committed: git === "  " && state !== "conflict",
    uploaded:
      blob !== null &&
      state !== "edited" &&
      uploads?.has({ key: blob.remoteKey, oid: blob.oid, size: blob.size }) === true,
    ...(unmerged ? { reason: "unmerged in Git" } : {}),
  };
}

async function surroundings(
  ctx: Context,
): Promise<Pick<StatusReport, "installed" | "hasUpstream">> {
  const ask = async (...args: string[]): Promise<boolean> => {
    const { code } = await runGit(ctx.repo, args, { okCodes: [0, 1, 128] });
    return code === 0;
  };
  const [hasFilter, hasUpstream, elsewhere] = await Promise.all([
    ask("config", "--get", "filter.blobsy.process"),
    ask("rev-parse", "--verify", "--quiet", "@{upstream}"),
    prePushElsewhere(ctx.repo),
  ]);
  return { installed: hasFilter && elsewhere === null, hasUpstream };
}

async function takeInEdits(ctx: Context): Promise<void> {
  const { reconcile } = await import("./reconcile.js");
  await reconcile(ctx, { actor: "status", everything: true, wait: true });
}

/** git-status(1), "Short Format". */
const UNMERGED: ReadonlySet<string> = new Set(["DD", "AU", "UD", "UA", "DU", "AA", "UU"]);

const STATES: Record<Subject["action"]["kind"], FileState | null> = {
  record: "in-step",
  materialise: "absent",
  "stay-absent": "left-out",
  follow: "stale",
  vacate: "stale",
  discard: "stale",
  "write-ref": "edited",
  conflict: "conflict",
  retire: "ref-removed",
  release: "ref-removed",
  leave: "unusable",
  "git-owns": "tracked-by-git",
  forget: null,
};

function describe(subject: Subject, moves: boolean): Described | null {
  const { action, path, ref, payload } = subject;
  const state = moves ? "renamed" : STATES[action.kind];
  if (state === null) return null;
  const blob = ref.kind === "hash" ? ref.ref : null;
  const reason = action.kind === "leave" ? { reason: action.reason } : {};
  return { path, state, blob, size: payload.facts?.size ?? null, ...reason };
}

/** What `git status` says of each ref file that is not as committed. */
async function refLetters(ctx: Context): Promise<Map<string, string>> {
  const args = ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--"];
  const { stdout } = await runGit(ctx.repo, [...args, ":(top,glob)**/*.bref"]);
  const letters = new Map<string, string>();
  for (const record of stdout.toString("utf8").split("\0")) {
    if (record.length > 3) letters.set(record.slice(3), record.slice(0, 2));
  }
  return letters;
}
