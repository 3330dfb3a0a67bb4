/**
 * The commands of a `command` backend: from a template to the words of one program call.
 *
 * No shell reads them. A template is split into words first and its placeholders are filled in
 * afterwards, one word each, so that no value can add a word, an option or a command. What only a
 * shell understands is refused with a reason, rather than handed to a program as an argument.
 *
 * With `shell = true` the text goes to a shell, and the values only through the environment: a
 * placeholder becomes a quoted reference to its variable.
 */

export const PLACEHOLDERS = ["local", "remote_key", "hash", "size"] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];
export type Values = Readonly<Record<Placeholder, string>>;

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** A template's words, not yet filled in. */
export type Words = readonly [program: string, ...args: string[]];

const PLACEHOLDER = /\{([A-Za-z_]+)\}/g;

/** @returns the words, or what stands in the way */
export function splitTemplate(template: string): Parsed<Words> {
  const split = splitWords(template);
  if (!split.ok) return split;
  const [program, ...args] = split.value;
  if (program === undefined) return refuse("it is empty");
  if (program.includes("{")) return refuse("the program itself cannot be filled in");
  for (const word of split.value) {
    for (const [whole, name] of word.matchAll(PLACEHOLDER)) {
      if (isPlaceholder(name)) continue;
      return refuse(`${whole} is none of ${PLACEHOLDERS.map((one) => `{${one}}`).join(" ")}`);
    }
  }
  return { ok: true, value: [program, ...args] };
}

/** Puts the values in; each word stays one word. */
export function fillIn(word: string, values: Values): string {
  return word.replace(PLACEHOLDER, (whole, name: string) =>
    isPlaceholder(name) ? values[name] : whole,
  );
}

/** The values as a command finds them in its environment. */
export function valuesAsEnvironment(values: Values): Record<string, string> {
  return Object.fromEntries(PLACEHOLDERS.map((name) => [variableOf(name), values[name]]));
}

/**
 * A template for a shell, with each placeholder turned into its variable, quoted as its place asks.
 * @param shell `sh`, or Windows' `cmd.exe`
 */
export function shellText(template: string, shell: "sh" | "cmd"): string {
  let [text, quote] = ["", ""];
  for (let at = 0; at < template.length;) {
    const [whole, name] = /^\{([a-z_]+)\}/.exec(template.slice(at)) ?? [];
    if (whole !== undefined && isPlaceholder(name)) {
      text += shell === "sh" ? inSh(variableOf(name), quote) : inCmd(variableOf(name), quote);
      at += whole.length;
      continue;
    }
    const char = template[at] ?? "";
    const length = shell === "sh" && char === "\\" && quote !== "'" ? 2 : 1;
    if (quote === char) quote = "";
    else if (quote === "" && (char === '"' || (char === "'" && shell === "sh"))) quote = char;
    text += template.slice(at, at + length);
    at += length;
  }
  return text;
}

function inSh(variable: string, quote: string): string {
  if (quote === '"') return `\${${variable}}`;
  return quote === "'" ? `'"$${variable}"'` : `"$${variable}"`;
}

function inCmd(variable: string, quote: string): string {
  return quote === '"' ? `%${variable}%` : `"%${variable}%"`;
}

function variableOf(name: Placeholder): string {
  return `BLOBSY_${name.toUpperCase()}`;
}

function isPlaceholder(name: string | undefined): name is Placeholder {
  return (PLACEHOLDERS as readonly string[]).includes(name ?? "");
}

// Each backslash has one reading only: with two, a quote that is never closed would find another one.
const QUOTED = String.raw`'[^']*'|"(?:\\["\\]|\\(?!["\\])|[^"\\])*"`;
const ESCAPED = String.raw`\\["'\\ \t]`;
const WORD = new RegExp(`(?:${QUOTED}|${ESCAPED}|\\\\(?!["'\\\\ \t])|[^'" \t\\\\])+`, "y");
const PIECE = new RegExp(`(${QUOTED})|(${ESCAPED})|[^'"]`, "g");

/**
 * Blanks divide words; '...' keeps everything, "..." all but \" and \\. A backslash elsewhere takes
 * the meaning from a quote, a blank or a backslash, and is itself before anything else: C:\tools\up.exe.
 */
function splitWords(template: string): Parsed<string[]> {
  const words: string[] = [];
  const text = template.trim();
  for (let at = 0; at < text.length;) {
    WORD.lastIndex = at;
    const written = WORD.exec(text)?.[0] ?? "";
    const after = text[at + written.length] ?? " ";
    if (!/[ \t]/.test(after)) return refuse(`a ${after} is not closed`);
    const reason = written === "" ? null : whyShell(written);
    if (reason !== null) return refuse(reason);
    if (written !== "") words.push(meaningOf(written));
    at += written.length + 1;
  }
  return { ok: true, value: words };
}

function meaningOf(written: string): string {
  return written.replace(PIECE, (piece, quoted?: string, escaped?: string) => {
    if (escaped !== undefined) return escaped.slice(1);
    if (quoted === undefined) return piece;
    const inside = quoted.slice(1, -1);
    return quoted.startsWith("'") ? inside : inside.replace(/\\(["\\])/g, "$1");
  });
}

/** What is not quoted and means something only to a shell. */
function whyShell(written: string): string | null {
  const [found] =
    /^(?:\|\|?|&&?|;|\(|\)|[0-9]?[<>].*)$/.exec(written) ??
    /^~(?=\/|$)/.exec(written) ??
    /\$(?=[A-Za-z_{(])|`/.exec(written.replace(/'[^']*'/g, "")) ??
    [];
  if (found === undefined) return null;
  return `${found} means something only to a shell: set "shell = true", or put it in single quotes`;
}

function refuse(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
