import { parse } from "ini";
import { BlobsyError } from "./errors.js";
import { escapeForTerminal } from "./terminal.js";

/**
 * From the text of `.blobsyconfig`, or from entries of git config, to settings with a name each.
 * What the names mean is config-keys.ts's business.
 *
 * `ini` reads the lines below a header; the headers are read here, because it would take the dots
 * of a subsection for a path, and objects named by a stranger are to be avoided anyway.
 */

/** One line of a configuration. */
export interface Setting {
  /** Lower case. The section of `[blobsy]` itself is "blobsy". */
  readonly section: string;
  /** As written; `null` without a subsection. */
  readonly sub: string | null;
  /** Lower case. */
  readonly key: string;
  readonly value: string;
}

export const MAX_CONFIG_BYTES = 65_536;
const HEADER = /^\[([A-Za-z0-9_-]+)(?: +"((?:[^"\\]|\\.)*)"|\.([A-Za-z0-9.-]+))?\]$/;

/** @throws {BlobsyError} BAD_CONFIG, naming the line, when this is no configuration */
export function readConfigText(text: string, file: string): Setting[] {
  if (text.length > MAX_CONFIG_BYTES) {
    throw bad(file, `it is longer than ${MAX_CONFIG_BYTES} bytes`);
  }
  const settings: Setting[] = [];
  let section: Pick<Setting, "section" | "sub"> | null = null;
  let body: string[] = [];
  const finish = () => {
    if (section !== null) settings.push(...readBody(section, body.join("\n"), file));
    body = [];
  };
  for (const [index, raw] of text
    .replace(/^\ufeff/, "")
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    const where = `line ${index + 1}`;
    if (/^(?:<{7}|={7}|>{7})(?: |$)/.test(line)) throw bad(file, `${where} is a conflict marker`);
    if (line.startsWith("[")) {
      finish();
      section = readHeader(line, `${where} is not a section header: ${shown(line)}`, file);
    } else if (section === null) {
      throw bad(file, `${where} stands before the first section`);
    } else {
      body.push(withoutComment(line));
    }
  }
  finish();
  return settings;
}

/** `ini` sees the comment behind a bare value, but not behind a quoted one. */
function withoutComment(line: string): string {
  return line.replace(/^([^="]*=[ \t]*"(?:[^"\\]|\\.)*")[ \t]*[;#].*$/, "$1");
}

/** `blobsy.backend.default.url` as git config spells it; `null` for what is not blobsy's. */
export function readGitEntry(name: string, value: string): Setting | null {
  const match = /^blobsy\.(?:(.*)\.)?([^.]+)$/is.exec(name);
  if (!match) return null;
  const [, middle, key = ""] = match;
  const lower = key.toLowerCase();
  if (middle === undefined) return { section: "blobsy", sub: null, key: lower, value };
  const dot = middle.indexOf(".");
  const section = (dot === -1 ? middle : middle.slice(0, dot)).toLowerCase();
  return { section, sub: dot === -1 ? null : middle.slice(dot + 1), key: lower, value };
}

function readHeader(line: string, reason: string, file: string): Pick<Setting, "section" | "sub"> {
  const header = headerOf(line);
  if (!header) throw bad(file, reason);
  return header;
}

/** `[section]`, `[section "sub"]` or `[section.sub]`; `null` for anything else. */
export function headerOf(line: string): Pick<Setting, "section" | "sub"> | null {
  const match = HEADER.exec(line.replace(/\][ \t]*[#;].*$/, "]"));
  if (!match) return null;
  const [, name = "", quoted, dotted] = match;
  const sub = quoted?.replace(/\\(.)/g, "$1") ?? dotted?.toLowerCase() ?? null;
  return { section: name.toLowerCase(), sub };
}

function readBody(
  section: Pick<Setting, "section" | "sub">,
  body: string,
  file: string,
): Setting[] {
  // A line without `=` is a switch that is on, as in Git.
  const entries = Object.entries(parse(body, { bracketedArray: false }));
  return entries.flatMap(([key, found]) =>
    (Array.isArray(found) ? (found as unknown[]) : [found]).map((value) => {
      // `ini` takes '{"a":1}' in single quotes for JSON.
      if (typeof value === "object" && value !== null)
        throw bad(file, `the value of ${shown(key)} is not text`);
      return { ...section, key: key.toLowerCase(), value: String(value) };
    }),
  );
}

function shown(text: string): string {
  return escapeForTerminal(text.slice(0, 60));
}

function bad(file: string, reason: string): BlobsyError {
  return new BlobsyError("BAD_CONFIG", `${file}: ${reason}`, { path: file });
}
