import picomatch from "picomatch";

/**
 * Globs of the configuration, matched against payload paths.
 *
 * As in .gitignore, a pattern without `/` is matched against the last name, one with `/` against
 * the whole path from the root, and one that ends in `/` takes everything below that directory.
 */

/** Wildcards in one pattern: each more multiplies the time that a crafted path can cost. */
const MAX_WILDCARDS = 6;
const MAX_LENGTH = 500;

const OPTIONS = { dot: true, noextglob: true, nonegate: true, windows: false } as const;

/** Why this is no pattern, or `null`. */
export function whyNotGlob(glob: string): string | null {
  if (glob === "" || glob === "/") return "it is empty";
  if (glob.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH} characters`;
  if (/\p{Cc}/u.test(glob)) return "it has control characters in it";
  if (glob.startsWith("!")) return "patterns cannot be turned round with !";
  const wildcards = glob.match(/\*+|[?[{,]/g)?.length ?? 0;
  return wildcards > MAX_WILDCARDS ? `it has more than ${MAX_WILDCARDS} wildcards` : null;
}

/** A test for "does any of these patterns take this path?"; `false` for all where there is none. */
export function pathMatcher(globs: readonly string[]): (path: string) => boolean {
  const matchers = globs.map(oneMatcher);
  return (path) => matchers.some((matches) => matches(path));
}

function oneMatcher(glob: string): (path: string) => boolean {
  const below = glob.endsWith("/") ? `${glob}**` : glob;
  if (!below.includes("/")) {
    const matches = picomatch(below, OPTIONS);
    return (path) => matches(path.slice(path.lastIndexOf("/") + 1));
  }
  return picomatch(below.replace(/^\//, ""), OPTIONS);
}
