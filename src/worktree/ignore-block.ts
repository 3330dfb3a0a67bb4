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

/** Splits an exclude file; damaged marks (one missing, order reversed) leave the user's text whole. */
export function splitIgnoreBlock(text: string): IgnoreBlock {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END, begin);
  if (begin < 0 || end < 0) return { before: text, lines: [], after: "" };
  const inside = text.slice(begin + BEGIN.length, end);
  return {
    before: text.slice(0, begin),
    lines: inside.split("\n").filter((line) => line !== ""),
    after: text.slice(end + END.length).replace(/^\n/, ""),
  };
}

export function joinIgnoreBlock(block: IgnoreBlock): string {
  if (block.lines.length === 0) return block.before + block.after;
  const lead = block.before === "" || block.before.endsWith("\n") ? "" : "\n";
  return `${block.before}${lead}${BEGIN}\n${block.lines.join("\n")}\n${END}\n${block.after}`;
}
