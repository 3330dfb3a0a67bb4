/**
 * Puts back what `install` had put into `.git/blobsy`, when that directory was lost and Git's
 * configuration still points there. Only a person's own command does this: a filter or a hook must
 * never install anything.
 */
import path from "node:path";
import { lstatFacts } from "../fs/facts.js";
import { isTrue, valuesIn } from "../git/config-file.js";
import { runGit } from "../git/git.js";
import type { InstallRecord } from "../git/install-record.js";
import type { Context } from "./context.js";

export async function mendInstall(ctx: Context): Promise<void> {
  const { repo } = ctx;
  if (lstatFacts(path.join(repo.sharedState, "fsmonitor")) !== null) return;
  const args = ["config", "--local", "--get-regexp", "^core\\.fsmonitor$"];
  const { stdout } = await runGit(repo, args, { okCodes: [0, 1] });
  const values = stdout.toString("utf8");
  if (!values.includes("blobsy/fsmonitor")) return;
  const place = { scope: "local" as const, cwd: repo.worktree };
  const { recordFromTraces } = await import("../git/install-traces.js");
  const left = await recordFromTraces({ place, home: repo.sharedState, repo });
  const { setUp } = await import("./set-up.js");
  await setUp({
    cwd: repo.worktree,
    scope: "local",
    hooks: hasHooks(left),
    skipSmudge: isTrue((await valuesIn(place, "blobsy.skipSmudge")).at(-1)),
    dryRun: false,
    reporter: ctx.reporter,
  });
  ctx.reporter.note("what install had put into .git/blobsy was lost, and is back");
}

/** Those outside of `.git/blobsy` were not lost: where there are none, none were wanted. */
function hasHooks({ files, keys }: InstallRecord): boolean {
  const isHookFile = (file: string): boolean => path.basename(path.dirname(file)) === "hooks";
  const isHookKey = (key: string): boolean => /^(core\.hookspath$|hook\.)/i.test(key);
  return Object.keys(files).some(isHookFile) || Object.keys(keys).some(isHookKey);
}
