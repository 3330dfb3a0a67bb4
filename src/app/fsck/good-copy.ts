/** Brings a good copy of a blob into the store: from a payload, or from the remote. */
import path from "node:path";
import { BlobsyError, isBlobsyError } from "../../domain/errors.js";
import { matches } from "../../domain/stat-trust.js";
import { lstatFacts } from "../../fs/facts.js";
import { worktreesBeside } from "../../worktree/other-worktrees.js";
import { StatCache } from "../../worktree/stat-cache.js";
import { downloadBlobs } from "../transfer.js";
import type { NamedBlob, Survey } from "./survey.js";

/**
 * @throws {BlobsyError} BLOB_MISSING, or what the remote said
 */
export async function bringGoodCopy(survey: Survey, blob: NamedBlob): Promise<void> {
  const { store } = survey.ctx;
  for (const file of payloadsSaidToHold(survey, blob)) {
    try {
      const { oid } = await store.ingest(file);
      if (oid === blob.oid) return;
    } catch (error) {
      if (!isBlobsyError(error)) throw error; // it cannot be read: the next one
    }
  }
  const { failed } = await downloadBlobs(survey.ctx, [blob], { signal: survey.signal });
  const [failure] = failed;
  if (failure === undefined) return;
  const { message, code, next } = failure.error;
  throw new BlobsyError(code, `no good copy of it is at hand: ${message}`, {
    path: blob.path,
    next: next ?? "blobsy push, in a clone that has it",
  });
}

/** By the stat caches of all worktrees; whether it is so is seen when they are read. */
function payloadsSaidToHold(survey: Survey, { oid }: NamedBlob): string[] {
  const { repo } = survey.ctx;
  const others = worktreesBeside(repo.commonDir, repo.worktreeState).map(({ worktree, state }) => ({
    worktree,
    cache: StatCache.load(state),
  }));
  return [{ worktree: repo.worktree, cache: survey.cache }, ...others].flatMap(
    ({ worktree, cache }) =>
      [...cache.paths()].flatMap((payload) => {
        const { payload: record } = cache.get(payload);
        if (record?.oid !== oid) return [];
        const file = path.join(worktree, payload);
        const facts = lstatFacts(file);
        return facts !== null && matches(record, facts) ? [file] : [];
      }),
  );
}
