/**
 * Makes Git believe again that ref files are what its index says, where that is so.
 *
 * Git takes a file whose size differs from its index record for modified and asks nobody. So an entry
 * that already names the new text is entered again without stat data, and then refreshed. The filter
 * is switched off for this: the text on disk is the text in the index, and no second filter process
 * need start.
 *
 * What was read of the index must not be written over what somebody else's Git has written since. So all
 * of this happens to a copy, which takes the index's place only while that is the very file that was
 * copied (index-copy.ts).
 */
import { gitBlobOid, listIndex } from "./index-entries.js";
import { changeIndexCopy, type IndexEnv } from "./index-copy.js";
import { runGit } from "./git.js";
import type { Repository } from "./repository.js";

const FILTER_OFF = ["-c", "filter.blobsy.process=", "-c", "filter.blobsy.clean="];
const ANY_CODE = [0, 1, 128];

/**
 * A busy index is no failure: whoever has it writes it, and a later status refreshes.
 *
 * @param textOf what the file says now; `null` where it cannot be read
 */
export async function settleEntries(
  repo: Repository,
  paths: ReadonlySet<string>,
  textOf: (path: string) => Uint8Array | null,
): Promise<void> {
  if (paths.size === 0) return;
  const distrusted = await hasOwnMonitor(repo);
  await changeIndexCopy(repo, async (env) => {
    if (distrusted) await distrustMonitor(repo, paths, env);
    const lines = await linesToEnter(repo, paths, { textOf, env });
    if (lines.length === 0) return distrusted;
    const entering = [...FILTER_OFF, "update-index", "-z", "--index-info"];
    const input = lines.join("");
    const entered = await runGit(repo, entering, { input, env, okCodes: ANY_CODE });
    if (entered.code !== 0) return false;
    const refreshing = [...FILTER_OFF, "update-index", "-q", "--refresh"];
    await runGit(repo, refreshing, { env, okCodes: ANY_CODE });
    return true;
  });
}

interface Entering {
  readonly textOf: (path: string) => Uint8Array | null;
  readonly env: IndexEnv;
}

/** As `update-index --index-info` reads them. */
async function linesToEnter(
  repo: Repository,
  paths: ReadonlySet<string>,
  { textOf, env }: Entering,
): Promise<string[]> {
  const listing = await listIndex(repo, env);
  const lines: string[] = [];
  for (const path of paths) {
    const entries = listing.get(path);
    const entry = entries?.[0];
    if (!entry || entries.length !== 1 || entry.stage !== 0 || entry.skipWorktree) continue;
    const text = textOf(path);
    if (text !== null && gitBlobOid(text, entry.oid) === entry.oid) {
      lines.push(`${entry.mode} ${entry.oid} 0\t${path}\0`);
    }
  }
  return lines;
}

/** A monitor of the user's own (watchman, say) is asked for what changed since the index was written. */
async function hasOwnMonitor(repo: Repository): Promise<boolean> {
  const args = ["config", "--get", "blobsy.fsmonitor"];
  return (await runGit(repo, args, { okCodes: [0, 1] })).code === 0;
}

/** What was rewritten here must be examined whatever it answers (git-update-index(1)). */
async function distrustMonitor(
  repo: Repository,
  paths: Iterable<string>,
  env: IndexEnv,
): Promise<void> {
  await runGit(repo, ["update-index", "-z", "--no-fsmonitor-valid", "--stdin"], {
    input: [...paths].map((path) => `${path}\0`).join(""),
    env,
    okCodes: ANY_CODE,
  });
}
