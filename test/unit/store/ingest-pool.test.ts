import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashMany, ingestMany } from "../../../src/store/ingest-pool.js";
import { Store } from "../../../src/store/store.js";

const MIB = 1024 * 1024;
const dir = mkdtempSync(path.join(os.tmpdir(), "pool-"));
const root = path.join(dir, "blobsy");
const SRC = fileURLToPath(new URL("../../../src/store/", import.meta.url));
const contents = Array.from({ length: 40 }, (_, n) => Buffer.alloc(n * 10_000 + (n % 2), `c${n}`));
const files = contents.map((_, n) => path.join(dir, `f${n}`));
const oids = contents.map((bytes) => createHash("sha256").update(bytes).digest("hex"));
const jobs = files.map((file, n) => ({ file, size: contents[n]?.length ?? 0 }));

beforeAll(() => {
  contents.forEach((bytes, n) => writeFileSync(files[n] ?? "", bytes));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("many files at once", () => {
  it("are answered in order, and one that fails stops no other", async () => {
    const store = Store.open(root);
    let bytes = 0;
    const ended: number[] = [];
    const results = await ingestMany(
      store,
      [...jobs, { file: path.join(dir, "absent"), size: 9 }],
      {
        onBytes: (more) => (bytes += more),
        onFile: (index) => ended.push(index),
      },
    );
    expect(results.slice(0, -1).map((one) => one.ok && one.oid)).toEqual(oids);
    expect(results.at(-1)).toMatchObject({ ok: false, error: { code: "PAYLOAD_UNREADABLE" } });
    expect(ended.sort((a, b) => a - b)).toEqual(results.map((_, n) => n));
    expect(bytes).toBe(contents.reduce((sum, { length }) => sum + length, 0));
    expect((await hashMany(jobs)).map((one) => one.ok && one.oid)).toEqual(oids);
  });

  it("are none when there are none, and all interrupted after a stop", async () => {
    expect(await hashMany([])).toEqual([]);
    const results = await hashMany(jobs, { signal: AbortSignal.abort() });
    expect(new Set(results.map((one) => !one.ok && one.error.code))).toEqual(
      new Set(["INTERRUPTED"]),
    );
  });

  it("are shared among threads when there is enough to do", async () => {
    const script = path.join(dir, "run.ts");
    writeFileSync(
      script,
      `import { ingestMany } from ${JSON.stringify(path.join(SRC, "ingest-pool.js"))};
       import { Store } from ${JSON.stringify(path.join(SRC, "store.js"))};
       const store = Store.open(process.argv[2]);
       const jobs = JSON.parse(process.argv[3]).map((file) => ({ file, size: ${50 * MIB} }));
       const results = await ingestMany(store, jobs);
       const vouched = results.map((one) => one.ok && store.verified.vouch(one.oid, store.objectFacts(one.oid)));
       const shown = results.map((one) => one.ok ? [one.oid, typeof one.facts.mtimeNs] : one.error.code);
       console.log(JSON.stringify({ shown, vouched, rss: process.resourceUsage().maxRSS }));`,
    );
    await build({
      entryPoints: { run: script, "hash-worker": path.join(SRC, "hash-worker.ts") },
      outdir: dir,
      outExtension: { ".js": ".js" },
      bundle: true,
      splitting: true,
      platform: "node",
      format: "esm",
      target: "node20",
    });
    writeFileSync(path.join(dir, "package.json"), '{"type":"module"}');
    const asked = [...files, path.join(dir, "absent")];
    const output = execFileSync(
      process.execPath,
      [path.join(dir, "run.js"), path.join(dir, "other"), JSON.stringify(asked)],
      { encoding: "utf8" },
    );
    const { shown, vouched } = JSON.parse(output) as { shown: unknown[]; vouched: unknown[] };
    expect(shown).toEqual([...oids.map((oid) => [oid, "bigint"]), "PAYLOAD_UNREADABLE"]);
    expect(vouched.slice(0, -1)).toEqual(oids.map(() => true));
    expect(existsSync(path.join(dir, "hash-worker.js"))).toBe(true);
  });
});
