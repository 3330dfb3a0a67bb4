/** The script that teaches a shell the words of blobsy: a file of `completion/`, filled from the table. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bashParts } from "./bash.js";
import { fishParts } from "./fish.js";
import { completedCommands, type Shell } from "./words.js";
import { zshParts } from "./zsh.js";

/** @param settings names of the settings */
export function completionScript(shell: Shell, settings: readonly string[]): string {
  const partsOf = { bash: bashParts, zsh: zshParts, fish: fishParts }[shell];
  const parts = partsOf(completedCommands(), settings);
  return templateOf(shell).replace(/@([A-Z]+)@/g, (whole, name: string) => parts[name] ?? whole);
}

/** Beside `dist/` in the package, and beside `src/` where a test runs the source. */
function templateOf(shell: Shell): string {
  const places = ["../completion/", "../../../completion/"].map((place) =>
    fileURLToPath(new URL(`${place}blobsy.${shell}`, import.meta.url)),
  );
  const file = places.find((place) => existsSync(place)) ?? places[0];
  return readFileSync(file ?? "", "utf8");
}
