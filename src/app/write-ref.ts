/** The user edited a payload: its ref file says so from now on. */
import path from "node:path";
import { BlobsyError } from "../domain/errors.js";
import type { RefFile } from "../domain/bref.js";
import { formatPlace, placeOf } from "../domain/remote-place.js";
import { refPathOf } from "../domain/repo-path.js";
import { writeFileAtomic } from "../fs/atomic.js";
import { lstatFacts } from "../fs/facts.js";
import { checkParents } from "../fs/safe-parent.js";
import { noteRewrite } from "../worktree/rewrites.js";
import type { Applying } from "./apply.js";
import type { Subject } from "./assess.js";
import { readRef, textHash } from "./observe.js";
import { refTextFor } from "./ref-text.js";

/**
 * Rewrites the ref file to the payload's content; both are in step then.
 * @throws {BlobsyError} PAYLOAD_CHANGED when the ref file was changed meanwhile; nothing is written then
 */
export async function writeRef(work: Applying, subject: Subject): Promise<void> {
  const { ctx, cache, report } = work;
  const { path: payload, ref, payload: observed, action } = subject;
  if (action.kind !== "write-ref" || ref.kind !== "hash" || observed.facts === null) return;
  const { oid } = action;
  const { size } = observed.facts;
  const refPath = refPathOf(payload);
  const file = path.join(ctx.repo.worktree, refPath);

  const lastLook = (): RefFile => {
    checkParents(ctx.repo.worktree, payload)?.close();
    const now = readRef(ctx.repo.worktree, payload);
    if (now.kind === "hash" && textHash(now.text) === ref.textHash) return now.ref;
    throw new BlobsyError(
      "PAYLOAD_CHANGED",
      "its ref file changed meanwhile; nothing was written",
      { path: refPath, next: "blobsy status" },
    );
  };
  const text = Buffer.from(await refTextFor(ctx, cache, payload, { oid, size }, lastLook()));
  const remoteKey = cache.get(payload).key?.key ?? formatPlace(placeOf(ref.ref));
  noteRewrite(ctx.repo.worktreeState, payload, ref.textHash);
  await writeFileAtomic(file, text, {
    durable: true,
    mode: ref.facts.mode,
    lastLook,
    ...tempDirFor(work, ref.facts.dev),
  });
  const facts = lstatFacts(file);
  if (facts === null) return; // gone again at once: the next reconcile sees that
  cache.update(payload, {
    base: { oid, size, remoteKey, executable: (observed.facts.mode & 0o111) !== 0 },
    placing: null,
    ref: {
      oid,
      size: facts.size,
      mtimeNs: facts.mtimeNs,
      ctimeNs: facts.ctimeNs,
      ino: facts.ino,
      tick: 0n,
    },
    dropped: false,
  });
  work.rewritten.add(refPath);
  report.events.push({ kind: "ref-written", path: payload, oid, size });
}

/** The repository's own temp directory keeps temporary names out of `git status`, where it can serve. */
function tempDirFor(work: Applying, dev: bigint): { tempDir?: string } {
  const { tempDir } = work.ctx.place;
  return lstatFacts(tempDir)?.dev === dev ? { tempDir } : {};
}
