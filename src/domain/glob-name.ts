/** One name of a glob, without braces: `*`, `?`, `[a-z]`, `[!a]`, `[[:digit:]]`, and `\` before any of them. */
import { MANY, matchSequence, type Step } from "./match-sequence.js";

/** By name: pairs of first and last character. */
const CLASSES: Readonly<Record<string, string>> = {
  __proto__: null as never,
  alnum: "azAZ09",
  alpha: "azAZ",
  ascii: "\x00\x7f",
  blank: "  \t\t",
  cntrl: "\x00\x1f\x7f\x7f",
  digit: "09",
  graph: "!~",
  lower: "az",
  print: " ~",
  punct: "!/:@[`{~",
  space: "  \t\r",
  upper: "AZ",
  word: "azAZ09__",
  xdigit: "09afAF",
};

/** A test of one name. It costs at most the length of the glob times that of the name. */
export function nameMatcher(glob: string): (name: string) => boolean {
  if (!/[*?[\\]/.test(glob)) return (name) => name === glob;
  const steps = nameSteps(glob);
  return (name) => matchSequence(steps, name);
}

export function nameSteps(glob: string): Step<string>[] {
  const steps: Step<string>[] = [];
  for (let at = 0; at < glob.length; at += 1) {
    const char = glob[at];
    if (char === "*") {
      if (steps.at(-1) !== MANY) steps.push(MANY);
    } else if (char === "?") {
      steps.push(() => true);
    } else if (char === "[" && classEnd(glob, at) > 0) {
      const end = classEnd(glob, at);
      steps.push(classMatcher(glob.slice(at + 1, end)));
      at = end;
    } else {
      // A backslash that nothing follows stands for itself.
      if (char === "\\" && at + 1 < glob.length) at += 1;
      const literal = glob[at];
      steps.push((found) => found === literal);
    }
  }
  return steps;
}

/** Where the class that begins at `start` ends; -1 when it never does, and the bracket is one. */
export function classEnd(glob: string, start: number): number {
  let at = start + 1;
  if (glob[at] === "!" || glob[at] === "^") at += 1;
  // A bracket that comes first is one of the characters.
  if (glob[at] === "]") at += 1;
  for (; at < glob.length; at += 1) {
    const char = glob[at];
    if (char === "]") return at;
    if (char === "\\") at += 1;
    else if (char === "[" && glob[at + 1] === ":") {
      const close = glob.indexOf(":]", at + 2);
      if (close > 0) at = close + 1;
    }
  }
  return -1;
}

/** @param body what is between the brackets */
function classMatcher(body: string): (char: string) => boolean {
  const isTurned = body.startsWith("!") || body.startsWith("^");
  const ranges: Array<readonly [string, string]> = [];
  for (let at = isTurned ? 1 : 0; at < body.length;) {
    const named = /^\[:([a-z]+):\]/.exec(body.slice(at, at + 12));
    if (named) {
      for (const [first = "", last = ""] of pairs(CLASSES[named[1] ?? ""] ?? ""))
        ranges.push([first, last]);
      at += named[0].length;
      continue;
    }
    const [first, next] = charAt(body, at);
    const hasEnd = body[next] === "-" && next + 1 < body.length;
    const [last, after] = hasEnd ? charAt(body, next + 1) : [first, next];
    ranges.push([first, last]);
    at = after;
  }
  return (char) => ranges.some(([first, last]) => first <= char && char <= last) !== isTurned;
}

function pairs(ends: string): string[][] {
  return Array.from({ length: ends.length / 2 }, (_, at) => [...ends.slice(at * 2, at * 2 + 2)]);
}

/** The character there, without its backslash, and where the next one is. */
function charAt(body: string, at: number): readonly [string, number] {
  const isEscaped = body[at] === "\\" && at + 1 < body.length;
  const where = isEscaped ? at + 1 : at;
  return [body[where] ?? "", where + 1];
}
