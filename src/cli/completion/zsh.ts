import {
  BARE,
  SETTING_VERBS,
  SHELLS,
  URL_STARTS,
  type Completed,
  type Flag,
  type Kind,
} from "./words.js";

/** What completion/blobsy.zsh leaves open. @param settings names of the settings */
export function zshParts(
  commands: readonly Completed[],
  settings: readonly string[],
): Record<string, string> {
  const cases = commands.map(({ name, flags, kind }) => {
    const specs = [...flags.flatMap(flagSpecs), ...argumentSpecs(kind, settings)];
    return `  ${name}) _arguments -S ${specs.join(" ")} ;;`;
  });
  return {
    COMMANDS: commands.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`).join("\n"),
    FLAGS: BARE.flags.flatMap(flagSpecs).join(" "),
    CASES: cases.join("\n"),
    URLS: URL_STARTS.join(" "),
  };
}

function flagSpecs({ names, text, value }: Flag): string[] {
  const takes = value === null ? "" : `:value:${actionOf(value)}`;
  return names.map((one) => `'${one}[${quoted(text)}]${takes}'`);
}

function argumentSpecs(kind: Kind, settings: readonly string[]): string[] {
  if (kind === "settings") {
    return [`'1:verb:(${SETTING_VERBS.join(" ")})'`, `'2:setting:(${settings.join(" ")})'`];
  }
  const many = kind === "payloads" || kind === "files" || kind === "refs";
  return kind === "text" ? [] : [`'${many ? "*" : "1"}:${kind}:${actionOf(kind)}'`];
}

function actionOf(kind: Kind): string {
  switch (kind) {
    case "backends":
    case "commands":
    case "files":
    case "payloads":
    case "refs":
      return `_blobsy_${kind}`;
    case "directories":
      return "_path_files -/";
    case "shells":
      return `(${SHELLS.join(" ")})`;
    case "urls":
      return "_blobsy_urls";
    case "settings":
    case "text":
      return " ";
  }
}

/** Inside single quotes and brackets, where a colon parts fields. */
function quoted(text: string): string {
  return text.replaceAll("'", String.raw`'\''`).replace(/[[\]:]/g, String.raw`\$&`);
}
