/**
 * The ref text for a payload's new content. Clean answers with it and reconcile writes it, so both
 * must come to the same bytes: the key is chosen once per content and remembered in the stat cache.
 */
import { formatRefFile, type RefFile, rewriteRefFile } from "../domain/bref.js";
import type { Oid } from "../domain/oid.js";
import type { PayloadPath } from "../domain/repo-path.js";
import { runGit } from "../git/git.js";
import type { StatCache } from "../worktree/stat-cache.js";
import type { Context } from "./context.js";

export async function refTextFor(
  ctx: Context,
  cache: StatCache,
  payload: PayloadPath,
  content: { readonly oid: Oid; readonly size: number },
  old: RefFile | null,
): Promise<string> {
  const remoteKey = await keyFor(ctx, cache, payload, content.oid);
  const next = { oid: content.oid, size: content.size, remoteKey };
  return old ? rewriteRefFile(old, next) : formatRefFile(next);
}

async function keyFor(
  ctx: Context,
  cache: StatCache,
  payload: PayloadPath,
  oid: Oid,
): Promise<string> {
  const chosen = cache.get(payload).key;
  if (chosen?.oid === oid) return chosen.key;
  const { evaluateKeyTemplate } = await import("../domain/key-template.js");
  const { keyTemplate } = await ctx.config();
  const key = evaluateKeyTemplate(keyTemplate, {
    oid,
    payload,
    branch: keyTemplate.includes("{git_branch}") ? await currentBranch(ctx) : null,
    nowSecs: new Date(),
    compressSuffix: "",
  });
  cache.update(payload, { key: { oid, key } });
  return key;
}

async function currentBranch(ctx: Context): Promise<string | null> {
  const args = ["symbolic-ref", "--quiet", "--short", "HEAD"];
  const { code, stdout } = await runGit(ctx.repo, args, { okCodes: [0, 1, 128] });
  return code === 0 ? stdout.toString("utf8").trim() : null;
}
