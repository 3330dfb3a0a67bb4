/** Small files of a git dir as bytes: they are put back exactly as they were. */
import { readdirSync, realpathSync } from "node:fs";
import path from "node:path";
import { errnoOf } from "../domain/errors.js";
import { lstatFacts } from "../fs/facts.js";
import { rmdir, unlinkIfThere } from "../fs/ops.js";
import { readBytes } from "../fs/user-file.js";

export { readBytes } from "../fs/user-file.js";

/** The bytes as text, one character a byte, so that nothing is lost on the way back. */
export function readText(file: string): string | null {
  return readBytes(file)?.toString("latin1") ?? null;
}

/** The path without links, or as given where nothing is there. */
export function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}

/** Is `file` this directory or below it? Both without links. */
export function isWithin(file: string, dir: string): boolean {
  const relative = path.relative(dir, file);
  return relative === "" || (!relative.startsWith("..") && !path.isAbsolute(relative));
}

/** Every regular file below a directory, deepest first; links are not followed. */
export function filesBelow(dir: string): string[] {
  if (lstatFacts(dir)?.kind !== "directory") return [];
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(dir, entry.name);
    return entry.isDirectory() ? filesBelow(name) : [name];
  });
}

/** Removes a directory and everything in it; a link is removed, not followed. */
export async function removeTree(dir: string): Promise<void> {
  const facts = lstatFacts(dir);
  if (facts === null) return;
  if (facts.kind !== "directory") return unlinkIfThere(dir);
  for (const name of readdirSync(dir)) await removeTree(path.join(dir, name));
  await rmdir(dir);
}

/** Removes a directory that nothing is in; another one stays. */
export async function removeIfEmpty(dir: string): Promise<void> {
  try {
    await rmdir(dir);
  } catch (error) {
    const stays = ["ENOTEMPTY", "EEXIST", "ENOENT", "ENOTDIR"];
    if (!stays.includes(errnoOf(error) ?? "")) throw error;
  }
}
