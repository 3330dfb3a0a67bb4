/** The store: every object is read, and must be what its name says. Stat records count for nothing here. */
import path from "node:path";
import type { BlobsyError } from "../../domain/errors.js";
import { type Oid, shortOid } from "../../domain/oid.js";
import { formatSize } from "../../domain/size.js";
import { lstatFacts } from "../../fs/facts.js";
import { moveNoReplace } from "../../fs/atomic.js";
import { hashFile } from "../../fs/hash.js";
import { chmodAt, mkdirs } from "../../fs/ops.js";
import { isTempAbandoned, namesIn, tempName, tempOwner } from "../../fs/temp.js";
import { hashMany } from "../../store/ingest-pool.js";
import { objectPath, oidOfName } from "../../store/layout.js";
import type { Check, Finding } from "./finding.js";
import { bringGoodCopy } from "./good-copy.js";
import type { NamedBlob, Survey } from "./survey.js";

interface StoredFile {
  readonly file: string;
  /** `null` for a name that is none of an object. */
  readonly oid: Oid | null;
  readonly size: number;
}

export const objects: Check = {
  group: "store",
  look: async (survey) => {
    const files = filesOf(survey);
    const stray = files.filter(({ oid }) => oid === null);
    const stored = files.filter((file): file is StoredFile & { oid: Oid } => file.oid !== null);
    const results = await hashMany(stored, {
      signal: survey.signal,
      onBytes: (bytes) => survey.read.add(0, bytes),
      onFile: () => survey.read.add(1, 0),
    });
    const named = await survey.blobs();
    const damaged = stored.flatMap((one, at): Finding[] => {
      const result = results[at];
      if (result?.ok && result.oid === one.oid) return [];
      return [damagedFinding(survey, one, result?.ok ? null : (result?.error ?? null), named)];
    });
    return [...damaged, ...stray.map(({ file }) => strayFinding(survey, file))];
  },
};

/** Of a dead process's temporary files another check tells (leftovers.ts). */
function filesOf(survey: Survey): StoredFile[] {
  const { objects: root } = survey.ctx.store.layout;
  return namesIn(root).flatMap((dir): StoredFile[] => {
    const full = path.join(root, dir);
    if (lstatFacts(full)?.kind !== "directory") return [{ file: full, oid: null, size: 0 }];
    return namesIn(full).flatMap((name): StoredFile[] => {
      const file = path.join(full, name);
      const facts = lstatFacts(file);
      if (facts === null || (tempOwner(name) !== null && !isTempAbandoned(file))) return [];
      const oid = facts.kind === "file" ? oidOfName(dir, name) : null;
      return [{ file, oid, size: facts.size }];
    });
  });
}

function damagedFinding(
  survey: Survey,
  { file, oid, size }: StoredFile & { oid: Oid },
  error: BlobsyError | null,
  named: ReadonlyMap<Oid, NamedBlob>,
): Finding {
  const blob = named.get(oid);
  const what = error ? `it cannot be read: ${error.message}` : howDamaged(size, blob);
  const whose = blob ? ` (the blob of ${blob.path})` : "";
  return {
    fault: "object-damaged",
    about: file,
    message: `${what}${whose}`,
    mend: () => replaceObject(survey, oid, blob),
    next: "blobsy push, in a clone that has it",
  };
}

function howDamaged(size: number, blob: NamedBlob | undefined): string {
  if (blob && size < blob.size) {
    return `it is cut short: ${formatSize(size)} of ${formatSize(blob.size)}`;
  }
  return "its bytes are not what its name says";
}

/**
 * What is there is filed under what it is: it may be bytes that exist nowhere else. Where no good copy
 * is to be had the object stays, and goes on being found.
 */
async function replaceObject(survey: Survey, oid: Oid, blob: NamedBlob | undefined): Promise<void> {
  const { store, reporter } = survey.ctx;
  if (await isWholeOnceReadable(objectPath(store.layout, oid), oid)) return;
  if (blob === undefined) {
    await store.setAside(oid);
    reporter.note(
      `no ref file of the worktree names ${shortOid(oid)}, so no good copy was looked for`,
    );
    return;
  }
  const { bad } = store.layout;
  await mkdirs(bad);
  const object = objectPath(store.layout, oid);
  const aside = path.join(bad, tempName("bad"));
  await moveNoReplace(object, aside);
  try {
    await bringGoodCopy(survey, blob);
  } catch (error) {
    await moveNoReplace(aside, object);
    throw error;
  }
  await store.adopt(aside, null);
}

/** Only its permissions were wrong. */
async function isWholeOnceReadable(object: string, oid: Oid): Promise<boolean> {
  if (((lstatFacts(object)?.mode ?? 0o400) & 0o400) !== 0) return false;
  await chmodAt(object, 0o444);
  return (await hashFile(object)).oid === oid;
}

/** Somebody put it there; its bytes are kept, under their own name. */
function strayFinding(survey: Survey, file: string): Finding {
  const isFile = lstatFacts(file)?.kind === "file";
  const mend = async () => {
    await survey.ctx.store.adopt(file, null);
  };
  return {
    fault: "object-stray",
    about: file,
    message: "it is none of blobsy's objects",
    mend: isFile ? mend : null,
    next: "look at it, and move it elsewhere",
  };
}
