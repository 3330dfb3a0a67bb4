/**
 * A directory for one piece of work, gone when the work is: a program of the user's runs in it, or a
 * tool fills it. What a killed process left is taken away by a later one.
 */
import path from "node:path";
import { mkdir, mkdirs, removeTree } from "./ops.js";
import { isTempAbandoned, namesIn, tempName } from "./temp.js";

/**
 * @param parent where it is made; created if need be
 * @param prefix letters: what it is for
 */
export async function withScratch<T>(
  parent: string,
  prefix: string,
  use: (dir: string) => Promise<T>,
): Promise<T> {
  const dir = path.join(parent, tempName(prefix));
  await mkdirs(parent);
  await mkdir(dir);
  try {
    return await use(dir);
  } finally {
    // What cannot be removed now (a program still writes into it) is left to `sweepScratch`.
    await removeTree(dir).catch(() => undefined);
  }
}

/** Removes the scratch directories of processes that are gone. */
export async function sweepScratch(parent: string, prefix: string): Promise<void> {
  for (const name of namesIn(parent)) {
    const dir = path.join(parent, name);
    if (!name.startsWith(`${prefix}.`) || !isTempAbandoned(dir)) continue;
    await removeTree(dir).catch(() => undefined); // not ours to remove, or in use: it does no harm
  }
}
