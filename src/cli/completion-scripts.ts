/**
 * Completion scripts, made from the command table: what the shell offers is what the program takes.
 * Paths are left to the shell, since payloads and ref files both lie in the working tree.
 */
import { COMMANDS, type CommandSpec } from "./command-table.js";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

export interface Completed {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** Words that may follow, where they are few; otherwise files. */
  readonly words: readonly string[];
}

interface Flag {
  /** `-r`, `--recursive`; with the name of its value when it takes one. */
  readonly names: readonly string[];
  readonly text: string;
  readonly takesValue: boolean;
}

const GLOBAL: readonly Flag[] = [
  { names: ["-C"], text: "run as if started there", takesValue: true },
  { names: ["--json"], text: "print one JSON document", takesValue: false },
  { names: ["-q", "--quiet"], text: "print warnings and errors only", takesValue: false },
  { names: ["-v", "--verbose"], text: "print causes too", takesValue: false },
  { names: ["-h", "--help"], text: "explain the command", takesValue: false },
];

/** @param settings names of the settings, for `config` */
export function completionScript(shell: Shell, settings: readonly string[]): string {
  const commands = COMMANDS.map((spec) => completed(spec, settings));
  return { bash, zsh, fish }[shell](commands);
}

function completed(spec: CommandSpec, settings: readonly string[]): Completed {
  const own = [...(spec.conflicts ?? []), ...(spec.options ?? [])].map(([flags, text]): Flag => {
    const names = flags.split(/[ ,]+/).filter((word) => word.startsWith("-"));
    return { names, text, takesValue: /[<[]/.test(flags) };
  });
  const words =
    spec.name === "config"
      ? ["list", "get", "set", "add", "unset", ...settings]
      : spec.name === "completion"
        ? SHELLS
        : [];
  return { name: spec.name, summary: spec.summary, flags: [...own, ...GLOBAL], words };
}

function bash(commands: readonly Completed[]): string {
  const cases = commands.map(({ name, flags, words }) => {
    const all = flags.flatMap(({ names }) => names.filter((one) => one.startsWith("--")));
    return `    ${name}) flags='${all.join(" ")}' words='${words.join(" ")}' ;;`;
  });
  return `# bash completion of blobsy, and of git blobsy; made by: blobsy completion bash
_blobsy_words() {
  # $1: words before the one at the cursor, from the command on; $cur: that one
  local flags= words=
  case $1 in
${cases.join("\n")}
    '') words='${commands.map(({ name }) => name).join(" ")} help' flags='--help --json --quiet --verbose' ;;
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$cur"))
  elif [[ -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  elif [[ $1 == fetch ]]; then
    COMPREPLY=($(compgen -W "$(git for-each-ref --format='%(refname:short)' 2>/dev/null)" -- "$cur"))
  else
    compopt -o filenames 2>/dev/null
    local IFS=$'\\n'
    COMPREPLY=($(compgen -f -- "$cur"))
  fi
}

_blobsy() {
  local cur=\${COMP_WORDS[COMP_CWORD]} command= n
  COMPREPLY=()
  for ((n = 1; n < COMP_CWORD; n++)); do
    case \${COMP_WORDS[n]} in
    -C) n=$((n + 1)) ;;
    -*) ;;
    *)
      command=\${COMP_WORDS[n]}
      break
      ;;
    esac
  done
  _blobsy_words "$command"
}

# Git's own completion calls this for: git blobsy
_git_blobsy() {
  local command= n
  for ((n = \${__git_cmd_idx:-1} + 1; n < cword; n++)); do
    case \${words[n]} in
    -*) ;;
    *)
      command=\${words[n]}
      break
      ;;
    esac
  done
  _blobsy_words "$command"
}

complete -F _blobsy blobsy
`;
}

function zsh(commands: readonly Completed[]): string {
  const list = commands.map(({ name, summary }) => `    '${name}:${zshText(summary)}'`);
  const cases = commands.map(({ name, flags, words }) => {
    const specs = flags.flatMap(({ names, text, takesValue }) => {
      const value = takesValue ? ":value:_files" : "";
      return names.map((one) => `'${one}[${zshText(text)}]${value}'`);
    });
    const rest = words.length > 0 ? `'*: :(${words.join(" ")})'` : "'*: :_files'";
    return `    ${name}) _arguments ${[...specs, rest].join(" ")} ;;`;
  });
  return `#compdef blobsy
# zsh completion of blobsy; made by: blobsy completion zsh
_blobsy() {
  local -a commands
  commands=(
${list.join("\n")}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=\${words[2]}
  shift words
  ((CURRENT--))
  case $command in
${cases.join("\n")}
  esac
}
if [[ $funcstack[1] == _blobsy ]]; then _blobsy "$@"; else compdef _blobsy blobsy; fi
`;
}

/** Inside single quotes and brackets, where a colon parts fields. */
function zshText(text: string): string {
  return text.replaceAll("'", "'\\''").replace(/[[\]:]/g, "\\$&");
}

function fish(commands: readonly Completed[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  const first = `not __fish_seen_subcommand_from ${names}`;
  const lines = commands.flatMap(({ name, summary, flags, words }) => {
    const inside = `-n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c blobsy -n '${first}' -f -a ${name} -d '${fishText(summary)}'`,
      ...flags.map(({ names: both, text, takesValue }) => {
        const parts = both.map((one) =>
          one.startsWith("--") ? `-l ${one.slice(2)}` : `-s ${one.slice(1)}`,
        );
        const value = takesValue ? " -r" : "";
        return `complete -c blobsy ${inside} ${parts.join(" ")}${value} -d '${fishText(text)}'`;
      }),
      ...(words.length > 0 ? [`complete -c blobsy ${inside} -f -a '${words.join(" ")}'`] : []),
    ];
  });
  return ["# fish completion of blobsy; made by: blobsy completion fish", ...lines, ""].join("\n");
}

function fishText(text: string): string {
  return text.replace(/['\\]/g, "\\$&");
}
