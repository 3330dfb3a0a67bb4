/** The two versions of a payload that is in conflict, to be looked at before one is taken. */
import path from "node:path";
import { parseRefFile, type RefFacts } from "../domain/bref.js";
import { BlobsyError, fromErrno } from "../domain/errors.js";
import { type Oid } from "../domain/oid.js";
import { type PayloadPath, refPathOf } from "../domain/repo-path.js";
import { lstatFacts } from "../fs/facts.js";
import { checkParents } from "../fs/safe-parent.js";
import type { IndexEntry } from "../git/index-entries.js";
import { readBlobs } from "../git/objects.js";
import type { Choice, Subject } from "./assess.js";
import type { Context } from "./context.js";

export interface Version {
  readonly oid: Oid;
  /** `null` where only the payload itself could tell. */
  readonly size: number | null;
  /** The ref file that names it; none for a payload as it lies here. */
  readonly ref: RefFacts | null;
}

export interface ConflictSides {
  readonly path: PayloadPath;
  readonly ours: Version | null;
  /** `null`: that side has removed it. */
  readonly theirs: Version | null;
  readonly base: Oid | null;
}

/** Outside a merge: the payload as it lies here, and what the ref file says. */
export function sidesOfSubject({
  path: payload,
  situation,
  ref,
  payload: seen,
}: Subject): ConflictSides {
  const there = situation.payload;
  return {
    path: payload,
    ours:
      there.kind === "hash" ? { oid: there.oid, size: seen.facts?.size ?? null, ref: null } : null,
    theirs: ref.kind === "hash" ? versionOf(ref.ref) : null,
    base: situation.base,
  };
}

/** Of a ref file that Git left unmerged: stages 1 to 3 of the index (gitrevisions(7)). */
export async function sidesOfUnmerged(
  ctx: Context,
  payload: PayloadPath,
  entries: readonly IndexEntry[],
): Promise<ConflictSides> {
  const texts = await readBlobs(
    ctx.repo,
    entries.map(({ oid }) => oid),
  );
  const at = (stage: number): Version | null => {
    const text = texts.get(entries.find((entry) => entry.stage === stage)?.oid ?? "");
    const parsed = text ? parseRefFile(text) : null;
    return parsed?.ok ? versionOf(parsed.ref) : null;
  };
  return { path: payload, base: at(1)?.oid ?? null, ours: at(2), theirs: at(3) };
}

function versionOf(ref: RefFacts): Version {
  return { oid: ref.oid, size: ref.size, ref };
}

export interface WrittenBeside {
  readonly side: Choice;
  /** '/'-separated, from the worktree's root. */
  readonly file: string;
}

/**
 * Writes one version beside the payload, as an ordinary file of the user's.
 * @returns `null` when that side has none
 * @throws {BlobsyError} BLOB_MISSING, and what the remote said; REFUSED_PATH, DISK_FULL, IO
 */
export async function writeBeside(
  ctx: Context,
  sides: ConflictSides,
  side: Choice,
): Promise<WrittenBeside | null> {
  const version = sides[side];
  if (version === null) return null;
  const file = besideName(sides.path, side, version.oid);
  const parent = checkParents(ctx.repo.worktree, file);
  if (parent === null) throw missing(sides.path);
  try {
    // By its name it can only be this very version, written earlier.
    if (lstatFacts(parent.at()) !== null) return { side, file };
    const size = await bring(ctx, sides.path, version);
    const executable =
      ((lstatFacts(path.join(ctx.repo.worktree, sides.path))?.mode ?? 0) & 0o111) !== 0;
    const mtimeNs = BigInt(Date.now()) * 1_000_000n;
    const facts = await ctx.store.copyOut(version.oid, size, parent.at(), { executable, mtimeNs });
    if (facts === null) throw missing(sides.path);
    return { side, file };
  } catch (error) {
    throw fromErrno(error, "writing it beside", file);
  } finally {
    parent.close();
  }
}

/** What `writeBeside` would write. */
export function besideFile(sides: ConflictSides, side: Choice): WrittenBeside | null {
  const version = sides[side];
  return version && { side, file: besideName(sides.path, side, version.oid) };
}

/** `model.theirs-1a2b3c4d.bin`: what opens the one opens the other. */
function besideName(payload: string, side: Choice, oid: Oid): string {
  const { dir, name, ext } = path.posix.parse(payload);
  return path.posix.join(dir, `${name}.${side}-${oid.slice(0, 8)}${ext}`);
}

/** @returns its size, once the store has it */
async function bring(ctx: Context, payload: PayloadPath, { oid, ref }: Version): Promise<number> {
  const here = lstatFacts(path.join(ctx.repo.worktree, payload));
  const object = ctx.store.objectFacts(oid);
  if (object?.kind === "file" && (ref === null || object.size === ref.size)) return object.size;
  if (here?.kind === "file" && (ref === null || here.size === ref.size)) {
    const taken = await ctx.store.ingest(path.join(ctx.repo.worktree, payload));
    if (taken.oid === oid) return taken.size;
  }
  if (ref === null) throw missing(payload);
  const { downloadBlobs } = await import("./transfer.js");
  const { size, remoteKey, compressed } = ref;
  const more = compressed === undefined ? {} : { compressed };
  const { failed } = await downloadBlobs(ctx, [
    { oid, size, key: remoteKey, path: payload, ...more },
  ]);
  const [failure] = failed;
  if (failure !== undefined) throw failure.error;
  return size;
}

function missing(payload: string): BlobsyError {
  return new BlobsyError("BLOB_MISSING", "that version is nowhere to be had", {
    path: refPathOf(payload as PayloadPath),
    next: "blobsy fetch",
  });
}
