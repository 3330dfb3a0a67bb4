import { describe, expect, it } from "vitest";
import { externalizeRule } from "../../../src/app/externalize.js";

describe("the rules for a directory", () => {
  it.each([
    ["big.bin", 1024, null],
    ["small.bin", 1023, "stays in Git: smaller than 1.0 KiB (externalize.minSize)"],
    ["deep/small.safetensors", 0, null],
    ["deep/big.md", 5000, "stays in Git: externalize.never matches it"],
    ["raw/x.safetensors", 5000, "stays in Git: externalize.never matches it"],
  ])("%s of %i bytes", async (name, size, expected) => {
    const rule = await externalizeRule({
      minSize: 1024,
      always: ["*.safetensors"],
      never: ["*.md", "raw/**"],
    });
    expect(rule(name, size)).toBe(expected);
  });
});
