/**
 * The shell scripts that Git runs, made from the templates in `hooks/`.
 *
 * What is installed is self-contained: `@include NAME` brings another template in, and `@NAME@` becomes
 * a shell word. Every installed file can be told by its second line.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { quotedWord } from "../domain/shell-words.js";
import { oneLine } from "./shell.js";

/** The hooks that blobsy has something to do in (githooks(5)). */
export const OUR_HOOKS = [
  "post-checkout",
  "post-merge",
  "post-index-change",
  "pre-commit",
  "pre-push",
] as const;

export type HookName = (typeof OUR_HOOKS)[number];

/**
 * Every other hook that Git or a program around it may call. Left out are those whose mere presence
 * changes what Git does: push-to-checkout and proc-receive.
 */
export const OTHER_HOOKS = [
  "applypatch-msg",
  "pre-applypatch",
  "post-applypatch",
  "pre-merge-commit",
  "prepare-commit-msg",
  "commit-msg",
  "post-commit",
  "pre-rebase",
  "pre-receive",
  "update",
  "post-receive",
  "post-update",
  "reference-transaction",
  "pre-auto-gc",
  "post-rewrite",
  "sendemail-validate",
  "fsmonitor-watchman",
  "p4-changelist",
  "p4-prepare-changelist",
  "p4-post-changelist",
  "p4-pre-submit",
] as const;

/** Where blobsy itself is: what the scripts fall back to when PATH does not lead to it. */
export interface Program {
  /** Absolute path of `dist/main.js`. */
  readonly main: string;
  /** Absolute path of the node that runs it. */
  readonly node: string;
}

/** This very program. */
export function runningProgram(): Program {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const beside = path.join(here, "main.js");
  const main = existsSync(beside) ? beside : path.join(packageRoot(), "dist", "main.js");
  return { main, node: process.execPath };
}

/** The directory that holds `hooks/`: of the package, whether it runs from `dist/` or from source. */
function packageRoot(): string {
  let dir = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(dir, "hooks", "find-blobsy"))) {
    const up = path.dirname(dir);
    if (up === dir) throw new Error("blobsy's hooks/ directory is not where it was installed");
    dir = up;
  }
  return dir;
}

export function templateFile(name: string): string {
  return path.join(packageRoot(), "hooks", name);
}

/** @param words for each `@NAME@` what stands there in the script: a shell word, quotes included */
function render(template: string, words: Readonly<Record<string, string>>): string {
  const text = `${included(template).join("\n")}\n`;
  return text.replace(/@([A-Z]+)@/g, (mark, name: string) => words[name] ?? mark);
}

function included(template: string): string[] {
  const lines = readFileSync(templateFile(template), "utf8").trimEnd().split("\n");
  return lines.flatMap((line) => {
    const [, indent = "", name] = /^(\s*)@include (\S+)$/.exec(line) ?? [];
    if (name === undefined) return [line];
    return included(name).map((inner) => (inner === "" ? inner : indent + inner));
  });
}

function programWords(program: Program): Record<string, string> {
  return { PROGRAM: quotedWord(program.main), NODE: quotedWord(program.node) };
}

/** What a hook runs before blobsy: a file beside it, one in another directory, or nothing. */
export type Before = { readonly dir: string } | "beside" | "nothing";

/** The hook that was here before blobsy, and is called by blobsy's. */
export const BEFORE_SUFFIX = ".before-blobsy";

function beforeWord(name: string, before: Before): string {
  if (before === "nothing") return "''";
  if (before === "beside") return `"\${0%/*}/${name}${BEFORE_SUFFIX}"`;
  return quotedWord(`${before.dir}/${name}`);
}

export function renderHook(name: HookName, before: Before, program: Program): string {
  const words = { ...programWords(program), NAME: name, BEFORE: beforeWord(name, before) };
  return render(name, words);
}

/** A hook that only hands on to the one of the same name in another directory. */
export function renderPassedOn(name: string, before: { readonly dir: string }): string {
  return render("passed-on", { BEFORE: beforeWord(name, before) });
}

export interface MonitorFacts {
  /** Whether `blobsy.fsmonitor` names a monitor of the user's own. */
  readonly chained: boolean;
  /** What `core.hooksPath` was set to, when it was: gone after the repository was moved. */
  readonly hooksDir: string | null;
}

export function renderMonitor(facts: MonitorFacts, program: Program): string {
  return render("fsmonitor", {
    ...programWords(program),
    CHAINED: facts.chained ? "yes" : "",
    HOOKS: quotedWord(facts.hooksDir ?? ""),
  });
}

/** `filter.blobsy.process` */
export function filterLine(program: Program): string {
  return oneLine(render("filter", programWords(program)));
}

/** `merge.blobsy.driver` */
export function mergeDriverLine(program: Program): string {
  return oneLine(render("merge-driver", programWords(program)));
}

/** `diff.blobsy.textconv` */
export function textconvLine(): string {
  return oneLine(render("textconv", {}));
}

const MARK = /^#!\/bin\/sh\n# blobsy (hook|monitor)\b/;

/** Is this file's text one that blobsy installed, of this version or another? */
export function isOurScript(text: string): boolean {
  return MARK.test(text);
}
