/**
 * Puts back what `install` had put into `.git/blobsy`, when that directory was lost and Git's
 * configuration still points there. Only a person's own command does this: a filter or a hook must
 * never install anything.
 */
import path from "node:path";
import { lstatFacts } from "../fs/facts.js";
import { isTrue, valuesIn } from "../git/config-file.js";
import { runGit } from "../git/git.js";
import type { Context } from "./context.js";

export async function mendInstall(ctx: Context): Promise<void> {
  const { repo } = ctx;
  if (lstatFacts(path.join(repo.sharedState, "fsmonitor")) !== null) return;
  const args = ["config", "--local", "--get-regexp", "^core\\.(fsmonitor|hookspath)$"];
  const { stdout } = await runGit(repo, args, { okCodes: [0, 1] });
  const values = stdout.toString("utf8");
  if (!values.includes("blobsy/fsmonitor")) return;
  const place = { scope: "local" as const, cwd: repo.worktree };
  const { setUp } = await import("./set-up.js");
  await setUp({
    cwd: repo.worktree,
    scope: "local",
    // Hook files outside `.git/blobsy` were not lost, or were not wanted.
    hooks: values.includes("blobsy/hooks"),
    skipSmudge: isTrue((await valuesIn(place, "blobsy.skipSmudge")).at(-1)),
    dryRun: false,
    reporter: ctx.reporter,
  });
  ctx.reporter.note("what install had put into .git/blobsy was lost, and is back");
}
