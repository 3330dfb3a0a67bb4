/** How much a program of somebody else's has written so far, wherever it has. */
import { lstatSync, readdirSync } from "node:fs";
import path from "node:path";

/** Bytes of all files below `dir`, whatever they are called; links are not followed. */
export function bytesBelow(dir: string): number {
  let bytes = 0;
  for (const entry of orNothing(() => readdirSync(dir, { withFileTypes: true })) ?? []) {
    const at = path.join(dir, entry.name);
    if (entry.isDirectory()) bytes += bytesBelow(at);
    else bytes += orNothing(() => lstatSync(at).size) ?? 0;
  }
  return bytes;
}

/** What is being renamed or removed just now is seen the next time. */
function orNothing<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
