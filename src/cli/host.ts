import type { Reporter } from "../app/reporter.js";
import type { TraceWriter } from "../app/start-trace.js";
import type { BlobsyError } from "../domain/errors.js";
import type { ExitCode } from "./report-error.js";

/** What a command is given of the process around it, so that a test can give it something else. */
export interface CommandHost {
  /** Arguments after the program's name. */
  readonly argv: readonly string[];
  /** Absolute path that relative paths in arguments are relative to. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Results: the JSON document, or what `status` and `recover` list. */
  readonly stdout: Output;
  /** Everything else that is said to people. */
  readonly stderr: Output;
  /** Aborted by the first Ctrl-C; a command then stops at its next safe point. */
  readonly signal: AbortSignal;
  /** Where BLOBSY_TRACE is set: takes a line. */
  readonly trace?: TraceWriter | null;
}

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a command is asked to do. */
export interface CommandCall {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly args: readonly string[];
  /** Flags by their long name in camel case. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly dryRun: boolean;
  /** Whether the answer may be coloured: stdout is a terminal, and nobody set NO_COLOR. */
  readonly color: boolean;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** What a command has to say when it is done. */
export interface Outcome {
  /** Fields of the `--json` document. */
  readonly result: object;
  /** The answer itself, for stdout; names in it are already escaped. */
  readonly answer?: readonly string[];
  /** The answer as it is, with no line ends added: for programs. */
  readonly raw?: string;
  /** What was done, in few words, for stderr; left out with `--quiet`. */
  readonly notes?: readonly string[];
  /** What went wrong for single paths while the others went on. */
  readonly problems?: readonly BlobsyError[];
  /** Taken instead of what `problems` would give. */
  readonly exitCode?: ExitCode;
}

export type Run = (call: CommandCall) => Promise<Outcome>;

/** What was given to a flag that may be repeated. */
export function listFlag(flags: CommandCall["flags"], name: string): string[] {
  const value = flags[name];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}
