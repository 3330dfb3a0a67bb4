/**
 * `drop`: frees the disk of payloads that the remote has. The remote is asked there and then; what was
 * once seen there is no answer. Where reading costs no network, or a length says too little, the object is
 * read back and hashed.
 *
 * The payload goes into the store like every payload that is removed. Only then, and only when no other
 * path of this clone names the blob, does the store give it up too.
 */
import { BlobsyError, isBlobsyError } from "../domain/errors.js";
import type { Oid } from "../domain/oid.js";
import { blobId, formatPlace, type RemoteBlob, remoteBlobOf } from "../domain/remote-place.js";
import type { PayloadPath } from "../domain/repo-path.js";
import { pasteWord } from "../domain/shell-words.js";
import { removePayload } from "../worktree/place.js";
import { worktreesBeside } from "../worktree/other-worktrees.js";
import { StatCache } from "../worktree/stat-cache.js";
import { type Applying, raced } from "./apply.js";
import type { Context } from "./context.js";
import { selectKnown } from "./known-payloads.js";
import { reconcile } from "./reconcile.js";
import { emptyReport, type ReconcileReport } from "./report.js";
import { type Standing, standingOf, whyUntouchable } from "./standing.js";
import { lookOnRemote, type Seen } from "./seen-on-remote.js";

export interface DropRequest {
  readonly cwd: string;
  readonly args: readonly string[];
  /** Read every object back, whatever it costs. */
  readonly verify: boolean;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

export interface DroppedFile {
  readonly path: PayloadPath;
  readonly oid: Oid;
  readonly size: number;
  /** False: it was not here before, and stays away from now on. */
  readonly wasHere: boolean;
  /** False: the store keeps the blob, because another path or worktree names it. */
  readonly freed: boolean;
}

export interface DropResult {
  readonly files: readonly DroppedFile[];
  readonly problems: readonly BlobsyError[];
  readonly report: ReconcileReport;
}

/** @throws {BlobsyError} NOT_TRACKED, NO_REMOTE, NEEDS_TRUST, NETWORK ..., what stops a reconcile */
export async function drop(ctx: Context, request: DropRequest): Promise<DropResult> {
  const { paths } = await selectKnown(ctx, request.cwd, request.args);
  const look = async (cache: StatCache) => {
    const standings = [...(await standingOf(ctx, paths, cache)).values()];
    return {
      able: standings.flatMap((one) => (whyNotDrop(one) ? [] : (candidate(one) ?? []))),
      problems: standings.flatMap((one) => whyNotDrop(one) ?? []),
    };
  };
  // The remote is asked before the lock is taken: it may take its time.
  const before = await look(StatCache.load(ctx.repo.worktreeState));
  const here = before.able.filter(({ payload }) => payload !== null).map(({ blob }) => blob);
  const seen = await lookOnRemote(ctx, here, request);
  const whyNot = (one: Candidate) => (one.payload === null ? null : whyStays(one, seen));
  if (request.dryRun) return preview(ctx, before, whyNot);

  const files: DroppedFile[] = [];
  const problems: BlobsyError[] = [];
  const report = await reconcile(ctx, {
    actor: "command",
    asked: paths,
    wait: true,
    only: (payload) => files.some((file) => file.path === payload),
    first: async (work) => {
      const now = await look(work.cache);
      problems.push(...now.problems);
      for (const one of now.able) {
        const problem = whyNot(one) ?? (await dropOne(work, one));
        if (problem) problems.push(problem);
        else files.push(describe(one));
      }
    },
  });
  return { files: await freeBlobs(ctx, files), problems, report };
}

function preview(
  ctx: Context,
  { able, problems }: { able: readonly Candidate[]; problems: readonly BlobsyError[] },
  whyNot: (one: Candidate) => BlobsyError | null,
): DropResult {
  const files = able.filter((one) => whyNot(one) === null).map(describe);
  const named = stillNamed(ctx, files);
  return {
    files: files.map((file) => ({ ...file, freed: file.wasHere && !named.has(file.oid) })),
    problems: [...problems, ...able.flatMap((one) => whyNot(one) ?? [])],
    report: emptyReport(),
  };
}

interface Candidate {
  readonly path: PayloadPath;
  readonly blob: RemoteBlob;
  readonly payload: Standing["payload"];
}

function describe({ path, blob: { oid, size }, payload }: Candidate): DroppedFile {
  return { path, oid, size, wasHere: payload !== null, freed: false };
}

function candidate({ path, ref, payload }: Standing): Candidate | null {
  if (ref.kind !== "hash") return null;
  return { path, blob: remoteBlobOf(ref.ref), payload };
}

function whyNotDrop(standing: Standing): BlobsyError | null {
  const { path: payload, state } = standing;
  const word = pasteWord(payload);
  const facts = (next: string) => ({ path: payload, next });
  switch (state) {
    case "in-step":
    case "absent":
      return null;
    case "edited":
      return new BlobsyError(
        "PAYLOAD_CHANGED",
        "it was edited, and the remote has not got the edit",
        facts(`git commit -a && git push, then: blobsy drop ${word}`),
      );
    case "stale":
      return new BlobsyError(
        "PAYLOAD_CHANGED",
        "it is older than its ref file",
        facts("blobsy sync"),
      );
    case "conflict":
    case "unmerged":
      return new BlobsyError("CONFLICT", "it is in conflict", { path: payload });
    case "ref-deleted":
      return new BlobsyError("NOT_FOUND", "its ref file was deleted", facts("git status"));
    default:
      return whyUntouchable(standing);
  }
}

/** Whether the remote certainly has it, or why it stays. */
function whyStays({ path, blob }: Candidate, seen: Seen): BlobsyError | null {
  const found = seen.get(blobId(blob));
  if (found === "there") return null;
  if (found === "damaged") {
    return new BlobsyError(
      "BLOB_CORRUPT",
      "the remote has something else in its place; it stays here",
      { path, next: "blobsy fsck --read-data --repair" },
    );
  }
  return new BlobsyError("BLOB_MISSING", "the remote has not got it, so it stays here", {
    path,
    next: `blobsy push ${pasteWord(path)}`,
  });
}

async function dropOne(
  work: Applying,
  { path, blob, payload }: Candidate,
): Promise<BlobsyError | null> {
  const { ctx, cache } = work;
  if (payload !== null) {
    try {
      const { facts, oid } = payload;
      // Listed by hand, with the place: `recover` may have to ask the remote for it.
      const { worktree } = ctx.repo;
      const executable = (facts.mode & 0o111) !== 0;
      const time = new Date().toISOString();
      const entry = {
        time,
        path,
        oid,
        size: facts.size,
        executable,
        worktree,
        key: formatPlace(blob),
      };
      await ctx.recover.append({ ...entry, why: "dropped" });
      const job = { payload: path, expected: facts, expectedOid: oid, why: null };
      const outcome = await removePayload(ctx.place, job);
      if (outcome.kind === "raced") return raced(path, outcome.reason);
    } catch (error) {
      if (isBlobsyError(error)) return error;
      throw error;
    }
  }
  cache.update(path, { dropped: true, payload: null });
  return null;
}

/** After the run is written down: a blob that nothing in this clone names may go. */
async function freeBlobs(ctx: Context, files: readonly DroppedFile[]): Promise<DroppedFile[]> {
  const named = stillNamed(ctx, files);
  const freed: DroppedFile[] = [];
  for (const file of files) {
    const mayGo = file.wasHere && !named.has(file.oid);
    if (mayGo) await ctx.store.remove(file.oid);
    freed.push({ ...file, freed: mayGo });
  }
  return freed;
}

/** The blobs that a path of any worktree names, those left out by `drop` apart. */
function stillNamed(ctx: Context, dropped: readonly DroppedFile[]): ReadonlySet<Oid> {
  const { commonDir, worktreeState } = ctx.repo;
  const others = worktreesBeside(commonDir, worktreeState).map(({ state }) => state);
  const going = new Set<string>(dropped.map(({ path }) => path));
  const named = new Set<Oid>();
  for (const state of [worktreeState, ...others]) {
    const cache = StatCache.load(state);
    for (const payload of cache.paths()) {
      const { dropped: isDropped, base, ref, payload: bytes } = cache.get(payload);
      const isGoing = state === worktreeState && going.has(payload);
      if (isDropped || isGoing) continue;
      for (const oid of [base?.oid, ref?.oid, bytes?.oid]) if (oid) named.add(oid);
    }
  }
  return named;
}
