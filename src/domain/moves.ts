/**
 * Which ref files were renamed? A renamed ref file takes its payload along, edited or not, and no byte
 * is fetched or hashed for it.
 *
 * Two signs: the new ref file is the very file the old one was (`git mv`, `mv`: same inode and mtime; an
 * inode number alone may be one that is used again), or it names what the old payload's base was (a
 * checkout that writes the new name and removes the old).
 *
 * Where a directory was renamed, the payload has moved already, and one that is absent has nothing to
 * move: then only what is known of the path (its base, whether it was dropped) goes along.
 */
import type { Oid } from "./oid.js";
import type { PayloadPath } from "./repo-path.js";

/** A known path whose ref file is gone, from the worktree and from the index. */
export interface LostRef {
  readonly path: PayloadPath;
  readonly base: Oid | null;
  /** The ref file when it was last read. */
  readonly ref: RefIdentity | null;
  /** Whether its payload is still there. */
  readonly hasPayload: boolean;
}

/** A ref file at a path nothing was known of. */
export interface FoundRef {
  readonly path: PayloadPath;
  readonly ref: RefIdentity;
  readonly hasPayload: boolean;
}

export interface RefIdentity {
  readonly oid: Oid;
  readonly size: number;
  readonly ino: bigint;
  readonly mtimeNs: bigint;
}

export interface Move {
  readonly from: PayloadPath;
  readonly to: PayloadPath;
}

/** Each lost ref is matched once at most, the same file first, otherwise in order of path. */
export function matchMoves(lost: readonly LostRef[], found: readonly FoundRef[]): Move[] {
  const open = new Set([...lost].sort(byPath));
  const moves: Move[] = [];
  const rest: FoundRef[] = [];
  for (const to of [...found].sort(byPath)) {
    const from = first(open, (old) => isRenamed(old, to));
    if (from) take(from, to);
    else rest.push(to);
  }
  for (const to of rest) {
    const from = first(open, (old) => isToFollow(old, to) && old.base === to.ref.oid);
    if (from) take(from, to);
  }
  return moves;

  function take(from: LostRef, to: FoundRef): void {
    open.delete(from);
    moves.push({ from: from.path, to: to.path });
  }
}

function isRenamed(old: LostRef, to: FoundRef): boolean {
  if (old.ref === null || old.ref.ino !== to.ref.ino) return false;
  if (old.hasPayload) {
    const isSameFile = old.ref.mtimeNs === to.ref.mtimeNs || old.base === to.ref.oid;
    return isSameFile && isToFollow(old, to);
  }
  // Its time is no sign here: the monitor touches the ref files of edited payloads.
  return old.ref.oid === to.ref.oid && old.ref.size === to.ref.size;
}

function isToFollow(old: LostRef, to: FoundRef): boolean {
  return old.hasPayload && !to.hasPayload;
}

function first<T>(items: Iterable<T>, wanted: (item: T) => boolean): T | undefined {
  for (const item of items) if (wanted(item)) return item;
  return undefined;
}

function byPath(a: { path: string }, b: { path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
