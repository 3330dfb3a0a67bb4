import { expect, it } from "vitest";
import { externalizer } from "../../../src/domain/externalize.js";

const decide = externalizer({
  minSize: 1000,
  always: ["*.safetensors", "data/**"],
  never: ["*.md", "data/keep/**"],
});

it.each([
  ["x.bin", 1000, true, "minSize"],
  ["x.bin", 999, false, "minSize"],
  ["a/b.safetensors", 0, true, "always"],
  ["data/x", 1, true, "always"],
  ["README.md", 10_000, false, "never"],
  ["data/x.md", 10_000, false, "never"],
  [".blobsyconfig", 10_000, false, "name"],
  [".gitattributes", 10_000, false, "name"],
  ["data/.gitignore", 10_000, false, "name"],
  ["data/.GITIGNORE", 10_000, false, "name"],
  [".gitmodules", 10_000, false, "name"],
  ["data/x.bin.bref", 10_000, false, "name"],
  ["data/keep/x.safetensors", 10_000, false, "never"],
] as const)("%s of %d bytes: %j, because of %s", (path, size, externalize, because) => {
  expect(decide(path, size)).toEqual({ externalize, because });
});

it("a least size of nothing takes empty files too", () => {
  expect(externalizer({ minSize: 0, always: [], never: [] })("x", 0).externalize).toBe(true);
});
