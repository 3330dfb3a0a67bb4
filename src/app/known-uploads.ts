/**
 * What this clone last knew to be on the remote, without asking anybody: for `status`, which works offline.
 * Nothing may rely on it; who has to know asks (uploaded.ts).
 */
import path from "node:path";
import { isBlobsyError } from "../domain/errors.js";
import { namesIn } from "../fs/temp.js";
import type { Context } from "./context.js";
import { Proofs, proofsFile, UPLOADED } from "./proofs.js";

/** @returns what was seen there since the last garbage collection heard of; `null`: nothing is known */
export async function knownUploads(ctx: Context): Promise<Proofs | null> {
  const dir = path.join(ctx.repo.sharedState, UPLOADED);
  const files = namesIn(dir).filter((name) => /^[0-9a-f]{16}$/.test(name));
  const [only] = files;
  if (only === undefined) return null;
  if (files.length === 1) return Proofs.loadLatest(path.join(dir, only));
  try {
    // Which of several is the remote's, only its own name tells. Opening it reaches nobody.
    const { openRemote } = await import("./remote.js");
    const { transport } = await openRemote(ctx);
    return Proofs.loadLatest(proofsFile(ctx.repo.sharedState, transport.id));
  } catch (error) {
    if (isBlobsyError(error)) return null;
    throw error;
  }
}
