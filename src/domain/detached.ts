/**
 * A string of its own. V8 keeps a part of a larger string as a reference into that one, so a hash taken
 * out of a text would keep the whole text in memory for as long as it lives.
 *
 * @param part ASCII
 */
export function detached<T extends string>(part: T): T {
  return Buffer.from(part, "latin1").toString("latin1") as T;
}
