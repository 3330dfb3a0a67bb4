/**
 * Was Git told to throw an edited payload away?
 *
 * `git reset --hard`, `git restore` and a forced checkout rewrite the ref file although the payload
 * was edited. Seen from the outside that is the same picture as a pull that met an edit nobody had
 * noticed: base, ref and payload all differ. The difference is whether Git knew of the edit when it
 * wrote the ref file. Only then is it a decision of the user's.
 */
import type { FileFacts } from "./file-facts.js";
import { sameFacts } from "./file-facts.js";

/** One smudge request, as it was when Git asked. */
export interface SmudgeNote {
  readonly path: string;
  /** SHA-256 of the ref text that was handed to Git. */
  readonly textHash: string;
  /** Git removes a file before it writes a new one; archive and cat-file leave it as it is. */
  readonly refWas: "absent" | "empty" | "present";
  readonly payload: FileFacts | null;
  /** This very payload was hashed for Git earlier in the same process. */
  readonly noticed: boolean;
  /** Time of the last noticing pass before this command's first smudge; 0 when there was none. */
  readonly passNs: bigint;
  /** That pass looked at payloads with a later ctime only: the others had been examined before. */
  readonly sinceNs: bigint;
}

/**
 * @param note the last smudge request for the path, from this process or from one that died
 * @param refTextHash SHA-256 of what the ref file holds now, `null` when it is not there
 * @param payload what the payload is now
 */
export function isDiscard(
  note: SmudgeNote,
  refTextHash: string | null,
  payload: FileFacts | null,
): boolean {
  if (note.refWas === "present" || refTextHash !== note.textHash) return false;
  if (note.payload === null || payload === null || !sameFacts(note.payload, payload)) return false;
  // An edit made while the clock was set back is older than the pass, and was not looked at by it.
  return note.noticed || (payload.ctimeNs < note.passNs && payload.ctimeNs > note.sinceNs);
}
