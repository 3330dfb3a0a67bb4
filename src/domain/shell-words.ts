/** Words for a POSIX shell: in scripts that Git runs, and in commands that people paste. Pure. */
import { escapeForTerminal } from "./terminal.js";

/** One word, always in quotes, whatever is in it. */
export function quotedWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** One word, in quotes where it needs them. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quotedWord(text);
}

/**
 * A path in a command that is shown to people: it is no option, no magic of Git's (gitglossary(7), pathspec),
 * and moves no cursor. What is invisible in it is shown, and then the word no longer names the file.
 */
export function pasteWord(path: string): string {
  return shellWord(escapeForTerminal(/^[-:]/.test(path) ? `./${path}` : path));
}
