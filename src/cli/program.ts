/** The table of commands and flags, and the way of one command: parse, run, print, exit code. */
import { Command, CommanderError, Option } from "commander";
import { BlobsyError, isBlobsyError } from "../domain/errors.js";
import type { CommandHost, Outcome, Run } from "./host.js";
import { jsonDocument } from "./json.js";
import { describeError, errorJson, exitCodeOf, type ExitCode } from "./report-error.js";
import { createReporter } from "./reporter.js";
import path from "node:path";

interface CommandSpec {
  readonly name: string;
  readonly args?: string;
  readonly summary: string;
  readonly options?: readonly (readonly [flags: string, text: string])[];
  /** Pairs that exclude each other. */
  readonly conflicts?: readonly (readonly [flags: string, text: string, others: string[]])[];
  readonly load: () => Promise<{ run: Run }>;
}

const DRY_RUN = ["--dry-run", "say what would be done, change nothing"] as const;
const SCOPES = [
  ["--global", "for every repository of this user, later clones included"],
  ["--system", "for every user of this machine"],
] as const;
const SIDES = [
  ["--ours", "keep the payload as it lies here", ["theirs"]],
  ["--theirs", "take what the ref file says", ["ours"]],
] as const;

const COMMANDS: readonly CommandSpec[] = [
  {
    name: "init",
    args: "<url>",
    summary: "share payloads at <url>: write .blobsyconfig and .gitattributes, then install",
    options: [["--no-hooks", "leave Git's hooks alone"], DRY_RUN],
    load: () => import("./commands/init.js"),
  },
  {
    name: "install",
    summary: "set up the filter and the hooks in this clone",
    options: [
      ...SCOPES,
      ["--skip-smudge", "leave payloads unmaterialised until `blobsy pull`"],
      ["--no-hooks", "leave Git's hooks alone"],
      DRY_RUN,
    ],
    load: () => import("./commands/install.js"),
  },
  {
    name: "uninstall",
    summary: "take back what install did; payloads and the store stay",
    options: [...SCOPES, DRY_RUN],
    load: () => import("./commands/uninstall.js"),
  },
  {
    name: "track",
    args: "<path...>",
    summary: "keep files out of Git: create or update their ref files, and stage them",
    options: [DRY_RUN],
    load: () => import("./commands/track.js"),
  },
  {
    name: "status",
    args: "[path...]",
    summary: "the state of every tracked file, without asking the remote",
    options: [["--exit-code", "exit 2 when anything needs attention"]],
    load: () => import("./commands/status.js"),
  },
  {
    name: "push",
    args: "[path...]",
    summary: "upload what the remote has not got",
    options: [["--to <name>", "another backend of .blobsyconfig"], DRY_RUN],
    load: () => import("./commands/push.js"),
  },
  {
    name: "pull",
    args: "[path...]",
    summary: "bring payloads to what their ref files say",
    options: [
      ["--force", "replace edited payloads too; `blobsy recover` has what they were"],
      DRY_RUN,
    ],
    load: () => import("./commands/pull.js"),
  },
  {
    name: "fetch",
    args: "[ref...]",
    summary: "download into the store, for switching without a connection",
    options: [["--all", "every branch and tag"], DRY_RUN],
    load: () => import("./commands/fetch.js"),
  },
  {
    name: "sync",
    args: "[path...]",
    summary: "bring payloads and ref files in step, then transfer both ways",
    options: [
      ["--include <glob...>", "only payloads that match"],
      ["--exclude <glob...>", "no payloads that match"],
      DRY_RUN,
    ],
    load: () => import("./commands/sync.js"),
  },
  {
    name: "resolve",
    args: "[path...]",
    summary: "settle conflicts by taking one side",
    options: [["--all", "every conflict there is"], DRY_RUN],
    conflicts: SIDES.map(([flags, text, others]) => [flags, text, [...others]]),
    load: () => import("./commands/resolve.js"),
  },
  {
    name: "recover",
    args: "[path]",
    summary: "list payloads that were replaced or removed; with a path, bring one back",
    options: [["--oid <hash>", "which version, as listed; the latest unless told"], DRY_RUN],
    load: () => import("./commands/recover.js"),
  },
  {
    name: "trust",
    summary: "use the remote that .blobsyconfig names now",
    options: [DRY_RUN],
    load: () => import("./commands/trust.js"),
  },
  { name: "version", summary: "this version", load: () => import("./commands/version.js") },
];

/** Runs one command line and says how the process should end. Never throws for a user's mistake. */
export async function runProgram(host: CommandHost): Promise<number> {
  const call: { spec?: CommandSpec; command?: Command; args: string[] } = { args: [] };
  const program = buildProgram(host, (spec, command, args) =>
    Object.assign(call, { spec, command, args }),
  );
  try {
    await program.parseAsync(host.argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    const wantsJson = host.argv.includes("--json");
    return fail(host, "", usageError(error, host), { json: wantsJson, verbose: false });
  }
  if (!call.spec || !call.command) return 0;
  return perform(host, call.spec, call.command, call.args);
}

type Chosen = (spec: CommandSpec, command: Command, args: string[]) => void;

function buildProgram(host: CommandHost, chosen: Chosen): Command {
  const program = new Command("blobsy")
    .description("Large files in Git, without a server and without giving up plain Git.")
    .option("-C <dir>", "run as if started in <dir>")
    .option("--json", "print one JSON document on stdout")
    .option("-q, --quiet", "print warnings and errors only")
    .option("-v, --verbose", "print causes too")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: () => undefined,
    })
    .configureHelp({ showGlobalOptions: true })
    .helpCommand("help [command]", "help on a command");
  for (const spec of COMMANDS) {
    const command = program.command([spec.name, spec.args].filter(Boolean).join(" "));
    command.summary(spec.summary).description(spec.summary).allowExcessArguments(false);
    for (const [flags, text] of spec.options ?? []) command.option(flags, text);
    for (const [flags, text, others] of spec.conflicts ?? []) {
      command.addOption(new Option(flags, text).conflicts(others));
    }
    command.action((...given: unknown[]) =>
      chosen(spec, command, given.slice(0, -2).flat().filter(isText)),
    );
  }
  program.command("filter-process", { hidden: true }).description("for Git");
  program.command("hook <name>", { hidden: true }).description("for Git");
  return program;
}

const isText = (value: unknown): value is string => typeof value === "string";

async function perform(
  host: CommandHost,
  spec: CommandSpec,
  command: Command,
  args: string[],
): Promise<ExitCode> {
  const flags = command.optsWithGlobals<Record<string, unknown>>();
  const json = flags["json"] === true;
  const verbose = flags["verbose"] === true;
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
    return fail(host, spec.name, error, { json, verbose });
  }
}

function deliver(
  host: CommandHost,
  command: string,
  { result, answer = [], notes = [], problems = [], exitCode }: Outcome,
  { json, verbose, quiet }: { json: boolean; verbose: boolean; quiet: boolean },
): ExitCode {
  const code = exitCode ?? exitCodeOf(problems);
  for (const problem of problems) {
    writeLines(host.stderr, describeError(problem, { verbose }).lines);
  }
  if (json) {
    host.stdout.write(jsonDocument(command, code, result, problems.map(errorJson)));
    return code;
  }
  writeLines(host.stdout, answer);
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
  writeLines(host.stderr, report.lines);
  if (json) host.stdout.write(jsonDocument(command, report.exitCode, {}, [report.json]));
  return report.exitCode;
}

function writeLines(stream: CommandHost["stdout"], lines: readonly string[]): void {
  if (lines.length > 0) stream.write(lines.join("\n") + "\n");
}

/** Commander's own sentence, in our form; the near command it knows becomes the next step. */
function usageError(error: CommanderError, host: CommandHost): BlobsyError {
  if (isBlobsyError(error)) return error;
  if (error.code === "commander.help") {
    return new BlobsyError("USAGE", "no command was given", { next: "blobsy --help" });
  }
  const [first = "", hint = ""] = error.message.replace(/^error: /, "").split("\n");
  const near = /Did you mean (?:one of )?([\w-]+)/.exec(hint)?.[1];
  const word = host.argv.find((arg) => COMMANDS.some(({ name }) => name === arg));
  const next = near ? `blobsy ${near}` : word ? `blobsy ${word} --help` : "blobsy --help";
  return new BlobsyError("USAGE", first, { next });
}
