/**
 * Does adding and removing a name change a directory's modification time here? It does on every
 * ordinary file system; Git's untracked cache believes in it.
 *
 * Asks what `git update-index --test-untracked-cache` asks. That waits a second between two changes,
 * so that their times differ; here each change is made to a directory that was first dated long ago.
 */
import path from "node:path";
import { lstatFacts } from "./facts.js";
import { createFile, mkdir, rmdir, setMtimeOf, unlinkIfThere } from "./ops.js";
import { tempName } from "./temp.js";

const LONG_AGO_NS = 1_000_000_000n * 1_000_000_000n;

/** @param dir of the file system in question; must exist, and what is made in it is removed */
export async function tellsByDirTimes(dir: string): Promise<boolean> {
  const probe = path.join(dir, tempName(".blobsy-tmp"));
  const [file, below] = [path.join(probe, "file"), path.join(probe, "dir")];
  const changes = [
    async () => (await createFile(file)).close(),
    () => mkdir(below),
    () => unlinkIfThere(file),
    () => rmdir(below),
  ];
  await mkdir(probe);
  try {
    for (const change of changes) if (!(await moves(probe, change))) return false;
    return true;
  } finally {
    await unlinkIfThere(file);
    if (lstatFacts(below) !== null) await rmdir(below);
    await rmdir(probe);
  }
}

async function moves(dir: string, change: () => Promise<void>): Promise<boolean> {
  await setMtimeOf(dir, LONG_AGO_NS);
  if (lstatFacts(dir)?.mtimeNs !== LONG_AGO_NS) return false;
  await change();
  return lstatFacts(dir)?.mtimeNs !== LONG_AGO_NS;
}
