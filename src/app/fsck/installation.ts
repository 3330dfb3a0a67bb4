/** Is what `install` puts in still there, and does it come first? */
import path from "node:path";
import { isBlobsyError } from "../../domain/errors.js";
import { pasteWord } from "../../domain/shell-words.js";
import { lstatFacts } from "../../fs/facts.js";
import {
  checkInstallation,
  type InstallItem,
  type InstallState,
} from "../../git/check-installation.js";
import { install } from "../../git/install.js";
import { askedDetect } from "../init.js";
import { CONFIG_FILE } from "../read-config.js";
import type { Check, Fault, Finding, Mend } from "./finding.js";
import type { Survey } from "./survey.js";

export const installation: Check = {
  group: "installation",
  look: async (survey) => {
    if (!(await usesBlobsy(survey))) return [];
    const state = await installState(survey);
    if (state.scope === null) return [notInstalled(survey, state)];
    const mends = mendsFor(survey, state);
    const wrong = state.items.filter((item) => item.state !== "ok");
    const byPlace = new Map(wrong.map((item) => [item.where, item]));
    return [...byPlace.values()].map((item) => findingOf(item, state, mends));
  },
};

/** As it is, against what an install would make of it now. */
export async function installState(survey: Survey): Promise<InstallState> {
  return checkInstallation(survey.ctx.repo, await optionsOf(survey));
}

async function optionsOf(survey: Survey) {
  const config = await survey.config();
  return {
    withMergeDriver: true,
    ...(isBlobsyError(config) ? {} : askedDetect(config)),
  };
}

async function usesBlobsy(survey: Survey): Promise<boolean> {
  if (lstatFacts(path.join(survey.worktree, CONFIG_FILE)) !== null) return true;
  return (await survey.refs()).length > 0;
}

function notInstalled(survey: Survey, state: InstallState): Finding {
  return {
    fault: "not-installed",
    about: "filter.blobsy.process",
    message: "blobsy is not installed in this clone, so nothing keeps payloads in step",
    mend: mendsFor(survey, state).local,
  };
}

interface Mends {
  readonly local: Mend;
  readonly wide: Mend;
}

function mendsFor(survey: Survey, { options, scope }: InstallState): Mends {
  const how = async () => ({ ...(await optionsOf(survey)), ...options });
  return {
    local: async () => {
      await install({ ...(await how()), scope: "local", repo: survey.ctx.repo });
    },
    wide: async () => {
      await install({ ...(await how()), scope: scope ?? "local", repo: survey.ctx.repo });
    },
  };
}

const FAULTS: Readonly<Record<string, Fault>> = {
  filter: "filter",
  "merge driver": "merge-driver",
  textconv: "textconv",
  attributes: "pinned-attributes",
  monitor: "monitor",
};

const SAYS: Readonly<Record<InstallItem["state"], string>> = {
  ok: "",
  missing: "is not there",
  outdated: "is not what this blobsy would install",
  foreign: "is somebody else's, and blobsy's is not called",
  off: "cannot be executed, so Git leaves it out",
};

const REQUIRED = "it has Git refuse every checkout in which blobsy cannot be started";

function findingOf(item: InstallItem, { warnings, scope }: InstallState, mends: Mends): Finding {
  const isKey = !item.where.startsWith("/");
  const isWide = isKey && item.where !== "core.hooksPath" && scope !== "local";
  // Two hooks of somebody else's under one name: which of them is wanted, nobody but a person knows.
  const warning = warnings.find((line) => line.startsWith(`${item.where} `));
  const name = path.basename(item.where);
  const what = item.what === "attributes" ? "block of attributes" : item.what;
  if (item.outranked !== undefined) {
    const message = `another configuration outranks this clone's, so the ${what} is not blobsy's`;
    const next = `${item.outranked}, then: blobsy install`;
    return { fault: FAULTS[item.what] ?? "hook", about: item.where, message, mend: null, next };
  }
  const isRequired = item.where === "filter.blobsy.required" && item.state === "foreign";
  return {
    fault: FAULTS[item.what] ?? "hook",
    about: item.where,
    message: isRequired ? REQUIRED : (warning ?? `the ${what} ${SAYS[item.state]}`),
    mend: warning === undefined ? (isWide ? mends.wide : mends.local) : null,
    ...(warning === undefined
      ? {}
      : { next: `add this line to it: blobsy hook ${pasteWord(name)} "$@"` }),
  };
}
