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
    const settings = [...rows.keys()].filter((name) => !/^[A-Z_]+(=|$)/.test(name));
    expect(settings.filter((name) => !known.has(name.replace(/^blobsy\./, "")))).toEqual([]);
  });
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
