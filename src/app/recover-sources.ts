/**
 * Where a version that `recover` lists can be had when the store has not got it: it was placed again since,
 * or another path had the same bytes, or the remote has them.
 */
import type { RecoverEntry } from "../domain/recover.js";
import { isBlobsyError } from "../domain/errors.js";
import type { Oid } from "../domain/oid.js";
import { StatCache } from "../worktree/stat-cache.js";
import type { Context } from "./context.js";
import { cachesBeside, payloadsByOid } from "./payloads-holding.js";

export class RecoverSources {
  readonly #cache: StatCache;
  #payloads: ReadonlyMap<Oid, readonly string[]> | undefined;
  #keys: ReadonlyMap<Oid, string> | undefined;

  constructor(private readonly ctx: Context) {
    this.#cache = StatCache.load(ctx.repo.worktreeState);
  }

  hasHere({ oid, size }: RecoverEntry): boolean {
    return this.ctx.store.has(oid, size) || this.#files(oid).length > 0;
  }

  /** Puts a copy into the store. @returns false when no payload holds these bytes */
  async bringHere(oid: Oid): Promise<boolean> {
    for (const file of this.#files(oid)) {
      try {
        if ((await this.ctx.store.ingest(file)).oid === oid) return true;
      } catch (error) {
        // Gone, or being written: another one, or the remote.
        if (!isBlobsyError(error) || error.code === "DISK_FULL") throw error;
      }
    }
    return false;
  }

  /** Where it is on the remote, as far as it is known: as `formatPlace` says it. */
  keyOf({ oid, size, key }: RecoverEntry): string | undefined {
    if (key !== undefined || this.ctx.store.has(oid, size)) return key;
    this.#keys ??= this.#allKeys();
    return this.#keys.get(oid);
  }

  #files(oid: Oid): readonly string[] {
    this.#payloads ??= payloadsByOid(this.ctx, this.#cache);
    return this.#payloads.get(oid) ?? [];
  }

  /** By what other lines of the log, and the ref files of all worktrees, say of the same bytes. */
  #allKeys(): Map<Oid, string> {
    const keys = new Map<Oid, string>();
    for (const { oid, key } of this.ctx.recover.listRecoverable()) {
      if (key !== undefined) keys.set(oid, key);
    }
    for (const cache of [this.#cache, ...cachesBeside(this.ctx).map((other) => other.cache)]) {
      for (const payload of cache.paths()) {
        const { base } = cache.get(payload);
        if (base) keys.set(base.oid, base.remoteKey);
      }
    }
    return keys;
  }
}
