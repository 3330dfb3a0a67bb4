/**
 * What can follow what on a command line, from the command table: the shells offer what the program
 * takes. Shared by the scripts for bash, zsh and fish.
 *
 * Names of files, branches and backends were chosen by strangers. The scripts compare them and hand
 * them to the shell as words; none is ever evaluated, and one that looks like a flag gets `./` before it.
 */
import { COMMANDS, type CommandSpec } from "../command-table.js";

/** What stands at a place: a list that is known here, or something the shell looks up. */
export type Kind =
  | "backends"
  | "commands"
  | "directories"
  | "files"
  /** Payloads, whether they are here or not, and directories. */
  | "payloads"
  | "refs"
  | "settings"
  | "shells"
  /** Nothing that could be known. */
  | "text"
  | "urls";

export interface Completed {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  readonly kind: Kind;
}

export interface Flag {
  /** `-r`, `--recursive`. */
  readonly names: readonly string[];
  readonly text: string;
  /** Of its value, `null` when it takes none. */
  readonly value: Kind | null;
}

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];
export const SETTING_VERBS = ["list", "get", "set", "add", "unset"] as const;
export const URL_STARTS = ["local:", "s3://", "command"] as const;

const GLOBAL: readonly Flag[] = [
  { names: ["-C"], text: "run as if started there", value: "directories" },
  { names: ["--json"], text: "print one JSON document", value: null },
  { names: ["-q", "--quiet"], text: "print warnings and errors only", value: null },
  { names: ["-v", "--verbose"], text: "print causes too", value: null },
  { names: ["-h", "--help"], text: "explain the command", value: null },
];

/** Before any command. */
export const BARE: Completed = { name: "", summary: "", flags: GLOBAL, kind: "commands" };

export function completedCommands(): Completed[] {
  const help = { name: "help", summary: "help on a command", flags: [], kind: "commands" } as const;
  return [...COMMANDS.map(completed), help];
}

function completed(spec: CommandSpec): Completed {
  const own = [...(spec.conflicts ?? []), ...(spec.options ?? [])].map(([flags, text]): Flag => {
    const names = flags.split(/[ ,]+/).filter((word) => word.startsWith("-"));
    // A value in brackets may be left out, so what follows need not be one.
    const needsValue = flags.includes("<");
    return { names, text, value: needsValue ? kindOfValue(flags) : null };
  });
  const { name, summary } = spec;
  return { name, summary, flags: [...own, ...GLOBAL], kind: kindOfArguments(spec) };
}

function kindOfValue(flags: string): Kind {
  if (/^--(to|from|backend) <name>/.test(flags)) return "backends";
  if (/<(glob|file)/.test(flags)) return "files";
  return "text";
}

function kindOfArguments({ name, args = "" }: CommandSpec): Kind {
  if (args.includes("path")) return name === "track" ? "files" : "payloads";
  const kinds: readonly (readonly [string, Kind])[] = [
    ["ref", "refs"],
    ["backend", "backends"],
    ["shell", "shells"],
    ["url", "urls"],
    ["words", "settings"],
  ];
  return kinds.find(([word]) => args.includes(word))?.[1] ?? "text";
}

/** The flags that take a value, whatever the command. */
export function valuedFlags(commands: readonly Completed[]): string[] {
  const all = [BARE, ...commands].flatMap(({ flags }) => flags);
  return [...new Set(all.filter(({ value }) => value !== null).flatMap(({ names }) => names))];
}
