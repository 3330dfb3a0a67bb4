/** Where things are in `<common git dir>/blobsy/`. The only place that knows. */
import path from "node:path";
import { isOid, type Oid } from "../domain/oid.js";

/** Objects are read only: nobody is to edit them by mistake. */
export const OBJECT_MODE = 0o444;

export interface StoreLayout {
  readonly root: string;
  /** One directory per first two digits, one read-only file per blob. */
  readonly objects: string;
  /** Files being written; nothing in it has a value once its process is gone. */
  readonly tmp: string;
  /** Payloads moved aside, each with a note: these are the user's bytes. */
  readonly aside: string;
  /** What lay under a blob's name and was something else. */
  readonly bad: string;
  readonly verified: string;
  readonly recoverLog: string;
}

/** @param root `<common git dir>/blobsy` */
export function storeLayout(root: string): StoreLayout {
  return {
    root,
    objects: path.join(root, "objects"),
    tmp: path.join(root, "tmp"),
    aside: path.join(root, "tmp", "aside"),
    bad: path.join(root, "bad"),
    verified: path.join(root, "verified"),
    recoverLog: path.join(root, "recover.log"),
  };
}

export function objectPath(layout: StoreLayout, oid: Oid): string {
  return path.join(layout.objects, oid.slice(0, 2), oid);
}

/** The blob a file in `objects/<dir>/` holds, by its name. */
export function oidOfName(dir: string, name: string): Oid | null {
  return isOid(name) && name.startsWith(dir) && dir.length === 2 ? name : null;
}
