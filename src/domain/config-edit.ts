/**
 * Changes single settings in the text of `.blobsyconfig`. Every other line stays as it is, comments
 * included, also the one behind a value that is replaced. Pure.
 */
import { headerOf } from "./config-text.js";

export interface SettingName {
  /** Lower case. */
  readonly section: string;
  readonly sub: string | null;
  /** As it is to be written; it is compared in lower case. */
  readonly key: string;
}

/**
 * The text with exactly these values of the setting; none removes it. The first value takes the place of
 * the first there was.
 */
export function withValues(text: string, name: SettingName, values: readonly string[]): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = text.split(/\r?\n/);
  const { at, end } = find(lines, name);
  const kept: string[] = [];
  let next = 0;
  let last = -1;
  for (const [n, line] of lines.entries()) {
    const value = at.includes(n) ? values[next] : undefined;
    if (!at.includes(n)) kept.push(line);
    else if (value !== undefined) {
      kept.push(replaceValue(line, value));
      last = kept.length;
      next += 1;
    }
    if (n === end && last < 0) last = kept.length;
  }
  const rest = values.slice(next).map((value) => `    ${name.key} = ${quoted(value)}`);
  if (rest.length === 0) return kept.join(eol);
  if (last >= 0) return kept.toSpliced(last, 0, ...rest).join(eol);
  const lead = text === "" || text.endsWith("\n") ? kept.slice(0, -1) : kept;
  return [...lead, headerFor(name), ...rest, ""].join(eol);
}

interface Found {
  /** Lines that set it. */
  readonly at: readonly number[];
  /** The last line of its section that is not blank; -1 without one. */
  readonly end: number;
}

function find(lines: readonly string[], { section, sub, key }: SettingName): Found {
  const at: number[] = [];
  let inside = false;
  let end = -1;
  for (const [n, raw] of lines.entries()) {
    const line = raw.replace(/^\ufeff/, "").trim();
    if (line.startsWith("[")) {
      const header = headerOf(line);
      inside = header !== null && header.section === section && header.sub === sub;
    }
    if (!inside || line === "") continue;
    end = n;
    if (keyOf(line) === key.toLowerCase()) at.push(n);
  }
  return { at, end };
}

function keyOf(line: string): string | null {
  return /^([A-Za-z][\w-]*)\s*(?:=|$)/.exec(line)?.[1]?.toLowerCase() ?? null;
}

/** What stands before the value and the comment behind it stay. */
function replaceValue(line: string, value: string): string {
  const parts = /^(\s*[\w-]+)(\s*=\s*)?("(?:[^"\\]|\\.)*"|(?:[^;#\\]|\\.)*?)(\s*[;#].*|\s*)$/.exec(
    line,
  );
  const [, name = line, equals = " = ", , comment = ""] = parts ?? [];
  return `${name}${equals}${quoted(value)}${comment}`;
}

function headerFor({ section, sub }: SettingName): string {
  return sub === null ? `[${section}]` : `[${section} ${JSON.stringify(sub)}]`;
}

/** `;` and `#` begin a comment in an unquoted value, and blanks around it do not count. */
function quoted(value: string): string {
  const isPlain = /^[^\s;#"'\\=][^;#"'\\]*$/.test(value) && value.trimEnd() === value;
  return isPlain ? value : JSON.stringify(value);
}
