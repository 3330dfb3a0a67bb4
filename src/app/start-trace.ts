/** The beginning of a trace: which blobsy this is, and what it was asked. Loaded only for BLOBSY_TRACE. */
import { shellWord } from "../domain/shell-words.js";
import { openTrace } from "../fs/trace-writer.js";
import type { TraceWriter } from "../fs/trace.js";

export type { TraceWriter } from "../fs/trace.js";

declare const BLOBSY_VERSION: string;

/** Flags that may stand anywhere in `blobsy config`, and are shown. */
const PLAIN_FLAG = /^--(local|global|system|dry-run|json|quiet|verbose)$/;

/** @returns `null` where nothing is traced after all */
export function startTrace(argv: readonly string[], env: NodeJS.ProcessEnv): TraceWriter | null {
  const say = (line: string): void => void process.stderr.write(`blobsy: ${line}\n`);
  const writer = openTrace(env["BLOBSY_TRACE"] ?? "", env, say);
  const words = ["blobsy", ...shownArguments(argv)].map(shellWord).join(" ");
  const who = `blobsy ${BLOBSY_VERSION}, node ${process.version}, parent ${process.ppid}`;
  writer?.("start", `${words} (${new Date().toISOString()}, ${who}, in ${whereabouts()})`);
  return writer;
}

/** The value of a setting may be a command with a password in it. */
export function shownArguments(argv: readonly string[]): string[] {
  const at = argv.indexOf("config");
  if (at === -1) return [...argv];
  let left = 2; // the verb and the key
  const rest = argv.slice(at + 1).map((word) => {
    if (PLAIN_FLAG.test(word)) return word;
    left -= 1;
    return left >= 0 ? word : "***";
  });
  return [...argv.slice(0, at + 1), ...rest];
}

function whereabouts(): string {
  try {
    return process.cwd();
  } catch {
    return "a directory that is gone";
  }
}
