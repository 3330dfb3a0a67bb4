/**
 * `.git/blobsy` and what is in it must be this user's own directories (store/own-directory.ts): blobsy
 * refuses to start where one is a link, or another user's. So this is looked at before all else, and
 * without a context.
 *
 * What is put right is only the name: link or directory are set aside as they are, and the blobs behind
 * them are copied in, each after it was hashed.
 */
import { lstatSync } from "node:fs";
import path from "node:path";
import { isBlobsyError } from "../../domain/errors.js";
import { lstatFacts } from "../../fs/facts.js";
import { mkdirs, rename } from "../../fs/ops.js";
import { namesIn } from "../../fs/temp.js";
import type { Repository } from "../../git/repository.js";
import { oidOfName, storeLayout } from "../../store/layout.js";
import { Store } from "../../store/store.js";
import type { Reporter } from "../reporter.js";
import type { Finding } from "./finding.js";

/** Links and directories of others; those above hide those below. */
export function lookAtOwnDirectories(repo: Repository, reporter: Reporter): Finding[] {
  const { root, objects, tmp, aside, bad } = storeLayout(repo.sharedState);
  const state = repo.worktreeState;
  const dirs = [
    root,
    objects,
    tmp,
    aside,
    bad,
    path.dirname(state),
    state,
    path.join(state, "journal"),
  ];
  const found: Finding[] = [];
  for (const dir of new Set(dirs)) {
    if (found.some(({ about }) => dir.startsWith(about + path.sep))) continue;
    const wrong = whatIsWrong(dir);
    if (wrong === null) continue;
    found.push({
      fault: "state-not-own",
      about: dir,
      message: wrong,
      mend: () => replace(repo, dir, reporter),
    });
  }
  return found;
}

function whatIsWrong(dir: string): string | null {
  const stats = lstatSync(dir, { throwIfNoEntry: false });
  if (!stats) return null;
  if (stats.isSymbolicLink()) return "it is a link, which may lead to anybody's files";
  if (!stats.isDirectory()) return "it is no directory";
  const uid = process.getuid?.();
  const isOurs = uid === undefined || uid === 0 || stats.uid === uid;
  return isOurs ? null : "it belongs to another user";
}

async function replace(repo: Repository, dir: string, reporter: Reporter): Promise<void> {
  const kept = freeName(dir);
  await rename(dir, kept);
  await mkdirs(dir);
  reporter.note(`what was at ${dir} is kept as ${kept}`);
  const { root, objects } = storeLayout(repo.sharedState);
  if (dir === root) await takeIn(repo, path.join(kept, "objects"), reporter);
  if (dir === objects) await takeIn(repo, kept, reporter);
}

function freeName(dir: string): string {
  for (let n = 1; ; n += 1) {
    const name = `${dir}.set-aside-${n}`;
    if (lstatFacts(name) === null) return name;
  }
}

/** Copies the blobs of another store; what is no blob, or cannot be read, is left where it is. */
async function takeIn(repo: Repository, objects: string, reporter: Reporter): Promise<void> {
  const store = Store.open(repo.sharedState);
  let taken = 0;
  for (const dir of namesOrNone(objects)) {
    for (const name of namesOrNone(path.join(objects, dir))) {
      if (oidOfName(dir, name) === null) continue;
      try {
        if ((await store.ingest(path.join(objects, dir, name))).stored) taken += 1;
      } catch (error) {
        if (!isBlobsyError(error)) throw error;
        reporter.warn(error.message);
      }
    }
  }
  if (taken > 0) reporter.note(`${taken} blobs of it were copied into the store`);
}

function namesOrNone(dir: string): string[] {
  try {
    return namesIn(dir);
  } catch {
    return []; // no directory, or not for us
  }
}
