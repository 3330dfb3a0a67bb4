/** Speaks to people on stderr for the use cases. */
import { SILENT, type Reporter } from "../app/reporter.js";
import { redact } from "../domain/redact.js";
import { escapeForTerminal } from "../domain/terminal.js";
import type { Output } from "./host.js";
import { Progress } from "./progress.js";

export interface ReporterOptions {
  readonly stream: Output;
  readonly env: NodeJS.ProcessEnv;
  /** Warnings only. */
  readonly quiet: boolean;
}

export interface CommandReporter extends Reporter {
  /** Takes the live line away for good; call it before the result is printed. */
  close(): void;
}

export function createReporter({ stream, env, quiet }: ReporterOptions): CommandReporter {
  const live = stream.isTTY === true && env["TERM"] !== "dumb";
  const progress = new Progress({ stream, live });
  const say = (line: string): void => {
    progress.clear();
    stream.write(redact(escapeForTerminal(line)) + "\n");
  };
  return {
    note: (line) => {
      if (!quiet) say(line);
    },
    warn: (line) => say(`blobsy: ${line}`),
    progress: (task, total, busyMs) =>
      quiet ? SILENT.progress(task, total) : progress.start(task, total, busyMs),
    close: () => progress.stop(),
  };
}

/** For the filter and the hooks, which Git starts without flags: Git's own stderr is theirs too. */
export function reporterFor(stream: Output): CommandReporter {
  return createReporter({ stream, env: process.env, quiet: false });
}
