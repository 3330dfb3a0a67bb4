/** Hashes or ingests many files on all cores. Signatures only for now. */
import type { FileFacts } from "../domain/file-facts.js";
import type { Oid } from "../domain/oid.js";
import type { BlobsyError } from "../domain/errors.js";
import type { ReadOptions } from "../fs/hash.js";
import type { Store } from "./store.js";

export interface PoolJob {
  /** Absolute path of the payload. */
  readonly file: string;
  /** What it is expected to be long; decides how many cores are worth starting. */
  readonly size: number;
}

export type PoolResult =
  | { readonly ok: true; readonly oid: Oid; readonly size: number; readonly facts: FileFacts }
  | { readonly ok: false; readonly error: BlobsyError };

export interface PoolOptions extends ReadOptions {
  readonly onFile?: ((index: number, result: PoolResult) => void) | undefined;
}

/** @returns one result per job, in their order; one file that fails does not stop the others */
export function ingestMany(
  _store: Store,
  _jobs: readonly PoolJob[],
  _options?: PoolOptions,
): Promise<PoolResult[]> {
  throw new Error("not yet");
}

/** As `ingestMany`, without keeping anything. */
export function hashMany(_jobs: readonly PoolJob[], _options?: PoolOptions): Promise<PoolResult[]> {
  throw new Error("not yet");
}
