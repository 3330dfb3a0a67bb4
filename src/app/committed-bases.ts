/**
 * Which of these payloads' bases Git still knows by a commit at hand.
 *
 * A payload that a branch switch replaces is named by the commit that was left: Git brings it back. One
 * that was only noticed or staged, and then reset away, is named by nothing any more, and belongs into
 * the recover list.
 */
import { parseRefFile } from "../domain/bref.js";
import type { Oid } from "../domain/oid.js";
import { type PayloadPath, refPathOf } from "../domain/repo-path.js";
import { runGit } from "../git/git.js";
import { readNamedBlobs } from "../git/objects.js";
import type { Repository } from "../git/repository.js";

/** Where HEAD is, and the newest stash (gitrevisions(7)); where HEAD was comes from its log. */
const NEAR = ["HEAD", "ORIG_HEAD", "refs/stash"];

/** Payloads whose ref texts are in memory at once. */
const AT_ONCE = 500;

/** @throws {BlobsyError} GIT_FAILED */
export async function committedBases(
  repo: Repository,
  bases: ReadonlyMap<PayloadPath, Oid>,
): Promise<ReadonlySet<PayloadPath>> {
  const near = [...NEAR, ...(await lastHeads(repo))];
  const committed = new Set<PayloadPath>();
  const all = [...bases.keys()];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    await addCommitted(repo, near, all.slice(at, at + AT_ONCE), bases, committed);
  }
  return committed;
}

async function addCommitted(
  repo: Repository,
  near: readonly string[],
  payloads: readonly PayloadPath[],
  bases: ReadonlyMap<PayloadPath, Oid>,
  committed: Set<PayloadPath>,
): Promise<void> {
  const named = payloads.flatMap((payload) =>
    near.map((commit) => ({ payload, name: `${commit}:${refPathOf(payload)}` })),
  );
  const texts = await readNamedBlobs(
    repo,
    named.map(({ name }) => name),
  );
  for (const [at, { payload }] of named.entries()) {
    const text = texts[at];
    const parsed = text ? parseRefFile(text) : null;
    if (parsed?.ok && parsed.ref.oid === bases.get(payload)) committed.add(payload);
  }
}

/** `HEAD@{1}` by way of the log: a fresh clone's has one entry, and Git dies of the question there. */
async function lastHeads(repo: Repository): Promise<readonly string[]> {
  const args = ["log", "--walk-reflogs", "--max-count=2", "--format=%H", "HEAD", "--"];
  const { stdout } = await runGit(repo, args, { okCodes: [0, 128] });
  return stdout.toString("latin1").split("\n").filter(Boolean).slice(1);
}
