/** Compression is a matter between blobsy and the remote: payloads, hashes and sizes never show it. */
import { randomBytes } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { sha256 } from "../helpers/bytes.js";
import { commandsFor, initWithCommands } from "../helpers/command-remote.js";
import { filesBelow, type Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

const TEXT = "column one,column two,column three\n".repeat(20_000);

/** Repository `a` that compresses, with `table.csv` tracked and pushed. */
function compressing(w: World, algorithm: string): Repo {
  const a = w.initWithRemote();
  a.write(".blobsyconfig", `${config(a)}[compress]\n    algorithm = ${algorithm}\n`);
  a.must("commit", "-qam", "compress");
  a.track("table.csv", TEXT);
  a.must("push", "-q");
  return a;
}

const config = (a: Repo): string => a.read(".blobsyconfig").toString("utf8");

const object = (a: Repo, payload: string): string =>
  path.join(a.world.blobs, a.ref(payload)?.key ?? "");

describe.each([
  ["zstd", ".zst"],
  ["gzip", ".gz"],
  ["brotli", ".br"],
])("%s", (algorithm, suffix) => {
  it("between two clones: smaller on the remote, the same bytes in each", () => {
    const w = world();
    const a = compressing(w, algorithm);
    expect(a.ref("table.csv")).toMatchObject({
      hash: sha256(TEXT),
      size: TEXT.length,
      key: `sha256/${sha256(TEXT)}${suffix}`,
    });
    expect(a.ref("table.csv")?.text).toContain(`\ncompressed: ${algorithm}\n`);
    expect(statSync(object(a, "table.csv")).size).toBeLessThan(TEXT.length / 20);
    a.assertPristine();

    const b = w.clone("b");
    b.assertPayload("table.csv", TEXT);
    b.assertInStep("table.csv");
    b.assertPristine();

    b.write("table.csv", `${TEXT}one more\n`);
    b.commitAll("one more line");
    expect(b.ref("table.csv")?.text).toContain(`\ncompressed: ${algorithm}\n`);
    b.must("push", "-q");
    a.must("pull", "-q");
    a.assertPayload("table.csv", `${TEXT}one more\n`);
    a.must("checkout", "-q", "HEAD^");
    a.assertPayload("table.csv", TEXT);
    a.assertPristine();
  });
});

it("an upload that was cut short is made good by the next one, and not taken for the blob", () => {
  const w = world();
  const { push, ...others } = commandsFor(w);
  const target = `${w.path("blobs")}/{remote_key}`;
  const cut = `sh -c 'mkdir -p $(dirname $1); head -c 99 $0 > $1; exit 7' {local} ${target}`;
  const a = initWithCommands(w, others);
  a.write(".blobsyconfig", `${config(a)}[compress]\n    algorithm = zstd\n`);
  a.must("commit", "-qam", "compress");
  a.mustBlobsy("trust");
  a.must("config", "blobsy.backend.default.push", cut);
  a.track("table.csv", TEXT);
  expect(a.git("push", "-q").code).not.toBe(0);
  expect(statSync(object(a, "table.csv")).size).toBe(99);
  a.must("config", "blobsy.backend.default.push", push ?? "");
  a.must("push", "-q");
  const b = w.clone("b", { then: "plain" });
  b.mustBlobsy("install");
  b.mustBlobsy("trust");
  b.mustBlobsy("pull");
  b.assertPayload("table.csv", TEXT);
});

describe("drop", () => {
  it.each(["zstd", "gzip", "brotli"])("of what is kept as %s; pull, recover", (algorithm) => {
    const w = world();
    const a = compressing(w, algorithm);
    a.mustBlobsy("drop", "table.csv");
    a.assertPayload("table.csv", null);
    expect(a.storeHas(TEXT)).toBe(false);
    expect(filesBelow(a.state("tmp"))).toEqual([]);
    a.assertPristine();
    a.mustBlobsy("pull", "table.csv");
    a.assertInStep("table.csv");
    a.mustBlobsy("drop", "--verify", "table.csv");
    a.mustBlobsy("recover", "table.csv");
    a.assertInStep("table.csv");
    expect(filesBelow(a.state("tmp"))).toEqual([]);
    a.assertPristine();
  });

  it("keeps the payload when what is there is of a likely length, and is not it", () => {
    const w = world();
    const a = compressing(w, "zstd");
    a.track("other.csv", `${TEXT}other\n`);
    a.must("push", "-q");
    const file = object(a, "table.csv");
    const good = readFileSync(file);
    const other = readFileSync(object(a, "other.csv"));
    chmodSync(file, 0o644);
    const bads = [good.subarray(0, -1), Buffer.concat([good, good]), other, Buffer.from(TEXT)];
    for (const bad of bads) {
      writeFileSync(file, bad);
      const ran = a.blobsy("drop", "table.csv");
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain("something else");
      a.assertPayload("table.csv", TEXT);
      expect(filesBelow(a.state("tmp"))).toEqual([]);
    }
  });

  it("reads it back where the remote is far as well: its length says next to nothing", () => {
    const w = world();
    const a = initWithCommands(w, commandsFor(w));
    a.write(".blobsyconfig", `${config(a)}[compress]\n    algorithm = zstd\n`);
    a.must("commit", "-qam", "compress");
    a.mustBlobsy("trust");
    a.track("table.csv", TEXT);
    a.must("push", "-q");
    const file = object(a, "table.csv");
    const good = readFileSync(file);
    chmodSync(file, 0o644);
    writeFileSync(file, randomBytes(good.length));
    expect(a.blobsy("drop", "table.csv").stderr).toContain("something else");
    a.assertPayload("table.csv", TEXT);
    writeFileSync(file, good);
    a.mustBlobsy("drop", "table.csv");
    a.assertPayload("table.csv", null);
    a.mustBlobsy("pull", "table.csv");
    a.assertInStep("table.csv");
  });
});

it("what is compressed already, and what does not shrink, is left as it is", () => {
  const w = world();
  const a = compressing(w, "zstd");
  a.track("photo.jpg", TEXT + "jpg");
  a.track("noise.dat", randomBytes(400_000));
  a.track("short.txt", "short\n");
  for (const name of ["photo.jpg", "noise.dat", "short.txt"]) {
    expect([name, a.ref(name)?.text.includes("compressed:")]).toEqual([name, false]);
  }
  a.must("push", "-q");
  w.clone("b").assertInStep("noise.dat");
});

it("an edit to bytes that do not shrink drops the line, and back brings it again", () => {
  const w = world();
  const a = compressing(w, "gzip");
  const noise = randomBytes(400_000);
  a.write("table.csv", noise);
  a.commitAll("noise");
  expect(a.ref("table.csv")?.text).not.toContain("compressed:");
  a.write("table.csv", TEXT);
  a.commitAll("back");
  expect(a.ref("table.csv")?.text).toContain("\ncompressed: gzip\n");
  a.must("push", "-q");
  const b = w.clone("b");
  b.assertPayload("table.csv", TEXT);
  b.must("checkout", "-q", "HEAD^");
  b.assertPayload("table.csv", noise);
});

it("content that was added keeps its place when the configuration changes", () => {
  const w = world();
  const a = compressing(w, "zstd");
  const before = a.ref("table.csv");
  a.write(".blobsyconfig", config(a).replace("algorithm = zstd", "algorithm = none"));
  a.must("commit", "-qam", "no more");
  a.must("rm", "-q", "--cached", "table.csv.bref");
  a.must("add", "table.csv.bref");
  a.mustBlobsy("track", "table.csv");
  expect(a.ref("table.csv")).toEqual(before);
  a.write("copy.csv", TEXT);
  a.mustBlobsy("track", "copy.csv");
  a.commitAll("a copy");
  a.must("push", "-q");
  const b = w.clone("b");
  b.assertPayload("copy.csv", TEXT);
  b.assertPayload("table.csv", TEXT);
});

it("a key template that says nothing of compression still keeps both forms apart", () => {
  const w = world();
  const a = w.initWithRemote();
  const template = "[blobsy]\n    keyTemplate = blobs/{content_sha256}\n";
  a.write(".blobsyconfig", config(a) + template);
  a.must("commit", "-qam", "other names");
  a.track("plain.csv", TEXT);
  a.must("push", "-q");
  const b = w.clone("b", { then: "plain" });
  b.mustBlobsy("install");
  b.must("config", "blobsy.compress.algorithm", "gzip");
  b.write("other.csv", TEXT);
  b.mustBlobsy("track", "other.csv");
  expect(b.ref("other.csv")?.key).toBe(`blobs/${sha256(TEXT)}.gz`);
  expect(b.ref("plain.csv")?.key).toBe(`blobs/${sha256(TEXT)}`);
});

it("a damaged object never becomes a payload", () => {
  const w = world();
  const a = compressing(w, "zstd");
  const file = object(a, "table.csv");
  const good = readFileSync(file);
  for (const bad of [good.subarray(0, -1), Buffer.concat([good, good]), randomBytes(50)]) {
    chmodSync(file, 0o644);
    writeFileSync(file, bad);
    const name = `b${bad.length}`;
    w.must("git", "clone", "-q", path.join(w.dir, "origin.git"), name);
    const b = w.repo(name);
    b.mustBlobsy("install");
    const pulled = b.blobsy("pull");
    expect(pulled.code).toBe(1);
    expect(pulled.stderr).toContain("has something else");
    b.assertPayload("table.csv", null);
    expect(filesBelow(b.state("objects"))).toEqual([]);
    expect(readdirSync(b.state("tmp")).filter((left) => /download|pack/.test(left))).toEqual([]);
  }
});

it("a commit with a blob of which only the length was asked for is proven for nobody", () => {
  const w = world();
  const a = compressing(w, "zstd");
  const b = w.clone("b", { then: "plain" });
  b.mustBlobsy("install", "--skip-smudge");
  const half = object(a, "table.csv");
  const whole = readFileSync(half);
  chmodSync(half, 0o644);
  writeFileSync(half, whole.subarray(0, whole.length - 1));

  b.write("note.txt", "of somebody who has not got the payload\n");
  b.commitAll("a note");
  b.must("push", "-q");

  expect(proofs(b).filter((line) => line.startsWith("c "))).toEqual([]);
});

/** What a clone knows to be on its remote, as lines. */
function proofs(repo: Repo): string[] {
  return filesBelow(repo.state("uploaded")).flatMap((file) =>
    readFileSync(file, "utf8").split("\n").filter(Boolean),
  );
}
