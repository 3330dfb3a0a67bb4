import { COMMANDS } from "../../app/command-trust.js";
import type { OwnCommands } from "../../app/init-command.js";
import { init } from "../../app/init.js";
import type { CommandCall, Run } from "../host.js";
import { name } from "../render.js";
import { installJson } from "./install.js";

export const run: Run = async ({ cwd, args, flags, dryRun, reporter }) => {
  const hooks = flags["hooks"] !== false;
  const { url, written, installed } = await init({
    cwd,
    url: args[0] ?? "",
    region: flags["region"] as string | undefined,
    endpoint: flags["endpoint"] as string | undefined,
    commands: ownCommands(flags),
    hooks,
    dryRun,
    reporter,
  });
  for (const warning of installed.warnings) reporter.warn(warning);
  const verb = dryRun ? "would write" : "wrote and staged";
  return {
    result: { url, written, ...installJson(installed), ...(dryRun ? { dry_run: true } : {}) },
    notes: [
      `payloads are shared at ${name(url)}`,
      ...(written.length > 0 ? [`${verb} ${written.join(" and ")}`] : []),
      ...installed.notes,
      ...(written.length > 0 && !dryRun
        ? ['next: git commit -m "share large files with blobsy"']
        : []),
    ],
  };
};

function ownCommands(flags: CommandCall["flags"]): OwnCommands | undefined {
  const given = COMMANDS.filter((key) => typeof flags[key] === "string");
  if (given.length === 0 && flags["shell"] !== true) return undefined;
  const templates = Object.fromEntries(given.map((key) => [key, flags[key] as string]));
  return { templates, shell: flags["shell"] === true };
}
