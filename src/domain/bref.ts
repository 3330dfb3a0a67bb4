import { detached } from "./detached.js";
import { isOid, type Oid } from "./oid.js";
import { checkRemoteKey } from "./remote-key.js";

/**
 * The text of a ref file and what it means.
 *
 * Written canonically, read with a little mercy: an editor's CRLF, byte order mark, comments and
 * blank lines pass, and keys of a later minor version are kept. Everything else is refused by line,
 * for a ref file that is half understood would place the wrong bytes.
 */

export const REF_FILE_LIMIT = 4096;

export type Compression = "zstd" | "gzip" | "brotli";

/** What a ref file says about its blob. */
export interface RefFacts {
  readonly oid: Oid;
  /** Bytes of the payload, uncompressed. */
  readonly size: number;
  readonly remoteKey: string;
  readonly compressed?: Compression | undefined;
}

export interface RefFile extends RefFacts {
  /** Every line as read, without its line ending: what `rewriteRefFile` starts from. */
  readonly lines: readonly string[];
}

/** The facts alone: nothing in them keeps the text in memory. */
export function bareFacts({ oid, size, remoteKey, compressed }: RefFacts): RefFacts {
  const facts = { oid: detached(oid), size, remoteKey: detached(remoteKey) };
  return compressed === undefined ? facts : { ...facts, compressed };
}

export interface RefProblem {
  readonly ok: false;
  /** "newer": a later version of blobsy wrote it, and it is to be left exactly as it is. */
  readonly kind: "empty" | "invalid" | "conflicted" | "newer";
  /** The first line that is wrong, counted from 1. */
  readonly line: number;
  readonly reason: string;
}

export type ParsedRefFile = { readonly ok: true; readonly ref: RefFile } | RefProblem;

const HEADER =
  "# blobsy reference: the file itself is stored outside Git. Install blobsy, then: blobsy pull";
const FORMAT = "blobsy-bref/0.1";
const KNOWN = ["format", "hash", "size", "remote_key", "compressed"] as const;
const REQUIRED = ["hash", "size", "remote_key"] as const;
const EMPTY_OID = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

export function parseRefFile(bytes: Uint8Array): ParsedRefFile {
  if (bytes.length > REF_FILE_LIMIT) {
    return problem("invalid", 1, `the file is longer than ${REF_FILE_LIMIT} bytes`);
  }
  const text = decode(bytes);
  if (text === null) return problem("invalid", 1, "the file is not UTF-8 text");
  if (/^[\r\n]*$/.test(text)) return problem("empty", 1, "the file is empty");
  const lines = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  const marker = lines.findIndex((line) => /^(?:<{7}|\|{7}|={7}|>{7})(?: |$)/.test(line));
  if (marker !== -1) return problem("conflicted", marker + 1, "there are conflict markers");
  if (lines.pop() !== "") {
    return problem(
      "invalid",
      lines.length + 1,
      "the last line is cut short: it has no line ending",
    );
  }
  return readLines(lines);
}

/** The canonical text. @throws {TypeError} when it would not read back: callers check first. */
export function formatRefFile(facts: RefFacts): string {
  const lines = [HEADER, `format: ${FORMAT}`, ...Object.values(linesOf(facts))];
  return verified(lines, facts);
}

/**
 * The text for new content that keeps what others wrote into the old one: comments, and keys this
 * version does not know, in their order. Should that no longer fit, it is the canonical text.
 */
export function rewriteRefFile(old: RefFile, next: RefFacts): string {
  const { compressed, ...fresh } = linesOf(next);
  const lines = old.lines.flatMap((line) => {
    const key = keyOf(line);
    if (!isKnown(key) || key === "format") return [line];
    if (key === "compressed") return [];
    // Written here and not where it stood: a file that was not compressed before has no such line.
    if (key === "remote_key" && compressed) return [fresh.remote_key, compressed];
    return [fresh[key]];
  });
  const text = joined(lines);
  return byteLength(text) > REF_FILE_LIMIT ? formatRefFile(next) : verified(lines, next);
}

/** Keys in the order of the format. */
function linesOf({ oid, size, remoteKey, compressed }: RefFacts) {
  return {
    hash: `hash: sha256:${oid}`,
    size: `size: ${size}`,
    remote_key: `remote_key: ${remoteKey}`,
    ...(compressed === undefined ? {} : { compressed: `compressed: ${compressed}` }),
  };
}

interface Value {
  readonly text: string;
  readonly line: number;
}

function readLines(lines: readonly string[]): ParsedRefFile {
  const values = new Map<string, Value>();
  let rank = 0;
  for (const [index, text] of lines.entries()) {
    const line = index + 1;
    if (CONTROL.test(text)) return problem("invalid", line, "a control character");
    if (text === "" || text.startsWith("#")) continue;
    const key = keyOf(text);
    if (key === null) return problem("invalid", line, "not of the form `key: value`");
    const value = { text: text.slice(key.length + 2), line };
    if (values.size === 0) {
      const wrong = checkFormat(key, value);
      if (wrong) return wrong;
    }
    if (values.has(key)) return problem("invalid", line, `a second \`${nameKey(key)}\``);
    values.set(key, value);
    if (!isKnown(key)) continue;
    if (KNOWN.indexOf(key) < rank) return problem("invalid", line, `\`${key}\` is out of order`);
    rank = KNOWN.indexOf(key);
  }
  return readValues(values, lines);
}

function checkFormat(key: string, { text, line }: Value): RefProblem | null {
  if (key !== "format") return problem("invalid", line, "`format` does not come first");
  const version = /^blobsy-bref\/(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})$/.exec(text);
  if (!version) return problem("invalid", line, `\`format\` is not ${FORMAT}`);
  if (version[1] === "0") return null;
  return problem("newer", line, "written by a newer version of blobsy");
}

function readValues(values: ReadonlyMap<string, Value>, lines: readonly string[]): ParsedRefFile {
  const missing = REQUIRED.find((key) => !values.has(key));
  if (values.size === 0 || missing) {
    return problem(
      "invalid",
      lines.length,
      `\`${values.size === 0 ? "format" : missing}\` is missing`,
    );
  }
  const at = (key: string): Value => values.get(key) ?? { text: "", line: lines.length };
  const wrong = (key: string, reason: string) => problem("invalid", at(key).line, reason);

  const oid = at("hash").text.startsWith("sha256:") ? at("hash").text.slice("sha256:".length) : "";
  if (!isOid(oid)) return wrong("hash", "`hash` is not `sha256:` and 64 lower-case hex digits");
  const size = readSize(at("size").text);
  if (size === null) return wrong("size", "`size` is not a plain number of bytes below 2^53");
  if ((size === 0) !== (oid === EMPTY_OID))
    return wrong("size", "`size` and `hash` cannot both be right");
  const remoteKey = at("remote_key").text;
  const safe = checkRemoteKey(remoteKey);
  if (!safe.ok) return wrong("remote_key", `\`remote_key\` is unsafe: ${safe.reason}`);
  const compressed = values.get("compressed")?.text;
  if (!isCompression(compressed))
    return wrong("compressed", "`compressed` is not zstd, gzip or brotli");
  const facts = { oid, size, remoteKey, ...(compressed === undefined ? {} : { compressed }) };
  return { ok: true, ref: { ...facts, lines } };
}

const CONTROL = /[\0-\x1f\x7f-\x9f]/;

/** The key of a `key: value` line: one space, and a value that neither starts nor ends with one. */
function keyOf(line: string): string | null {
  const colon = line.indexOf(": ");
  if (colon === -1 || !/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(line.slice(0, colon))) return null;
  const value = line.slice(colon + 2);
  return value === "" || value.trim() !== value ? null : line.slice(0, colon);
}

function isKnown(key: string | null): key is (typeof KNOWN)[number] {
  return (KNOWN as readonly (string | null)[]).includes(key);
}

function isCompression(text: string | undefined): text is Compression | undefined {
  return text === undefined || text === "zstd" || text === "gzip" || text === "brotli";
}

function readSize(text: string): number | null {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return null;
  return Number.isSafeInteger(Number(text)) ? Number(text) : null;
}

function nameKey(key: string): string {
  return key.length > 40 ? `${key.slice(0, 40)}...` : key;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

function byteLength(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

function verified(lines: readonly string[], { oid, size, remoteKey }: RefFacts): string {
  const text = joined(lines);
  const back = parseRefFile(Buffer.from(text));
  if (!back.ok) throw new TypeError(`unfit for a ref file: ${back.reason}`);
  const same = back.ref.oid === oid && back.ref.size === size && back.ref.remoteKey === remoteKey;
  if (!same) throw new TypeError("the ref file would not read back as written");
  return text;
}

function problem(kind: RefProblem["kind"], line: number, reason: string): RefProblem {
  return { ok: false, kind, line, reason };
}
