/** docs/json-schema.json and the tables of docs/json.md, made from json-shapes.ts. */
import { ENVELOPE, PROBLEM, SHAPES, type Form, type Row } from "./json-shapes.js";
import { SCHEMA_VERSION } from "../../src/cli/json.js";

type Schema = Record<string, unknown>;

const TYPES: Readonly<Record<string, Schema>> = {
  text: { type: "string" },
  texts: { type: "array", items: { type: "string" } },
  number: { type: "integer", minimum: 0 },
  boolean: { type: "boolean" },
  true: { const: true },
  null: { type: "null" },
  hash: { type: "string", pattern: "^sha256:[0-9a-f]{64}$" },
  code: { type: "string", pattern: "^[A-Z_]+$" },
  version: { const: SCHEMA_VERSION },
  exit: { enum: [0, 1, 2] },
  problem: { $ref: "#/$defs/problem" },
  blobs: { type: "array", items: { $ref: "#/$defs/blob" } },
  tool: { $ref: "#/$defs/tool" },
};

/** A JSON Schema (draft 2020-12) for the documents of all commands. */
export function jsonSchema(): Schema {
  const blob = (SHAPES["push"]?.[1]?.rows ?? []).flatMap(([field, ...rest]): Row[] =>
    field.startsWith("blobs[].") ? [[field.slice("blobs[].".length), ...rest]] : [],
  );
  const commands = Object.entries(SHAPES).map(([command, forms]) => [
    command,
    { anyOf: [...forms.map(({ rows }) => document(command, rows)), failed({ const: command })] },
  ]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "What blobsy prints with --json",
    anyOf: [
      ...Object.keys(SHAPES).map((command) => ({ $ref: `#/$defs/${command}` })),
      failed({ const: "" }),
    ],
    $defs: {
      ...(Object.fromEntries(commands) as Schema),
      problem: objectOf(PROBLEM),
      blob: objectOf(blob),
      tool: objectOf([
        ["name", "text", "which tool"],
        ["program?", "text", "its program"],
      ]),
    },
  };
}

function document(command: string, rows: readonly Row[]): Schema {
  const whole = objectOf([...ENVELOPE, ...rows]);
  return {
    ...whole,
    properties: { ...(whole["properties"] as Schema), command: { const: command } },
  };
}

/** The command ended with an error: nothing but why. */
function failed(command: Schema): Schema {
  const { properties, ...rest } = objectOf(ENVELOPE) as { properties: Schema };
  const problems = { ...(properties["problems"] as Schema), minItems: 1, maxItems: 1 };
  return { ...rest, properties: { ...properties, command, exit_code: { enum: [1, 2] }, problems } };
}

function objectOf(rows: readonly Row[]): Schema {
  const own = new Map<string, Schema>();
  const nested = new Map<string, Row[]>();
  const required = new Set<string>();
  for (const [field, type, meaning] of rows) {
    const dot = field.indexOf(".");
    const head = dot < 0 ? field : field.slice(0, dot);
    const name = head.replace(/\?$/, "");
    if (!head.endsWith("?")) required.add(name.replace("[]", ""));
    if (dot < 0) own.set(name, { ...schemaOf(type), description: meaning });
    else nested.set(name, [...(nested.get(name) ?? []), [field.slice(dot + 1), type, meaning]]);
  }
  for (const [name, inner] of nested) {
    const schema = objectOf(inner);
    const nullable = own.get(name);
    if (name.endsWith("[]")) own.set(name.slice(0, -2), { type: "array", items: schema });
    else own.set(name, nullable ? { anyOf: [schema, nullable] } : schema);
  }
  return {
    type: "object",
    properties: Object.fromEntries(own),
    required: [...required],
    additionalProperties: false,
  };
}

function schemaOf(type: string): Schema {
  const words = type.split(" or ");
  const values = words.flatMap((word) => /^"(.*)"$/.exec(word)?.[1] ?? []);
  const others = words
    .filter((word) => !word.startsWith('"'))
    .map((word) => {
      const schema = TYPES[word];
      if (!schema) throw new Error(`there is no type ${word}`);
      return schema;
    });
  const all = values.length === 0 ? others : [{ enum: values }, ...others];
  return all.length === 1 ? (all[0] ?? {}) : { anyOf: all };
}

const BEGIN = "<!-- the tables below are made from test/helpers/json-shapes.ts: npm run docs -->";

/** @param page as it is @returns it with new tables, before formatting */
export function withTables(page: string): string {
  const at = page.indexOf(BEGIN);
  if (at < 0) throw new Error("the page does not say where its tables begin");
  const sections = Object.entries(SHAPES).map(([command, forms]) => {
    const title = command === "overview" ? "blobsy alone" : command;
    return `## ${title}\n\n${tableOf(forms)}`;
  });
  const every = `## Every document\n\n${tableOf([{ when: "", rows: ENVELOPE }])}`;
  return `${page.slice(0, at)}${BEGIN}\n\n${[every, ...sections].join("\n\n")}\n`;
}

function tableOf(forms: readonly Form[]): string {
  const seen = new Set<string>();
  const lines = forms.flatMap(({ when, rows }) =>
    rows.flatMap(([field, type, meaning]) => {
      if (seen.has(field)) return [];
      seen.add(field);
      const isOfAll = forms.every((form) => form.rows.some(([name]) => name === field));
      const about = isOfAll || when === "" ? "" : ` (${when})`;
      const shown = field.replaceAll("?", "");
      const absent = field.includes("?") ? ", may be absent" : "";
      return [`| \`${shown}\` | ${type.replaceAll('"', "`")}${absent} | ${meaning}${about} |`];
    }),
  );
  return ["| field | type | meaning |", "| --- | --- | --- |", ...lines].join("\n");
}
