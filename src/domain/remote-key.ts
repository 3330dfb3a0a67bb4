import type { Oid } from "./oid.js";

/**
 * The gate for remote keys. A key is read from a ref file, so a stranger chose it; it becomes a
 * path below a directory, an object's name, and an argument of the user's tools. Ours are plain
 * enough to be harmless in all three.
 */

export const MAX_KEY_BYTES = 512;

/** Digits from which a run of hex counts as naming content. `{content_sha256_short}` has as many. */
export const HASH_RUN = 12;

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

// No `%` (decoded by some servers), `:` and `,` (rclone's own syntax), `$`, `*`, `?` or quotes
// (shells, queries), nothing beyond ASCII (normal forms differ between systems).
const LEGAL = /^[A-Za-z0-9._=/-]+$/;

/** May this key be asked for? */
export function checkRemoteKey(key: string): Verdict {
  if (key.length > MAX_KEY_BYTES) return refuse(`it is longer than ${MAX_KEY_BYTES} bytes`);
  if (key === "") return refuse("it is empty");
  if (!LEGAL.test(key)) return refuse("it has characters in it other than A-Z a-z 0-9 . _ = - /");
  for (const component of key.split("/")) {
    if (component === "") return refuse("it has an empty component");
    // `.` and `..` among them, and `.blobsy/`, where blobsy's own objects live.
    if (component.startsWith(".")) return refuse("a component starts with a dot");
    if (component.startsWith("-")) return refuse("a component starts with a dash");
  }
  return OK;
}

/**
 * May blobsy upload `oid` under this key? A key that carries a hash must carry this one: no commit
 * can make a push overwrite the object of another content.
 */
export function checkKeyToWrite(key: string, oid: Oid): Verdict {
  const legal = checkRemoteKey(key);
  if (!legal.ok) return legal;
  const runs = hexRuns(key).filter((run) => run.length >= HASH_RUN);
  if (runs.length === 0)
    return refuse(`it does not name the content: no ${HASH_RUN} digits of its hash`);
  return runs.every((run) => oid.startsWith(run)) ? OK : refuse("it names another content's hash");
}

/** Can this key be a blob's at all? Others may keep their own things beside. */
export function namesContent(key: string): boolean {
  return checkRemoteKey(key).ok && hexRuns(key).some((run) => run.length >= HASH_RUN);
}

function hexRuns(text: string): string[] {
  return text.match(/[0-9a-fA-F]+/g) ?? [];
}

const OK: Verdict = { ok: true };

function refuse(reason: string): Verdict {
  return { ok: false, reason };
}
