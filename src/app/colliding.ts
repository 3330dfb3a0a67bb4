/**
 * Payloads whose names this file system holds to be another file's: `X.bin` beside `x.bin` where case does
 * not count, or the two Unicode forms of one name. Git writes both ref files to one file then, and warns;
 * which of the payloads would be the right one, nobody can say, so neither is touched.
 *
 * Most file systems here tell names apart. So names that could meet are looked for first, and only for
 * those the file system is asked: two names, and one file with one link, is one name to it.
 */
import path from "node:path";
import { collisions } from "../domain/collisions.js";
import type { FileFacts } from "../domain/file-facts.js";
import { type PayloadPath, REF_SUFFIX } from "../domain/repo-path.js";
import { lstatFacts } from "../fs/facts.js";
import type { IndexListing } from "../git/index-entries.js";

type Look = (name: string) => FileFacts | null;

/** @returns for each payload that must not be touched, the reason */
export function collidingPayloads(
  worktree: string,
  index: IndexListing,
  look: Look = (name) => lookIn(worktree, name),
): ReadonlyMap<PayloadPath, string> {
  const refused = new Map<PayloadPath, string>();
  for (const group of collisions(index.keys())) addRefs(group, look, refused);
  const payloads = [...index.keys()].filter((name) => name.endsWith(REF_SUFFIX)).map(withoutSuffix);
  if (payloads.length === 0) return refused;
  const plain = [...index.keys()].filter((name) => !name.endsWith(REF_SUFFIX));
  const own = new Set(payloads);
  for (const group of collisions(new Set([...plain, ...payloads]))) {
    for (const payload of group.filter((name) => own.has(name))) {
      const other = group.find((name) => name !== payload && isOneFile(look, name, payload));
      if (other !== undefined) refuse(refused, payload, other);
    }
  }
  return refused;
}

function addRefs(group: readonly string[], look: Look, refused: Map<PayloadPath, string>): void {
  for (const name of group) {
    if (!name.endsWith(REF_SUFFIX)) continue;
    const other = group.find((one) => one !== name && isOneFile(look, one, name));
    if (other !== undefined) refuse(refused, withoutSuffix(name), withoutSuffix(other));
  }
}

function refuse(refused: Map<PayloadPath, string>, payload: string, other: string): void {
  const reason = `on this file system it is one file with ${other}; rename one of them`;
  refused.set(payload as PayloadPath, reason);
}

/** With several links two names may well be two names. */
function isOneFile(look: Look, one: string, other: string): boolean {
  const [a, b] = [look(one), look(other)];
  return a !== null && b !== null && a.ino === b.ino && a.dev === b.dev && a.nlink === 1;
}

function lookIn(worktree: string, name: string): FileFacts | null {
  try {
    return lstatFacts(path.join(worktree, name));
  } catch {
    return null; // whoever looks closer says why
  }
}

function withoutSuffix(name: string): string {
  return name.endsWith(REF_SUFFIX) ? name.slice(0, -REF_SUFFIX.length) : name;
}
