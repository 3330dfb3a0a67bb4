/**
 * What an install changed, with the bytes from before it: `install.json` beside the scripts. From it
 * `uninstall` puts everything back as it was, byte for byte where nobody else has written since.
 */
import path from "node:path";
import { writeFileAtomic } from "../fs/atomic.js";
import { readBytes } from "./text-file.js";

export interface FileRecord {
  /** "ignore": the exclude file, whose block is kept by others. */
  readonly kind: "config" | "block" | "script" | "ignore";
  /** Base64; `null`: the file was not there. Missing: somebody else wrote between two installs. */
  readonly before?: string | null;
  readonly after: string;
}

export interface KeyRecord {
  readonly before: readonly string[];
  readonly after: string;
}

export interface InstallRecord {
  readonly version: 1;
  readonly keys: Readonly<Record<string, KeyRecord>>;
  /** By absolute path. */
  readonly files: Readonly<Record<string, FileRecord>>;
  /** Hooks of others: the name they had, and the one they have now. */
  readonly kept: readonly (readonly [from: string, to: string])[];
  /** Directories that were not there. */
  readonly dirs: readonly string[];
}

export const EMPTY_RECORD: InstallRecord = { version: 1, keys: {}, files: {}, kept: [], dirs: [] };

const NAME = "install.json";

/**
 * @returns null when there is none, or what it says is no record: its traces are then looked for
 * @throws {BlobsyError} PERMISSION, IO when it cannot be read: another one would be written over it
 */
export function readRecord(home: string): InstallRecord | null {
  const value = parsed(readBytes(path.join(home, NAME))?.toString("utf8") ?? "null");
  return isRecord(value) ? atHome(value, path.dirname(home)) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * A repository that was copied or renamed brings the record along, and the paths in it are another
 * repository's now: they are read as those of this one. What lies outside of the Git directory is left out.
 */
function atHome(record: InstallRecord, gitDir: string): InstallRecord {
  // Only the record of a repository has it, at <git dir>/info/exclude.
  const [exclude] = Object.entries(record.files).find(([, { kind }]) => kind === "ignore") ?? [];
  const was = exclude === undefined ? gitDir : path.dirname(path.dirname(exclude));
  if (was === gitDir) return record;
  const here = (file: string): string[] =>
    file.startsWith(was + path.sep) ? [gitDir + file.slice(was.length)] : [];
  return {
    ...record,
    files: Object.fromEntries(
      Object.entries(record.files).flatMap(([file, one]) => here(file).map((now) => [now, one])),
    ),
    kept: record.kept.flatMap(([from, to]) =>
      here(from).flatMap((first) => here(to).map((second) => [first, second] as const)),
    ),
    dirs: record.dirs.flatMap(here),
  };
}

function isRecord(value: unknown): value is InstallRecord {
  const { version, keys, files, kept, dirs } = (value ?? {}) as Partial<Record<string, unknown>>;
  return (
    version === 1 &&
    typeof keys === "object" &&
    typeof files === "object" &&
    Array.isArray(kept) &&
    Array.isArray(dirs)
  );
}

export async function writeRecord(home: string, record: InstallRecord): Promise<void> {
  const text = `${JSON.stringify(record, null, 1)}\n`;
  await writeFileAtomic(path.join(home, NAME), text, { durable: true });
}

export function recordFile(home: string): string {
  return path.join(home, NAME);
}

export const encode = (bytes: Buffer | null): string | null => bytes?.toString("base64") ?? null;
export const decode = (text: string): Buffer => Buffer.from(text, "base64");
