/**
 * The two files a team shares, `.blobsyconfig` and `.gitattributes`, as texts: what `init` makes of what
 * is there. Everything else in them stays as it is. Pure.
 */

export const ATTRIBUTES_FILE = ".gitattributes";
export const ATTRIBUTES_LINE = "*.bref filter=blobsy merge=blobsy -text";

/** The last line that names a path decides in Git, so ours is put at the end. */
export function withAttributes(text: string): string {
  const lines = text.split(/\r?\n/);
  const last = lines.filter((line) => /^\*\.bref\s/.test(line)).at(-1);
  if (last?.trim().replace(/\s+/g, " ") === ATTRIBUTES_LINE) return text;
  return appendLines(text, [ATTRIBUTES_LINE]);
}

/** Is that line the only difference? */
export function isIgnoreMergeOnly(before: string, after: string): boolean {
  return before !== after && withIgnoreMerge(before) === after;
}

/**
 * Has two branches' ignore lines merged by blobsy (app/merge-ignore.ts). Whoever said something of how
 * `.gitignore` is merged has decided that already.
 */
export function withIgnoreMerge(text: string): string {
  const says = /^\S*\.gitignore\s(?:.*\s)?[-!]?merge\b/;
  if (text.split(/\r?\n/).some((line) => says.test(line))) return text;
  return appendLines(text, [".gitignore merge=blobsy"]);
}

/** The configuration with this backend's url. */
export function withBackendUrl(text: string, backend: string, url: string): string {
  return withBackendValue(text, backend, "url", url);
}

/**
 * The configuration with one key of a backend set: its line replaced, or its section given one, or the
 * section added at the end.
 * @param key letters
 */
export function withBackendValue(
  text: string,
  backend: string,
  key: string,
  value: string,
): string {
  const line = `    ${key} = ${iniValue(value)}`;
  if (text === "") {
    const name = backend === "default" ? [] : [`    backend = ${backend}`];
    const head = ["# Where this repository's large files are shared (blobsy).", "[blobsy]"];
    if (name.length === 0) name.push("    backend = default");
    return [...head, ...name, `[backend "${backend}"]`, line, ""].join("\n");
  }
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = text.split(/\r?\n/);
  const section = lines.findIndex((one) => isSection(one, backend));
  if (section < 0) return appendLines(text, [`[backend "${backend}"]`, line]);
  const after = lines.findIndex((one, at) => at > section && one.trimStart().startsWith("["));
  const end = after < 0 ? lines.length : after;
  const same = new RegExp(`^\\s*${key}\\s*=`, "i");
  const found = lines.flatMap((one, at) => {
    return at > section && at < end && same.test(one) ? [at] : [];
  });
  // Where a key is given twice the last one counts.
  const at = found.at(-1);
  if (at === undefined)
    lines.splice(key === "url" ? section + 1 : lastOf(lines, section, end), 0, line);
  else lines[at] = line;
  return lines.join(eol);
}

/** Behind the last line of a section that says something. */
function lastOf(lines: readonly string[], section: number, end: number): number {
  let at = end;
  while (at > section + 1 && lines[at - 1]?.trim() === "") at -= 1;
  return at;
}

function isSection(line: string, backend: string): boolean {
  const header = line.trim();
  return header === `[backend "${backend}"]` || header === `[backend.${backend}]`;
}

/** `;` and `#` begin a comment in an unquoted value. */
function iniValue(value: string): string {
  return /^[^\s;#"'\\][^;#"'\\]*$/.test(value) ? value : JSON.stringify(value);
}

/** With these lines at its end. */
export function appendLines(text: string, lines: readonly string[]): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const lead = text === "" || text.endsWith("\n") ? "" : eol;
  return text + lead + lines.map((line) => line + eol).join("");
}
