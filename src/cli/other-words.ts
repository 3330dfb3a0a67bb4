/** What people type who know another tool's word: the command that does it here. */
import { COMMANDS } from "./command-table.js";

const WORDS: Readonly<Record<string, string>> = {
  add: "track",
  delete: "rm",
  remove: "rm",
  move: "mv",
  rename: "mv",
  list: "ls",
  "ls-files": "ls",
  upload: "push",
  download: "pull",
  restore: "recover",
  undo: "recover",
  repair: "fsck",
  verify: "fsck",
  setup: "install",
};

/** Plain Git does these, and payloads follow. */
const GITS = ["checkout", "clone", "commit", "diff", "log", "merge", "reset", "stash", "switch"];

/** @returns a command line to try instead of this unknown command */
export function otherWord(unknown: string): string | null {
  if (GITS.includes(unknown)) return `git ${unknown}`;
  const word = Object.hasOwn(WORDS, unknown) ? WORDS[unknown] : undefined;
  return word !== undefined && COMMANDS.some(({ name }) => name === word) ? `blobsy ${word}` : null;
}
