/** Payloads in a bucket, moved by rclone and aws-cli as Debian has them. */
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { findProgram } from "../../src/fs/find-program.js";
import { bytes, sized } from "../helpers/bytes.js";
import { describeWithRadosgw, type Radosgw } from "../helpers/radosgw.js";
import type { Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

const TOOLS = ["rclone", "aws", "s5cmd"] as const;
const NEEDED = (process.env["BLOBSY_TEST_MUST_HAVE"] ?? "").split(",");

/** Not what a language's version manager has put on PATH under this name. */
function installed(tool: string): string | undefined {
  return findProgram(`/usr/bin/${tool}`) ?? findProgram(`/usr/local/bin/${tool}`);
}

const usable = TOOLS.filter((tool) => {
  if (installed(tool) !== undefined) return true;
  if (NEEDED.includes(tool)) throw new Error(`${tool} is not installed`);
  console.warn(`SKIPPED: ${tool} is not installed here, so it is not tried`);
  return false;
});

describeWithRadosgw("a bucket through a tool", (server) => {
  it.each(usable)("%s: many files in few runs, there and back", async (tool) => {
    const w = await withBucket(server());
    const a = project(w);
    countRuns(w, tool);
    a.must("config", "blobsy.backend.default.tool", tool);
    const names = Array.from({ length: 30 }, (_, at) => `data/file ${at}.bin`);
    for (const name of names) a.write(name, sized(name, 1000 + names.indexOf(name)));
    a.mustBlobsy("track", "data");
    a.must("commit", "-qm", "data");
    a.must("push", "-q");
    expect(runs(w)).toBeLessThanOrEqual(3);
    expect(runs(w)).toBeGreaterThan(0);

    rmSync(w.path("runs"));
    for (const name of names) rmSync(a.path(name));
    rmSync(a.state("objects"), { recursive: true });
    a.mustBlobsy("pull");
    for (const name of names) a.assertPayload(name, sized(name, 1000 + names.indexOf(name)));
    expect(runs(w)).toBeLessThanOrEqual(3);
    a.assertPristine();
  });

  it.each(usable)("%s: what is missing or refused is told for each file", async (tool) => {
    const w = await withBucket(server());
    const a = project(w);
    a.must("config", "blobsy.backend.default.tool", tool);
    for (const name of ["one.bin", "two.bin"]) a.track(name, sized(name, 100));
    a.must("push", "-q");
    const bucket = w.env["BUCKET"] ?? "";
    await server().put(
      bucket,
      `blobs/${a.ref("one.bin")?.key ?? ""}`,
      sized("something else", 100),
    );
    for (const name of ["one.bin", "two.bin"]) rmSync(a.path(name));
    rmSync(a.state("objects"), { recursive: true });
    const pull = a.blobsy("pull");
    expect(pull.code).toBe(1);
    expect(pull.stderr).toMatch(/something else as sha256/);
    a.assertPayload("one.bin", null);
    a.assertPayload("two.bin", sized("two.bin", 100));

    Object.assign(w.env, server().environment(server().stranger));
    a.write("two.bin", sized("edited", 100));
    a.commitAll("edited");
    const push = a.git("push", "-q");
    expect(push.code).not.toBe(0);
    expect(push.stderr).toMatch(/nothing was pushed/);
    for (const secret of ["stranger-secret", "owner-secret"]) {
      expect(push.stderr).not.toContain(secret);
    }
  });

  it("auto: the SDK for a few, a tool for many", async () => {
    const w = await withBucket(server());
    const a = project(w);
    for (const tool of usable) countRuns(w, tool);
    a.must("config", "blobsy.backend.default.tool", "auto");
    a.track("few.bin", sized("few", 10));
    a.must("push", "-q");
    expect(runs(w)).toBe(0);
    for (let at = 0; at < 40; at += 1) a.write(`many/${at}.bin`, sized(`many ${at}`, 10));
    a.mustBlobsy("track", "many");
    a.must("commit", "-qam", "many");
    a.must("push", "-q");
    expect(runs(w)).toBeGreaterThan(0);
    expect(await server().objects(w.env["BUCKET"] ?? "")).toHaveLength(41);
  });

  it("a tool that only a commit names is not run: the SDK copies, and says so", async () => {
    const w = await withBucket(server());
    const a = project(w, "\ttool = rclone\n\ttoolArgs = --bwlimit=100M\n");
    countRuns(w, "rclone");
    a.track("model.bin", bytes("v1"));
    const push = a.git("push", "-q");
    expect(push.code).toBe(0);
    expect(push.stderr).toContain("as you have not approved it (blobsy trust)");
    expect(runs(w)).toBe(0);
    expect(await server().objects(w.env["BUCKET"] ?? "")).toHaveLength(1);

    const shown = a.mustBlobsy("trust");
    expect(shown).toContain("tool = rclone\n");
    expect(shown).toContain("toolArgs = --bwlimit=100M\n");
    expect(shown).toContain(`the tool is ${path.join(w.bin, "rclone")}`);
    a.track("other.bin", bytes("v2"));
    a.must("push", "-q");
    expect(runs(w)).toBe(usable.includes("rclone") ? 1 : 0);
  });
});

async function withBucket(server: Radosgw): Promise<World> {
  const w = world();
  Object.assign(w.env, server.environment(), { BUCKET: await server.bucket() });
  w.config("blobsy.trustedEndpoint", server.endpoint);
  w.config("blobsy.backend.default.endpoint", server.endpoint);
  w.config("blobsy.externalize.always", "*.bin");
  return w;
}

/** Repository `a` with the bucket committed as its remote, and an origin. */
function project(w: World, more = ""): Repo {
  const origin = w.bare();
  w.must("git", "init", "-q", "a");
  const a = w.repo("a");
  const text = `[backend "default"]\n\turl = s3://${w.env["BUCKET"]}/blobs\n\tregion = us-east-1\n${more}`;
  a.write(".blobsyconfig", text);
  a.write(".gitattributes", "*.bref filter=blobsy merge=blobsy -text\n");
  a.mustBlobsy("install");
  a.must("add", ".");
  a.must("commit", "-qm", "set up");
  a.must("remote", "add", "origin", origin);
  a.must("push", "-q", "-u", "origin", "main");
  return a;
}

/** Puts a program of this name first on PATH that notes its start, and becomes the real one. */
function countRuns(w: World, tool: string): void {
  const real = installed(tool) ?? "/bin/false";
  const file = path.join(w.bin, tool);
  writeFileSync(file, `#!/bin/sh\necho ${tool} >> ${w.path("runs")}\nexec ${real} "$@"\n`);
  chmodSync(file, 0o755);
}

function runs(w: World): number {
  if (!existsSync(w.path("runs"))) return 0;
  return readFileSync(w.path("runs"), "utf8").split("\n").filter(Boolean).length;
}
