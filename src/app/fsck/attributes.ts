/**
 * What Git does with ref files in a clone without `install`: the committed attributes alone decide there.
 * (Where blobsy is installed, `info/attributes` outranks them; installation.ts.) A rule that switches the
 * filter off, or has Git rewrite ref files, would break every fresh clone.
 *
 * Git itself is asked, by way of an empty repository whose worktree this is: it has no `info/attributes`.
 */
import os from "node:os";
import path from "node:path";
import { REF_SUFFIX } from "../../domain/repo-path.js";
import { lstatFacts } from "../../fs/facts.js";
import { tempName } from "../../fs/temp.js";
import { runGit } from "../../git/git.js";
import { removeTree } from "../../git/text-file.js";
import { stagePaths } from "../../git/index-entries.js";
import { readRootFile, writeRootFile } from "../root-file.js";
import { CONFIG_FILE } from "../read-config.js";
import { appendLines, ATTRIBUTES_FILE, ATTRIBUTES_LINE, withAttributes } from "../team-files.js";
import type { Check, Finding } from "./finding.js";
import type { Survey } from "./survey.js";

const NO_REWRITE = "-ident -working-tree-encoding";

/** What each attribute must say of a ref file; `merge` and `diff` are a matter of taste. */
const WANTED: Readonly<Record<string, readonly string[]>> = {
  filter: ["blobsy"],
  text: ["unset"],
  ident: ["unspecified", "unset"],
  "working-tree-encoding": ["unspecified", "unset"],
};

interface Wrong {
  readonly name: string;
  readonly attribute: string;
  readonly value: string;
}

export const attributes: Check = {
  group: "attributes",
  look: async (survey) => {
    const refs = (await survey.refs()).map(({ payload }) => payload + REF_SUFFIX);
    const isSetUp = lstatFacts(path.join(survey.worktree, CONFIG_FILE)) !== null;
    if (refs.length === 0 && !isSetUp) return [];
    const files = new Map<string, Wrong[]>();
    for (const one of await wrongAttributes(survey, refs.length > 0 ? refs : [`x${REF_SUFFIX}`])) {
      const file = decidingFile(survey, one.name, one.attribute);
      files.set(file, [...(files.get(file) ?? []), one]);
    }
    return [...files].map(([file, wrong]) => findingOf(survey, file, wrong));
  },
};

function findingOf(survey: Survey, file: string, wrong: readonly Wrong[]): Finding {
  const isUsable = (lstatFacts(path.join(survey.worktree, file))?.kind ?? "file") === "file";
  const [{ name, attribute, value } = { name: "", attribute: "", value: "" }] = wrong;
  return {
    fault: "attributes",
    about: file,
    message: `a clone without blobsy install takes ${name} with ${attribute} ${value}, not ${WANTED[attribute]?.[0] ?? ""}`,
    mend: isUsable ? () => append(survey, file, wrong) : null,
    next: `have it end in the line: ${ATTRIBUTES_LINE}`,
  };
}

/** Of several lines that name a path the last one counts (gitattributes(5)). */
async function append(survey: Survey, file: string, wrong: readonly Wrong[]): Promise<void> {
  const { repo, reporter } = survey.ctx;
  const was = readRootFile(repo, file);
  const usual = withAttributes(was);
  const rewrites = wrong.some(({ attribute }) => !["filter", "text"].includes(attribute));
  const next =
    usual !== was && !rewrites ? usual : appendLines(was, [`${ATTRIBUTES_LINE} ${NO_REWRITE}`]);
  await writeRootFile(repo, file, { was, next });
  await stagePaths(repo, [file]);
  reporter.note(`${file} was changed and staged; commit it, so that every clone has it`);
}

async function wrongAttributes(survey: Survey, names: readonly string[]): Promise<Wrong[]> {
  const scratch = path.join(os.tmpdir(), tempName(".blobsy-tmp"));
  const bare = { GIT_DIR: undefined, GIT_INDEX_FILE: undefined, GIT_WORK_TREE: undefined };
  try {
    await runGit(os.tmpdir(), ["init", "-q", "--bare", scratch], {
      env: { ...bare, GIT_TEMPLATE_DIR: "" },
    });
    const where = [
      `--git-dir=${scratch}`,
      `--work-tree=${survey.worktree}`,
      "-c",
      "core.bare=false",
    ];
    const args = [...where, "check-attr", "-z", "--stdin", ...Object.keys(WANTED)];
    const { stdout } = await runGit(survey.worktree, args, {
      input: names.map((name) => `${name}\0`).join(""),
      env: { ...bare, GIT_COMMON_DIR: undefined },
    });
    const fields = stdout.toString("utf8").split("\0");
    const wrong: Wrong[] = [];
    for (let i = 0; i + 2 < fields.length; i += 3) {
      const [name = "", attribute = "", value = ""] = fields.slice(i, i + 3);
      if (WANTED[attribute]?.includes(value) === false) wrong.push({ name, attribute, value });
    }
    return wrong;
  } finally {
    await removeTree(scratch);
  }
}

/** The deepest `.gitattributes` on the way to a file that says something of the attribute; else the root's. */
function decidingFile(survey: Survey, name: string, attribute: string): string {
  const says = new RegExp(String.raw`^(?![ \t]*#).*[ \t](?:[-!]?${attribute}\b|binary\b)`, "m");
  const dirs = name.split("/").slice(0, -1);
  for (let depth = dirs.length; depth > 0; depth -= 1) {
    const file = [...dirs.slice(0, depth), ATTRIBUTES_FILE].join("/");
    if (lstatFacts(path.join(survey.worktree, file))?.kind !== "file") continue;
    if (says.test(readRootFile(survey.ctx.repo, file))) return file;
  }
  return ATTRIBUTES_FILE;
}
