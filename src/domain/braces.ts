import { classEnd } from "./glob-name.js";

/** Text, or what there is to choose from. */
type Part = string | Choices;
type Choices = readonly (readonly Part[])[];

/**
 * The globs without braces that a glob stands for: `x.{a,b}` is `x.a` and `x.b`. Braces without a comma
 * are characters; `{a..c}` is `[a-c]`.
 *
 * @param limit groups multiply, so there can be very many
 * @returns `null` when there are more than `limit`
 */
export function expandBraces(glob: string, limit: number): string[] | null {
  return glob.includes("{") ? expandAll(readParts(glob), limit) : [glob];
}

function expandAll(parts: readonly Part[], limit: number): string[] | null {
  let texts = [""];
  for (const part of parts) {
    const choices = typeof part === "string" ? [part] : expandChoices(part, limit);
    if (choices === null || texts.length * choices.length > limit) return null;
    texts = texts.flatMap((text) => choices.map((choice) => text + choice));
  }
  return texts;
}

function expandChoices(choices: Choices, limit: number): string[] | null {
  const texts: string[] = [];
  for (const choice of choices) {
    const expanded = expandAll(choice, limit);
    if (expanded === null || texts.length + expanded.length > limit) return null;
    texts.push(...expanded);
  }
  return texts;
}

/** Each character is read once, however the braces are nested. */
function readParts(glob: string): Part[] {
  const bottom: Part[][] = [[]];
  const open: Part[][][] = [bottom];
  const add = (...parts: Part[]) =>
    open
      .at(-1)
      ?.at(-1)
      ?.push(...parts);
  for (const item of itemsOf(glob)) {
    const isInside = open.length > 1;
    if (item === "{") open.push([[]]);
    else if (item === "," && isInside) open.at(-1)?.push([]);
    else if (item === "}" && isInside) add(...closed(open.pop() ?? []));
    else add(item);
  }
  while (open.length > 1) add(...inBraces(open.pop() ?? [], ""));
  return bottom[0] ?? [];
}

/** Characters; a class, and a backslash with what follows it, are one. */
function* itemsOf(glob: string): Generator<string> {
  const lastBracket = glob.lastIndexOf("]");
  for (let at = 0; at < glob.length;) {
    let end = at + 1;
    if (glob[at] === "\\") end += 1;
    else if (glob[at] === "[" && at < lastBracket) end = Math.max(classEnd(glob, at) + 1, end);
    yield glob.slice(at, end);
    at = end;
  }
}

function closed(choices: Part[][]): Part[] {
  if (choices.length > 1) return [choices];
  const parts = choices[0] ?? [];
  const text = parts.every((part) => typeof part === "string") ? parts.join("") : "";
  const ends = /^([^\\[\]^!-])\.\.([^\\[\]^!-])$/.exec(text)?.slice(1);
  return ends ? [`[${ends.sort().join("-")}]`] : inBraces(choices, "}");
}

/** The braces and commas are characters after all. */
function inBraces(choices: Part[][], end: string): Part[] {
  return ["{", ...choices.flatMap((parts, n) => (n === 0 ? parts : [",", ...parts])), end];
}
