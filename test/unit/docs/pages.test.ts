/** Pages say what the code says: commands, settings, links. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { describe, expect, it } from "vitest";
import { KNOWN_KEYS } from "../../../src/domain/config-keys.js";
import { COMMANDS } from "../../../src/cli/command-table.js";
import { commandsPage } from "../../helpers/commands-page.js";
import { jsonSchema, withTables } from "../../helpers/json-pages.js";
import { SHAPES } from "../../helpers/json-shapes.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const pages = ["README.md", ...readdirSync(path.join(ROOT, "docs")).map((name) => `docs/${name}`)];
const textOf = (page: string): string => readFileSync(path.join(ROOT, page), "utf8");

describe("docs/commands.md", () => {
  it("is what src/cli/command-table.ts says; to write it anew: npm run docs", async () => {
    const file = path.join(ROOT, "docs/commands.md");
    const options = await resolveConfig(file);
    const page = await format(commandsPage(), { ...options, parser: "markdown" });
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, page);
    expect(textOf("docs/commands.md")).toBe(page);
  });
});

describe("docs/json.md and docs/json-schema.json", () => {
  it.each([
    ["docs/json.md", "markdown", (page: string) => withTables(page)],
    ["docs/json-schema.json", "json", () => JSON.stringify(jsonSchema())],
  ])("%s is what test/helpers/json-shapes.ts says", async (name, parser, make) => {
    const file = path.join(ROOT, name);
    const options = await resolveConfig(file);
    const made = make(existsSync(file) ? textOf(name) : "");
    const page = await format(made, { ...options, parser });
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, page);
    expect(textOf(name)).toBe(page);
  });

  it("there is a shape for every command, and no other", () => {
    const commands = ["overview", ...COMMANDS.map(({ name }) => name)];
    expect(Object.keys(SHAPES).sort()).toEqual(commands.sort());
  });
});

describe("docs/configuration.md", () => {
  /** The rows of its tables, by the first word of the first cell. */
  const rows = new Map(
    textOf("docs/configuration.md")
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .flatMap((line) => {
        const [, names = "", preset = ""] = line
          .split(" | ".replaceAll(" ", ""))
          .map((c) => c.trim());
        return names.split(", ").map((name) => [name.replaceAll("`", ""), preset] as const);
      }),
  );

  it.each(KNOWN_KEYS.map((key) => [key.name.includes(".") ? key.name : `blobsy.${key.name}`, key]))(
    "has %s, with its default",
    (name, key) => {
      const shown = name.replace(/^backend\.<name>\./, "");
      const preset = rows.get(name) ?? rows.get(shown);
      expect(preset, `a row for ${name}`).toBeDefined();
      // A setting without a default may say in words what happens then.
      if (key.default === null) expect(preset).not.toMatch(/^`[^`]*`$/);
      else expect(preset?.replaceAll("`", "")).toBe(key.default);
    },
  );

  it("has no setting that is none", () => {
    const known = new Set(KNOWN_KEYS.map(({ name }) => name.replace(/^backend\.<name>\./, "")));
    const settings = [...rows.keys()].filter((name) => !/^[A-Z_]+( |=|$)/.test(name));
    expect(settings.filter((name) => !known.has(name.replace(/^blobsy\./, "")))).toEqual([]);
  });
});

describe("the environment", () => {
  /** Not a user's to set: for blobsy's own processes, its tests, and the systems it runs on. */
  const OWN = [
    "BLOBSY_NESTED",
    "BLOBSY_EXTRA_CA_CERTS",
    "BLOBSY_FAULTS",
    "PWD",
    "PPID",
    "SystemRoot",
  ];
  const OTHERS = ["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"];

  const textsIn = (dir: string): string[] =>
    readdirSync(path.join(ROOT, dir), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8"));
  const namesIn = (dir: string, pattern: RegExp): string[] =>
    textsIn(dir).flatMap((text) => [...text.matchAll(pattern)].map(([, name = ""]) => name));
  const read = [
    ...namesIn("src", /\benv(?:ironment)?(?:\.|\[")([A-Z]\w+)/g),
    ...namesIn("hooks", /\$\{?([A-Z][A-Z_]+)/g),
  ];
  const page = textOf("docs/configuration.md");
  const table = page.slice(page.indexOf("## Environment"), page.indexOf("## What blobsy is doing"));

  it("is read as this test believes", () => {
    expect(read).toEqual(
      expect.arrayContaining(["NO_COLOR", "BLOBSY_SKIP_SMUDGE", ...OWN, ...OTHERS]),
    );
  });

  it.each([...new Set(read)].filter((name) => ![...OWN, ...OTHERS].includes(name)))(
    "docs/configuration.md has %s",
    (name) => {
      if (name.startsWith("GIT_")) expect(table).toContain("all of Git's own");
      else expect(table).toMatch(new RegExp(`^\\|.*\`${name}[\`=]`, "m"));
    },
  );
});

describe("README.md", () => {
  it.each(pages.filter((page) => page !== "README.md"))("leads to %s", (page) => {
    expect(textOf("README.md")).toContain(`](${page})`);
  });
});

describe("links", () => {
  const anchors = (page: string): string[] =>
    textOf(page)
      .split("\n")
      .flatMap((line) => /^#+ (.*)$/.exec(line)?.[1] ?? [])
      .map((title) =>
        title
          .toLowerCase()
          .replace(/[^\w\s-]/g, "")
          .replace(/\s/g, "-"),
      );

  it.each(pages)("of %s lead somewhere", (page) => {
    const dead = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) => {
      if (/^[a-z]+:/.test(target)) return [];
      const [file = "", anchor] = target.split("#");
      const name = file === "" ? page : path.join(path.dirname(page), file);
      if (!existsSync(path.join(ROOT, name))) return [target];
      return anchor === undefined || anchors(name).includes(anchor) ? [] : [target];
    });
    expect(dead).toEqual([]);
  });
});
