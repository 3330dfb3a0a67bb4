/**
 * What `mv` is asked for: which payloads and directories go where. Everything that stands in the way is
 * found before anything is moved, as `git mv` does it.
 */
import path from "node:path";
import { BlobsyError, isBlobsyError } from "../domain/errors.js";
import { collisionKey, type PayloadPath, REF_SUFFIX, refPathOf } from "../domain/repo-path.js";
import { pasteWord } from "../domain/shell-words.js";
import { lstatFacts } from "../fs/facts.js";
import { checkParents } from "../fs/safe-parent.js";
import type { IndexListing } from "../git/index-entries.js";
import { directoriesAmong, toPayloadPath, toWorktreePath } from "./arguments.js";
import type { Context } from "./context.js";
import { selectKnown } from "./known-payloads.js";

/** One thing that Git moves: a ref file, or a directory with all that is in it. */
export interface Unit {
  readonly from: string;
  readonly to: string;
}

export interface PayloadToMove {
  readonly from: PayloadPath;
  readonly to: PayloadPath;
  /** It goes along when Git renames its directory. */
  readonly inDirectory: boolean;
}

export interface MovePlan {
  readonly units: readonly Unit[];
  readonly payloads: readonly PayloadToMove[];
}

/** @throws {BlobsyError} USAGE, NOT_TRACKED, NOT_FOUND, REFUSED_PATH */
export async function planMove(
  ctx: Context,
  { cwd, args }: { cwd: string; args: readonly string[] },
): Promise<MovePlan> {
  const sources = args.slice(0, -1);
  const dest = args.at(-1) ?? "";
  if (sources.length === 0) {
    throw new BlobsyError("USAGE", "a source and a destination must be given", {
      next: "blobsy mv --help",
    });
  }
  const { worktree } = ctx.repo;
  const target = toWorktreePath(worktree, cwd, dest);
  const isDirectory =
    target === "" || lstatFacts(path.join(worktree, target))?.kind === "directory";
  const units: Unit[] = [];
  const payloads: PayloadToMove[] = [];
  for (const argument of sources) {
    const { paths } = await selectKnown(ctx, cwd, [argument]);
    const asDirectory = directoriesAmong(worktree, cwd, [argument], paths).length > 0;
    const name = toWorktreePath(worktree, cwd, argument);
    if (asDirectory) {
      const to = isDirectory ? join(target, path.posix.basename(name)) : target;
      units.push({ from: name, to });
      for (const from of paths) {
        const moved = toPayloadPath(to + from.slice(name.length));
        payloads.push({ from, to: moved, inDirectory: true });
      }
    } else {
      for (const from of paths) {
        const to = isDirectory
          ? toPayloadPath(join(target, path.posix.basename(from)))
          : toPayloadPath(target);
        units.push({ from: refPathOf(from), to: refPathOf(to) });
        payloads.push({ from, to, inDirectory: false });
      }
    }
  }
  const isRename = payloads.length > 0 && payloads.every((one) => one.inDirectory);
  if (!isDirectory) refuseManyOrMissing(worktree, { dest, target, isRename, count: units.length });
  return { units, payloads };
}

function join(dir: string, name: string): string {
  return dir === "" ? name : `${dir}/${name}`;
}

/** A slash behind the name says that a directory is meant; one that is renamed need not be there. */
function refuseManyOrMissing(
  worktree: string,
  to: { dest: string; target: string; isRename: boolean; count: number },
): void {
  const { dest, target, isRename, count } = to;
  if (count <= 1 && (isRename || !dest.endsWith("/"))) return;
  if (lstatFacts(path.join(worktree, target)) !== null) {
    throw new BlobsyError("USAGE", `${dest} is no directory`, { path: dest });
  }
  throw new BlobsyError("NOT_FOUND", `there is no directory ${dest}`, {
    path: dest,
    next: `mkdir -p ${pasteWord(dest)}`,
  });
}

/** What stands in the way, by what lies where they are to go. */
export function obstacles(ctx: Context, plan: MovePlan, index: IndexListing): BlobsyError[] {
  const taken = new Set<string>();
  return [
    ...plan.units.flatMap((unit) => {
      const isDirectory = !unit.from.endsWith(REF_SUFFIX);
      return isDirectory ? (directoryObstacle(ctx, unit) ?? []) : [];
    }),
    ...plan.payloads.flatMap((payload) => {
      const problem = taken.has(payload.to)
        ? exists(payload.from, payload.to, "two of them would become")
        : payload.inDirectory
          ? null
          : fileObstacle(ctx, payload, index);
      taken.add(payload.to);
      return problem ?? [];
    }),
  ];
}

function directoryObstacle(ctx: Context, { from, to }: Unit): BlobsyError | null {
  const { worktree } = ctx.repo;
  if (from === "") {
    return new BlobsyError("USAGE", "the whole worktree cannot be moved", { path: "." });
  }
  if (to === from || to.startsWith(`${from}/`)) {
    return new BlobsyError("USAGE", `it cannot be moved into itself, ${to}`, { path: from });
  }
  if (lstatFacts(path.join(worktree, to)) !== null) return exists(from, to);
  return parentObstacle(worktree, from, to);
}

function fileObstacle(
  ctx: Context,
  { from, to }: PayloadToMove,
  index: IndexListing,
): BlobsyError | null {
  const { worktree } = ctx.repo;
  for (const name of [to, refPathOf(to)]) {
    if (lstatFacts(path.join(worktree, name)) !== null) {
      return isOtherSpelling(from, to) ? sameFile(from, to) : exists(from, name);
    }
    if (index.has(name)) return exists(from, name, "Git's index has");
  }
  return parentObstacle(worktree, from, to);
}

function isOtherSpelling(from: string, to: string): boolean {
  return from !== to && collisionKey(from) === collisionKey(to);
}

/** Where case does not count. Two steps are no trouble: no byte is copied in either. */
function sameFile(from: string, to: string): BlobsyError {
  const between = pasteWord(`${from}.renaming`);
  const next = `blobsy mv ${pasteWord(from)} ${between} && blobsy mv ${between} ${pasteWord(to)}`;
  const message = `on this file system ${to} is the same file; it takes two steps`;
  return new BlobsyError("REFUSED_PATH", message, { path: from, next });
}

function exists(from: string, to: string, words?: string): BlobsyError {
  const message = words === undefined ? `${to} exists already` : `${words} ${to}`;
  return new BlobsyError("REFUSED_PATH", message, { path: from });
}

/** The directory must be there, as for `git mv`, and reached through no link. */
function parentObstacle(worktree: string, from: string, to: string): BlobsyError | null {
  try {
    const parent = checkParents(worktree, to);
    parent?.close();
    if (parent !== null) return null;
  } catch (error) {
    if (!isBlobsyError(error)) throw error;
    return new BlobsyError(error.code, `${to}: ${error.message}`, { path: from });
  }
  const dir = path.posix.dirname(to);
  return new BlobsyError("NOT_FOUND", `there is no directory ${dir}`, {
    path: from,
    next: `mkdir -p ${pasteWord(dir)}`,
  });
}
