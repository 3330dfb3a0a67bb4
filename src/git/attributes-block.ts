/**
 * The attributes of ref files, pinned in `info/attributes`, which outranks what any commit says
 * (gitattributes(5)): a commit cannot switch the filter off, nor have Git rewrite ref files.
 */
const BEGIN = "# >>> blobsy: written by blobsy install >>>";
const END = "# <<< blobsy <<<";
const LINES = ["*.bref filter=blobsy diff=blobsy -text -ident -working-tree-encoding"];

const BLOCK = new RegExp(`^${BEGIN}\n(?:.*\n)*?${END}\n?`, "m");

/** The text with the block at its end, where it has the last word. */
export function withAttributes(text: string): string {
  const rest = withoutAttributes(text);
  const lead = rest === "" || rest.endsWith("\n") ? "" : "\n";
  return `${rest}${lead}${BEGIN}\n${LINES.join("\n")}\n${END}\n`;
}

export function withoutAttributes(text: string): string {
  return text.replace(BLOCK, "");
}
