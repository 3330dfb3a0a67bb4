/**
 * The blocks of a Markdown page that a reader would paste, and what the comment before each says
 * about running it:
 *
 *     <!-- run: tracked              a new sandbox (the names are in doc-sandbox.ts), then the block
 *     in: bob                        in this directory of the sandbox
 *     before: printf v2 >model.bin   shell lines that the reader does not see; may be repeated
 *     after: test -e model.bin.bref
 *     exit: 2                        the exit code of the block, 0 unless told
 *     -->
 *     <!-- run -->                   go on where the last block stopped
 *     <!-- not run: REASON -->       the test prints the reason
 *     <!-- file: PATH -->            the block is this file's content (`append: PATH` adds it)
 *     <!-- output -->                the last block printed these lines, in this order
 *
 * A `yaml` block of a CI service may be run too: what it sets below `env:` or `variables:`, and the
 * commands of `run:`, `script:` and `before_script:`. For it there is also
 *
 *     uses: actions/checkout = git clone -q URL work && cd work   what to run for a step that uses this
 *     without: npm install = REASON                               lines that begin so are left out
 */

export interface DocBlock {
  /** Of the opening fence, counted from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  readonly order: Order;
}

export type Order =
  | { readonly kind: "none" }
  | { readonly kind: "not run"; readonly reason: string }
  | { readonly kind: "file" | "append"; readonly path: string }
  | { readonly kind: "output" }
  | {
      readonly kind: "run";
      readonly fixture: string | null;
      readonly dir: string | null;
      readonly before: readonly string[];
      readonly after: readonly string[];
      readonly exit: number;
      /** What stands for the steps of others. */
      readonly uses: readonly Pair[];
      /** Lines left out, and why. */
      readonly without: readonly Pair[];
    };

export type Pair = readonly [begin: string, text: string];

const FENCE = /^```(\w*)\s*$/;

/** Every fenced block, in order. @throws for a comment that begins like an order and is none */
export function docBlocks(markdown: string): DocBlock[] {
  const lines = markdown.split("\n");
  const blocks: DocBlock[] = [];
  for (let at = 0; at < lines.length; at++) {
    const language = FENCE.exec(lines[at] ?? "")?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf("```", at + 1);
    if (end < 0) throw new Error(`line ${at + 1}: this block has no end`);
    blocks.push({
      line: at + 1,
      language,
      text: lines.slice(at + 1, end).join("\n"),
      order: parseOrder(commentBefore(lines, at)),
    });
    at = end;
  }
  return blocks;
}

/** Must somebody have said what becomes of this block? */
export function needsOrder({ language }: DocBlock): boolean {
  return ["sh", "bash", "shell", "console", "zsh", "fish"].includes(language);
}

/** The shell lines of a block. */
export function commandsOf({ language, text, order }: DocBlock): string {
  const { uses, without } = order.kind === "run" ? order : { uses: [], without: [] };
  const lines = language === "yaml" ? ciCommands(text, uses) : text.split("\n");
  return lines.filter((line) => !without.some(([begin]) => line.startsWith(begin))).join("\n");
}

function commentBefore(lines: readonly string[], fence: number): string {
  let last = fence - 1;
  while (lines[last] === "") last -= 1;
  if (!lines[last]?.endsWith("-->")) return "";
  let first = last;
  while (first > 0 && !lines[first]?.startsWith("<!--")) first -= 1;
  return lines
    .slice(first, last + 1)
    .join("\n")
    .replace(/^<!--|-->$/g, "")
    .trim();
}

function parseOrder(comment: string): Order {
  const [head = "", ...rest] = comment.split("\n");
  const [, word = "", , value = ""] =
    /^(run|not run|file|append|output)(: (.+))?$/.exec(head) ?? [];
  const facts = rest.map(
    (line) => /^(in|before|after|exit|uses|without): (.+)$/.exec(line) ?? fault(line),
  );
  const all = (name: string): string[] =>
    facts.flatMap(([, key, text]) => (key === name && text !== undefined ? [text] : []));
  switch (word) {
    case "run":
      return {
        kind: "run",
        fixture: value === "" ? null : value,
        dir: all("in").at(-1) ?? null,
        before: all("before"),
        after: all("after"),
        exit: Number(all("exit").at(-1) ?? 0),
        uses: all("uses").map(pair),
        without: all("without").map(pair),
      };
    case "not run":
      return value.length < 8 ? fault(comment) : { kind: "not run", reason: value };
    case "file":
    case "append":
      return value === "" ? fault(comment) : { kind: word, path: value };
    case "output":
      return { kind: "output" };
    default:
      return { kind: "none" };
  }
}

function fault(text: string): never {
  throw new Error(`not understood: <!-- ${text} -->`);
}

function pair(text: string): Pair {
  const [, begin, rest] = /^(.+?) = (.+)$/.exec(text) ?? [];
  return begin === undefined || rest === undefined ? fault(text) : [begin, rest];
}

/** What a CI service would run, in the order of the file. Block scalars (`|`) and lists are read. */
function ciCommands(text: string, uses: readonly Pair[]): string[] {
  const commands: string[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const [, indent = "", key = "", inline = ""] =
      /^(\s*(?:- )?)([\w-]+): ?(.*)$/.exec(lines[at] ?? "") ?? [];
    const body: string[] = [];
    if (/^(env|variables|run|script|before_script)$/.test(key) && /^\|?$/.test(inline)) {
      while (indentOf(lines[at + 1]) > indent.length) body.push((lines[++at] ?? "").trim());
    }
    if (key === "run" && body.length === 0) commands.push(inline);
    else if (key === "run") commands.push(...body);
    else if (key === "env" || key === "variables") {
      commands.push(...body.map((line) => `export ${line.replace(/: /, "=")}`));
    } else if (key === "uses") {
      commands.push(...uses.flatMap(([name, shell]) => (inline.startsWith(name) ? [shell] : [])));
    } else {
      commands.push(...body.map((line) => line.replace(/^- /, "")));
    }
  }
  return commands;
}

function indentOf(line: string | undefined): number {
  return /^\s*/.exec(line ?? "")?.[0].length ?? 0;
}
