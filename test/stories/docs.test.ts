/** The pages for readers are right: every command block of theirs is run, in the order it is read. */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { commandsOf, docBlocks, needsOrder, type DocBlock } from "../helpers/doc-blocks.js";
import { DocSandbox } from "../helpers/doc-sandbox.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const docs = readdirSync(path.join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
const pages = ["README.md", ...docs.sort().map((name) => `docs/${name}`)];

describe.each(pages)("%s", (page) => {
  const blocks = docBlocks(readFileSync(path.join(ROOT, page), "utf8"));
  const sandbox = new DocSandbox();
  let broken: string | null = null;
  afterAll(() => sandbox.dispose());

  it("says of every command block how it is run, or why it is not", () => {
    const silent = blocks.filter((block) => needsOrder(block) && block.order.kind === "none");
    expect(silent.map(({ line }) => `${page}:${line}`)).toEqual([]);
    for (const { line, order } of blocks) {
      const left = order.kind === "run" ? order.without.map((pair) => pair.join(": ")) : [];
      const reasons = order.kind === "not run" ? [order.reason] : left;
      for (const reason of reasons) process.stdout.write(`${page}:${line} is not run: ${reason}\n`);
    }
  });

  const steps = blocks.filter(({ order }) => order.kind !== "none" && order.kind !== "not run");
  it.each(steps.map((block) => [titleOf(block), block] as const))("%s", (title, block) => {
    // What a block needs was made by those before it.
    if (broken !== null) throw new Error(`not run, because this went wrong: ${broken}`);
    broken = title;
    sandbox.run(block);
    broken = null;
  });
});

function titleOf(block: DocBlock): string {
  const [first = ""] = block.order.kind === "run" ? commandsOf(block).split("\n") : [];
  return `line ${block.line}: ${first === "" ? block.order.kind : first}`;
}

describe("a page's blocks", () => {
  const page = (...lines: string[]): DocBlock[] => docBlocks(lines.join("\n"));

  it("need an order when a reader would paste them", () => {
    const [silent] = page("```sh", "rm -rf /", "```");
    expect(silent && needsOrder(silent)).toBe(true);
    expect(silent?.order).toEqual({ kind: "none" });
    expect(page("```text", "x", "```").filter(needsOrder)).toEqual([]);
  });

  it("take it from the comment before them", () => {
    const comment = ["<!-- run: tracked", "in: bob", "after: true", "exit: 2", "-->", ""];
    expect(page(...comment, "```sh", "false", "```")).toEqual([
      {
        line: 7,
        language: "sh",
        text: "false",
        order: {
          kind: "run",
          fixture: "tracked",
          dir: "bob",
          before: [],
          after: ["true"],
          exit: 2,
          uses: [],
          without: [],
        },
      },
    ]);
  });

  it("must give a reason for not being run, and no order of another kind", () => {
    expect(() => page("<!-- not run: no -->", "```sh", "```")).toThrow(/not understood/);
    expect(() => page("<!-- run", "after all -->", "```sh", "```")).toThrow(/not understood/);
  });

  it("of a CI service are its commands", () => {
    const [job] = page(
      "<!-- run: tracked",
      "uses: actions/checkout = git clone x && cd x",
      "without: npm install = it is there already -->",
      "```yaml",
      "env:",
      '  DEPTH: "1"',
      "steps:",
      "  - uses: actions/setup-node@v4",
      "  - uses: actions/checkout@v4",
      "  - run: one",
      "  - run: npm install --global x",
      "  - name: x",
      "    run: |",
      "      two",
      "      three",
      "job:",
      "  script:",
      "    - four",
      "```",
    );
    const lines = ['export DEPTH="1"', "git clone x && cd x", "one", "two", "three", "four"];
    expect(job && commandsOf(job).split("\n")).toEqual(lines);
  });
});
