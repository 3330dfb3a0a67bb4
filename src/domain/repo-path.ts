import { controlNameOf, foldName, isReservedOnWindows, ntfsBase } from "./git-names.js";

/**
 * The gate for payload paths. Whoever writes a commit chooses the names in it, and stripping
 * `.bref` undoes every check Git made on them (git-names.ts). Only what passes here is ever written.
 *
 * Not here, because it takes a look at the disk or the index: symlinks and nested repositories on
 * the way, what lies at the path now, and whether Git tracks the payload itself.
 */

/** '/'-separated, relative to the worktree's root, and checked. */
export type PayloadPath = string & { readonly __brand: "PayloadPath" };

export const REF_SUFFIX = ".bref";

/**
 * How names of files that blobsy keeps beside payloads for a moment begin; no payload may look like one.
 * What is being written there is a copy, and worth nothing; what is moved aside there is the user's.
 */
export const TEMP_BESIDE = ".blobsy-tmp";
export const ASIDE_BESIDE = ".blobsy-aside";
const OWN_NAME = new RegExp(`^(?:${TEMP_BESIDE}|${ASIDE_BESIDE})[-.]`);

/** Bytes in one name. File systems take 255; the rest is room for `.bref` and temporary names. */
export const MAX_NAME_BYTES = 240;
/** Bytes in a whole path. */
export const MAX_PATH_BYTES = 4096;

export type PathVerdict =
  | { readonly ok: true; readonly payload: PayloadPath }
  | { readonly ok: false; readonly reason: string };

/**
 * The payload that a ref file stands for, or why there is none.
 *
 * @param refPath path of the ref file relative to the worktree, as Git gives it. Bytes are decoded
 *   strictly: two names that are not UTF-8 would otherwise become one string.
 */
export function checkRefPath(refPath: Uint8Array | string, platform: NodeJS.Platform): PathVerdict {
  const text = typeof refPath === "string" ? refPath : decodeStrictly(refPath);
  if (text === null) return refuse(NOT_UTF8);
  if (!text.endsWith(REF_SUFFIX))
    return refuse(`not a ref file: the name does not end in ${REF_SUFFIX}`);
  return checkPayloadPath(text.slice(0, -REF_SUFFIX.length), platform);
}

/** The same check for the path of a payload, as `track` is given it. */
export function checkPayloadPath(path: string, platform: NodeJS.Platform): PathVerdict {
  const reason = whyNotPath(path) ?? firstReason(path.split("/"), platform);
  return reason === null ? { ok: true, payload: path as PayloadPath } : refuse(reason);
}

export function refPathOf(payload: PayloadPath): string {
  return payload + REF_SUFFIX;
}

/**
 * Equal for paths that some file system would hold to be one: other case, other Unicode normal
 * form. What to do about two payloads with one key is the caller's decision.
 */
export function collisionKey(path: string): string {
  return path.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
}

const NOT_UTF8 = "the name is not valid UTF-8";
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const BIDI = /[\u202a-\u202e\u2066-\u2069]/;
// U+FFFD is what a lenient decoder leaves where the bytes were not UTF-8.
const BROKEN = /[\p{Surrogate}\ufffd]/u;

function whyNotPath(path: string): string | null {
  if (BROKEN.test(path)) return NOT_UTF8;
  if (CONTROL.test(path)) return "the name has a newline or another control character in it";
  if (BIDI.test(path)) return "the name has a character in it that reverses how it is displayed";
  if (path.includes("\\")) return "the name has a backslash in it, which Windows takes for a slash";
  if (utf8Length(path) > MAX_PATH_BYTES) return `the path is longer than ${MAX_PATH_BYTES} bytes`;
  return null;
}

function firstReason(components: readonly string[], platform: NodeJS.Platform): string | null {
  const last = components.length - 1;
  for (const [index, component] of components.entries()) {
    const reason =
      whyNotComponent(component) ??
      (index === last ? whyNotPayloadName(component) : null) ??
      (platform === "win32" ? whyNotOnWindows(component) : null);
    if (reason !== null) return reason;
  }
  return null;
}

function whyNotComponent(component: string): string | null {
  if (component === "") return "the path has an empty name in it, or starts at the root";
  const folded = foldName(component);
  // `.`, `..`, and what becomes one of them where trailing dots and spaces do not count.
  if (/^[. ]*$/.test(folded)) return "a name of nothing but dots and spaces leads elsewhere";
  const control = controlNameOf(component);
  if (control !== null) return `the name is, or may be taken for, ${control}`;
  if (OWN_NAME.test(folded)) return "names that begin so are blobsy's own";
  if (isReservedOnWindows(component)) return "the name is reserved on Windows";
  if (utf8Length(component) > MAX_NAME_BYTES)
    return `a name is longer than ${MAX_NAME_BYTES} bytes`;
  return null;
}

/** A payload called `x.bref`, as any file system spells it, would be the ref file of `x`. */
function whyNotPayloadName(name: string): string | null {
  const isRef = ntfsBase(foldName(name)).endsWith(REF_SUFFIX);
  return isRef ? `the payload would itself end in ${REF_SUFFIX}` : null;
}

function whyNotOnWindows(component: string): string | null {
  if (/[<>"|?*:]/.test(component)) return 'Windows has no names with < > " | ? * : in them';
  if (/[. ]$/.test(component)) return "Windows drops a dot or space at the end of a name";
  return null;
}

function refuse(reason: string): PathVerdict {
  return { ok: false, reason };
}

function decodeStrictly(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function utf8Length(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
