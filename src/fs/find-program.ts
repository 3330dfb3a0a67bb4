/**
 * Finds programs the safe way: in the absolute entries of PATH, and nowhere else. A relative entry,
 * or the current directory, would run a program that a repository brought along.
 */
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import path from "node:path";

/**
 * The absolute path of a program.
 * @param name a bare name, or an absolute path
 * @param notBelow directories whose programs are not taken, by whatever link they are reached
 */
export function findProgram(name: string, notBelow: readonly string[] = []): string | undefined {
  const refused = notBelow.map(realOrSame);
  const isFit = (file: string): boolean =>
    isProgram(file) && !refused.some((dir) => isBelow(realOrSame(file), dir));
  if (path.isAbsolute(name)) return isFit(name) ? name : undefined;
  if (name === "" || /[/\\]/.test(name)) return undefined;
  return candidates(name).find(isFit);
}

/** PATH without what is relative, and what lies below these directories: for a program we start. */
export function absolutePath(notBelow: readonly string[] = []): string {
  const refused = notBelow.map(realOrSame);
  return absoluteEntries()
    .filter((dir) => !refused.some((outer) => isBelow(realOrSame(dir), outer)))
    .join(path.delimiter);
}

function absoluteEntries(): string[] {
  return (process.env["PATH"] ?? "").split(path.delimiter).filter((dir) => path.isAbsolute(dir));
}

function candidates(name: string): string[] {
  const dirs = absoluteEntries();
  // Batch files cannot be started without a shell, which reads their arguments anew.
  const suffixes =
    process.platform === "win32" && !/\.(?:exe|com)$/i.test(name) ? [".exe", ".com"] : [""];
  return dirs.flatMap((dir) => suffixes.map((suffix) => path.join(dir, name + suffix)));
}

function isProgram(file: string): boolean {
  try {
    if (!statSync(file).isFile()) return false;
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not ours to run: the next entry may have one
  }
}

function isBelow(file: string, dir: string): boolean {
  const relative = path.relative(dir, file);
  return (
    relative === "" ||
    (!relative.startsWith(`..${path.sep}`) && relative !== ".." && !path.isAbsolute(relative))
  );
}

function realOrSame(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
