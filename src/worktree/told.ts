/**
 * What the filter told Git of edited payloads, for `hooks/textconv`: Git hands that one the ref file as
 * it is on disk, where the edit is not in yet. Each note holds for one git process, and for the ref
 * file that names what it named then:
 *
 *     = <pid of git> <hash in the ref file> <path of the ref file>
 *     +<a line of the text that Git was told>
 */
import path from "node:path";
import { lstatFacts } from "../fs/facts.js";
import { appendLineSync, unlinkIfThereSync } from "../fs/ops.js";

/** More than any one git command is told of; a note counts no longer than that command runs. */
const MAX_BYTES = 1024 * 1024;

export interface Told {
  /** The process that asks. */
  readonly git: number;
  /** What the ref file names, as hex digits. */
  readonly was: string;
  /** Path of the ref file in the worktree. */
  readonly ref: string;
  readonly text: string;
}

/** @throws system errors */
export function noteTold(stateDir: string, { git, was, ref, text }: Told): void {
  const lines = text.trimEnd().split("\n");
  const note = [`= ${git} ${was} ${ref}`, ...lines.map((line) => `+${line}`)];
  appendLineSync(fileIn(stateDir), note.join("\n"));
}

/** Called by the holder of the worktree's lock. */
export function trimTold(stateDir: string): void {
  if ((lstatFacts(fileIn(stateDir))?.size ?? 0) > MAX_BYTES) unlinkIfThereSync(fileIn(stateDir));
}

function fileIn(stateDir: string): string {
  return path.join(stateDir, "told");
}
