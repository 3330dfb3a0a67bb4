/**
 * Is a payload to be compressed on the remote? By its path and size, and then by a sample: bytes that
 * are compressed already, or random, would cost time on every transfer and save nothing.
 */
import { pathMatcher } from "./path-match.js";

/** `[compress]` of the configuration. */
export interface CompressRules {
  /** Bytes; smaller payloads are left as they are. */
  readonly minSize: number;
  readonly always: readonly string[];
  readonly never: readonly string[];
}

/** "ask-sample": a sample of the bytes decides. */
export type CompressVerdict = "yes" | "no" | "ask-sample";

/** `never` outranks `always`, which outranks all else. An empty payload is never compressed. */
export function compressVerdict(rules: CompressRules, path: string, size: number): CompressVerdict {
  if (size === 0 || pathMatcher(rules.never)(path)) return "no";
  if (pathMatcher(rules.always)(path)) return "yes";
  if (size < rules.minSize || isCompressedFormat(path)) return "no";
  return "ask-sample";
}

/** A sample that shrinks by less than this is not worth it. */
const MIN_SAVING = 0.05;

/** @param before, after bytes of a sample, as it is and compressed quickly */
export function isWorthIt(before: number, after: number): boolean {
  return after <= before * (1 - MIN_SAVING);
}

export interface Span {
  readonly offset: number;
  readonly length: number;
}

const SPAN = 64 * 1024;
const SPANS = 4;

/** Which bytes to sample: all of a small payload, else pieces from its beginning to its end. */
export function sampleSpans(size: number): Span[] {
  if (size <= SPAN * SPANS) return size === 0 ? [] : [{ offset: 0, length: size }];
  const step = (size - SPAN) / (SPANS - 1);
  return Array.from({ length: SPANS }, (_, at) => ({
    offset: Math.floor(at * step),
    length: SPAN,
  }));
}

/** Formats that are compressed inside. What is not here is found by the sample. */
const COMPRESSED_FORMATS: ReadonlySet<string> = new Set(
  [
    "7z aar apk br bz2 cab crx deb dmg ear epub gz ipa jar lz lz4 lzma lzo odg odp ods odt pack rar",
    "rpm sz tbz tbz2 tgz tlz txz tzst vsix war whl xapk xpi xz z zip zipx zst zstd",
    "docx pptx xlsx xlsb kmz 3mf ora kra sketch usdz",
    "avif gif heic heif j2k jp2 jpe jpeg jpg jxl jxr png webp",
    "aac ac3 ape flac m4a m4b mka mp3 mpc oga ogg opus spx tak wma wv",
    "3gp asf avi flv m2ts m4v mkv mov mp4 mpeg mpg mts ogv rmvb ts vob webm wmv",
    "blosc blosc2 bam cram woff woff2 gpg pgp",
  ]
    .join(" ")
    .split(" "),
);

export function isCompressedFormat(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const dot = name.lastIndexOf(".");
  return dot > 0 && COMPRESSED_FORMATS.has(name.slice(dot + 1));
}
