/**
 * What people name on a command line, as paths of the worktree. They may stand in any directory, name
 * a payload or its ref file, a directory, or a glob.
 */
import { realpathSync } from "node:fs";
import path from "node:path";
import { BlobsyError } from "../domain/errors.js";
import { checkPayloadPath, type PayloadPath, REF_SUFFIX } from "../domain/repo-path.js";

/**
 * A path relative to the worktree, '/'-separated, "" for its root. The last component is taken as it
 * is: a symlink there is looked at later, by whoever would write to it.
 *
 * @throws {BlobsyError} REFUSED_PATH when it lies outside the worktree, USAGE for an empty path
 */
export function toWorktreePath(worktree: string, cwd: string, argument: string): string {
  // An unset variable of a script must not mean everything here; nor does it to Git.
  if (argument === "") {
    throw new BlobsyError("USAGE", "an empty path names nothing", {
      next: "blobsy status . (for the current directory)",
    });
  }
  const absolute = path.resolve(cwd, argument);
  const isRoot = path.dirname(absolute) === absolute;
  const real = isRoot
    ? absolute
    : path.join(realOf(path.dirname(absolute)), path.basename(absolute));
  // The worktree's own path comes from Git, which has resolved its links.
  const root = realOf(worktree);
  const relative = path.relative(root, realOf(absolute) === root ? root : real);
  if (relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) {
    throw new BlobsyError("REFUSED_PATH", `${argument} is outside this worktree`, {
      path: argument,
    });
  }
  return relative.split(path.sep).join("/");
}

/** The payload that a worktree path stands for: itself, or what its ref file is beside. */
export function toPayloadPath(name: string): PayloadPath {
  const bare = name.endsWith(REF_SUFFIX) ? name.slice(0, -REF_SUFFIX.length) : name;
  const checked = checkPayloadPath(bare, process.platform);
  if (!checked.ok) throw new BlobsyError("REFUSED_PATH", checked.reason, { path: bare });
  return checked.payload;
}

/** The longest existing part with its links resolved, and the rest as it stands. */
function realOf(absolute: string): string {
  try {
    return realpathSync(absolute);
  } catch {
    const parent = path.dirname(absolute);
    return parent === absolute ? absolute : path.join(realOf(parent), path.basename(absolute));
  }
}

/** Those of `known` that the arguments name; all of them when there are none. */
export interface Selection {
  readonly paths: readonly PayloadPath[];
  has(payload: PayloadPath): boolean;
}

/**
 * @param known every payload there is to choose from
 * @throws {BlobsyError} NOT_TRACKED for an argument that names none of them
 */
export async function selectPayloads(
  worktree: string,
  cwd: string,
  args: readonly string[],
  known: readonly PayloadPath[],
): Promise<Selection> {
  if (args.length === 0) return selection(known);
  const chosen = new Set<PayloadPath>();
  for (const argument of args) {
    const name = toWorktreePath(worktree, cwd, argument);
    // Who names a file that is called a[1].bin does not mean a1.bin as well.
    const literal = known.filter(literalMatcher(name));
    const matches = await matcher(name, !argument.includes("/"));
    const found = literal.length > 0 ? literal : known.filter((payload) => matches(payload));
    if (found.length === 0) {
      const message = `${argument} names no tracked payload`;
      throw new BlobsyError("NOT_TRACKED", message, { path: argument });
    }
    for (const payload of found) chosen.add(payload);
  }
  return selection([...chosen].sort());
}

function selection(paths: readonly PayloadPath[]): Selection {
  const set = new Set(paths);
  return { paths, has: (payload) => set.has(payload) };
}

/** Those of the arguments that name a directory, and not a payload. */
export function directoriesAmong(
  worktree: string,
  cwd: string,
  args: readonly string[],
  known: readonly PayloadPath[],
): string[] {
  const payloads = new Set<string>(known);
  return args.filter((argument) => {
    const name = toWorktreePath(worktree, cwd, argument);
    if (payloads.has(bareName(name)) || isGlob(name)) return false;
    return name === "" || known.some((payload) => payload.startsWith(`${name}/`));
  });
}

/**
 * An exact name first, then everything below a directory, then a glob.
 *
 * @param anyDepth the glob was given without a slash: it matches names below the directory too
 */
export async function matcher(name: string, anyDepth: boolean): Promise<(name: string) => boolean> {
  const literal = literalMatcher(name);
  if (!isGlob(name)) return literal;
  const bare = bareName(name);
  const dir = path.posix.dirname(bare);
  const glob = anyDepth && dir !== "." ? `${dir}/**/${path.posix.basename(bare)}` : bare;
  const { pathMatcher } = await import("../domain/path-match.js");
  const matchesGlob = pathMatcher([glob]);
  return (payload) => literal(payload) || matchesGlob(payload);
}

/** The payload of this name, or of this ref file, or all below this directory. */
function literalMatcher(name: string): (payload: string) => boolean {
  if (name === "") return () => true;
  const bare = bareName(name);
  return (payload) => payload === bare || payload.startsWith(`${name}/`);
}

function bareName(name: string): string {
  return name.endsWith(REF_SUFFIX) ? name.slice(0, -REF_SUFFIX.length) : name;
}

export function isGlob(name: string): boolean {
  return /[*?[{]/.test(name);
}
