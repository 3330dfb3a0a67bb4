/** How `--help` is laid out: in columns where there is room, and below each other where there is not. */
import { Help } from "commander";
import type { Example } from "./command-table.js";

/** Text beside a term that is narrower than this reads badly. */
const LEAST_TEXT = 24;
const BELOW = "      ";

/** For `configureHelp`: a term, and what it means. */
export function formatItem(term: string, termWidth: number, text: string, help: Help): string {
  const columns = help.helpWidth ?? 80;
  if (text === "" || columns - termWidth - 4 >= LEAST_TEXT) {
    return Help.prototype.formatItem.call(help, term, termWidth, text, help);
  }
  return [`  ${term}`, ...wrapped(text, columns - BELOW.length)].join(`\n${BELOW}`);
}

/** Command lines, each with what it does. */
export function examplesText(examples: readonly Example[], columns: number): string {
  return listed("Examples:", examples, "# ", columns);
}

/** Variables, each with its effect. */
export function environmentText(variables: readonly Example[], columns: number): string {
  return listed("Environment:", variables, "", columns);
}

function listed(title: string, rows: readonly Example[], mark: string, columns: number): string {
  const width = Math.max(...rows.map(([line]) => line.length));
  const longest = Math.max(...rows.map(([, does]) => does.length));
  const besides = width + longest + "    ".length + mark.length <= columns;
  const lines = rows.flatMap(([line, does]) => {
    if (besides) return [`  ${line.padEnd(width)}  ${mark}${does}`];
    const text = wrapped(does, columns - BELOW.length - mark.length);
    return [`  ${line}`, ...text.map((one) => `${BELOW}${mark}${one}`)];
  });
  return ["", title, ...lines].join("\n");
}

/** The words in lines of at most this many characters; a longer word has a line of its own. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
