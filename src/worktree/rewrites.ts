/**
 * Which ref texts blobsy has just replaced, one line each, written before the ref file is.
 *
 * Git reads a ref file, and asks its filter about the text a moment later. In between another blobsy
 * process may have taken an edit in and rewritten the file. The filter then must know that the text it
 * is asked about was the file's, to answer with what it is now.
 */
import path from "node:path";
import { lstatFacts } from "../fs/facts.js";
import { appendLineSync, unlinkIfThereSync } from "../fs/ops.js";
import { readBytes } from "../fs/user-file.js";

/** Lines count for seconds; so many bytes are kept for much longer than that. */
const MAX_BYTES = 128 * 1024;

/** @param oldText SHA-256 of the text that is about to be replaced */
export function noteRewrite(stateDir: string, payload: string, oldText: string): void {
  appendLineSync(fileIn(stateDir), `${payload}\t${oldText}`);
}

/** @throws {BlobsyError} PERMISSION, IO: an edit would pass for what the text says */
export function wasRewrittenFrom(stateDir: string, payload: string, text: string): boolean {
  const lines = readBytes(fileIn(stateDir))?.toString("utf8").split("\n") ?? [];
  return lines.includes(`${payload}\t${text}`);
}

/** Called by the holder of the worktree's lock. */
export function trimRewrites(stateDir: string): void {
  if ((lstatFacts(fileIn(stateDir))?.size ?? 0) > MAX_BYTES) unlinkIfThereSync(fileIn(stateDir));
}

function fileIn(stateDir: string): string {
  return path.join(stateDir, "rewrites");
}
