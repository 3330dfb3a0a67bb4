/** One run of a tool, for many files: what it is given, what it says, and how each file fared. */
import path from "node:path";
import { BlobsyError } from "../domain/errors.js";
import { withoutSecrets } from "../domain/redact.js";
import { pasteWord } from "../domain/shell-words.js";
import { bytesBelow } from "../fs/bytes-below.js";
import { absolutePath } from "../fs/find-program.js";
import { createFile, mkdirs, symlink, writeAll } from "../fs/ops.js";
import { runChild, type ChildEnd } from "./child.js";
import { timeFor } from "./command-runner.js";
import { classOf, explainChild } from "./explain-child.js";
import { awsCall } from "./tool-aws.js";
import { rcloneCall } from "./tool-rclone.js";
import { s5cmdCall } from "./tool-s5cmd.js";
import type { ToolCall, ToolName, ToolRun, ToolSpec } from "./tool-spec.js";
import type { TransportOptions } from "./transport.js";

/** A file to be moved, and whoever waits for it. */
export interface ToolItem {
  readonly direction: ToolRun["direction"];
  readonly key: string;
  /** The file to upload, or the path to download to. */
  readonly file: string;
  /** Bytes; at most, for a download. */
  readonly size: number;
  readonly options: TransportOptions;
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

/** What has come of a run. */
export interface RunEnd {
  readonly end: ChildEnd;
  /** Keys the tool said it has moved. */
  readonly done: ReadonlySet<string>;
  /** Keys it could not move, and its words. */
  readonly failed: ReadonlyMap<string, string>;
}

export interface Identity {
  readonly region: string;
  readonly endpoint: string | undefined;
  readonly credentials: Readonly<Record<string, string | undefined>>;
}

const CALLS: { readonly [Name in ToolName]: (run: ToolRun) => ToolCall } = {
  rclone: rcloneCall,
  aws: awsCall,
  s5cmd: s5cmdCall,
};
/** More than was expected, before a download is ended. */
const SLACK = 16 * 1024 * 1024;

/**
 * @param items of one direction
 * @param dir an own, empty directory
 * @throws {BlobsyError} IO when the tool cannot be started
 */
export async function runTool(
  spec: ToolSpec,
  identity: Identity,
  items: readonly ToolItem[],
  dir: string,
  signal: AbortSignal,
): Promise<RunEnd> {
  const direction = items[0]?.direction ?? "download";
  const stage = path.join(dir, "stage");
  await makeStage(stage, items);
  const call = CALLS[spec.tool]({
    direction,
    stage,
    dir,
    files: items.map(({ key, file }) => ({
      key,
      file: direction === "upload" ? file : stagedPath(stage, key),
    })),
    bucket: spec.s3.bucket,
    prefix: spec.s3.prefix,
    region: identity.region,
    endpoint: identity.endpoint,
    pathStyle: spec.s3.pathStyle ?? (identity.endpoint === undefined ? undefined : true),
    concurrency: spec.concurrency,
    args: spec.args,
  });
  for (const [file, text] of call.texts) await writeText(file, text);
  const done = new Set<string>();
  const failed = new Map<string, string>();
  const keys = new Set(items.map(({ key }) => key));
  const progress = new Progress(items);
  // They may come from a profile or a role, and then our own environment has not got them.
  const hide = (said: string): string => withoutSecrets(said, identity.credentials);
  const onLine = (line: string): void => {
    const event = call.read(line);
    if (event && event.kind !== "bytes" && !keys.has(event.key)) return;
    if (event?.kind === "bytes" && direction === "upload") progress.reached(event.bytes);
    if (event?.kind === "done") done.add(event.key);
    if (event?.kind === "failed") failed.set(event.key, hide(event.said));
  };
  const before = bytesBelow(dir);
  const bytes = items.reduce((sum, { size }) => sum + size, 0);
  const watch = (): boolean => {
    if (direction === "upload") return true;
    // Until a file is whole, each tool has a name of its own for it.
    const there = bytesBelow(dir) - before;
    progress.reached(there);
    return there <= bytes + SLACK;
  };
  const end = await start({
    program: spec.program,
    args: call.args,
    cwd: dir,
    env: { ...identity.credentials, ...call.env, PATH: absolutePath() },
    limitMs: spec.limitMs ?? timeFor(bytes),
    signal,
    onLine,
    watch,
  });
  return { end: { ...end, err: hide(end.err) }, done, failed };
}

/** Why a file was not moved. */
export function whyNot(spec: ToolSpec, key: string, { end, failed }: RunEnd): BlobsyError {
  const said = failed.get(key);
  if (said === undefined || end.because !== "itself") {
    return explainChild(end, {
      what: spec.tool,
      limitMs: spec.limitMs ?? timeFor(0),
      lengthen: `git config ${pasteWord(`blobsy.backend.${spec.s3.backend}.timeLimit`)} 12h`,
    });
  }
  const words = withoutSecrets(said.replace(/\s+/g, " "), process.env).slice(0, 300);
  return new BlobsyError(classOf(said) ?? "IO", `${spec.tool} could not move ${key}: ${words}`);
}

export function stagedPath(stage: string, key: string): string {
  return path.join(stage, ...key.split("/"));
}

/** The directories that keys lie in; for an upload with a link to each file. */
async function makeStage(stage: string, items: readonly ToolItem[]): Promise<void> {
  await mkdirs(stage);
  for (const dir of new Set(items.map(({ key }) => path.dirname(stagedPath(stage, key))))) {
    await mkdirs(dir);
  }
  for (const { direction, key, file } of items) {
    if (direction === "upload") await symlink(path.resolve(file), stagedPath(stage, key));
  }
}

async function writeText(file: string, text: string): Promise<void> {
  const handle = await createFile(file, 0o600);
  try {
    await writeAll(handle, file, Buffer.from(text), 0);
  } finally {
    await handle.close();
  }
}

async function start(call: Parameters<typeof runChild>[0]): Promise<ChildEnd> {
  try {
    return await runChild(call);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BlobsyError("IO", `${call.program} cannot be started: ${why}`, { cause: error });
  }
}

/** Bytes of a whole run, told to whoever waits for each file, one file after the other. */
class Progress {
  readonly #items: readonly ToolItem[];
  #told = 0;
  #at = 0;
  #inItem = 0;

  constructor(items: readonly ToolItem[]) {
    this.#items = items;
  }

  reached(bytes: number): void {
    while (this.#told < bytes) {
      const item = this.#items[this.#at];
      if (!item) return;
      const more = Math.min(bytes - this.#told, item.size - this.#inItem);
      if (more > 0) told(item, more);
      this.#told += more;
      this.#inItem += more;
      if (this.#inItem < item.size) return;
      [this.#at, this.#inItem] = [this.#at + 1, 0];
    }
  }
}

const counts = new WeakMap<ToolItem, number>();

function told(item: ToolItem, bytes: number): void {
  counts.set(item, (counts.get(item) ?? 0) + bytes);
  item.options.onBytes?.(bytes);
}

/** The rest of a file that has been moved: each byte is told once. */
export function tellRest(item: ToolItem, size: number): void {
  const rest = size - (counts.get(item) ?? 0);
  if (rest > 0) told(item, rest);
}
