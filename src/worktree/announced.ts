/**
 * Ref files about to be rewritten, written down before the first of them is.
 *
 * The base reaches the disk at the end of a run only. Where that is never reached (killed, no room), an
 * old base stands beside a new ref file; and once Git moves that one back, the payload, which nobody has
 * touched, would pass for an edit and overwrite what Git wrote. So what a payload is, and what was last
 * agreed upon, is on disk before its ref file changes.
 *
 * It must also be certain afterwards whether the ref file was rewritten: if it was not, the edit is still
 * to be told of. Its new text lies ready under a name of its own, and gets the ref file's by a rename: as
 * long as the first is there, the rename has not been.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { errnoOf } from "../domain/errors.js";
import { isOid, type Oid } from "../domain/oid.js";
import { checkPayloadPath, type PayloadPath, refPathOf, TEMP_BESIDE } from "../domain/repo-path.js";
import { writeFileAtomic, writeNewFile } from "../fs/atomic.js";
import { lstatFacts } from "../fs/facts.js";
import { mkdirs, syncDir, unlinkIfThere } from "../fs/ops.js";
import { namesIn } from "../fs/temp.js";
import type { Base } from "./stat-cache.js";

export interface Announced {
  readonly path: PayloadPath;
  /** The base it had. */
  readonly from: Oid | null;
  /** What its ref file says once that is rewritten; the payload is it already. */
  readonly base: Base;
  /** The file with the ref file's new text: its name. */
  readonly text: string;
}

/** Where a worktree and what is known of it are. */
export interface RewritePlace {
  readonly worktree: string;
  readonly stateDir: string;
}

const DIR = "rewriting";
const LIST = "announced";
const TEXT_NAME = /^\.blobsy-tmp-[0-9a-f]{16}$/;

/**
 * Writes a ref file's new text, on its file system. Outside the worktree where that serves: there it
 * cannot show in `git status`.
 * @param ref.dev the ref file's
 * @returns the file, absolute
 * @throws system errors; nothing is left then
 */
export async function writeRefText(
  { worktree, stateDir }: RewritePlace,
  payload: PayloadPath,
  text: Uint8Array,
  ref: { readonly dev: bigint; readonly mode: number },
): Promise<string> {
  const own = path.join(stateDir, DIR);
  await mkdirs(own);
  const isBeside = lstatFacts(own)?.dev !== ref.dev;
  const dir = isBeside ? path.dirname(path.join(worktree, refPathOf(payload))) : own;
  // The sweepers of temporary files know names with an owner only: this one is proof of something.
  const file = path.join(dir, `${TEMP_BESIDE}-${randomBytes(8).toString("hex")}`);
  await writeNewFile(file, [text], { durable: true, mode: ref.mode });
  return file;
}

/**
 * Call before the first rename; when it throws, nothing may be renamed.
 * @param texts the files of `writeRefText`
 */
export async function announceRewrites(
  { stateDir }: RewritePlace,
  rewrites: readonly Announced[],
  texts: readonly string[],
): Promise<void> {
  const own = path.join(stateDir, DIR);
  const lines = rewrites.map((one) => `${JSON.stringify(one)}\n`).join("");
  for (const dir of new Set(texts.map((text) => path.dirname(text)))) await syncDir(dir);
  await writeFileAtomic(path.join(own, LIST), lines, { durable: true });
}

/** What was announced, and is not known to be remembered. */
export function readAnnounced(stateDir: string): Announced[] {
  const list = path.join(stateDir, DIR, LIST);
  // Asked for each file of a `git status`, and hardly ever there: no error is made of that.
  if (lstatFacts(list) === null) return [];
  try {
    const lines = readFileSync(list, "utf8").split("\n");
    return lines.flatMap((line) => parse(line) ?? []);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return []; // its owner was done with it just now
    throw error;
  }
}

/** Whether the ref file has got its new text; Git may have written it anew since. */
export function isRewritten(place: RewritePlace, { path: payload, text }: Announced): boolean {
  return textFiles(place, payload, text).every((file) => lstatFacts(file) === null);
}

/**
 * Call when the bases are on disk. The list goes first, and for good: a list without
 * its texts would tell of ref files that were rewritten.
 * @throws system errors; whoever comes next does it again
 */
export async function forgetAnnounced(place: RewritePlace): Promise<void> {
  const own = path.join(place.stateDir, DIR);
  const files = readAnnounced(place.stateDir).flatMap(({ path: payload, text }) =>
    textFiles(place, payload, text).filter((file) => lstatFacts(file) !== null),
  );
  await unlinkIfThere(path.join(own, LIST));
  const left = new Set([...files, ...namesIn(own).map((name) => path.join(own, name))]);
  if (left.size === 0) return;
  await syncDir(own);
  for (const file of left) await unlinkIfThere(file);
}

/** Whether a run left anything here; there is nothing to do without. */
export function hasAnnounced(stateDir: string): boolean {
  return namesIn(path.join(stateDir, DIR)).length > 0;
}

function textFiles({ worktree, stateDir }: RewritePlace, payload: string, text: string): string[] {
  const beside = path.join(worktree, path.dirname(payload));
  return [path.join(stateDir, DIR, text), path.join(beside, text)];
}

function parse(line: string): Announced | null {
  if (line === "") return null;
  try {
    const found = JSON.parse(line) as Announced;
    const { path: payload, text, base } = found;
    const isOurs = checkPayloadPath(payload, process.platform).ok && TEXT_NAME.test(text);
    return isOurs && isOid(base.oid) ? found : null;
  } catch {
    return null; // damaged by whatever, or by somebody who handed the repository over: it says nothing
  }
}
