import {
  BARE,
  SETTING_VERBS,
  SHELLS,
  URL_STARTS,
  valuedFlags,
  type Completed,
  type Flag,
  type Kind,
} from "./words.js";

/** What completion/blobsy.fish leaves open. @param settings names of the settings */
export function fishParts(
  commands: readonly Completed[],
  settings: readonly string[],
): Record<string, string> {
  const lines = commands.flatMap(({ name, summary, flags, kind }) => [
    `complete -c blobsy -n '__blobsy_at 0' -a ${name} -d '${quoted(summary)}'`,
    ...flags.map((flag) => flagLine(`__blobsy_in ${name}`, flag)),
    ...argumentLines(name, kind, settings),
  ]);
  const bare = BARE.flags.map((flag) => flagLine("__blobsy_at 0", flag));
  return {
    VALUED: valuedFlags(commands).join(" "),
    COMMANDS: commands.map(({ name }) => name).join(" "),
    LINES: ["complete -c blobsy -f", ...bare, ...lines].join("\n"),
  };
}

function flagLine(condition: string, { names, text, value }: Flag): string {
  const parts = names.map((one) =>
    one.startsWith("--") ? `-l ${one.slice(2)}` : `-s ${one.slice(1)}`,
  );
  const takes = value === null ? "" : ` -x -a '${wordsOf(value)}'`;
  return `complete -c blobsy -n '${condition}' ${parts.join(" ")}${takes} -d '${quoted(text)}'`;
}

function argumentLines(name: string, kind: Kind, settings: readonly string[]): string[] {
  const line = (at: string, words: string): string =>
    `complete -c blobsy -n '__blobsy_in ${name}${at}' -a '${words}'`;
  if (kind === "settings") {
    return [line(" 1", SETTING_VERBS.join(" ")), line(" 2", settings.join(" "))];
  }
  if (kind === "commands") return [line(" 1", "(__blobsy_commands)")];
  const many = kind === "payloads" || kind === "files" || kind === "refs";
  return kind === "text" ? [] : [line(many ? "" : " 1", wordsOf(kind))];
}

function wordsOf(kind: Kind): string {
  switch (kind) {
    case "backends":
    case "commands":
    case "refs":
      return `(__blobsy_${kind})`;
    case "payloads":
    case "files":
    case "directories":
      return `(__blobsy_paths ${kind})`;
    case "shells":
      return SHELLS.join(" ");
    case "urls":
      return URL_STARTS.join(" ");
    case "settings":
    case "text":
      return "";
  }
}

function quoted(text: string): string {
  return text.replace(/['\\]/g, String.raw`\$&`);
}
