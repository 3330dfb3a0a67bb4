/** Which payloads the user does not want in the worktree by themselves. */
import type { PayloadPath } from "../domain/repo-path.js";
import type { Situation } from "../domain/decide.js";
import type { CacheEntry } from "../worktree/stat-cache.js";
import type { Context } from "./context.js";

type LeftOut = Situation["leftOut"];

/**
 * BLOBSY_SKIP_SMUDGE=1 and `blobsy.skipSmudge` leave every payload out, `[fetch] include/exclude` some
 * of them, and `drop` single ones. What the user asks for by name is never left out.
 */
export function leftOutRule(
  ctx: Context,
  wanted: ((payload: PayloadPath) => boolean) | undefined,
): (payload: PayloadPath, entry: CacheEntry) => Promise<LeftOut> {
  let rule: Promise<(payload: PayloadPath) => boolean> | undefined;
  return async (payload, entry) => {
    if (wanted?.(payload)) return null;
    if (entry.dropped) return "dropped";
    rule ??= excludedByConfig(ctx);
    return (await rule)(payload) ? "excluded" : null;
  };
}

/** As Git reads its own: in a CI file `true` comes as easily as `1`. */
function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|true|yes|on)$/i.test(value);
}

async function excludedByConfig(ctx: Context): Promise<(payload: PayloadPath) => boolean> {
  if (isOn(process.env["BLOBSY_SKIP_SMUDGE"])) return () => true;
  const config = await ctx.config();
  if (config.skipSmudge) return () => true;
  const { include, exclude } = config.fetch;
  if (include.length === 0 && exclude.length === 0) return () => false;
  const { pathMatcher } = await import("../domain/path-match.js");
  const isIncluded = include.length === 0 ? () => true : pathMatcher(include);
  const isExcluded = pathMatcher(exclude);
  return (payload) => !isIncluded(payload) || isExcluded(payload);
}
