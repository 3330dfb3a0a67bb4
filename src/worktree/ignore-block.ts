/**
 * The text of `info/exclude` with blobsy's block in it: one line per known payload, anchored and
 * escaped, between two marks. Pure.
 */
const BEGIN =
  "# >>> blobsy: payloads, kept in step by blobsy (do not edit between these lines) >>>";
const END = "# <<< blobsy <<<";

/** The ignore pattern for exactly this path (gitignore(5): special characters take a backslash). */
export function ignorePattern(payload: string): string {
  const escaped = payload.replace(/[\\*?[\]]/g, "\\$&").replace(/ (?= *$)/g, "\\ ");
  return `/${escaped}`;
}

export interface IgnoreBlock {
  readonly before: string;
  readonly lines: readonly string[];
  readonly after: string;
}

/**
 * Splits an exclude file. Of damaged marks (one missing, order reversed) the last whole pair counts, and
 * everything else is the user's text: no line of it goes.
 */
export function splitIgnoreBlock(text: string): IgnoreBlock {
  const end = text.lastIndexOf(END);
  const begin = end < 0 ? -1 : text.lastIndexOf(BEGIN, end);
  if (begin < 0) return { before: text, lines: [], after: "" };
  const inside = text.slice(begin + BEGIN.length, end);
  const lines = inside.split("\n").filter((line) => line !== "");
  // Whoever put two such files together made two blocks: a line that stayed in one would hide a file.
  const first = splitIgnoreBlock(text.slice(0, begin));
  return {
    before: first.before + first.after,
    lines: first.lines.length === 0 ? lines : [...new Set([...first.lines, ...lines])].sort(),
    after: text.slice(end + END.length).replace(/^\n/, ""),
  };
}

export function joinIgnoreBlock(block: IgnoreBlock): string {
  if (block.lines.length === 0) return block.before + block.after;
  const lead = block.before === "" || block.before.endsWith("\n") ? "" : "\n";
  return `${block.before}${lead}${BEGIN}\n${block.lines.join("\n")}\n${END}\n${block.after}`;
}
