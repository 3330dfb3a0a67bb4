/** Paths that some file system would hold to be one. Pure. */
import { collisionKey } from "./repo-path.js";

/**
 * The groups of two and more among these paths, each in the order given.
 * @param paths ref files and whatever else could meet them
 */
export function collisions(paths: Iterable<string>): string[][] {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const key = keyOf(path);
    const group = groups.get(key);
    if (group) group.push(path);
    else groups.set(key, [path]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** Most names are plain ASCII, and there are many of them. */
function keyOf(path: string): string {
  return /^[\0-\x7f]*$/.test(path) ? path.toLowerCase() : collisionKey(path);
}
