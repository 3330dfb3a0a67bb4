/** `init command`: a backend of the user's own commands, in the committed configuration. */
import { withValues } from "../domain/config-edit.js";
import { splitTemplate } from "../domain/command-template.js";
import { BlobsyError } from "../domain/errors.js";
import type { CommandName } from "../transport/command-runner.js";
import { COMMANDS } from "./command-trust.js";
import { CONFIG_FILE, readConfigAlone } from "./read-config.js";
import { withBackendValue } from "./team-files.js";

export interface OwnCommands {
  readonly templates: { readonly [Name in CommandName]?: string };
  readonly shell: boolean;
}

/** @throws {BlobsyError} USAGE for what could not be run */
export function assertCommands(commands: OwnCommands | undefined): OwnCommands {
  const bad = (message: string): never => {
    throw new BlobsyError("USAGE", message, { next: "blobsy init --help" });
  };
  if (commands?.templates.pull === undefined) return bad("a command backend needs --pull");
  for (const name of COMMANDS) {
    const template = commands.templates[name];
    const words = commands.shell || template === undefined ? null : splitTemplate(template);
    if (words && !words.ok) bad(`the ${name} command cannot be used: ${words.reason}`);
  }
  return commands;
}

/**
 * The configuration with the backend in use made of these commands; another address of it goes.
 * @throws {BlobsyError} BAD_CONFIG when what is there cannot be read, or would not say these commands
 */
export function configWithCommands(text: string, { templates, shell }: OwnCommands): string {
  const backend = readConfigAlone(text)?.backend.value ?? "default";
  let next = withBackendValue(text, backend, "type", "command");
  const values = { ...templates, shell: shell ? "true" : undefined, url: undefined };
  for (const key of [...COMMANDS, "shell", "url"] as const) {
    const value = values[key];
    next =
      value === undefined
        ? withValues(next, { section: "backend", sub: backend, key }, [])
        : withBackendValue(next, backend, key, value);
  }
  const found = readConfigAlone(next)?.backends.get(backend);
  const isSaid =
    found?.type?.value === "command" &&
    (found.shell?.value ?? false) === shell &&
    COMMANDS.every((name) => found[name]?.value === templates[name]);
  if (isSaid) return next;
  throw new BlobsyError("BAD_CONFIG", `the commands of backend "${backend}" could not be set`, {
    path: CONFIG_FILE,
    next: "blobsy init --help",
  });
}

/** The configuration without commands of this backend, which would outrank its address. */
export function withoutCommands(text: string, backend: string): string {
  if (readConfigAlone(text)?.backends.get(backend)?.type?.value !== "command") return text;
  return ["type", ...COMMANDS, "shell"].reduce(
    (next, key) => withValues(next, { section: "backend", sub: backend, key }, []),
    text,
  );
}
