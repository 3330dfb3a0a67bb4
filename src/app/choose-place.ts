/**
 * Where new content is to be kept on the remote, and how: chosen once, when it is first seen, and
 * recorded in its ref file. Content that this clone knows keeps the place it has (known-places.ts),
 * whatever is configured by now: it may be uploaded already.
 */
import path from "node:path";
import { COMPRESS_SUFFIXES, type Compression } from "../domain/compression.js";
import type { Config } from "../domain/config.js";
import { errnoOf } from "../domain/errors.js";
import { DEFAULT_KEY_TEMPLATE, evaluateKeyTemplate } from "../domain/key-template.js";
import type { Oid } from "../domain/oid.js";
import { formatPlace, type RemotePlace } from "../domain/remote-place.js";
import type { PayloadPath } from "../domain/repo-path.js";
import { OpenFile } from "../fs/open-file.js";
import { runGit } from "../git/git.js";
import { objectPath } from "../store/layout.js";
import type { StatCache } from "../worktree/stat-cache.js";
import type { Context } from "./context.js";
import { KnownPlaces } from "./known-places.js";

interface Content {
  readonly oid: Oid;
  readonly size: number;
}

/** @throws {BlobsyError} BAD_CONFIG when the template has no legal key for this path */
export async function choosePlace(
  ctx: Context,
  cache: StatCache,
  payload: PayloadPath,
  content: Content,
): Promise<RemotePlace> {
  const config = await ctx.config();
  const { keyTemplate } = config;
  // Then a place follows from the content alone, and nobody needs to be asked.
  const isPlain = keyTemplate === DEFAULT_KEY_TEMPLATE && config.compress.algorithm === "none";
  if (isPlain) return evaluated(ctx, config, payload, content);
  const places = knownPlaces(ctx, cache);
  // The content that this one takes the place of may come back.
  const { base } = cache.get(payload);
  if (base) await places.note(base.oid, base.remoteKey);
  const place = places.get(content.oid) ?? (await evaluated(ctx, config, payload, content));
  await places.note(content.oid, formatPlace(place));
  return place;
}

async function evaluated(
  ctx: Context,
  config: Config,
  payload: PayloadPath,
  content: Content,
): Promise<RemotePlace> {
  const { keyTemplate } = config;
  const compressed = await chooseCompression(ctx, config, payload, content);
  const key = evaluateKeyTemplate(keyTemplate, {
    oid: content.oid,
    payload,
    branch: keyTemplate.includes("{git_branch}") ? await currentBranch(ctx) : null,
    nowSecs: new Date(),
    compressSuffix: compressed === undefined ? "" : COMPRESS_SUFFIXES[compressed],
  });
  return compressed === undefined ? { key } : { key, compressed };
}

const known = new WeakMap<StatCache, KnownPlaces>();

/** Read once. */
function knownPlaces(ctx: Context, cache: StatCache): KnownPlaces {
  const places = known.get(cache) ?? KnownPlaces.load(ctx.repo.sharedState, cache);
  known.set(cache, places);
  return places;
}

async function chooseCompression(
  ctx: Context,
  { compress }: Config,
  payload: PayloadPath,
  content: Content,
): Promise<Compression | undefined> {
  if (compress.algorithm === "none") return undefined;
  const { compressVerdict } = await import("../domain/compress-rules.js");
  const verdict = compressVerdict(compress, payload, content.size);
  if (verdict === "no") return undefined;
  return verdict === "yes" || (await isSampleWorthIt(ctx, payload, content))
    ? compress.algorithm
    : undefined;
}

/** What cannot be read now is left as it is: no compression is always right. */
async function isSampleWorthIt(
  ctx: Context,
  payload: PayloadPath,
  { oid, size }: Content,
): Promise<boolean> {
  const [{ isWorthIt, sampleSpans }, { sampleCompressed }] = await Promise.all([
    import("../domain/compress-rules.js"),
    import("../fs/codec.js"),
  ]);
  const file = openFirst([
    objectPath(ctx.store.layout, oid),
    path.join(ctx.repo.worktree, payload),
  ]);
  if (file === null) return false;
  try {
    let [before, after] = [0, 0];
    for (const { offset, length } of sampleSpans(size)) {
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await file.read(bytes, 0, length, offset);
      before += bytesRead;
      after += sampleCompressed(bytes.subarray(0, bytesRead));
    }
    return isWorthIt(before, after);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  } finally {
    await file.close();
  }
}

function openFirst(files: readonly string[]): OpenFile | null {
  for (const file of files) {
    try {
      return OpenFile.toReadItself(file);
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
    }
  }
  return null;
}

async function currentBranch(ctx: Context): Promise<string | null> {
  const args = ["symbolic-ref", "--quiet", "--short", "HEAD"];
  const { code, stdout } = await runGit(ctx.repo, args, { okCodes: [0, 1, 128] });
  return code === 0 ? stdout.toString("utf8").trim() : null;
}
