import { build } from "esbuild";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PacketDecoder, encodeContent, encodeLine } from "../../../src/protocol/pkt-line.js";
import { HANDSHAKE, parseTranscript } from "./transcript.js";

const MIB = 1024 * 1024;
let dir: string;
let program: string;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), "filter-pipes-"));
  program = path.join(dir, "identity-filter.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("./identity-filter.ts", import.meta.url))],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
  });
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

function bytes(size: number, seed: number): Buffer {
  const out = Buffer.allocUnsafe(size);
  for (let at = 0; at < size; at += 1) out[at] = (at * 37 + (at >>> 8) * seed + seed) & 0xff;
  return out;
}

async function send(to: Writable, chunk: Uint8Array): Promise<void> {
  if (!to.write(chunk)) await once(to, "drain");
}

describe("through the system's pipes", () => {
  function startFilter(log: string): ChildProcess {
    return spawn(process.execPath, [program, log], { stdio: ["pipe", "pipe", "inherit"] });
  }

  it("input larger than the pipe: Git writes everything before it reads a byte", async () => {
    const log = path.join(dir, "large.log");
    const filter = startFilter(log);
    const stdin = filter.stdin as Writable;
    const part = bytes(MIB, 3);
    const parts = 192;

    await send(stdin, parseTranscript(HANDSHAKE).sent);
    await send(stdin, Buffer.concat([encodeLine("command=clean"), encodeLine("pathname=big")]));
    await send(stdin, Buffer.from("0000"));
    // Nobody reads the filter's output here. A filter that answers early fills its pipe, stops
    // reading, and this loop never ends.
    for (let at = 0; at < parts; at += 1) {
      for (const packet of encodeContent(part)) await send(stdin, packet);
    }
    stdin.end("0000");

    let received = 0;
    const decoder = new PacketDecoder();
    const lines: string[] = [];
    for await (const chunk of filter.stdout as AsyncIterable<Buffer>) {
      for (const packet of decoder.decode(chunk)) {
        if (packet.kind === "flush") continue;
        if (lines.length < 5) {
          lines.push(packet.data.toString());
          continue;
        }
        const { data } = packet;
        for (let at = 0; at < data.length;) {
          const from = (received + at) % MIB;
          const take = Math.min(data.length - at, MIB - from);
          if (data.compare(part, from, from + take, at, at + take) !== 0) {
            throw new Error(`the answer differs after ${received + at} bytes`);
          }
          at += take;
        }
        received += data.length;
      }
    }
    decoder.end();
    expect(received).toBe(parts * MIB);
    const said = readFileSync(log, "utf8");
    expect(said).toContain(`clean ${parts * MIB} big\nend clean 1`);
    // Node alone takes about 45 MiB; what matters is that it is not the file's size.
    expect(Number(/rss=(\d+)/.exec(said)?.[1])).toBeLessThan(150);
  });

  it("a reader that goes away is a broken end", async () => {
    const log = path.join(dir, "epipe.log");
    const filter = startFilter(log);
    const stdin = filter.stdin as Writable;
    stdin.on("error", () => undefined);
    await send(stdin, parseTranscript(HANDSHAKE).sent);
    await once(filter.stdout as NodeJS.ReadableStream, "readable");
    (filter.stdout as unknown as { destroy(): void }).destroy();
    const request = parseTranscript(`
      git> command=clean
      git> pathname=a
      git> 0000
      git> 0000
    `).sent;
    // Its input stays open: only the failed write can tell the filter.
    for (let at = 0; at < 2; at += 1) await send(stdin, request);
    await once(filter, "exit");
    expect(readFileSync(log, "utf8")).toMatch(/end broken \d rss/);
  });
});

describe("with real Git", () => {
  it("add and checkout of 0 bytes to 300 KiB come back as they went in", () => {
    const repo = path.join(dir, "repo");
    const log = path.join(dir, "git.log");
    mkdirSync(repo);
    const git = (...args: string[]): string =>
      execFileSync("git", args, { cwd: repo, encoding: "latin1", env: cleanEnv() });
    git("init", "-q", "-b", "main");
    git("config", "filter.identity.process", `'${process.execPath}' '${program}' '${log}'`);
    git("config", "filter.identity.required", "true");
    writeFileSync(path.join(repo, ".gitattributes"), "*.x filter=identity -text\n");

    const sizes = [0, 1, 4096, 65515, 65516, 65517, 65536, 65537, 131072, 300 * 1024];
    const names = sizes.map((size) => `file ${size} =\n\u00e9.x`);
    names.forEach((name, at) =>
      writeFileSync(path.join(repo, name), bytes(sizes[at] as number, at)),
    );
    git("add", ".");
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "files");
    names.forEach((name, at) => {
      rmSync(path.join(repo, name));
      expect(Number(git("cat-file", "-s", `HEAD:${name}`))).toBe(sizes[at]);
    });
    git("checkout", "-q", "-f", "HEAD", "--", ".");
    names.forEach((name, at) => {
      expect(readFileSync(path.join(repo, name)).equals(bytes(sizes[at] as number, at))).toBe(true);
      expect(statSync(path.join(repo, name)).size).toBe(sizes[at]);
    });
    expect(git("status", "--porcelain")).toBe("");

    const said = readFileSync(log, "latin1");
    for (const size of sizes) {
      expect(said).toContain(`clean ${size} file`);
      expect(said).toContain(`smudge ${size} file`);
    }
    expect(said).not.toContain("failure");
    expect(said).not.toContain("end broken");
    expect(said.match(/end clean/g)?.length).toBeGreaterThanOrEqual(2);
  });
});

function cleanEnv(): NodeJS.ProcessEnv {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !key.startsWith("GIT_")),
  );
  return { ...env, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
}
