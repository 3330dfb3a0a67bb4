/** Lines for the shell scripts that Git runs. */
import { quotedWord } from "../domain/shell-words.js";

/**
 * A script as one line, for Git's configuration: comments go, lines are joined with blanks. The script
 * ends its commands with `;`, and has no comment behind a command.
 */
export function oneLine(script: string): string {
  return script
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .join(" ");
}

/**
 * A command line that runs a script of this repository's git dir. Git starts it in the worktree's top,
 * so the main worktree finds it also after the repository was moved; a linked one by absolute path.
 */
export function scriptBelowGitDir(commonDir: string, name: string): string {
  const absolute = quotedWord(`${commonDir}/${name}`);
  return `f=.git/${name}; [ -x "$f" ] || f=${absolute}; exec "$f"`;
}
