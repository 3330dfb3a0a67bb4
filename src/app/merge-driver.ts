/**
 * The merge driver: three ref texts, one answer (gitattributes(5), "Defining a custom merge driver").
 *
 * A ref file is taken whole, from one side or the other: hash, size and key of two sides never mix.
 * What both sides agree on, or only one of them changed, is settled. Everything else is a conflict as on
 * a binary file: the path stays unmerged, with our version in place.
 */
import { readFile } from "node:fs/promises";
import { parseRefFile } from "../domain/bref.js";
import type { Oid } from "../domain/oid.js";
import { writeFileAtomic } from "../fs/atomic.js";
import type { Reporter } from "./reporter.js";

export interface MergeFiles {
  /** The files Git made: the common ancestor's text, ours (which takes the result), and theirs. */
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
  /** The path in the tree, for people. */
  readonly path: string;
}

/** @returns 0 when settled, 1 for a conflict: what Git wants to be told */
export async function mergeRefFiles(files: MergeFiles, reporter: Reporter): Promise<number> {
  const [base, ours, theirs] = await Promise.all(
    [files.base, files.ours, files.theirs].map((file) => readFile(file)),
  );
  const side = whichSide(base, ours, theirs);
  if (side === "theirs" && theirs) await writeFileAtomic(files.ours, theirs, { durable: false });
  if (side !== "conflict") return 0;
  reporter.warn(
    `${files.path}: changed on both sides; ours stays in place. Theirs: git checkout --theirs -- ${files.path}; or settle it: blobsy resolve --ours (or --theirs) ${files.path}`,
  );
  return 1;
}

/** Which text is the result, by the blobs the texts name; what cannot be read is never merged. */
export function whichSide(
  base: Uint8Array | undefined,
  ours: Uint8Array | undefined,
  theirs: Uint8Array | undefined,
): "ours" | "theirs" | "conflict" {
  const [was, mine, other] = [base, ours, theirs].map((text) => nameOf(text));
  if (!mine || !other) return "conflict";
  if (mine === other || other === was) return "ours";
  return mine === was ? "theirs" : "conflict";
}

function nameOf(text: Uint8Array | undefined): Oid | null {
  const parsed = parseRefFile(text ?? new Uint8Array());
  return parsed.ok ? parsed.ref.oid : null;
}
