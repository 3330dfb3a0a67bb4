/**
 * Programs that own a repository's hooks write them anew whenever they like, and blobsy's are then no
 * longer called. Their own configuration is committed, so that is not written to: people are told what
 * to add there, and told when a push would not upload.
 */
import path from "node:path";
import { isBlobsyError } from "../domain/errors.js";
import { readCommittedFile } from "../fs/committed-file.js";
import { effectiveValue, valuesIn } from "./config-file.js";
import { isOurScript } from "./hook-files.js";
import { type InstallRecord, readRecord } from "./install-record.js";
import type { Repository } from "./repository.js";
import { readText } from "./text-file.js";

/** What calls blobsy's pre-push from another program's hook. */
const CALL = "blobsy hook pre-push";

interface Manager {
  readonly name: string;
  /** Relative to the worktree; the first that is there, or the first of all, is the one to add to. */
  readonly files: readonly string[];
  /** What it does to other people's hooks. */
  readonly habit: string;
  readonly lines: readonly string[];
  /** Where the call itself goes, and what names that file; unless told, where `lines` go. */
  readonly script?: { readonly file: string; readonly named: string };
}

const MANAGERS: readonly Manager[] = [
  {
    name: "husky",
    files: [".husky/pre-push"],
    habit: "sets core.hooksPath back at every npm install",
    lines: [`${CALL} "$@"`],
  },
  {
    name: "lefthook",
    files: ["lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml"],
    habit: "moves other hooks away at every lefthook install",
    // Its `commands` and `jobs` are passed over when HEAD has nothing to push, whatever is pushed.
    lines: [
      "pre-push:",
      "  scripts:",
      '    "blobsy.sh":',
      "      runner: sh",
      "      use_stdin: true",
    ],
    script: { file: ".lefthook/pre-push/blobsy.sh", named: "blobsy.sh" },
  },
];

/** What to add to a hook manager's own file, for each manager that is used here and does not have it. */
export function managerNotes(worktree: string): string[] {
  return MANAGERS.flatMap((manager) => {
    const { name, files, habit, lines, script } = manager;
    const texts = files.map((file) => committedText(path.join(worktree, file)));
    const used = name === "husky" ? committedText(path.join(worktree, ".husky/_/h")) : null;
    if (used === null && texts.every((text) => text === null)) return [];
    if (callsPrePush(worktree, manager)) return [];
    const file = files[texts.findIndex((text) => text !== null)] ?? files[0] ?? "";
    return [
      `${name} ${habit}; so that pushes go on uploading for everybody, add to ${file}:`,
      ...lines.map((line) => `    ${line}`),
      ...(script ? [`and make ${script.file} of this line:`, `    ${CALL} "$@"`] : []),
    ];
  });
}

const MAX_BYTES = 1024 * 1024;

/** A link, a device, or a file that is too long, is nobody's configuration. */
function committedText(file: string): string | null {
  try {
    return readCommittedFile(file, MAX_BYTES)?.toString("latin1") ?? null;
  } catch (error) {
    if (isBlobsyError(error) && error.code === "REFUSED_PATH") return null;
    throw error;
  }
}

/** Does a committed file of this manager's have blobsy called at every push? */
function callsPrePush(worktree: string, { files, script }: Manager): boolean {
  const has = (name: string, text: string) =>
    committedText(path.join(worktree, name))?.includes(text) === true;
  if (script === undefined) return files.some((name) => has(name, CALL));
  return has(script.file, CALL) && files.some((name) => has(name, script.named));
}

/**
 * Where `git push` looks for a pre-push hook instead of at blobsy's, which `install` had put in. A clone
 * that was there before `install --global` has none: Git takes the template for new ones only.
 * @returns `null` while blobsy's is called, or was never wanted
 */
export async function prePushElsewhere(repo: Repository): Promise<string | null> {
  const record = readRecord(repo.sharedState) ?? (await wideRecord(repo));
  const names = [...Object.keys(record?.files ?? {}), ...Object.keys(record?.keys ?? {})];
  if (names.some((name) => name.startsWith("hook."))) return null;
  if (!names.some((name) => name.endsWith("/pre-push"))) return null;
  const set = await effectiveValue(repo.worktree, "core.hooksPath", "path");
  const dir = set ? path.resolve(repo.worktree, set) : path.join(repo.commonDir, "hooks");
  const hook = path.join(dir, "pre-push");
  const texts = [hook, `${hook}.legacy`].map((file) => readText(file) ?? "");
  if (texts.some((text) => isOurScript(text) || text.includes(CALL))) return null;
  if (MANAGERS.some((manager) => callsPrePush(repo.worktree, manager))) return null;
  if (set) return `core.hooksPath is ${set} now`;
  return texts[0] === "" ? `${hook} is not there` : `${hook} is another program's now`;
}

async function wideRecord(repo: Repository): Promise<InstallRecord | null> {
  for (const scope of ["global", "system"] as const) {
    const values = await valuesIn({ scope, cwd: repo.worktree }, "filter.blobsy.process");
    if (values.length === 0) continue;
    const { globalPlaces } = await import("./global-install.js");
    return readRecord(globalPlaces(scope, process.env).home);
  }
  return null;
}
