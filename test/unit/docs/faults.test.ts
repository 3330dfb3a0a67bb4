import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { FAULTS } from "../../../src/app/fsck/finding.js";

it("docs/fsck.md has a row for every fault, and no other", () => {
  const page = path.join(fileURLToPath(new URL("../../..", import.meta.url)), "docs/fsck.md");
  const rows = readFileSync(page, "utf8").matchAll(/^\| `([a-z-]+)` /gm);
  expect([...rows].map(([, name]) => name).sort()).toEqual([...FAULTS].sort());
});
