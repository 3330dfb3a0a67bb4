/**
 * Which remotes this clone may use by itself. The first one it meets is noted; a later commit that
 * names another moves no byte until the user has said `blobsy trust`. Otherwise a pull request could
 * send a maintainer's uploads elsewhere.
 *
 * A remote from the user's own git config is never refused: who can write that can do anything. It is
 * noted all the same when it is the first: a commit that then makes another one the remote is a later one.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { BlobsyError, errnoOf } from "../domain/errors.js";
import { writeFileAtomic } from "../fs/atomic.js";
import { mkdirs } from "../fs/ops.js";

/** One remote per line, the first first. */
function pinFile(sharedState: string): string {
  return path.join(sharedState, "pin");
}

/** @returns the remotes this clone may use; none before the first use */
export function pinnedRemotes(sharedState: string): string[] {
  try {
    const lines = readFileSync(pinFile(sharedState), "utf8").split("\n");
    return lines.filter((line) => line !== "");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}

/**
 * @param remote one line that names everything the remote is reached by, without secrets
 * @param beside the other remotes of the same configuration: what came with the first one is pinned
 *   with it, and nothing that a later commit adds
 * @throws {BlobsyError} NEEDS_TRUST when this clone uses another one
 */
export async function pinOrRefuse(
  sharedState: string,
  remote: string,
  beside: readonly string[] = [],
): Promise<void> {
  refuseOther(sharedState, remote);
  await noteFirst(sharedState, remote, beside);
}

/** As `pinOrRefuse`, for a remote from the user's own git config: it is used in any case. */
export async function noteFirst(
  sharedState: string,
  remote: string,
  beside: readonly string[] = [],
): Promise<void> {
  if (pinnedRemotes(sharedState).length > 0) return;
  for (const one of [remote, ...beside]) await pinRemote(sharedState, one);
}

/** @throws {BlobsyError} NEEDS_TRUST when this clone uses another one; none noted yet is no other */
export function refuseOther(sharedState: string, remote: string): void {
  const pinned = pinnedRemotes(sharedState);
  const [first] = pinned;
  if (first === undefined || pinned.includes(remote)) return;
  throw new BlobsyError(
    "NEEDS_TRUST",
    `the configuration now names ${remote}, but this clone has used ${first}; nothing was sent or fetched`,
    { next: "blobsy trust" },
  );
}

/** Lets this clone use a remote from now on, beside those it may use already. */
export async function pinRemote(sharedState: string, remote: string): Promise<void> {
  const pinned = pinnedRemotes(sharedState);
  if (pinned.includes(remote)) return;
  await mkdirs(sharedState);
  const text = [...pinned, remote].map((line) => `${line}\n`).join("");
  await writeFileAtomic(pinFile(sharedState), text, { durable: true });
}
