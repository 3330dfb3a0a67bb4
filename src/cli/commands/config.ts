import { openContext } from "../../app/context.js";
import {
  changeOwn,
  changeShared,
  getSetting,
  isSettingName,
  listSettings,
  namedKey,
  type ShownSetting,
} from "../../app/settings.js";
import { BlobsyError } from "../../domain/errors.js";
import { redact } from "../../domain/redact.js";
import { pasteWord } from "../../domain/shell-words.js";
import type { CommandCall, Outcome, Run } from "../host.js";
import { name } from "../render.js";

const SCOPES = ["local", "global", "system"] as const;

/** `config`, `config list`, `config get KEY`, `config set KEY VALUE...`, `add`, `unset KEY`. */
export const run: Run = async (call) => {
  const [verb = "list", key, ...values] = call.args;
  const scope = scopeOf(call);
  switch (verb) {
    case "list":
      need(key === undefined && scope === null, "config list takes nothing more");
      return list(call);
    case "get":
      need(
        key !== undefined && values.length === 0 && scope === null,
        "config get takes one setting",
      );
      return get(call, key);
    case "unset":
      need(key !== undefined && values.length === 0, "config unset takes one setting");
      return change(call, scope, key, [], false);
    case "set":
    case "add":
      need(key !== undefined && values.length > 0, `config ${verb} takes a setting and its value`);
      return change(call, scope, key, values, verb === "add");
    default:
      throw unknownVerb(verb);
  }
};

/** Git takes `git config <name>`; whoever writes it so means `get`. */
function unknownVerb(verb: string): BlobsyError {
  const isSetting = isSettingName(verb);
  const message = `config does not know ${verb}; it takes list, get, set, add or unset`;
  const next = isSetting ? `blobsy config get ${pasteWord(verb)}` : "blobsy config --help";
  return new BlobsyError("USAGE", message, { next });
}

function scopeOf({ flags }: CommandCall): (typeof SCOPES)[number] | null {
  const given = SCOPES.filter((scope) => flags[scope] === true);
  need(given.length <= 1, "only one of --local, --global and --system can be meant");
  return given[0] ?? null;
}

function need(condition: boolean, message: string): asserts condition {
  if (!condition) throw new BlobsyError("USAGE", message, { next: "blobsy config --help" });
}

async function list({ cwd, reporter }: CommandCall): Promise<Outcome> {
  const { repo } = await openContext(cwd, reporter);
  const settings = await listSettings(repo, { defaults: true });
  const width = Math.max(...settings.map(({ key }) => key.length));
  return {
    result: { settings: settings.map(safe) },
    answer: settings.flatMap((setting) => {
      const { key, values, origin } = safe(setting);
      return values.map(
        (value) =>
          `${name(key).padEnd(width)}  ${name(value)}  (${name(origin.replace(/^file:/, ""))})`,
      );
    }),
  };
}

/** An address may hold a secret by mistake. */
function safe(setting: ShownSetting): ShownSetting {
  const hide = <T extends { readonly values: readonly string[] }>(one: T): T => ({
    ...one,
    values: one.values.map(redact),
  });
  return { ...hide(setting), overrides: setting.overrides.map(hide) };
}

async function get({ cwd, reporter }: CommandCall, text: string): Promise<Outcome> {
  const key = namedKey(text);
  const { repo } = await openContext(cwd, reporter);
  const setting = safe(await getSetting(repo, key));
  return { result: { setting }, answer: setting.values.map(name) };
}

async function change(
  { cwd, reporter, dryRun }: CommandCall,
  scope: (typeof SCOPES)[number] | null,
  text: string,
  values: readonly string[],
  adds: boolean,
): Promise<Outcome> {
  const key = namedKey(text);
  const wanted = { key, values, adds, dryRun };
  const context = scope === null || scope === "local" ? await openContext(cwd, reporter) : null;
  const now =
    scope === null && context !== null
      ? await changeShared(context.repo, wanted)
      : await changeOwn(cwd, scope ?? "local", wanted);
  const where = scope === null ? ".blobsyconfig" : `git config --${scope}`;
  const would = dryRun ? "would be " : "";
  const what =
    now.length === 0 ? `${would}unset` : `${would}${now.map(redact).map(name).join(", ")}`;
  return {
    result: {
      key: key.shown,
      values: now.map(redact),
      where,
      ...(dryRun ? { dry_run: true } : {}),
    },
    notes: [
      `${key.shown} in ${where}: ${what}`,
      ...nextSteps(key.shown, scope === null && !dryRun),
    ],
  };
}

/** What it takes for the change to have an effect. */
function nextSteps(key: string, isShared: boolean): string[] {
  const steps = [
    ...(key === "detect" ? ["blobsy install (in each clone)"] : []),
    ...(key === "ignore" ? ["blobsy sync"] : []),
    ...(isShared ? ["git add .blobsyconfig && git commit"] : []),
  ];
  return steps.length === 0 ? [] : [`next: ${steps.join("; ")}`];
}
