import { openContext } from "../../app/context.js";
import { trust, viewTrust, type ShownCommand, type TrustView } from "../../app/trust.js";
import type { Run } from "../host.js";
import { name } from "../render.js";

export const run: Run = async ({ cwd, args, dryRun, reporter }) => {
  const ctx = await openContext(cwd, reporter);
  const view = await viewTrust(ctx, args[0]);
  const { backend, url } = view;
  const answer = describeTrust(view);
  const shown = {
    approves: view.approves,
    already_approved: view.alreadyApproved,
    commands: view.commands,
    ...(view.tool ? { tool: view.tool } : {}),
  };
  if (dryRun) {
    const named = isCommand(url) ? "" : `, as backend "${name(backend)}" names it`;
    const notes = [`would use ${remoteName(url)}${named}`];
    return { result: { dry_run: true, backend, url, ...shown }, answer, notes };
  }
  await trust(ctx, args[0]);
  const notes = [`this clone uses ${remoteName(url)} from now on`];
  if (view.approves.length > 0) notes.push("a change of these lines has to be approved again");
  return { result: { backend, url, ...shown }, answer, notes };
};

const COMMAND = "command:";
const isCommand = (url: string): boolean => url.startsWith(COMMAND);

function remoteName(url: string): string {
  return isCommand(url)
    ? `the commands of backend "${name(url.slice(COMMAND.length))}"`
    : name(url);
}

/** What a commit wants to run; nothing when it names no program. */
function describeTrust({
  backend,
  approves,
  alreadyApproved,
  commands,
  shell,
  tool,
}: TrustView): string[] {
  if (approves.length === 0) return [];
  const already = alreadyApproved ? "; you have approved it before" : "";
  const through = shell ? ", through a shell" : "";
  return [
    `backend "${name(backend)}" of .blobsyconfig runs this on your machine, as you${through}${already}:`,
    ...approves.map((line) => `  ${name(line)}`),
    ...commands.flatMap(describeProgram),
    ...(tool?.program === undefined ? [] : [`  the tool is ${name(tool.program)}`]),
  ];
}

/** Which program a line comes to here. */
function describeProgram(command: ShownCommand): string[] {
  if (command.problem !== undefined) return [`  note: ${name(command.problem)}`];
  return [`  ${command.name} starts ${name(command.program ?? "")}`];
}
