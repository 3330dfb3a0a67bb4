/** Ref files that cannot be used, in the worktree or staged; and which text they should have. */
import path from "node:path";
import { formatRefFile, parseRefFile, type ParsedRefFile } from "../../domain/bref.js";
import { BlobsyError } from "../../domain/errors.js";
import { pasteWord } from "../../domain/shell-words.js";
import { type PayloadPath, refPathOf } from "../../domain/repo-path.js";
import { writeFileAtomic } from "../../fs/atomic.js";
import { checkParents } from "../../fs/safe-parent.js";
import { stagePaths } from "../../git/index-entries.js";
import { readBlobs, readNamedBlobs } from "../../git/objects.js";
import { reconcile } from "../reconcile.js";
import type { Check, Finding } from "./finding.js";
import type { Survey, SurveyedRef } from "./survey.js";

export const refFiles: Check = {
  group: "ref files",
  look: async (survey) => {
    const refs = await survey.refs();
    const staged = await readBlobs(
      survey.ctx.repo,
      refs.flatMap(({ entries }) => entries.map(({ oid }) => oid)),
    );
    return refs.flatMap((ref) => look(survey, ref, staged) ?? []);
  },
};

function look(
  survey: Survey,
  ref: SurveyedRef,
  staged: ReadonlyMap<string, Buffer>,
): Finding | null {
  const { payload, disk, entries } = ref;
  if (entries.some(({ stage }) => stage > 0)) return null; // a merge is under way; status says so
  const about = refPathOf(payload);
  const inIndex = parseRefFile(staged.get(entries[0]?.oid ?? "") ?? Buffer.alloc(0));
  const onDisk = disk.kind === "absent" || disk.kind === "hash" ? null : disk;
  const next = `git restore --source='<a good commit>' --staged --worktree -- ${pasteWord(about)}`;
  if (onDisk?.kind === "refused") {
    const how = onDisk.facts === null ? "check the permissions of it and its directory" : next;
    return { fault: "ref-file", about, message: onDisk.reason, mend: null, next: how };
  }
  const parsed = onDisk?.text ? parseRefFile(onDisk.text) : onDisk ? null : inIndex;
  if (parsed?.ok) return null;
  const where = onDisk ? "" : "as it is staged, ";
  const message = where + (parsed ? describe(parsed) : (onDisk?.reason ?? "it cannot be read"));
  if (parsed?.kind === "newer") {
    return { fault: "ref-file", about, message, mend: null, next: "install a newer blobsy" };
  }
  if (parsed?.kind === "conflicted") {
    const either = `git checkout HEAD -- ${pasteWord(about)}, or take the other side's text`;
    return { fault: "ref-file", about, message, mend: null, next: either };
  }
  const good = inIndex.ok ? (staged.get(entries[0]?.oid ?? "") ?? null) : null;
  return { fault: "ref-file", about, message, mend: () => restore(survey, payload, good), next };
}

function describe(problem: Extract<ParsedRefFile, { ok: false }>): string {
  return `line ${problem.line}: ${problem.reason}`;
}

/** The staged text, else that of the last commit, else what payload and ref file last agreed upon. */
async function restore(survey: Survey, payload: PayloadPath, staged: Buffer | null): Promise<void> {
  const { repo } = survey.ctx;
  const name = refPathOf(payload);
  const text = staged ?? (await committed(survey, name)) ?? agreed(survey, payload);
  if (text === null) {
    throw new BlobsyError("BAD_REF_FILE", "no good text of it is staged, committed or remembered", {
      path: name,
    });
  }
  checkParents(repo.worktree, payload)?.close();
  await writeFileAtomic(path.join(repo.worktree, name), text, { durable: true });
  if (staged === null) await stagePaths(repo, [name]);
  await reconcile(survey.ctx, { actor: "fsck", asked: [payload], wait: true });
}

async function committed(survey: Survey, name: string): Promise<Buffer | null> {
  const [text] = await readNamedBlobs(survey.ctx.repo, [`HEAD:${name}`]);
  return text && parseRefFile(text).ok ? text : null;
}

function agreed(survey: Survey, payload: PayloadPath): Buffer | null {
  const { base } = survey.cache.get(payload);
  return base && Buffer.from(formatRefFile(base));
}
