/** A real repository with a real directory as its remote, for tests of the use cases around it. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openContext, type Context } from "../../../src/app/context.js";
import type { ProgressTask, Reporter } from "../../../src/app/reporter.js";
import { asOid, type Oid } from "../../../src/domain/oid.js";
import { markerText } from "../../../src/transport/local.js";

export interface Blob {
  readonly oid: Oid;
  readonly size: number;
  readonly key: string;
  readonly path: string;
  readonly content: Buffer;
}

export class Fixture implements Reporter {
  readonly base = realpathSync(mkdtempSync(path.join(tmpdir(), "remote-app-")));
  readonly repo = path.join(this.base, "repo");
  readonly remote = path.join(this.base, "blobs");
  /** What was reported, in lines. */
  readonly said: string[] = [];

  constructor() {
    mkdirSync(this.repo);
    this.git("init", "-q", "-b", "main");
  }

  dispose(): void {
    rmSync(this.base, { recursive: true, force: true });
  }

  git(...args: string[]): string {
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([key]) => !key.startsWith("GIT_")),
    );
    return execFileSync("git", args, {
      cwd: this.repo,
      encoding: "utf8",
      env: { ...env, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
    });
  }

  /** Commits nothing: the file in the worktree is what counts. */
  commitUrl(url: string, more = ""): void {
    this.write(".blobsyconfig", `[backend "default"]\n    url = ${url}\n${more}`);
  }

  write(name: string, content: string | Buffer): string {
    const file = path.join(this.repo, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  /** A directory that holds the marker, as `init` leaves it. */
  makeRemote(dir = this.remote, id = "the-first"): string {
    mkdirSync(path.join(dir, ".blobsy"), { recursive: true });
    writeFileSync(path.join(dir, ".blobsy", "remote"), markerText(id));
    return dir;
  }

  /** The usual: marked, and named by the committed configuration. */
  useRemote(more = ""): void {
    this.makeRemote();
    this.commitUrl("local:../blobs", more);
  }

  context(): Promise<Context> {
    return openContext(this.repo, this);
  }

  note(line: string): void {
    this.said.push(`note ${line}`);
  }

  warn(line: string): void {
    this.said.push(`warn ${line}`);
  }

  progress(task: string, total: { files: number; bytes: number }): ProgressTask {
    const sum = { files: 0, bytes: 0 };
    return {
      add: (files, bytes) => {
        sum.files += files;
        sum.bytes += bytes;
      },
      end: () =>
        void this.said.push(
          `${task} ${sum.files} of ${total.files} files, ${sum.bytes} of ${total.bytes} bytes`,
        ),
    };
  }

  /** The keys on the remote. */
  remoteKeys(): string[] {
    const names = readdirSync(this.remote, { recursive: true, withFileTypes: true });
    return names
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(this.remote, path.join(entry.parentPath, entry.name)))
      .filter((name) => !name.startsWith(".blobsy"))
      .sort();
  }
}

export function blobOf(text: string, name = "data/file.bin"): Blob {
  const content = Buffer.from(text);
  const oid = asOid(createHash("sha256").update(content).digest("hex"));
  return { oid, size: content.length, key: `sha256/${oid}`, path: name, content };
}
