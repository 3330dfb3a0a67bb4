/** Names: refused ones, payloads that Git tracks itself, and names that meet on other file systems. */
import path from "node:path";
import { collisions } from "../../domain/collisions.js";
import { isBlobsyError } from "../../domain/errors.js";
import { REF_SUFFIX } from "../../domain/repo-path.js";
import { pasteWord } from "../../domain/shell-words.js";
import { lstatFacts } from "../../fs/facts.js";
import { hashFile } from "../../fs/hash.js";
import { checkParents } from "../../fs/safe-parent.js";
import { runGit } from "../../git/git.js";
import type { Check, Finding } from "./finding.js";
import type { Survey, SurveyedRef } from "./survey.js";

export const paths: Check = {
  group: "names",
  look: async (survey) => [
    ...(await refusedNames(survey)),
    ...(await refusedPlaces(survey)),
    ...(await payloadsInGit(survey)),
    ...(await colliding(survey)),
  ],
};

async function refusedNames(survey: Survey): Promise<Finding[]> {
  return (await survey.refused()).map(({ refPath, reason }) => ({
    fault: "path-refused",
    about: refPath,
    message: `nothing is placed for it: ${reason}`,
    mend: null,
    next: `rename it, or remove it: git rm --cached -- ${pasteWord(refPath)}`,
  }));
}

/** The name is good; what lies on the way to it, or at it, is not. */
async function refusedPlaces(survey: Survey): Promise<Finding[]> {
  return (await survey.refs()).flatMap(({ payload }): Finding[] => {
    const reason = whyNotPlace(survey, payload);
    if (reason === null) return [];
    const isClosed = /\((?:EACCES|EPERM)\)/.test(reason);
    const first = isClosed ? "check its permissions" : "move what is in the way";
    const next = `${first}, then: blobsy sync`;
    return [{ fault: "path-refused", about: payload, message: reason, mend: null, next }];
  });
}

function whyNotPlace(survey: Survey, payload: string): string | null {
  try {
    checkParents(survey.worktree, payload)?.close();
    const kind = lstatFacts(path.join(survey.worktree, payload))?.kind ?? "file";
    return kind === "file" ? null : `the payload's path is a ${kind}`;
  } catch (error) {
    if (isBlobsyError(error)) return error.message;
    return `it cannot be looked at (${String(error)})`;
  }
}

async function payloadsInGit(survey: Survey): Promise<Finding[]> {
  const index = await survey.index();
  const both = (await survey.refs()).filter(({ payload }) => index.has(payload));
  return Promise.all(both.map((ref) => payloadInGit(survey, ref)));
}

/** Only where Git's file is the payload is it plain that Git was to have the ref file alone. */
async function payloadInGit(survey: Survey, { payload, disk }: SurveyedRef): Promise<Finding> {
  const file = path.join(survey.worktree, payload);
  const isPayload =
    disk.kind === "hash" &&
    lstatFacts(file)?.size === disk.ref.size &&
    (await hashFile(file)).oid === disk.ref.oid;
  const undo = `git rm --cached -- ${pasteWord(payload)}`;
  return {
    fault: "payload-in-git",
    about: payload,
    message: isPayload
      ? "Git tracks the payload itself, beside its ref file"
      : "Git tracks a file at the payload's path, with other content than the ref file names",
    mend: isPayload ? () => untrack(survey, payload) : null,
    next: `decide who keeps it: ${undo}, or git rm --cached -- ${pasteWord(payload + REF_SUFFIX)}`,
  };
}

async function untrack(survey: Survey, payload: string): Promise<void> {
  await runGit(survey.ctx.repo, ["update-index", "--force-remove", "-z", "--stdin"], {
    input: `${payload}\0`,
  });
  survey.ctx.reporter.note(`${payload} is out of Git's index; commit that, its history stays`);
}

async function colliding(survey: Survey): Promise<Finding[]> {
  const refs = new Set((await survey.refs()).map(({ payload }) => payload as string));
  const names = [...(await survey.index()).keys()];
  const groups = collisions([...names.filter((name) => !name.endsWith(REF_SUFFIX)), ...refs]);
  return groups.flatMap((group): Finding[] => {
    const unique = [...new Set(group)];
    const ours = unique.filter((name) => refs.has(name));
    const [about] = ours;
    if (about === undefined || unique.length < 2) return [];
    const others = unique.filter((name) => name !== about).join(", ");
    return [
      {
        fault: "names-collide",
        about,
        message: `where upper and lower case or Unicode forms do not count, this is one file with ${others}: there neither payload is placed`,
        mend: null,
        next: `rename one of them: git mv -- ${pasteWord(about + REF_SUFFIX)} '<another name>${REF_SUFFIX}'`,
      },
    ];
  });
}
