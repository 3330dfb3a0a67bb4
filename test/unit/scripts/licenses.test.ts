/** Whoever gets blobsy gets the licences of what is bundled into it. */
import { readFileSync, readdirSync } from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const DIST = process.env["BLOBSY_TEST_DIST"] ?? path.join(ROOT, "dist");
const text = readFileSync(path.join(DIST, "THIRD-PARTY-LICENSES"), "utf8");
const named = (name: string): boolean =>
  text.split("\n").some((line) => line.startsWith(`${name} `) && /^\S+ \d+\.\d+/.test(line));

/** What the source imports by name, without types. */
const imported = readdirSync(path.join(ROOT, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
  .flatMap((file) => {
    const source = readFileSync(path.join(ROOT, "src", file), "utf8");
    const all = source.matchAll(
      /^(?:import|export) (?!type)[^;]*? from "([^".][^"]*)"|import\("([^".][^"]*)"\)/gm,
    );
    return [...all].map(([, from = "", dynamic = ""]) => from || dynamic);
  })
  .filter((name) => !name.startsWith("node:") && !builtinModules.includes(name))
  .map((name) =>
    name
      .split("/")
      .slice(0, name.startsWith("@") ? 2 : 1)
      .join("/"),
  );

/** esbuild names the file before each piece it brings in, where it does not minify. */
const bundled = ["main.js", "rest.js", "hash-worker.js", "hash-thread.js"].flatMap((file) => {
  const source = readFileSync(path.join(DIST, file), "utf8");
  const marks = source.matchAll(/^\s*\/\/ (?:.*\/)?node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//gm);
  return [...marks].map(([, name = ""]) => name);
});

it.each([...new Set([...imported, ...bundled, "@aws-sdk/core", "zstd-codec"])].sort())(
  "%s is named, with its version",
  (name) => {
    expect(named(name)).toBe(true);
  },
);

it("the texts are there, and say nothing of where packages were downloaded", () => {
  expect(imported.length).toBeGreaterThan(5);
  expect(bundled.length).toBeGreaterThan(5);
  for (const words of [
    "Apache License",
    "Permission is hereby granted",
    "For Zstandard software",
  ]) {
    expect(text).toContain(words);
  }
  expect(text).not.toMatch(/\/\/registry\.|undefined|\[object/);
});
