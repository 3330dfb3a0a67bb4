/** `blobsy.ignore = gitignore`: ignore lines go into the commit that their ref files go into. */
import path from "node:path";
import { REF_SUFFIX } from "../domain/repo-path.js";
import { pasteWord } from "../domain/shell-words.js";
import { lstatFacts } from "../fs/facts.js";
import { runGit } from "../git/git.js";
import { stagePaths } from "../git/index-entries.js";
import { readNamedBlobs } from "../git/objects.js";
import {
  dirOf,
  gitignorePath,
  MAX_GITIGNORE_BYTES,
  readGitignore,
} from "../worktree/gitignore-file.js";
import { parseGitignore, restOf } from "../worktree/gitignore-text.js";
import { keepsGitignore } from "../worktree/ignore-exclude.js";
import type { Context } from "./context.js";
import { ATTRIBUTES_FILE, isIgnoreMergeOnly } from "./team-files.js";

/**
 * Stages the `.gitignore` beside each of these files, and its merge attribute. A file that holds changes
 * of the user's own is theirs to stage, and that is said.
 *
 * @param names files whose directories are meant
 */
export async function stageIgnoreFiles(ctx: Context, names: readonly string[]): Promise<void> {
  if (names.length === 0 || !keepsGitignore(ctx.repo.worktreeState)) return;
  const dirs = [...new Set(names.map(dirOf))];
  const files = dirs.map(gitignorePath);
  const staged = await readNamedBlobs(
    ctx.repo,
    [...files, ATTRIBUTES_FILE].map((name) => `:0:${name}`),
    MAX_GITIGNORE_BYTES,
  );
  const ready = files.filter((name, n) => {
    const there = staged[n]?.toString("latin1") ?? null;
    const verdict = compare(ctx, dirs[n] ?? "", there);
    if (verdict === "own changes") {
      ctx.reporter.warn(
        `${name} also has changes of your own, so it was not staged; the ignore lines in it belong to this commit: git add ${pasteWord(name)}`,
      );
    }
    return verdict === "ready";
  });
  const attributes = staged[files.length]?.toString("utf8") ?? "";
  if (isIgnoreMergeOnly(attributes, await readAttributes(ctx))) ready.push(ATTRIBUTES_FILE);
  await stagePaths(ctx.repo, ready);
}

/**
 * Before a commit: `git rm` and `git mv` of ref files stage no `.gitignore`. Only where the index that
 * is committed is the one that stays: for `git commit PATH` Git makes another.
 */
export async function stageIgnoreFilesOfCommit(ctx: Context): Promise<void> {
  if (!keepsGitignore(ctx.repo.worktreeState)) return;
  const index = path.basename(process.env["GIT_INDEX_FILE"] ?? "index");
  if (index.startsWith("next-index-")) return;
  const args = ["diff", "--cached", "--name-only", "-z", "--no-renames", "--"];
  const { stdout } = await runGit(ctx.repo, [...args, `:(top,glob)**/*${REF_SUFFIX}`]);
  const names = stdout.toString("utf8").split("\0").filter(Boolean);
  await stageIgnoreFiles(ctx, names);
}

type Verdict = "same" | "ready" | "own changes";

function compare(ctx: Context, dir: string, staged: string | null): Verdict {
  const file = readGitignore(ctx.repo.worktree, dir);
  if (file.kind === "refused") return "same";
  if (file.kind === "absent") {
    const before = staged === null ? null : parseGitignore(staged);
    return before?.kind === "usable" && restOf(before) === "" ? "ready" : "same";
  }
  if (file.text.kind === "unusable" || file.text.lines.length === 0) {
    if (staged === null) return "same";
  }
  const before = parseGitignore(staged ?? "");
  if (file.text.kind === "unusable" || before.kind === "unusable") return "same";
  const isSame = file.text.lines.join("\n") === before.lines.join("\n");
  if (isSame && staged !== null) return "same";
  return staged === null || restOf(file.text) === restOf(before) ? "ready" : "own changes";
}

async function readAttributes(ctx: Context): Promise<string> {
  const { readRootFile } = await import("./root-file.js");
  const isFile = lstatFacts(path.join(ctx.repo.worktree, ATTRIBUTES_FILE))?.kind === "file";
  return isFile ? readRootFile(ctx.repo, ATTRIBUTES_FILE) : "";
}
