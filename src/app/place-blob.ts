/** Puts one blob at a payload's path, in place of what is known to be there. */
import { BlobsyError } from "../domain/errors.js";
import { formatPlace, placeOf } from "../domain/remote-place.js";
import { statRecord } from "../domain/stat-trust.js";
import { replacePayload } from "../worktree/place.js";
import { type Applying, blobToPlace, raced, recordFailure, rememberRef } from "./apply.js";
import type { Subject } from "./assess.js";
import type { BlobSupply } from "./blob-supply.js";

/**
 * Written down before anything moves: the base follows only at the end of the run, and where that is
 * never reached, what was placed must not pass for the user's edit once Git moves the ref file back.
 * The same goes for a payload that was found in step with another blob than last time.
 */
export async function announce(work: Applying, subjects: readonly Subject[]): Promise<void> {
  const { cache } = work;
  for (const subject of subjects) {
    const oid = blobToPlace(subject.action);
    if (oid === null || subject.ref.kind !== "hash") continue;
    const { size } = subject.ref.ref;
    const remoteKey = formatPlace(placeOf(subject.ref.ref));
    const placing = { oid, size, remoteKey, executable: isExecutable(work, subject) };
    cache.update(subject.path, { placing });
  }
  if (subjects.length > 0 || work.movedBases.size > 0) await cache.save({ durable: true });
}

/**
 * @param arrived a verified file with the blob, in the store's `tmp`; gone when it was placed
 * @throws {BlobsyError} BLOB_MISSING and what the remote said, PAYLOAD_CHANGED, DISK_FULL, IO
 */
export async function placeBlob(
  work: Applying,
  supply: BlobSupply,
  subject: Subject,
  arrived?: string,
): Promise<void> {
  const { ctx, cache, report } = work;
  const { path, payload, ref, action } = subject;
  const oid = blobToPlace(action);
  if (oid === null || ref.kind !== "hash") return;
  rememberRef(work, subject);
  const { size } = ref.ref;
  const remoteKey = formatPlace(placeOf(ref.ref));
  const executable = isExecutable(work, subject);
  const why = supply.whyReplaced(subject);
  for (let tries = 0; ; tries += 1) {
    if (arrived === undefined) await supply.provide(subject);
    const outcome = await replacePayload(
      { ...ctx.place, filing: "later" },
      {
        payload: path,
        expected: payload.facts,
        expectedOid: payload.state.kind === "hash" ? payload.state.oid : null,
        incoming: { oid, size, mayMove: supply.mayMove(subject), arrived },
        executable,
        why,
      },
    );
    if (outcome.kind === "placed") {
      cache.update(path, {
        base: { oid, size, remoteKey, executable },
        placing: null,
        payload: statRecord(oid, outcome.facts, outcome.tick),
        dropped: false,
      });
      report.events.push({ kind: "placed", path, oid, size });
      if (outcome.leftAside) recordFailure(work, path, outcome.leftAside);
      if (why !== null && outcome.displaced) {
        report.events.push({ kind: "discarded", path, oid: outcome.displaced, why });
      }
      return;
    }
    if (outcome.kind === "raced") throw raced(path, outcome.reason);
    // The store's object turned out damaged; once more, from elsewhere.
    arrived = undefined;
    if (tries > 0) {
      throw new BlobsyError("BLOB_MISSING", `its blob ${oid.slice(0, 12)} cannot be had`, {
        path,
        next: "blobsy fetch",
      });
    }
  }
}

function isExecutable(work: Applying, subject: Subject): boolean {
  const refMode = subject.ref.kind === "hash" ? subject.ref.facts.mode : 0;
  const payloadMode = subject.payload.facts?.mode;
  if ((refMode & 0o111) !== 0) return true;
  if (payloadMode !== undefined) return (payloadMode & 0o111) !== 0;
  return work.cache.get(subject.path).base?.executable ?? false;
}
