/**
 * Which ref files were renamed? A renamed ref file takes its payload along, edited or not, and no byte
 * is fetched or hashed for it.
 *
 * Two signs: the new ref file is the very file the old one was (`git mv`, `mv`: same inode and mtime; an
 * inode number alone may be one that is used again), or it names what the old payload's base was (a
 * checkout that writes the new name and removes the old).
 */
import type { Oid } from "./oid.js";
import type { PayloadPath } from "./repo-path.js";

/** A known path whose ref file is gone, from the worktree and from the index. */
export interface LostRef {
  readonly path: PayloadPath;
  readonly base: Oid | null;
  /** The ref file when it was last read. */
  readonly refFile: RefFile | null;
}

export interface RefFile {
  readonly ino: bigint;
  readonly mtimeNs: bigint;
}

/** A ref file at a path nothing was known of, with no payload there. */
export interface FoundRef {
  readonly path: PayloadPath;
  readonly oid: Oid;
  readonly refFile: RefFile;
}

export interface Move {
  readonly from: PayloadPath;
  readonly to: PayloadPath;
}

/** Each lost ref is matched once at most, inodes first, otherwise in order of path. */
export function matchMoves(lost: readonly LostRef[], found: readonly FoundRef[]): Move[] {
  const open = new Set([...lost].sort(byPath));
  const moves: Move[] = [];
  const rest: FoundRef[] = [];
  for (const to of [...found].sort(byPath)) {
    const from = first(open, (old) => isSameFile(old, to));
    if (from) take(from, to);
    else rest.push(to);
  }
  for (const to of rest) {
    const from = first(open, (old) => old.base === to.oid);
    if (from) take(from, to);
  }
  return moves;

  function take(from: LostRef, to: FoundRef): void {
    open.delete(from);
    moves.push({ from: from.path, to: to.path });
  }
}

function isSameFile({ refFile, base }: LostRef, to: FoundRef): boolean {
  if (refFile === null || refFile.ino !== to.refFile.ino) return false;
  return refFile.mtimeNs === to.refFile.mtimeNs || base === to.oid;
}

function first<T>(items: Iterable<T>, wanted: (item: T) => boolean): T | undefined {
  for (const item of items) if (wanted(item)) return item;
  return undefined;
}

function byPath(a: { path: string }, b: { path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
