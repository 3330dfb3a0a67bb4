import { quotedWord } from "../../domain/shell-words.js";
import { BARE, SETTING_VERBS, SHELLS, URL_STARTS, type Completed } from "./words.js";

/** What completion/blobsy.bash leaves open. @param settings names of the settings */
export function bashParts(
  commands: readonly Completed[],
  settings: readonly string[],
): Record<string, string> {
  return {
    CASES: [BARE, ...commands].map(caseOf).join("\n"),
    COMMANDS: commands.map(({ name }) => name).join(" "),
    SHELLS: SHELLS.join(" "),
    URLS: URL_STARTS.join(" "),
    VERBS: SETTING_VERBS.join(" "),
    SETTINGS: settings.join(" "),
  };
}

function caseOf({ name, flags, kind }: Completed): string {
  const long = flags.flatMap(({ names }) => names.filter((one) => one.startsWith("--")));
  const valued = flags.flatMap(({ names, value }) =>
    value === null ? [] : names.map((one) => `${one}:${value}`),
  );
  const shown = [`kind=${kind}`, `flags='${long.join(" ")}'`, `valued='${valued.join(" ")}'`];
  return `  ${name === "" ? quotedWord("") : name}) ${shown.join(" ")} ;;`;
}
