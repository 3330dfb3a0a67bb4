import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { HashBehind } from "../../../src/transport/hash-behind.js";
import { partsOf } from "../../../src/transport/s3-parts.js";
import { sha256 } from "../../helpers/bytes.js";

const SRC = fileURLToPath(new URL("../../../src/transport", import.meta.url));
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
    const behind = new HashBehind(file, content.length, undefined);
    for (const number of order) {
      const part = parts[number - 1];
      if (part) behind.arrived(part);
      await new Promise((done) => setImmediate(done));
    }
    expect(await behind.digest(parts.length)).toBe(sha256(content));
  },
);

it("is not told while a part is missing", async () => {
  const behind = new HashBehind(file, content.length, undefined);
  for (const part of parts) if (part.number !== 2) behind.arrived(part);
  await expect(behind.digest(parts.length)).rejects.toThrow("1 of 4 parts were hashed");
});

it("is not told of a file that is shorter than was said", async () => {
  const behind = new HashBehind(file, content.length, undefined);
  behind.arrived({ number: 1, start: 0, length: content.length + 1 });
  await expect(behind.digest(1)).rejects.toMatchObject({ code: "BLOB_CORRUPT" });
});

it("reads no more when it was stopped", async () => {
  const behind = new HashBehind(file, content.length, undefined);
  for (const part of parts.slice(1)) behind.arrived(part);
  await behind.stop();
  await expect(behind.digest(parts.length)).rejects.toThrow("0 of 4 parts were hashed");
});

it("is made in a thread for what is large, and the process ends when all is done", async () => {
  const script = path.join(dir, "run.ts");
  writeFileSync(
    script,
    `import { HashBehind } from ${JSON.stringify(path.join(SRC, "hash-behind.js"))};
     const [file, text] = process.argv.slice(2);
     const parts = JSON.parse(text);
     const large = 1024 ** 3;
     const began = (order) => {
       const behind = new HashBehind(file, large, undefined);
       for (const at of order) behind.arrived(parts[at]);
       return behind;
     };
     const whole = [began([0, 1, 2, 3]), began([3, 1, 0, 2])];
     const short = began([]);
     short.arrived({ number: 1, start: 0, length: 10_000 });
     const stopped = began([0]);
     await stopped.stop();
     const threads = process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
     const told = await Promise.all([
       ...whole.map((one) => one.digest(parts.length)),
       short.digest(1).catch((error) => error.code),
     ]);
     console.log(JSON.stringify({ told, threads: threads > 0 }));`,
  );
  await build({
    entryPoints: { run: script, "hash-thread": path.join(SRC, "hash-thread.ts") },
    outdir: dir,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
  });
  writeFileSync(path.join(dir, "package.json"), '{"type":"module"}');
  const output = execFileSync(
    process.execPath,
    [path.join(dir, "run.js"), file, JSON.stringify(parts)],
    { encoding: "utf8" },
  );
  const hash = sha256(content);
  expect(JSON.parse(output)).toEqual({ told: [hash, hash, "BLOB_CORRUPT"], threads: true });
});
