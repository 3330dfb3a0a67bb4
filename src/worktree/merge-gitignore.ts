/**
 * Merges three texts of one `.gitignore`. The block is a set of lines, merged as a set: two branches
 * that each track a file in one directory make no conflict. What is the user's own is merged by Git.
 */
import {
  formatGitignore,
  type GitignoreText,
  parseGitignore,
  restOf,
  type UsableText,
} from "./gitignore-text.js";

export interface TextMerge {
  readonly text: string;
  readonly conflict: boolean;
}

/** @param mergeText Git's merge of three plain texts: base, ours, theirs */
export async function mergeGitignore(
  texts: readonly [base: string, ours: string, theirs: string],
  mergeText: (base: string, ours: string, theirs: string) => Promise<TextMerge>,
): Promise<TextMerge> {
  const [base, ours, theirs] = texts.map(parseGitignore) as [
    GitignoreText,
    GitignoreText,
    GitignoreText,
  ];
  if (base.kind !== "usable" || ours.kind !== "usable" || theirs.kind !== "usable") {
    return mergeText(...texts);
  }
  const lines = mergeLines(base.lines, ours.lines, theirs.lines);
  const [was, mine, other] = [base, ours, theirs].map(restOf) as [string, string, string];
  if (mine === other || other === was) return settled(ours, lines);
  if (mine === was) return settled(theirs, lines);
  const rest = await mergeText(was, mine, other);
  const around: UsableText = { ...ours, before: rest.text, after: "", eol: "\n" };
  return { text: formatGitignore(around, lines), conflict: rest.conflict };
}

function settled(side: UsableText, lines: readonly string[]): TextMerge {
  return { text: formatGitignore(side, lines), conflict: false };
}

/** A line is in when a side added it, or when neither side removed it. */
function mergeLines(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
): string[] {
  const [was, mine, other] = [new Set(base), new Set(ours), new Set(theirs)];
  return [...new Set([...ours, ...theirs])].filter(
    (line) => (mine.has(line) && other.has(line)) || !was.has(line),
  );
}
