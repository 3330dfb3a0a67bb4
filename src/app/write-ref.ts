/** The user edited a payload: its ref file says so from now on. */
import path from "node:path";
import { BlobsyError } from "../domain/errors.js";
import type { RefFile } from "../domain/bref.js";
import { formatPlace, placeOf } from "../domain/remote-place.js";
import { type PayloadPath, refPathOf } from "../domain/repo-path.js";
import { lstatFacts } from "../fs/facts.js";
import { rename, syncDir } from "../fs/ops.js";
import { checkParents } from "../fs/safe-parent.js";
import { type Announced, announceRewrites, writeRefText } from "../worktree/announced.js";
import { noteRewrite } from "../worktree/rewrites.js";
import { rewritePlace } from "./announced-bases.js";
import type { Applying } from "./apply.js";
import type { Subject } from "./assess.js";
import type { Context } from "./context.js";
import { readRef, textHash } from "./observe.js";
import { refTextFor } from "./ref-text.js";

/** A ref file's new text, ready to get its name. */
export interface PreparedRef {
  readonly subject: Subject;
  readonly announced: Announced;
  /** The file with the new text, absolute. */
  readonly text: string;
  /** SHA-256 of the text it replaces. */
  readonly was: string;
}

/** @throws {BlobsyError} PAYLOAD_CHANGED when the ref file was changed meanwhile @throws system errors */
export async function prepareRef(work: Applying, subject: Subject): Promise<PreparedRef | null> {
  const { ctx, cache } = work;
  const { path: payload, ref, payload: observed, action } = subject;
  if (action.kind !== "write-ref" || ref.kind !== "hash" || observed.facts === null) return null;
  const { oid } = action;
  const { size, mode } = observed.facts;
  const old = lastLook(ctx, payload, ref.textHash);
  const content = await refTextFor(ctx, cache, payload, { oid, size }, old);
  const { key, base } = cache.get(payload);
  const remoteKey = key?.key ?? formatPlace(placeOf(ref.ref));
  const text = await writeRefText(rewritePlace(ctx), payload, Buffer.from(content), ref.facts);
  const announced: Announced = {
    path: payload,
    from: base?.oid ?? null,
    base: { oid, size, remoteKey, executable: (mode & 0o111) !== 0 },
    text: path.basename(text),
  };
  return { subject, announced, text, was: ref.textHash };
}

/** @throws {BlobsyError} PAYLOAD_CHANGED when it is not what was decided upon */
function lastLook(ctx: Context, payload: PayloadPath, was: string): RefFile {
  checkParents(ctx.repo.worktree, payload)?.close();
  const now = readRef(ctx.repo.worktree, payload);
  if (now.kind === "hash" && textHash(now.text) === was) return now.ref;
  throw new BlobsyError("PAYLOAD_CHANGED", "its ref file changed meanwhile; nothing was written", {
    path: refPathOf(payload),
    next: "blobsy status",
  });
}

/** @throws system errors; no ref file may be written then */
export async function announceRefs(work: Applying, ready: readonly PreparedRef[]): Promise<void> {
  const announced = ready.map((one) => one.announced);
  const texts = ready.map((one) => one.text);
  work.announced = true;
  await announceRewrites(rewritePlace(work.ctx), announced, texts);
}

/**
 * Rewrites the ref file to the payload's content; both are in step then.
 * @throws {BlobsyError} PAYLOAD_CHANGED when the ref file was changed meanwhile; nothing is written then
 */
export async function writeRef(work: Applying, prepared: PreparedRef): Promise<void> {
  const { ctx, cache, report } = work;
  const { path: payload, base } = prepared.announced;
  const { oid, size } = base;
  const refPath = refPathOf(payload);
  const file = path.join(ctx.repo.worktree, refPath);
  noteRewrite(ctx.repo.worktreeState, payload, prepared.was);
  lastLook(ctx, payload, prepared.was);
  await rename(prepared.text, file);
  await syncDir(path.dirname(file));
  const facts = lstatFacts(file);
  if (facts === null) return; // gone again at once: the next reconcile sees that
  cache.update(payload, {
    base,
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
