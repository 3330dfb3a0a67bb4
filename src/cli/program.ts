/** The way of one command: parse, run, print, exit code. */
import { Command, CommanderError, Option } from "commander";
import { BlobsyError, isBlobsyError } from "../domain/errors.js";
import { COMMANDS, ENVIRONMENT, FIRST_STEPS, OVERVIEW, type CommandSpec } from "./command-table.js";
import type { CommandHost, Outcome } from "./host.js";
import { environmentText, examplesText, formatItem } from "./help.js";
import { jsonDocument } from "./json.js";
import {
  describeError,
  errorJson,
  exitCodeOf,
  type ErrorReport,
  type ExitCode,
} from "./report-error.js";
import { otherWord } from "./other-words.js";
import { createReporter } from "./reporter.js";
import path from "node:path";

/** A command line that was understood. */
export interface ParsedCall {
  readonly spec: CommandSpec;
  readonly args: readonly string[];
  /** Flags by their long name in camel case. */
  readonly flags: Readonly<Record<string, unknown>>;
}

/**
 * Parses without running anything. @returns `null` when the line was answered already (`--help`)
 * @throws {CommanderError} for what cannot be parsed
 */
export async function parseCommandLine(host: CommandHost): Promise<ParsedCall | null> {
  let call: ParsedCall | null = null;
  const program = buildProgram(host, (spec, command, args) => {
    call = { spec, args, flags: command.optsWithGlobals<Record<string, unknown>>() };
  });
  try {
    await program.parseAsync(host.argv, { from: "user" });
  } catch (error) {
    // No command at all: Commander would have printed its help.
    const isBare = error instanceof CommanderError && error.code === "commander.help";
    if (!isBare || error.exitCode === 0) throw error;
    const unknown = host.argv[host.argv.indexOf("help") + 1];
    if (host.argv.includes("help") && unknown !== undefined) {
      throw new CommanderError(1, "commander.unknownCommand", `unknown command '${unknown}'`);
    }
    const flags = program.opts<Record<string, unknown>>();
    const asked = flags["version"] === true && COMMANDS.find(({ name }) => name === "version");
    return { spec: asked || OVERVIEW, args: [], flags };
  }
  return call;
}

/** Runs one command line and says how the process should end. Never throws for a user's mistake. */
export async function runProgram(host: CommandHost): Promise<number> {
  let call: ParsedCall | null;
  try {
    call = await parseCommandLine(host);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    const wantsJson = host.argv.includes("--json");
    return fail(host, "", usageError(error, host), { json: wantsJson, verbose: false });
  }
  return call === null ? 0 : perform(host, call);
}

type Chosen = (spec: CommandSpec, command: Command, args: string[]) => void;

function buildProgram(host: CommandHost, chosen: Chosen): Command {
  const columns = host.stdout.columns || 80;
  const program = new Command("blobsy")
    .description("Large files in Git, without a server and without giving up plain Git.")
    .option("-C <dir>", "run as if started in <dir>")
    .option("--json", "print one JSON document on stdout")
    .option("-q, --quiet", "print warnings and errors only")
    .option("-v, --verbose", "print causes too")
    .option("-V, --version", "print this version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: () => undefined,
    })
    .configureHelp({
      showGlobalOptions: true,
      // Of blobsy alone: there is no version of a command.
      visibleGlobalOptions: ({ parent }) =>
        parent?.options.filter(({ long }) => long !== "--version") ?? [],
      formatItem,
    })
    .helpCommand("help [command]", "help on a command")
    .addHelpText("after", examplesText(FIRST_STEPS, columns))
    .addHelpText("after", environmentText(ENVIRONMENT, columns));
  for (const spec of COMMANDS) {
    const command = program.command([spec.name, spec.args].filter(Boolean).join(" "));
    command.summary(spec.summary).description(spec.summary).allowExcessArguments(false);
    for (const [flags, text] of spec.options ?? []) command.option(flags, text);
    for (const [flags, text, others] of spec.conflicts ?? []) {
      command.addOption(new Option(flags, text).conflicts(others));
    }
    if (spec.examples.length > 0)
      command.addHelpText("after", examplesText(spec.examples, columns));
    command.action((...given: unknown[]) =>
      chosen(spec, command, given.slice(0, -2).flat().filter(isText)),
    );
  }
  program.command("filter-process", { hidden: true }).description("for Git");
  program.command("hook <name>", { hidden: true }).description("for Git");
  return program;
}

const isText = (value: unknown): value is string => typeof value === "string";

async function perform(host: CommandHost, { spec, args, flags }: ParsedCall): Promise<ExitCode> {
  const json = flags["json"] === true;
  const verbose = flags["verbose"] === true || Boolean(host.trace);
  const quiet = flags["quiet"] === true;
  const reporter = createReporter({ stream: host.stderr, env: host.env, quiet });
  try {
    const outcome = await (
      await spec.load()
    ).run({
      cwd: typeof flags["C"] === "string" ? path.resolve(host.cwd, flags["C"]) : host.cwd,
      env: host.env,
      args,
      flags,
      dryRun: flags["dryRun"] === true,
      color: host.stdout.isTTY === true && !host.env["NO_COLOR"] && host.env["TERM"] !== "dumb",
      reporter,
      signal: host.signal,
    });
    reporter.close();
    return deliver(host, spec.name, outcome, { json, verbose, quiet });
  } catch (error) {
    reporter.close();
    // What was interrupted says so once, in main.ts.
    if (host.signal.aborted) return 1;
    return fail(host, spec.name, withHelpOf(spec.name, error), { json, verbose });
  }
}

/** What was asked for wrongly, without a better idea of what to ask for, is explained in that command's help. */
function withHelpOf(command: string, error: unknown): unknown {
  if (!isBlobsyError(error) || error.code !== "USAGE" || error.next !== undefined) return error;
  const next = `blobsy ${command} --help`;
  const path = error.path === undefined ? {} : { path: error.path };
  return new BlobsyError("USAGE", error.message, { ...path, next, cause: error.cause });
}

function deliver(
  host: CommandHost,
  command: string,
  { result, answer = [], raw = "", notes = [], problems = [], exitCode }: Outcome,
  { json, verbose, quiet }: { json: boolean; verbose: boolean; quiet: boolean },
): ExitCode {
  const code = exitCode ?? exitCodeOf(problems);
  // A remote that is not there stops a sync both ways: that is said once.
  const said = new Set<string>();
  for (const problem of problems) {
    const report = describeError(problem, { verbose });
    const text = report.lines.join("\n");
    if (!said.has(text)) sayError(host, report);
    said.add(text);
  }
  if (json) {
    host.stdout.write(jsonDocument(command, code, result, problems.map(errorJson)));
    return code;
  }
  writeLines(host.stdout, answer);
  if (raw !== "") host.stdout.write(raw);
  if (!quiet) writeLines(host.stderr, notes);
  return code;
}

function fail(
  host: CommandHost,
  command: string,
  error: unknown,
  { json, verbose }: { json: boolean; verbose: boolean },
): ExitCode {
  const report = describeError(error, { verbose });
  sayError(host, report);
  if (json) host.stdout.write(jsonDocument(command, report.exitCode, {}, [report.json]));
  return report.exitCode;
}

function sayError(host: CommandHost, { lines }: ErrorReport): void {
  host.trace?.("error", lines.join("; "));
  writeLines(host.stderr, lines);
}

function writeLines(stream: CommandHost["stdout"], lines: readonly string[]): void {
  if (lines.length > 0) stream.write(lines.join("\n") + "\n");
}

/** Commander's own sentence, in our form; the near command it knows becomes the next step. */
function usageError(error: CommanderError, host: CommandHost): BlobsyError {
  if (isBlobsyError(error)) return error;
  const [first = "", hint = ""] = error.message.replace(/^error: /, "").split("\n");
  const near = /Did you mean (?:one of )?([\w-]+)/.exec(hint)?.[1];
  const word = host.argv.find((arg) => COMMANDS.some(({ name }) => name === arg));
  const unknown = /^unknown command '(.+)'$/.exec(first)?.[1];
  if (unknown !== undefined) {
    const next = otherWord(unknown) ?? (near ? `blobsy ${near}` : "blobsy --help");
    return new BlobsyError("USAGE", first, { next });
  }
  const command = word ? `blobsy ${word}` : "blobsy";
  return new BlobsyError("USAGE", first, { next: `${command} ${near ?? "--help"}` });
}
