import { createHash } from "node:crypto";
import { BlobsyError } from "./errors.js";
import { asOid, shortOid, type Oid } from "./oid.js";
import {
  checkKeyToWrite,
  checkRemoteKey,
  HASH_RUN,
  MAX_KEY_BYTES,
  type Verdict,
} from "./remote-key.js";
import type { PayloadPath } from "./repo-path.js";

/**
 * From a template such as `{repo_path}/{content_sha256}{compress_suffix}` to a remote key.
 *
 * Whatever path and branch hold, the key is legal: a byte that a key cannot have is written `=XX`,
 * as is the last digit of anything that could be read as another content's hash (remote-key.ts).
 * Values too long for a key are cut, and end in `_` and sixteen letters made of their hash.
 */

export const TEMPLATE_VARIABLES = [
  "content_sha256",
  "content_sha256_short",
  "repo_path",
  "dirname",
  "filename",
  "git_branch",
  "iso_date_secs",
  "compress_suffix",
] as const;
export const DEFAULT_KEY_TEMPLATE = "sha256/{content_sha256}{compress_suffix}";

export type TemplateVariable = (typeof TEMPLATE_VARIABLES)[number];

export interface KeyVariables {
  readonly oid: Oid;
  readonly payload: PayloadPath;
  /** `null` for a detached HEAD. */
  readonly branch: string | null;
  /** The moment the content was first seen; fractions of a second are dropped. */
  readonly nowSecs: Date;
  /** "" or the file ending of the compression, such as ".zst". */
  readonly compressSuffix: string;
}

type Part =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "variable"; readonly name: TemplateVariable };

/** Hex digits in a row that a template may spell out, so that a value beside them has room. */
const LITERAL_HEX = 8;
/** Longest name below a `local:` remote: file systems take 255 bytes, temporary names need some. */
const MAX_COMPONENT = 240;
const HASHES: ReadonlySet<string> = new Set(["content_sha256", "content_sha256_short"]);

/** Whether keys made by this template are legal for every path, branch and content. */
export function checkKeyTemplate(template: string): Verdict {
  const parts = readTemplate(template);
  return typeof parts === "string" ? refuse(parts) : tryOut(parts);
}

/**
 * A template that does not name `{compress_suffix}` gets it at its end: a blob and its compressed form
 * must never meet under one key.
 * @throws {BlobsyError} BAD_CONFIG for a template that `checkKeyTemplate` refuses
 */
export function evaluateKeyTemplate(template: string, variables: KeyVariables): string {
  const parts = readTemplate(template);
  if (typeof parts === "string") {
    throw new BlobsyError("BAD_CONFIG", `the key template cannot be used: ${parts}`);
  }
  const key = evaluate(parts, variables);
  if (key !== null) return key;
  const { payload: path } = variables;
  throw new BlobsyError("BAD_CONFIG", "the key template has no legal key for this file", { path });
}

/** The template's parts, or why it is not one. */
function readTemplate(template: string): Part[] | string {
  if (template.length > MAX_KEY_BYTES) return `it is longer than ${MAX_KEY_BYTES} bytes`;
  const parts = parseTemplate(template);
  if (typeof parts === "string") return parts;
  const named = parts.some((part) => part.kind === "variable" && HASHES.has(part.name));
  if (!named) {
    return "without {content_sha256} or {content_sha256_short} old commits would lose their files";
  }
  if (!parts.some(isSuffix)) parts.push({ kind: "variable", name: "compress_suffix" });
  return whyNotLiterals(parts) ?? whyNotSuffix(parts) ?? whyNotNeighbours(parts) ?? parts;
}

function parseTemplate(template: string): Part[] | string {
  const parts: Part[] = [];
  for (const piece of template.split(/(\{[^{}]*\})/)) {
    if (piece === "") continue;
    if (!/^\{.*\}$/.test(piece)) {
      if (/[{}]/.test(piece)) return "a brace has no partner";
      parts.push({ kind: "literal", text: piece });
      continue;
    }
    const name = TEMPLATE_VARIABLES.find((known) => piece === `{${known}}`);
    if (!name) return `${piece} is not a variable; there are {${TEMPLATE_VARIABLES.join("} {")}}`;
    parts.push({ kind: "variable", name });
  }
  return parts;
}

function whyNotLiterals(parts: readonly Part[]): string | null {
  // {compress_suffix} may be empty, and then what stands around it is one text.
  const text = parts.map((part) => literalOf(part) ?? (isSuffix(part) ? "" : "{}")).join("");
  const legal = checkRemoteKey(text.replaceAll("{}", "x"));
  if (!legal.ok) return legal.reason;
  const long = text.match(/[0-9a-fA-F]+/g)?.some((run) => run.length > LITERAL_HEX);
  return long ? `it spells out more than ${LITERAL_HEX} hex digits in a row` : null;
}

/** It begins with a dot, as no name in a key may. */
function whyNotSuffix(parts: readonly Part[]): string | null {
  const startsName = parts.some((part, index) => {
    const before = parts[index - 1];
    return isSuffix(part) && (before === undefined || literalOf(before)?.endsWith("/"));
  });
  return startsName ? "{compress_suffix} cannot begin a name" : null;
}

/** A hash must stand free: a digit before or behind it would make it another hash. */
function whyNotNeighbours(parts: readonly Part[]): string | null {
  const visible = parts.filter((part) => !isSuffix(part));
  for (const [index, part] of visible.entries()) {
    if (part.kind !== "variable" || !HASHES.has(part.name)) continue;
    const before = visible[index - 1];
    const after = visible[index + 1];
    const free =
      (before === undefined || /[^0-9a-fA-F]$/.test(literalOf(before) ?? "0")) &&
      (after === undefined || /^[^0-9a-fA-F]/.test(literalOf(after) ?? "0"));
    if (!free) return `put one of / . _ - between {${part.name}} and what stands beside it`;
  }
  return null;
}

/** The longest values there can be: is there room for a key at all? */
function tryOut(parts: readonly Part[]): Verdict {
  const long = "\u0001".repeat(MAX_KEY_BYTES);
  const longest: KeyVariables = {
    oid: asOid("0".repeat(64)),
    payload: `${long}/${long}` as PayloadPath,
    branch: long,
    nowSecs: new Date(0),
    compressSuffix: ".suffix",
  };
  return evaluate(parts, longest) === null
    ? refuse("it leaves no room for long paths")
    : { ok: true };
}

/** Bytes kept of each value; the first that makes a legal key wins. */
const KEPT = [Infinity, 180, 90, 45, 20, 4];

function evaluate(parts: readonly Part[], variables: KeyVariables): string | null {
  for (const kept of KEPT) {
    const key = assemble(parts, variables, kept);
    const fits = key.split("/").every((component) => component.length <= MAX_COMPONENT);
    if (fits && checkKeyToWrite(key, variables.oid).ok) return key;
  }
  return null;
}

function assemble(parts: readonly Part[], variables: KeyVariables, kept: number): string {
  let key = "";
  for (const [index, part] of parts.entries()) {
    if (part.kind === "literal") key += part.text;
    else if (part.name === "content_sha256") key += variables.oid;
    else if (part.name === "content_sha256_short") key += shortOid(variables.oid);
    else if (part.name === "compress_suffix") key += variables.compressSuffix;
    else {
      const room = HASH_RUN - 1 - leadingHex(parts.slice(index + 1));
      key = appendEscaped(key, shortened(valueOf(part.name, variables), kept), room);
    }
  }
  return key;
}

function valueOf(name: TemplateVariable, { payload, branch, nowSecs }: KeyVariables): string {
  const slash = payload.lastIndexOf("/");
  if (name === "filename") return payload.slice(slash + 1);
  // At the root there is no directory, and a key cannot have an empty name in it.
  if (name === "dirname") return payload.slice(0, Math.max(slash, 0)) || "_";
  if (name === "repo_path") return payload;
  if (name === "git_branch") return branch || "detached";
  return nowSecs.toISOString().replace(/[-:]|\.[0-9]+/g, "");
}

function shortened(value: string, kept: number): Uint8Array {
  const bytes = Buffer.from(value, "utf8");
  if (bytes.length <= kept) return bytes;
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  // Letters that are no hex digits: this is not the hash of any content.
  const letters = digest.replace(/./g, (digit) => "ghijklmnopqrstuv".charAt(parseInt(digit, 16)));
  let end = kept;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1; // not inside a character
  return Buffer.concat([bytes.subarray(0, end), Buffer.from(`_${letters}`)]);
}

/** @param room hex digits that may stand in a row here, given what the template says behind it */
function appendEscaped(before: string, value: Uint8Array, room: number): string {
  let key = before;
  let run = trailingHex(before);
  for (const [index, byte] of value.entries()) {
    const character = String.fromCharCode(byte);
    const startsName = key === "" || key.endsWith("/");
    const isHex = /[0-9a-fA-F]/.test(character);
    const plain =
      /[A-Za-z0-9_]/.test(character) ||
      (/[.-]/.test(character) && !startsName) ||
      (character === "/" && !startsName && index < value.length - 1);
    if (plain && !(isHex && run >= room)) {
      key += character;
      run = isHex ? run + 1 : 0;
    } else {
      key += `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
      run = 2;
    }
  }
  return key;
}

/** Hex digits that the template's own text puts right behind a value. */
function leadingHex(parts: readonly Part[]): number {
  const next = parts.findIndex((part) => part.kind === "variable" && !isSuffix(part));
  const text = (next === -1 ? parts : parts.slice(0, next)).map((part) => literalOf(part) ?? "");
  return /^[0-9a-fA-F]*/.exec(text.join(""))?.[0].length ?? 0;
}

function trailingHex(text: string): number {
  let start = text.length;
  while (start > 0 && /[0-9a-fA-F]/.test(text.charAt(start - 1))) start -= 1;
  return text.length - start;
}

function literalOf(part: Part): string | null {
  return part.kind === "literal" ? part.text : null;
}

function isSuffix(part: Part): boolean {
  return part.kind === "variable" && part.name === "compress_suffix";
}

function refuse(reason: string): Verdict {
  return { ok: false, reason };
}
