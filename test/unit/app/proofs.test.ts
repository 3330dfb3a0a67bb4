import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFile,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from "node:fs/promises";
import { build } from "esbuild";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Proofs, proofsFile, type RemoteBlob } from "../../../src/app/proofs.js";
import { asOid } from "../../../src/domain/oid.js";

let base: string;
let file: string;

beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), "proofs-"));
  file = proofsFile(base, "local:/srv/blobs");
});

afterEach(() => rm(base, { recursive: true, force: true }));

function blob(name: string, size = 7): RemoteBlob {
  const oid = asOid(createHash("sha256").update(name).digest("hex"));
  return { oid, size, key: `sha256/${oid}` };
}

const commit = (name: string): string => createHash("sha1").update(name).digest("hex");
const reload = (generation = "0@id"): Proofs => Proofs.load(file, generation);

it("remembers blobs and commits", async () => {
  const proofs = reload();
  expect(proofs.has(blob("a"))).toBe(false);
  await proofs.add([blob("a"), blob("b")]);
  await proofs.addCommits([commit("1")]);
  for (const known of [proofs, reload()]) {
    expect(known.has(blob("a"))).toBe(true);
    expect(known.has(blob("c"))).toBe(false);
    expect(known.has(blob("b"))).toBe(true);
    expect(known.has({ ...blob("b"), compressed: "zstd" })).toBe(false);
    expect(known.hasCommit(commit("1"))).toBe(true);
    expect([...known.commits]).toEqual([commit("1")]);
  }
});

it("is about one blob under one key: another under the same key is not proven", async () => {
  await reload().add([blob("a")]);
  expect(reload().has({ ...blob("b"), key: blob("a").key })).toBe(false);
  expect(reload().has({ ...blob("a"), size: 8 })).toBe(false);
});

it("holds for its generation only, whatever the generation is called", async () => {
  const odd = "1 2\n%é";
  await reload("0").add([blob("a")]);
  await reload(odd).add([blob("b")]);
  expect(reload("0").has(blob("a"))).toBe(true);
  expect(reload("0").has(blob("b"))).toBe(false);
  expect(reload(odd).has(blob("b"))).toBe(true);
  expect(reload("1").has(blob("a"))).toBe(false);
});

it("holds for its remote only", () => {
  expect(proofsFile(base, "local:/a")).not.toBe(proofsFile(base, "local:/b"));
});

it("takes a proof back, and every commit with it", async () => {
  const proofs = reload();
  await proofs.add([blob("a"), blob("b")]);
  await proofs.addCommits([commit("1")]);
  await proofs.forget([blob("a").key, "never/known"]);
  for (const known of [proofs, reload()]) {
    expect(known.has(blob("a"))).toBe(false);
    expect(known.has(blob("b"))).toBe(true);
    expect(known.commits.size).toBe(0);
  }
  await proofs.add([blob("a")]);
  expect(reload().has(blob("a"))).toBe(true);
});

describe("damage", () => {
  it("cut off at any byte, it never proves more than it did", async () => {
    const proofs = reload();
    await proofs.add([blob("a")]);
    const whole = await readFile(file);
    for (let length = 0; length < whole.length - 1; length += 1) {
      await writeFile(file, whole);
      await truncate(file, length);
      const known = reload();
      expect([length, known.has(blob("a"))]).toEqual([length, false]);
      await known.add([blob("b")]);
      expect(reload().has(blob("b"))).toBe(true);
    }
  });

  it("a flipped bit anywhere proves nothing false", async () => {
    await reload().add([blob("a")]);
    const whole = await readFile(file);
    for (let at = 0; at < whole.length; at += 1) {
      const bad = Buffer.from(whole);
      bad[at] = (bad[at] as number) ^ 1;
      await writeFile(file, bad);
      const known = reload();
      expect([at, known.has(blob("a"))]).toEqual([at, false]);
    }
  });

  it("is read past, whatever it is", async () => {
    await reload().add([blob("a")]);
    await appendFile(file, Buffer.from([0xff, 0, 10, 32, 32, 10, 107, 10]));
    await reload().add([blob("b")]);
    expect(reload().has(blob("a"))).toBe(true);
    expect(reload().has(blob("b"))).toBe(true);
  });

  it("that cannot be read at all costs the questions, and nothing else", async () => {
    await reload().add([blob("a")]);
    await rm(file);
    await mkdir(file);
    const known = reload();
    expect(known.has(blob("a"))).toBe(false);
    await known.add([blob("a")]);
    expect(known.has(blob("a"))).toBe(true);
  });
});

it("is written anew when most of it counts for nothing", async () => {
  const many = Array.from({ length: 1500 }, (_, at) => blob(`old ${at}`));
  await reload("0").add(many);
  const before = (await stat(file)).size;
  const proofs = reload("1");
  await proofs.add([blob("a")]);
  await proofs.addCommits([commit("1")]);
  await proofs.compact();
  expect((await stat(file)).size).toBeLessThan(before / 100);
  expect(reload("1").has(blob("a"))).toBe(true);
  expect(reload("1").hasCommit(commit("1"))).toBe(true);
  const size = (await stat(file)).size;
  await reload("1").compact();
  expect((await stat(file)).size).toBe(size);
});

it("takes lines from many processes at once, and mixes none", async () => {
  const program = path.join(base, "writer.mjs");
  const source = fileURLToPath(new URL("../../../src/app/proofs.ts", import.meta.url));
  await build({
    stdin: {
      contents: `
        import { Proofs } from ${JSON.stringify(source)};
        import { createHash } from "node:crypto";
        const [file, who] = process.argv.slice(2);
        const proofs = Proofs.load(file, "0@id");
        for (let at = 0; at < 40; at += 1) {
          const some = Array.from({ length: 20 }, (_, n) => {
            const oid = createHash("sha256").update(\`\${who} \${at} \${n}\`).digest("hex");
            return { oid, size: 7, key: "sha256/" + oid };
          });
          await proofs.add(some);
        }`,
      resolveDir: base,
      loader: "ts",
    },
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
  });
  const writers = ["a", "b", "c", "d"];
  await Promise.all(
    writers.map((who) => promisify(execFile)(process.execPath, [program, file, who])),
  );
  const known = reload();
  const missing = writers.flatMap((who) =>
    Array.from({ length: 800 }, (_, at) => blob(`${who} ${Math.floor(at / 20)} ${at % 20}`)).filter(
      (one) => !known.has(one),
    ),
  );
  expect(missing).toEqual([]);
});
