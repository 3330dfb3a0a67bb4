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
 * A `yaml` block may be run too: its commands are those below `run:`, `script:` and `before_script:`.
 * A line in it that ends in `# not run here: REASON` is left out.
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
    };

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
export function commandsOf(block: DocBlock): string {
  return block.language === "yaml" ? yamlCommands(block.text) : block.text;
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
  const facts = rest.map((line) => /^(in|before|after|exit): (.+)$/.exec(line) ?? fault(line));
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

/** What a CI service would run, one list after the other. Block scalars (`|`) and lists are read. */
function yamlCommands(text: string): string {
  const commands: string[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const [, indent = "", key, inline = ""] =
      /^(\s*(?:- )?)(run|script|before_script): ?(.*)$/.exec(lines[at] ?? "") ?? [];
    if (key === undefined) continue;
    if (inline !== "" && inline !== "|") {
      commands.push(inline);
      continue;
    }
    while ((/^\s*/.exec(lines[at + 1] ?? "")?.[0].length ?? 0) > indent.length) {
      at += 1;
      commands.push((lines[at] ?? "").trim().replace(/^- (?=.)/, inline === "|" ? "- " : ""));
    }
  }
  return commands.filter((line) => !/# not run here: .{8}/.test(line)).join("\n");
}
