/**
 * Payloads that were damaged, told apart from edited ones: whoever edits a file moves its ctime, and a
 * failing disk does not. So a payload whose stat record still vouches, and whose bytes are others, was
 * changed by nobody. All other payloads are as the user wants them.
 */
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { errnoOf } from "../../domain/errors.js";
import type { PayloadPath } from "../../domain/repo-path.js";
import { type StatRecord, vouches } from "../../domain/stat-trust.js";
import type { FileFacts } from "../../domain/file-facts.js";
import { shortOid } from "../../domain/oid.js";
import { pasteWord } from "../../domain/shell-words.js";
import { lstatFacts } from "../../fs/facts.js";
import { acquireLock } from "../../fs/lock.js";
import { hashMany } from "../../store/ingest-pool.js";
import { StatCache } from "../../worktree/stat-cache.js";
import { reconcile } from "../reconcile.js";
import type { Check, Finding } from "./finding.js";
import { bringGoodCopy } from "./good-copy.js";
import type { NamedBlob, Survey } from "./survey.js";

interface Vouched {
  readonly payload: PayloadPath;
  readonly record: StatRecord;
  readonly file: string;
  readonly size: number;
}

export const payloads: Check = {
  group: "payloads",
  look: async (survey) => {
    const vouched = payloadsThatAreVouched(survey);
    const results = await hashMany(vouched, {
      signal: survey.signal,
      onBytes: (bytes) => survey.read.add(0, bytes),
      onFile: () => survey.read.add(1, 0),
    });
    const damaged = vouched.flatMap((one, at): Finding[] => {
      const result = results[at];
      if (!result?.ok) {
        return [unreadable(one.payload, result?.error.message ?? "")];
      }
      if (result.oid === one.record.oid || !vouches(one.record, result.facts)) return [];
      return [finding(survey, one, result.facts)];
    });
    return [...damaged, ...unreadableOthers(survey, new Set(vouched.map((one) => one.payload)))];
  },
};

function unreadable(payload: string, why: string): Finding {
  const message = `it cannot be read: ${why}`;
  const next = "check the disk and the file's permissions";
  return { fault: "payload-damaged", about: payload, message, mend: null, next };
}

/** Nothing can be said of their bytes, and so nothing keeps them in step. */
function unreadableOthers(survey: Survey, known: ReadonlySet<string>): Finding[] {
  const others = ([...survey.cache.paths()] as PayloadPath[]).filter((one) => !known.has(one));
  return others.flatMap((payload) => {
    const file = path.join(survey.worktree, payload);
    if (factsQuietly(file)?.kind !== "file") return [];
    try {
      accessSync(file, constants.R_OK);
      return [];
    } catch (error) {
      return [unreadable(payload, errnoOf(error) ?? String(error))];
    }
  });
}

function payloadsThatAreVouched(survey: Survey): Vouched[] {
  return ([...survey.cache.paths()] as PayloadPath[]).flatMap((payload) => {
    const record = survey.cache.get(payload).payload;
    const file = path.join(survey.worktree, payload);
    const facts = record && factsQuietly(file);
    return facts && vouches(record, facts) ? [{ payload, record, file, size: facts.size }] : [];
  });
}

function factsQuietly(file: string): FileFacts | null {
  try {
    return lstatFacts(file);
  } catch {
    return null; // paths.ts tells of it
  }
}

function finding(survey: Survey, { payload, record }: Vouched, facts: FileFacts): Finding {
  return {
    fault: "payload-damaged",
    about: payload,
    message: `its bytes are not ${shortOid(record.oid)} any more, and nobody wrote to it: the disk or what copied it is at fault`,
    mend: () => replace(survey, payload, record, facts),
    next: `get a good one: blobsy pull --force ${pasteWord(payload)}`,
  };
}

/** The damaged bytes are kept as well: `recover` lists them. */
async function replace(
  survey: Survey,
  payload: PayloadPath,
  record: StatRecord,
  facts: FileFacts,
): Promise<void> {
  const { ctx } = survey;
  const blob = await blobOf(survey, payload, record);
  const good = await ctx.store.verifiedPath(blob.oid, blob.size);
  // Only then is the record taken back: without a good copy the damage must not pass for an edit.
  if (good === null) await bringGoodCopy(survey, blob);
  await forgetRecord(survey, payload, facts);
  await reconcile(ctx, {
    actor: "command",
    asked: [payload],
    wait: true,
    wanted: () => true,
    only: (other) => other === payload,
    choose: () => "theirs",
  });
}

async function blobOf(
  survey: Survey,
  payload: PayloadPath,
  { oid, size }: StatRecord,
): Promise<NamedBlob> {
  const named = (await survey.blobs()).get(oid);
  const { base } = survey.cache.get(payload);
  return named ?? { oid, size, key: base?.remoteKey ?? "", path: payload };
}

async function forgetRecord(survey: Survey, payload: PayloadPath, facts: FileFacts): Promise<void> {
  const state = survey.ctx.repo.worktreeState;
  const lock = await acquireLock(path.join(state, "lock"), { waitMs: "forever" });
  try {
    const cache = StatCache.load(state);
    const now = cache.get(payload).payload;
    if (now && vouches(now, facts)) cache.update(payload, { payload: null });
    await cache.save({ durable: true });
  } finally {
    await lock?.release();
  }
}
