/**
 * Globs of the configuration, matched against payload paths.
 *
 * As in .gitignore, a pattern without `/` is matched against the last name, one with `/` against
 * the whole path from the root, and one that ends in `/` takes everything below that directory.
 *
 * Patterns and paths come from whoever wrote the commit, and meet in the filter of a plain `git clone`:
 * so what a match can cost is bounded (match-sequence.ts), and so is how many there are of them.
 */
import { expandBraces } from "./braces.js";
import { nameMatcher } from "./glob-name.js";
import { MANY, matchSequence, type Step } from "./match-sequence.js";

const MAX_LENGTH = 500;
/** What the braces of one pattern may stand for. */
const MAX_CHOICES = 64;
/** Characters of a whole list, after its braces are taken apart. */
const MAX_LIST = 8192;

/** Why this is no pattern, or `null`. */
export function whyNotGlob(glob: string): string | null {
  if (glob === "" || glob === "/") return "it is empty";
  if (glob.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH} characters`;
  if (/\p{Cc}/u.test(glob)) return "it has control characters in it";
  if (glob.startsWith("!")) return "patterns cannot be turned round with !";
  const tooMany = expandBraces(glob, MAX_CHOICES) === null;
  return tooMany ? `its braces stand for more than ${MAX_CHOICES} patterns` : null;
}

/** Why these patterns, each of which may be one, are too many, or `null`. */
export function whyNotGlobs(globs: readonly string[]): string | null {
  let length = 0;
  for (const glob of globs) {
    length += expandBraces(glob, MAX_CHOICES)?.join("").length ?? 0;
    if (length > MAX_LIST)
      return `all its patterns together are longer than ${MAX_LIST} characters`;
  }
  return null;
}

/** A test for "does any of these patterns take this path?"; `false` for all where there is none. */
export function pathMatcher(globs: readonly string[]): (path: string) => boolean {
  const matchers = globs.map(oneMatcher);
  if (matchers.length === 0) return () => false;
  return (path) => {
    const names = path.split("/");
    return matchers.some((matches) => matches(path, names));
  };
}

type Matcher = (path: string, names: readonly string[]) => boolean;

/** What its braces make too much of takes only the path that is the pattern itself. */
function oneMatcher(glob: string): Matcher {
  const below = glob.endsWith("/") ? `${glob}**` : glob;
  const whole = below.replace(/^(?:\/|(?:\.\/)+)/, "");
  const choices = expandBraces(whole, MAX_CHOICES) ?? [];
  if (!below.includes("/")) {
    const tests = choices.map(nameMatcher);
    return (_, names) => {
      const name = names.at(-1) ?? "";
      return name === glob || tests.some((matches) => matches(name));
    };
  }
  const patterns = choices.map(pathSteps);
  return (path, names) => path === whole || patterns.some((steps) => matchSequence(steps, names));
}

function pathSteps(glob: string): Step<string>[] {
  const names = glob.split("/");
  const steps = names.map((name): Step<string> => (name === "**" ? MANY : nameMatcher(name)));
  // `data/**` is what is below data, and not data itself.
  if (steps.at(-1) === MANY) steps.push(() => true);
  return steps;
}
