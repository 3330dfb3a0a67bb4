/** docs/commands.md, made from the table that `--help` is made from. */
import { COMMANDS, type CommandSpec } from "../../src/cli/command-table.js";

const HEAD = `# Commands

What \`blobsy <command> --help\` says, on one page.

Every command takes

| flag            | does                                      |
| --------------- | ----------------------------------------- |
| \`-C <dir>\`      | run as if started in \`<dir>\`              |
| \`--json\`        | print one JSON document on stdout         |
| \`-q, --quiet\`   | print warnings and errors only            |
| \`-v, --verbose\` | print causes too                          |
| \`-h, --help\`    | explain the command                       |

and works from any directory of the repository. No command ever asks a question. Paths may be given as payload or
as ref file, as directory or as pattern (quote it, so that the shell leaves it to blobsy). What was asked for goes to
stdout, everything else to stderr. Exit codes: 0 done, 1 error, 2 a conflict or something else that needs you.
\`git blobsy <command>\` is the same.
`;

const FOR_GIT = `## For Git

\`filter-process\`, \`hook <name>\` and \`merge-driver\` are run by Git, as \`blobsy install\` sets them up. The one that
people write down themselves is \`blobsy hook\`, in the files of a [hook manager](hooks.md#hook-managers).
`;

/** Before formatting. */
export function commandsPage(): string {
  return [HEAD, ...COMMANDS.map(section), FOR_GIT].join("\n");
}

function section({ name, args, summary, options, conflicts, examples }: CommandSpec): string {
  const flags = [...(conflicts ?? []), ...(options ?? [])].map(([flag, text]) => [flag, text]);
  const table = ["| flag | does |", "| --- | --- |"].concat(
    flags.map(([flag = "", text = ""]) => `| \`${flag.replaceAll("|", "\\|")}\` | ${text} |`),
  );
  const parts = [
    `## ${name}`,
    `\`blobsy ${[name, args].filter(Boolean).join(" ")}\`: ${sentence(summary)}`,
    ...(flags.length > 0 ? [table.join("\n")] : []),
    ...(examples.length > 0 ? [exampleBlock(examples)] : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Text, not sh: the states they need are those of the other pages, where they are run. */
function exampleBlock(examples: CommandSpec["examples"]): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, does]) => `${line.padEnd(width)}  # ${does}`);
  return ["```text", ...lines, "```"].join("\n");
}

function sentence(summary: string): string {
  return summary.replace(/<(\w+)>/g, "`<$1>`");
}
