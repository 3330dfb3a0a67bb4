import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { HashBehind } from "../../../src/transport/hash-behind.js";
import { partsOf } from "../../../src/transport/s3-parts.js";
import { sha256 } from "../../helpers/bytes.js";

const LENGTH = 1000;
const content = Buffer.alloc(3 * LENGTH + 1, "not the same in any part, ");
const parts = partsOf(content.length, LENGTH);
let dir = "";
let file = "";

beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), "hash-behind-"));
  file = path.join(dir, "file");
  writeFileSync(file, content);
});
afterAll(() => rmSync(dir, { recursive: true }));

it.each([[[1, 2, 3, 4]], [[4, 3, 2, 1]], [[2, 1, 4, 3]], [[3, 1, 4, 2]]])(
  "is that of the whole file, with the parts in the order %j",
  async (order) => {
    const behind = new HashBehind(file, undefined);
    for (const number of order) {
      const part = parts[number - 1];
      if (part) behind.arrived(part);
      await new Promise((done) => setImmediate(done));
    }
    expect(await behind.digest(parts.length)).toBe(sha256(content));
  },
);

it("is not told while a part is missing", async () => {
  const behind = new HashBehind(file, undefined);
  for (const part of parts) if (part.number !== 2) behind.arrived(part);
  await expect(behind.digest(parts.length)).rejects.toThrow("1 of 4 parts were hashed");
});

it("is not told of a file that is shorter than was said", async () => {
  const behind = new HashBehind(file, undefined);
  behind.arrived({ number: 1, start: 0, length: content.length + 1 });
  await expect(behind.digest(1)).rejects.toMatchObject({ code: "BLOB_CORRUPT" });
});

it("reads no more when it was stopped", async () => {
  const behind = new HashBehind(file, undefined);
  for (const part of parts.slice(1)) behind.arrived(part);
  await behind.stop();
  await expect(behind.digest(parts.length)).rejects.toThrow("0 of 4 parts were hashed");
});
