/**
 * Files a payload that was moved aside into the store.
 *
 * By rename, which costs nothing however large it is. But the file was the user's: another link to it
 * may lie anywhere and be edited, so one with several links is copied; and a program may have it open
 * still, so that what is known of its content is compared with its facts before and after each step.
 */
import { BlobsyError, errnoOf } from "../domain/errors.js";
import { sameContentFacts, sameFacts, type FileFacts } from "../domain/file-facts.js";
import type { Oid } from "../domain/oid.js";
import { statRecord } from "../domain/stat-trust.js";
import { settleFile } from "../fs/atomic.js";
import { safelyBefore } from "../fs/clock.js";
import { factsOf, lstatFacts } from "../fs/facts.js";
import { copyHashing, hashFile } from "../fs/hash.js";
import { openPayload } from "../fs/open-payload.js";
import { syncForeignFile, unlink } from "../fs/ops.js";
import { OBJECT_MODE } from "./layout.js";
import type { Blob, Lasting, Store } from "./store.js";

const TRIES = 3;
/** Younger files are looked at with a tick read anew. */
const RECENT_NS = 3_000_000_000n;

/** Content that need not be read again as long as a file still has these facts. */
export interface KnownContent {
  readonly oid: Oid;
  readonly facts: FileFacts;
}

type BeforeFiling = ((blob: Blob) => Promise<void>) | undefined;

/** See `Store.adopt`. */
export async function adoptFile(
  store: Store,
  file: string,
  known: KnownContent | null,
  beforeFiling?: BeforeFiling,
  lasting: Lasting = "now",
): Promise<Blob> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const facts = lstatFacts(file);
    if (facts?.kind !== "file") {
      throw new BlobsyError("PAYLOAD_UNREADABLE", `${file} is not a regular file`, { path: file });
    }
    const mustCopy = facts.nlink > 1 || facts.dev !== lstatFacts(store.layout.objects)?.dev;
    const blob = mustCopy
      ? await copyIn(store, file, beforeFiling)
      : await moveIn(store, file, facts, { known, beforeFiling, lasting });
    if (blob) return blob;
  }
  throw new BlobsyError("PAYLOAD_BUSY", `${file} keeps changing while it is stored`, {
    path: file,
  });
}

/** @returns null when the file was written to meanwhile: what was kept is good, but not the latest */
async function copyIn(
  store: Store,
  file: string,
  beforeFiling: BeforeFiling,
): Promise<Blob | null> {
  const tick = await store.tickAfter(0n);
  const temp = store.tempPath("adopt");
  const options = { mode: OBJECT_MODE, mtimeNs: safelyBefore(tick) };
  const { oid, size, facts } = await copyHashing(file, temp, options);
  await beforeFiling?.({ oid, size });
  await store.publishTemp(temp, { oid, size }, tick);
  return (await removeUnchanged(file, facts)) ? { oid, size } : null;
}

interface MoveInOptions {
  readonly known: KnownContent | null;
  readonly beforeFiling: BeforeFiling;
  readonly lasting: Lasting;
}

/** @returns as `copyIn` */
async function moveIn(
  store: Store,
  file: string,
  facts: FileFacts,
  { known, beforeFiling, lasting }: MoveInOptions,
): Promise<Blob | null> {
  // Read before the bytes are: only then does a later time mean a later writer.
  const tick = await store.tickAfter(facts.mtimeNs + RECENT_NS);
  // Of a file this young the facts may be those of two contents, whatever is known of one.
  const isSettled = facts.mtimeNs <= safelyBefore(tick);
  const content = (isSettled ? await stillKnown(file, known) : null) ?? (await hashFile(file));
  const blob = { oid: content.oid, size: content.facts.size };
  await beforeFiling?.(blob);
  await makeReadOnly(file);
  if (!(await store.publish(file, blob, lasting))) {
    return (await removeUnchanged(file, content.facts)) ? blob : null;
  }
  const filed = store.objectFacts(blob.oid);
  // Written to in between: left without a record, so that whoever wants the blob reads it first.
  if (filed && sameContentFacts(content.facts, filed)) {
    await store.verified.add(statRecord(blob.oid, filed, tick));
  }
  return blob;
}

/** Synced before it is believed, as an edit through a memory map may not show in its times yet. */
async function stillKnown(file: string, known: KnownContent | null): Promise<KnownContent | null> {
  if (!known) return null;
  const handle = await openPayload(file);
  try {
    await syncForeignFile(handle, file);
    const facts = await factsOf(handle);
    return sameFacts(known.facts, facts) ? { oid: known.oid, facts } : null;
  } finally {
    await handle.close();
  }
}

/** Somebody else's file in a shared directory keeps its mode; it is filed all the same. */
async function makeReadOnly(file: string): Promise<void> {
  try {
    await settleFile(file, { mode: OBJECT_MODE });
  } catch (error) {
    if (errnoOf(error) !== "EPERM") throw error;
  }
}

async function removeUnchanged(file: string, facts: FileFacts): Promise<boolean> {
  const now = lstatFacts(file);
  if (now && !sameContentFacts(facts, now)) return false;
  if (now) await unlink(file);
  return true;
}
