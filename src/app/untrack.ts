/**
 * `untrack`: a payload becomes an ordinary file. Its bytes stay where they are; the ref file goes, from
 * the index too, and so does the line that has Git ignore the payload.
 */
import { BlobsyError } from "../domain/errors.js";
import type { Oid } from "../domain/oid.js";
import { type PayloadPath, refPathOf } from "../domain/repo-path.js";
import { pasteWord } from "../domain/shell-words.js";
import { EMPTY_ENTRY } from "../worktree/stat-cache.js";
import type { Applying } from "./apply.js";
import type { Context } from "./context.js";
import { selectKnown } from "./known-payloads.js";
import { reconcile } from "./reconcile.js";
import { removeRefs } from "./remove-ref.js";
import { emptyReport, type ReconcileReport } from "./report.js";
import { stageIgnoreFiles } from "./stage-ignore.js";
import { type Standing, standingOf, whyUntouchable } from "./standing.js";

export interface UntrackRequest {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly dryRun: boolean;
}

export interface UntrackedFile {
  readonly path: PayloadPath;
  readonly oid: Oid | null;
  readonly size: number;
}

export interface UntrackResult {
  readonly files: readonly UntrackedFile[];
  /** Why nothing was done: all paths are looked at first. */
  readonly problems: readonly BlobsyError[];
  readonly report: ReconcileReport;
}

/** @throws {BlobsyError} NOT_TRACKED, REFUSED_PATH, and what stops a whole reconcile */
export async function untrack(ctx: Context, request: UntrackRequest): Promise<UntrackResult> {
  const { paths } = await selectKnown(ctx, request.cwd, request.args);
  const look = async (cache?: Applying["cache"]) => {
    const standings = [...(await standingOf(ctx, paths, cache)).values()];
    const problems = standings.flatMap((standing) => whyNotUntrack(standing) ?? []);
    const files = problems.length > 0 ? [] : standings;
    return { problems, standings: files, files: files.map(describe) };
  };
  if (request.dryRun) return { ...(await look()), report: emptyReport() };
  let seen: Awaited<ReturnType<typeof look>> = { problems: [], standings: [], files: [] };
  const report = await reconcile(ctx, {
    actor: "command",
    asked: paths,
    wait: true,
    only: (payload) => seen.files.some((file) => file.path === payload),
    first: async (work) => {
      seen = await look(work.cache);
      await letGo(work, seen.standings);
    },
  });
  await stageIgnoreFiles(
    ctx,
    seen.files.map((file) => refPathOf(file.path)),
  );
  return { ...seen, report };
}

function describe({ path, payload }: Standing): UntrackedFile {
  return { path, oid: payload?.oid ?? null, size: payload?.facts.size ?? 0 };
}

function whyNotUntrack(standing: Standing): BlobsyError | null {
  const { path: payload, state, ref } = standing;
  const word = pasteWord(payload);
  if (state === "unmerged") {
    return new BlobsyError("CONFLICT", "Git's merge is not settled there", { path: payload });
  }
  if (standing.payload === null && (state === "absent" || state === "ref-deleted")) {
    return new BlobsyError("NOT_FOUND", "its payload is not here, so nothing would be kept", {
      path: payload,
      next: `blobsy pull ${word}, or without keeping it: blobsy rm ${word}`,
    });
  }
  const isDamaged = ref.kind === "invalid" && standing.payload !== null;
  return isDamaged || state === "ref-deleted" ? null : whyUntouchable(standing);
}

/**
 * The base goes first, and durably: without it the next reconcile lets go of a payload whose ref file is
 * gone, with it the payload would be moved into the store.
 */
async function letGo({ ctx, cache }: Applying, standings: readonly Standing[]): Promise<void> {
  if (standings.length === 0) return;
  const time = new Date().toISOString();
  const { worktree } = ctx.repo;
  for (const { path, payload, ref } of standings) {
    if (payload && ctx.store.has(payload.oid, payload.facts.size)) {
      const { oid, facts } = payload;
      const executable = (facts.mode & 0o111) !== 0;
      const key = ref.kind === "hash" && ref.ref.oid === oid ? { key: ref.ref.remoteKey } : {};
      const entry = { time, path, oid, size: facts.size, executable, worktree, ...key };
      await ctx.recover.append({ ...entry, why: "untracked" });
    }
    cache.update(path, EMPTY_ENTRY);
  }
  await cache.save({ durable: true });
  await removeRefs(
    ctx,
    standings.map(({ path }) => path),
  );
}
