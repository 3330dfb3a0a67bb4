/**
 * What the monitor script reads, and what it leaves behind, in the worktree's state directory:
 *
 * - `payloads`, `refs`: the payloads to watch, and their ref files, one of which may be gone;
 *   NUL-separated, each with "./" in front so that no name is taken for an option. A ref file that was
 *   removed by hand stays listed: Git's index may forget it at any time, and no hook would tell;
 * - `stamp`: every payload whose ctime is not newer has been examined as it is now;
 * - `pass`: touched by the script at the start of every noticing pass.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { refPathOf, type PayloadPath } from "../domain/repo-path.js";
import { writeFileAtomic } from "../fs/atomic.js";
import { lstatFacts } from "../fs/facts.js";
import { setMtimeOf, unlinkIfThere } from "../fs/ops.js";

/** Writes both lists; leaves a list alone that says the same already. */
export async function writeMonitorLists(
  stateDir: string,
  payloads: readonly PayloadPath[],
): Promise<void> {
  await writeList(path.join(stateDir, "payloads"), payloads);
  await writeList(path.join(stateDir, "refs"), payloads.map(refPathOf));
}

/** The very bytes of such a list. */
export function listText(names: readonly string[]): Buffer {
  return Buffer.from(
    [...names]
      .sort()
      .map((name) => `./${name}\0`)
      .join(""),
  );
}

async function writeList(file: string, names: readonly string[]): Promise<void> {
  const bytes = listText(names);
  if (readIfThere(file)?.equals(bytes)) return;
  await writeFileAtomic(file, bytes, { durable: false });
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

/** Times of the file system's own, in nanoseconds. */
export interface NoticingPass {
  /** When it began; 0 when there was none. */
  readonly passNs: bigint;
  /** It looked at payloads with a later ctime than this; 0 when at all of them. */
  readonly sinceNs: bigint;
}

/** The last one. The script looks at every payload when the stamp is missing, or from the future. */
export function lastPass(stateDir: string): NoticingPass {
  const passNs = lstatFacts(path.join(stateDir, "pass"))?.mtimeNs ?? 0n;
  const stamp = stampNs(stateDir) ?? 0n;
  return { passNs, sinceNs: stamp > passNs ? 0n : stamp };
}

/** @param ns time up to which every payload has been examined; `null`: none is known to be */
export async function moveStamp(stateDir: string, ns: bigint | null): Promise<void> {
  const file = path.join(stateDir, "stamp");
  if (ns === null) {
    await unlinkIfThere(file);
    return;
  }
  if (lstatFacts(file) === null) await writeFileAtomic(file, Buffer.alloc(0), { durable: false });
  await setMtimeOf(file, ns);
}

export function stampNs(stateDir: string): bigint | null {
  return lstatFacts(path.join(stateDir, "stamp"))?.mtimeNs ?? null;
}
