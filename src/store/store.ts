/**
 * The local blob store: immutable bytes under their SHA-256, in the repository's common Git directory.
 *
 * A name in it is a promise about bytes, and every way in keeps it: what is published was hashed as
 * the file that gets the name, is synced, and gets the name by a link that replaces nothing. Every way
 * out checks it again: by the stat record made when it was hashed (verified.ts), else by hashing.
 *
 * Objects may have come here as somebody's payload, by rename, and a program may still hold them open
 * and write. That is why the record is asked each time, and why an object that is not what its name
 * says is never just deleted: its bytes are filed under what they are (`setAside`).
 *
 * Several processes use one store without locks. Nothing here decides what may be dropped.
 */
import path from "node:path";
import { BlobsyError, errnoOf, fromErrno } from "../domain/errors.js";
import type { FileFacts } from "../domain/file-facts.js";
import type { Oid } from "../domain/oid.js";
import { statRecord } from "../domain/stat-trust.js";
import { moveNoReplace, settleFile } from "../fs/atomic.js";
import { fileSystemTick, safelyBefore } from "../fs/clock.js";
import { lstatFacts } from "../fs/facts.js";
import { copyHashing, hashFile, type ReadOptions } from "../fs/hash.js";
import { mkdirs, rename, unlink, unlinkIfThere } from "../fs/ops.js";
import { SharedSync } from "../fs/shared-sync.js";
import { namesIn, tempName } from "../fs/temp.js";
import { adoptFile, type KnownContent } from "./adopt.js";
import { checkArrived } from "./arrived.js";
import { OBJECT_MODE, objectPath, oidOfName, storeLayout, type StoreLayout } from "./layout.js";
import { FanOuts } from "./fan-outs.js";
import { assertOwnDirectories } from "./own-directory.js";
import { RecoverLog } from "./recover-log.js";
import { copyObjectOut, type Examined, takeObjectOut, type OutOptions } from "./take-out.js";
import { isSystemError, isUnreadable } from "./trouble.js";
import { VerifiedRecords } from "./verified.js";

export type { KnownContent } from "./adopt.js";
export type { OutOptions } from "./take-out.js";

export interface Ingested {
  readonly oid: Oid;
  readonly size: number;
  /** The payload as it was both before and after it was read. */
  readonly facts: FileFacts;
  /** False when the store had the blob already. */
  readonly stored: boolean;
}

export interface Blob {
  readonly oid: Oid;
  readonly size: number;
}

/** When a name is made durable: before the call returns, or by `settle`, once for many. */
export type Lasting = "now" | "later";

export class Store {
  readonly layout: StoreLayout;
  readonly verified: VerifiedRecords;
  private readonly recover: RecoverLog;
  private readonly syncs = new SharedSync();
  private readonly fanOuts: FanOuts;
  private lastTick = 0n;
  private prepared: Promise<void> | null = null;

  private constructor(root: string) {
    this.layout = storeLayout(root);
    this.fanOuts = new FanOuts(this.layout.objects, this.syncs);
    this.recover = new RecoverLog(root);
    this.verified = new VerifiedRecords(this.layout.verified);
  }

  /**
   * @param root `<common git dir>/blobsy`; it is created when something is first put in
   * @throws {BlobsyError} REFUSED_PATH when it is a link or another user's
   */
  static open(root: string): Store {
    const store = new Store(root);
    const { objects, tmp, aside, bad } = store.layout;
    assertOwnDirectories([root, objects, tmp, aside, bad]);
    return store;
  }

  /** Creates the store's directories; runs once. @throws system errors, REFUSED_PATH */
  prepare(): Promise<void> {
    this.prepared ??= this.createDirectories().catch((error: unknown) => {
      this.prepared = null; // the disk may have room again by the next time
      throw error;
    });
    return this.prepared;
  }

  private async createDirectories(): Promise<void> {
    const { root, objects, tmp, aside, bad } = this.layout;
    await mkdirs(objects);
    await mkdirs(aside);
    assertOwnDirectories([root, objects, tmp, aside, bad]);
    await this.verified.compact((oid) => this.objectFacts(oid) !== null);
  }

  /** A path for a new temporary file on the store's file system. */
  tempPath(prefix: string): string {
    return path.join(this.layout.tmp, tempName(prefix));
  }

  objectFacts(oid: Oid): FileFacts | null {
    return lstatFacts(objectPath(this.layout, oid));
  }

  /** Whether there is an object of that name (and length); whether it is good, `verifiedPath` says. */
  has(oid: Oid, size?: number): boolean {
    const facts = this.objectFacts(oid);
    return facts?.kind === "file" && (size === undefined || facts.size === size);
  }

  /**
   * Copies a payload in, hashing it in the same read (or cloning it, where the file system can).
   * @param payload absolute path
   * @throws {BlobsyError} as `copyHashing`: PAYLOAD_UNREADABLE, PAYLOAD_BUSY, DISK_FULL, IO ...
   */
  async ingest(
    payload: string,
    options: ReadOptions & { readonly lasting?: Lasting } = {},
  ): Promise<Ingested> {
    return this.telling(payload, "cannot store", async () => {
      await this.prepare();
      const tick = await this.tickAfter(0n);
      const temp = this.tempPath("ingest");
      const times = { mode: OBJECT_MODE, mtimeNs: safelyBefore(tick) };
      const { oid, size, facts } = await copyHashing(payload, temp, { ...options, ...times });
      const stored = await this.publishTemp(temp, { oid, size }, tick, options.lasting);
      return { oid, size, facts, stored };
    });
  }

  /**
   * Takes in a finished download. Its bytes are on disk when this returns; that its name is too takes
   * `settle`, once for all of them: until then the remote has the blob.
   * @param temp a file in this store's `tmp`; gone when this returns
   * @param known what its bytes are, if they were hashed as they were written to it; else it is read
   * @throws {BlobsyError} BLOB_CORRUPT when it is not the blob it should be
   */
  async importTemp(temp: string, blob: Blob, known: Oid | null = null): Promise<void> {
    await this.telling(temp, "cannot store", async () => {
      await this.prepare();
      const tick = await this.tickAfter(0n);
      try {
        await checkArrived(temp, blob, known);
        await settleFile(temp, { mode: OBJECT_MODE, mtimeNs: safelyBefore(tick), sync: "all" });
      } catch (error) {
        await unlinkIfThere(temp).catch(() => undefined);
        throw error;
      }
      await this.publishTemp(temp, blob, tick, "later");
    });
  }

  /** Leaves to `settle` what another thread published with `lasting: "later"`. */
  settleLater(oid: Oid): void {
    this.syncs.later(this.layout.objects);
    this.syncs.later(path.dirname(objectPath(this.layout, oid)));
  }

  /** Makes the names durable that were left to it. @throws system errors */
  settle(): Promise<void> {
    return this.syncs.settle();
  }

  /**
   * Files a payload that was moved aside, by rename where that is safe: `file` is gone when this
   * returns. Bytes that the store has already are not kept twice.
   * @param known its content, where `facts` vouch for it; else it is hashed
   * @param beforeFiling called once the content is known and before anything moves
   * @param lasting "later": until `settle` a power cut may leave it where it was
   * @throws {BlobsyError} PAYLOAD_UNREADABLE, PAYLOAD_BUSY, DISK_FULL, IO; `file` is then still there
   */
  adopt(
    file: string,
    known: KnownContent | null = null,
    beforeFiling?: (blob: Blob) => Promise<void>,
    lasting: Lasting = "now",
  ): Promise<Blob> {
    return this.telling(file, "cannot store", async () => {
      await this.prepare();
      return adoptFile(this, file, known, beforeFiling, lasting);
    });
  }

  /**
   * The path of an object that certainly holds `oid`, to be read at once.
   * @returns null when the store has no such blob, or had a damaged one
   */
  async verifiedPath(oid: Oid, size: number, options: ReadOptions = {}): Promise<string | null> {
    const object = objectPath(this.layout, oid);
    return this.telling(object, "cannot verify", async () => {
      const found = await this.examine(oid, size, options);
      if (found === "bad") await this.setAside(oid);
      return typeof found === "object" ? object : null;
    });
  }

  /**
   * Moves an object out of the store to `dest` (same file system; nothing is there yet), with the mode
   * and time of a payload, synced. @returns its facts at `dest`; null as `verifiedPath`
   */
  takeOut(oid: Oid, size: number, dest: string, options: OutOptions): Promise<FileFacts | null> {
    return this.telling(dest, "cannot take out", () =>
      takeObjectOut(this, oid, size, dest, options),
    );
  }

  /** As `takeOut`, leaving the object: cloned, or copied and hashed in one read. */
  copyOut(oid: Oid, size: number, dest: string, options: OutOptions): Promise<FileFacts | null> {
    return this.telling(dest, "cannot write", () => copyObjectOut(this, oid, size, dest, options));
  }

  /** Whether the object may go is the caller's to know. */
  async remove(oid: Oid): Promise<void> {
    await unlinkIfThere(objectPath(this.layout, oid));
  }

  /** Every object, by name and length; none of them is read. */
  async *list(): AsyncIterable<Blob> {
    for (const dir of namesIn(this.layout.objects)) {
      for (const name of namesIn(path.join(this.layout.objects, dir))) {
        const oid = oidOfName(dir, name);
        const facts = oid && this.objectFacts(oid);
        if (oid && facts?.kind === "file") yield { oid, size: facts.size };
      }
    }
  }

  /**
   * @internal What is under a blob's name. An object that cannot be read is as good as damaged.
   */
  async examine(oid: Oid, size: number, options: ReadOptions = {}): Promise<Examined> {
    const facts = this.objectFacts(oid);
    if (!facts) return "absent";
    if (facts.kind !== "file" || facts.size !== size) return "bad";
    if (this.verified.vouch(oid, facts)) return { ...facts, isVouched: true };
    const tick = await this.tickAfter(facts.mtimeNs);
    try {
      const found = await hashFile(objectPath(this.layout, oid), options);
      if (found.oid !== oid) return "bad";
      await this.verified.add(statRecord(oid, found.facts, tick));
      return { ...found.facts, isVouched: this.verified.vouch(oid, found.facts) };
    } catch (error) {
      if (this.objectFacts(oid) === null) return "absent";
      if (isUnreadable(error)) return "bad";
      throw error;
    }
  }

  /**
   * @internal Takes away what is under `oid` and is something else: bit rot, a damaged disk, or bytes
   * that a program wrote late into a payload moved here. These may exist nowhere else, so they are
   * filed under their own hash, and logged; what cannot be read stays in `bad`.
   */
  async setAside(oid: Oid): Promise<void> {
    const aside = path.join(this.layout.bad, tempName("bad"));
    await mkdirs(this.layout.bad);
    try {
      await rename(objectPath(this.layout, oid), aside);
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return; // another process did
      throw error;
    }
    if (lstatFacts(aside)?.kind !== "file") return;
    const log = (blob: Blob): Promise<void> =>
      // It may be the right blob after all: published anew since it was examined.
      blob.oid === oid ? Promise.resolve() : this.logLateWrite(blob);
    await adoptFile(this, aside, null, log).catch((error: unknown) => {
      if (!isUnreadable(error)) throw error;
    });
  }

  private logLateWrite({ oid, size }: Blob): Promise<void> {
    const time = new Date().toISOString();
    const place = { path: "", worktree: "", executable: false };
    return this.recover.append({ time, ...place, oid, size, why: "late-write" });
  }

  /**
   * @internal Gives a complete, synced, hashed file its name.
   * @param lasting when its name is made durable: before this returns, or by `settle`
   * @returns false when a good object has it already; `file` is then still there
   */
  async publish(file: string, { oid, size }: Blob, lasting: Lasting = "now"): Promise<boolean> {
    const object = objectPath(this.layout, oid);
    await this.fanOuts.prepare(path.dirname(object), lasting);
    for (;;) {
      try {
        await moveNoReplace(file, object);
        await this.syncName(object, lasting);
        return true;
      } catch (error) {
        if (errnoOf(error) !== "EEXIST") throw error;
      }
      const state = await this.examine(oid, size);
      if (typeof state === "object") {
        // Whoever put it there may not have synced its name yet.
        await this.syncName(object, lasting);
        return false;
      }
      if (state === "bad") await this.setAside(oid);
    }
  }

  private async syncName(object: string, lasting: Lasting): Promise<void> {
    if (lasting === "later") return this.syncs.later(path.dirname(object));
    await this.syncs.sync(path.dirname(object));
  }

  /** @internal Publishes a file that only this process can have written to since it was hashed. */
  async publishTemp(temp: string, blob: Blob, tick: bigint, lasting?: Lasting): Promise<boolean> {
    try {
      const stored = await this.publish(temp, blob, lasting);
      if (!stored) await unlink(temp);
      const facts = stored ? this.objectFacts(blob.oid) : null;
      if (facts) await this.verified.add(statRecord(blob.oid, facts, tick));
      return stored;
    } catch (error) {
      await unlinkIfThere(temp).catch(() => undefined);
      throw error;
    }
  }

  /** @internal The store's clock, past `mtimeNs` if it is; read again only when it has to be. */
  async tickAfter(mtimeNs: bigint): Promise<bigint> {
    if (this.lastTick === 0n || this.lastTick <= mtimeNs) {
      this.lastTick = await fileSystemTick(this.layout.tmp);
    }
    return this.lastTick;
  }

  private async telling<T>(file: string, doing: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (error instanceof BlobsyError || !isSystemError(error)) throw error;
      throw fromErrno(error, `${doing} ${file}`, file);
    }
  }
}
