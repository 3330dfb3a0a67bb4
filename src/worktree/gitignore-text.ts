/**
 * The text of a `.gitignore` with blobsy's block in it: one line per payload of that directory, sorted,
 * between two marks. Pure.
 *
 * The file is the user's own and comes and goes with commits, so nothing in it is taken for granted.
 * Texts are bytes as latin1: what is not UTF-8 in it stays as it is.
 */
import { ignorePattern } from "./ignore-block.js";

const BEGIN =
  "# >>> blobsy: payloads, ignored by name (kept by blobsy, as their ref files are) >>>";
const END = "# <<< blobsy <<<";
/** The words after it may change from version to version. */
const ANY_BEGIN = "# >>> blobsy: ";

export type GitignoreText =
  | {
      readonly kind: "usable";
      readonly before: string;
      /** The lines between the marks, sorted, each once. */
      readonly lines: readonly string[];
      readonly after: string;
      readonly eol: "\n" | "\r\n";
    }
  /** The user has to look at it first; every line of it, for Git takes each as a rule. */
  | { readonly kind: "unusable"; readonly reason: string; readonly lines: readonly string[] };

export type UsableText = Extract<GitignoreText, { kind: "usable" }>;

export const EMPTY_TEXT: UsableText = {
  kind: "usable",
  before: "",
  lines: [],
  after: "",
  eol: "\n",
};

/** The line for a payload of this name (no path), as it stands in the text. */
export function lineFor(name: string): string {
  return Buffer.from(ignorePattern(name)).toString("latin1");
}

/** The payload's name that a line stands for; `null` for a line that is none of blobsy's. */
export function nameOfLine(line: string): string | null {
  if (!/^\/(?:[^\\*?[\]/]|\\[\\*?[\] ])+$/.test(line)) return null;
  return Buffer.from(line.slice(1).replace(/\\(.)/g, "$1"), "latin1").toString("utf8");
}

/** Several blocks, as some merges leave them, count as one. */
export function parseGitignore(text: string): GitignoreText {
  const rows = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const all = rows.map((row) => row.replace(/\r?\n?$/, ""));
  if (all.some((line) => /^(?:<{7}|>{7})(?: |$)/.test(line))) {
    return { kind: "unusable", reason: "it has conflict markers in it", lines: all };
  }
  const lines = new Set<string>();
  let before = "";
  let after = "";
  let blocks = 0;
  let inside = false;
  for (const [at, line] of all.entries()) {
    const row = rows[at] ?? "";
    if (line.startsWith(ANY_BEGIN) || line === END) {
      if (inside === (line !== END)) {
        return { kind: "unusable", reason: "blobsy's marks in it are damaged", lines: all };
      }
      inside = !inside;
      if (inside) blocks += 1;
    } else if (inside && nameOfLine(line) !== null) lines.add(line);
    else if (inside) after += line === "" ? "" : row;
    else if (blocks === 0) before += row;
    else after += row;
  }
  if (inside) return { kind: "unusable", reason: "blobsy's marks in it are damaged", lines: all };
  const eol = (rows[0] ?? "").endsWith("\r\n") ? "\r\n" : "\n";
  return { kind: "usable", before, lines: [...lines].sort(), after, eol };
}

/** The text with these lines in its block; without a block when there are none. */
export function formatGitignore(text: UsableText, lines: Iterable<string>): string {
  const { before, after, eol } = text;
  const sorted = [...new Set(lines)].sort();
  if (sorted.length === 0) return before + after;
  const lead = before === "" || before.endsWith("\n") ? "" : eol;
  const block = [BEGIN, ...sorted, END].map((line) => line + eol).join("");
  return before + lead + block + after;
}

/** What is not blobsy's in it, however its lines end. */
export function restOf(text: UsableText): string {
  return (text.before + text.after).replace(/\r\n/g, "\n");
}
