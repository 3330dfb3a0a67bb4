#!/usr/bin/env node
/**
 * The process: arguments in, exit code out. Only this file ends it.
 *
 * Git starts blobsy as a filter or a hook in most of its commands and waits for it, so what to load
 * is decided by the first argument before anything is loaded. Signals keep their usual effect in both
 * (a killed filter or hook is an unfinished one, and what it left is taken up by the next run);
 * commands for people stop at the next safe point and say so.
 */
import type { CommandHost } from "./cli/host.js";

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** A command that cannot stop by itself is ended after this; nothing depends on its last steps. */
const GRACE_MS = 3000;

// Node 20 spends 80 ms on NODE_EXTRA_CA_CERTS at every start, so the configured filter command hides
// it under another name. Programs and TLS connections that come later need it back.
const certificates = process.env["BLOBSY_EXTRA_CA_CERTS"];
if (certificates) process.env["NODE_EXTRA_CA_CERTS"] ||= certificates;

process.on("uncaughtException", (error) => void failed(error));
process.on("unhandledRejection", (error) => void failed(error));

// The one look at it: without it nothing of the trace is loaded.
const trace = process.env["BLOBSY_TRACE"]
  ? (await import("./app/start-trace.js")).startTrace(process.argv.slice(2), process.env)
  : null;

let unwritten: Error | undefined;

const [word, ...rest] = process.argv.slice(2);
try {
  if (word === "filter-process") {
    const { runFilterProcess } = await import("./app/filter-process.js");
    const reporter = async () => {
      const { createReporter } = await import("./cli/reporter.js");
      return createReporter({ stream: process.stderr, env: process.env, quiet: false });
    };
    const io = { input: process.stdin, output: process.stdout, reporter, trace };
    await leave(await runFilterProcess(io));
  } else if (word === "hook") {
    ignoreClosedPipes();
    await useLittleMemory();
    const { runHookCommand } = await import("./cli/commands/hook.js");
    await leave(await runHookCommand(rest));
  } else if (word === "merge-driver") {
    const { runMergeDriverCommand } = await import("./cli/commands/merge-driver.js");
    await leave(await runMergeDriverCommand(rest));
  } else {
    ignoreClosedPipes();
    await useLittleMemory();
    await leave(await runCommand());
  }
} catch (error) {
  await failed(error);
}

async function runCommand(): Promise<number> {
  const interrupt = new AbortController();
  let signalled: keyof typeof SIGNALS | undefined;
  for (const name of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) {
    process.on(name, () => {
      if (signalled) process.exit(SIGNALS[signalled]);
      signalled = name;
      interrupt.abort();
      setTimeout(() => interrupted(name), GRACE_MS).unref();
    });
  }
  const { runProgram } = await import("./cli/program.js");
  const host: CommandHost = {
    argv: process.argv.slice(2),
    cwd: currentDirectory(),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: interrupt.signal,
    trace,
  };
  const code = await runProgram(host);
  if (signalled) interrupted(signalled);
  return code;
}

/** Where the shell says it is when that directory was removed; whoever looks there says so. */
function currentDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return process.env["PWD"] ?? "/";
  }
}

/** The filter does so with its first file. */
async function useLittleMemory(): Promise<void> {
  (await import("./app/lean-memory.js")).useLittleMemory();
}

function interrupted(name: keyof typeof SIGNALS): never {
  // The live line of a progress display may still be there.
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  trace?.("end", `stopped by ${name}`);
  process.stderr.write(
    `blobsy: stopped by ${name}; what was done is kept, run it again to go on\n`,
  );
  process.exit(SIGNALS[name]);
}

/**
 * `blobsy status | head -1` is no failure, and a push whose reader left still has to finish. An answer that
 * could not be written is one: whoever reads the file would take it for the whole.
 */
function ignoreClosedPipes(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") unwritten ??= error;
  });
  process.stderr.on("error", () => undefined); // there is nobody to tell
}

async function failed(error: unknown): Promise<void> {
  if ((error as NodeJS.ErrnoException | null)?.code === "EPIPE") process.exit(1);
  const { describeError } = await import("./cli/report-error.js");
  const { lines, exitCode } = describeError(error, { verbose: trace !== null });
  trace?.("error", lines.join("; "));
  process.stderr.write(lines.join("\n") + "\n");
  await leave(exitCode);
}

/** Ends the process once everything written has gone out. */
async function leave(code: number): Promise<never> {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) => new Promise((done) => (stream.writable ? stream.write("", done) : done(null))),
    ),
  );
  trace?.("end", `exit ${code}`);
  if (unwritten === undefined) process.exit(code);
  const { describeError } = await import("./cli/report-error.js");
  const { fromErrno } = await import("./domain/errors.js");
  const told = fromErrno(unwritten, "writing the answer", "standard output");
  process.stderr.write(describeError(told, { verbose: false }).lines.join("\n") + "\n");
  process.exit(code || 1);
}
