/** The local blob store. Signatures only for now. */
import type { FileFacts } from "../domain/file-facts.js";
import type { Oid } from "../domain/oid.js";
import type { ReadOptions } from "../fs/hash.js";
import { RecoverLog } from "./recover-log.js";
import { storeLayout, type StoreLayout } from "./layout.js";

export interface Ingested {
  readonly oid: Oid;
  readonly size: number;
  /** The payload as it was both before and after it was read. */
  readonly facts: FileFacts;
  /** False when the store had the blob already. */
  readonly stored: boolean;
}

/** How a blob is to lie in the working tree. */
export interface OutOptions {
  readonly executable: boolean;
  readonly mtimeNs: bigint;
}

export class Store {
  readonly layout: StoreLayout;
  readonly recover: RecoverLog;

  /** @param root `<common git dir>/blobsy`; it need not exist */
  constructor(root: string) {
    this.layout = storeLayout(root);
    this.recover = new RecoverLog(this.layout.recoverLog);
  }

  /** Creates the directories and refuses a store that others could have planted. Runs once. */
  open(): Promise<void> {
    throw new Error("not yet");
  }
  objectFacts(_oid: Oid): FileFacts | null {
    throw new Error("not yet");
  }
  has(_oid: Oid, _size?: number): boolean {
    throw new Error("not yet");
  }
  ingest(_payload: string, _options?: ReadOptions): Promise<Ingested> {
    throw new Error("not yet");
  }
  importTemp(_temp: string, _oid: Oid, _size: number, _options?: ReadOptions): Promise<void> {
    throw new Error("not yet");
  }
  adopt(
    _file: string,
    _known?: { oid: Oid; facts: FileFacts } | null,
  ): Promise<{ oid: Oid; size: number }> {
    throw new Error("not yet");
  }
  verifiedPath(_oid: Oid, _size: number): Promise<string | null> {
    throw new Error("not yet");
  }
  takeOut(
    _oid: Oid,
    _size: number,
    _dest: string,
    _options: OutOptions,
  ): Promise<FileFacts | null> {
    throw new Error("not yet");
  }
  copyOut(
    _oid: Oid,
    _size: number,
    _dest: string,
    _options: OutOptions,
  ): Promise<FileFacts | null> {
    throw new Error("not yet");
  }
  remove(_oid: Oid): Promise<void> {
    throw new Error("not yet");
  }
  list(): AsyncIterable<{ oid: Oid; size: number }> {
    throw new Error("not yet");
  }
  /** A path for a temporary file of the store's file system. */
  tempPath(_prefix: string): string {
    throw new Error("not yet");
  }
}
