/**
 * The ref text for a payload's new content. Clean answers with it and reconcile writes it, so both
 * must come to the same bytes: the blob's place on the remote is chosen once per content and
 * remembered in the stat cache.
 */
import { formatRefFile, type RefFile, rewriteRefFile } from "../domain/bref.js";
import type { Oid } from "../domain/oid.js";
import { formatPlace, parsePlace, type RemotePlace } from "../domain/remote-place.js";
import type { PayloadPath } from "../domain/repo-path.js";
import type { StatCache } from "../worktree/stat-cache.js";
import type { Context } from "./context.js";

export async function refTextFor(
  ctx: Context,
  cache: StatCache,
  payload: PayloadPath,
  content: { readonly oid: Oid; readonly size: number },
  old: RefFile | null,
): Promise<string> {
  const { key, compressed } = await placeFor(ctx, cache, payload, content);
  const next = { oid: content.oid, size: content.size, remoteKey: key, compressed };
  return old ? rewriteRefFile(old, next) : formatRefFile(next);
}

async function placeFor(
  ctx: Context,
  cache: StatCache,
  payload: PayloadPath,
  content: { readonly oid: Oid; readonly size: number },
): Promise<RemotePlace> {
  const chosen = cache.get(payload).key;
  if (chosen?.oid === content.oid) return parsePlace(chosen.key);
  const { choosePlace } = await import("./choose-place.js");
  const place = await choosePlace(ctx, cache, payload, content);
  cache.update(payload, { key: { oid: content.oid, key: formatPlace(place) } });
  return place;
}
