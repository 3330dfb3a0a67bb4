/** What the programs that copy for us have in common: how one is asked, and what it tells. */
import type { S3Spec } from "./s3-client.js";

export type ToolName = "rclone" | "aws" | "s5cmd";

/** A bucket whose bytes are moved by a tool that may be used now (app/tool-remote.ts). */
export interface ToolSpec {
  readonly kind: "tool";
  readonly s3: S3Spec;
  readonly tool: ToolName;
  /** Absolute path. */
  readonly program: string;
  /** Further arguments, each one word. */
  readonly args: readonly string[];
  /** From so many files on the tool copies; below that the SDK does. */
  readonly from: number;
  /** Files at a time, within one run. */
  readonly concurrency: number;
  readonly limitMs?: number;
  /** Absolute: where its own directories are made. */
  readonly scratch: string;
}

/** One file to be moved. */
export interface ToolFile {
  readonly key: string;
  /** Where it lies, or has to come to. */
  readonly file: string;
}

/** One run. */
export interface ToolRun {
  readonly direction: "upload" | "download";
  /** `key` is below `prefix`, and the path of its file below `stage`. */
  readonly files: readonly ToolFile[];
  /** An own directory: for an upload it has a link to each file, for a download it is empty. */
  readonly stage: string;
  /** Another one, for what the tool is told in files. */
  readonly dir: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly region: string;
  /** Other than AWS's own. */
  readonly endpoint: string | undefined;
  readonly pathStyle: boolean | undefined;
  readonly concurrency: number;
  readonly args: readonly string[];
}

export interface ToolCall {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Files the tool is told to read: path -> text. */
  readonly texts: ReadonlyMap<string, string>;
  /** What a line of its output says; `null` for nothing. */
  readonly read: (line: string) => ToolEvent | null;
}

export type ToolEvent =
  /** So many bytes have been moved in all. */
  | { readonly kind: "bytes"; readonly bytes: number }
  | { readonly kind: "done"; readonly key: string }
  | { readonly kind: "failed"; readonly key: string; readonly said: string };

/** `bucket/prefix`, without a slash at the end. */
export function placeOf({ bucket, prefix }: Pick<ToolRun, "bucket" | "prefix">): string {
  return prefix === "" ? bucket : `${bucket}/${prefix}`;
}

/** Which of these files a line is about: the longest key that stands in it as a whole path. */
export function keyIn(line: string, files: readonly ToolFile[]): string | null {
  let found: string | null = null;
  for (const { key } of files) {
    if (key.length <= (found?.length ?? 0)) continue;
    for (let at = line.indexOf(key); at !== -1; at = line.indexOf(key, at + 1)) {
      const [before = " ", after = " "] = [line[at - 1], line[at + key.length]];
      if (/[\s/"'(]/.test(before) && !/[A-Za-z0-9._/=-]/.test(after)) {
        found = key;
        break;
      }
    }
  }
  return found;
}
