/** One repository of a world, in the words of the stories. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { sha256 } from "./bytes.js";
import { describeRun, type Ran, type Running } from "./run.js";
import type { World } from "./world.js";

export interface RefText {
  readonly text: string;
  readonly hash: string;
  readonly size: number;
  readonly key: string | undefined;
}

export interface RunExtras {
  readonly env?: Record<string, string>;
  readonly input?: string | Buffer;
  /** Directory below the repository to run in. */
  readonly in?: string;
}

export class Repo {
  readonly #gitPaths = new Map<string, string>();

  constructor(
    readonly world: World,
    readonly dir: string,
  ) {}

  path(...names: string[]): string {
    return path.join(this.dir, ...names);
  }

  // Running programs

  git(...args: string[]): Ran {
    return this.run(["git", ...args]);
  }

  blobsy(...args: string[]): Ran {
    return this.run(["blobsy", ...args]);
  }

  sh(script: string, extras: RunExtras = {}): Ran {
    return this.run(["sh", "-c", script], extras);
  }

  run(argv: readonly string[], extras: RunExtras = {}): Ran {
    return this.world.run(argv, {
      cwd: this.path(extras.in ?? "."),
      ...(extras.env === undefined ? {} : { env: extras.env }),
      ...(extras.input === undefined ? {} : { input: extras.input }),
    });
  }

  start(argv: readonly string[], env: Record<string, string> = {}): Running {
    return this.world.start(argv, { cwd: this.dir, env });
  }

  /** Git, which must succeed; its standard output. */
  must(...args: string[]): string {
    return succeeded(this.git(...args)).stdout;
  }

  mustBlobsy(...args: string[]): string {
    return succeeded(this.blobsy(...args)).stdout;
  }

  commitAll(message: string): void {
    this.must("commit", "-qam", message);
  }

  // Files

  write(name: string, content: string | Buffer): void {
    mkdirSync(path.dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  read(name: string): Buffer {
    return readFileSync(this.path(name));
  }

  /** True for anything at that path, a dangling link included. */
  has(name: string): boolean {
    return lstatSync(this.path(name), { throwIfNoEntry: false }) !== undefined;
  }

  remove(name: string): void {
    rmSync(this.path(name), { recursive: true });
  }

  rename(from: string, to: string): void {
    mkdirSync(path.dirname(this.path(to)), { recursive: true });
    renameSync(this.path(from), this.path(to));
  }

  inode(name: string): number {
    return statSync(this.path(name)).ino;
  }

  setMtime(name: string, when: Date): void {
    utimesSync(this.path(name), when, when);
  }

  /** Writes a payload, tracks it and commits the ref file. */
  track(name: string, content: string | Buffer, message = `track ${name}`): void {
    this.write(name, content);
    this.mustBlobsy("track", "--", name);
    this.must("commit", "-qm", message);
  }

  // Ref files

  /** The ref file of a payload as it lies in the worktree, or `null`. */
  ref(payload: string): RefText | null {
    const file = `${payload}.bref`;
    return this.has(file) ? parseRef(this.read(file).toString("utf8")) : null;
  }

  /** The ref file of a payload in the index (`""`) or a commit, or `null`. */
  refIn(treeish: string, payload: string): RefText | null {
    const ran = this.git("cat-file", "-p", `${treeish}:${payload}.bref`);
    return ran.code === 0 ? parseRef(ran.stdout) : null;
  }

  /** `git status --porcelain`, one string per line. */
  status(...args: string[]): string[] {
    return this.must("status", "--porcelain", ...args)
      .split("\n")
      .filter(Boolean);
  }

  // What must hold

  assertPayload(name: string, content: string | Buffer | null): void {
    const found = this.has(name) ? this.read(name) : null;
    expect(tell(found), `payload ${name}`).toBe(tell(content));
  }

  /** Payload and ref file agree, or neither is there. */
  assertInStep(name: string): void {
    const ref = this.ref(name);
    const payload = this.has(name) ? sha256(this.read(name)) : null;
    expect(payload, `${name} is in step with its ref file`).toBe(ref?.hash ?? null);
    if (ref) expect(this.read(name).length, `size in ${name}.bref`).toBe(ref.size);
  }

  /** Nothing shows anywhere; plumbing is asked first, before `status` refreshes the index. */
  assertPristine(): void {
    const files = this.git("diff-files", "--quiet");
    const index = this.git("diff-index", "--quiet", "HEAD");
    const status = this.status();
    expect({ files: files.code, index: index.code, status }, "a pristine tree").toEqual({
      files: 0,
      index: 0,
      status: [],
    });
  }

  /** The bytes are at a payload path, in the store, set aside, or on the remote: nothing was lost. */
  assertBytesSomewhere(content: string | Buffer, what = "these bytes"): void {
    expect(this.findBytes(content), `${what} are kept somewhere`).not.toEqual([]);
  }

  findBytes(content: string | Buffer): string[] {
    const size = Buffer.byteLength(content);
    const hash = sha256(content);
    const all = [
      ...filesBelow(this.dir, [".git"]),
      ...filesBelow(this.state()),
      ...filesBelow(this.world.blobs, [".blobsy"]),
    ];
    return all.filter((file) => {
      // Another process may be at work beside: what is gone by now is looked for elsewhere.
      if (lstatSync(file, { throwIfNoEntry: false })?.size !== size) return false;
      return existsSync(file) && sha256(readFileSync(file)) === hash;
    });
  }

  // The store and the remote

  /** `<common git dir>/blobsy`, or a path below it. */
  state(...names: string[]): string {
    return path.join(this.gitPath("--git-common-dir"), "blobsy", ...names);
  }

  /** `<this worktree's git dir>/blobsy/worktree`, or a path below it. */
  worktreeState(...names: string[]): string {
    return path.join(this.gitPath("--git-dir"), "blobsy", "worktree", ...names);
  }

  /** What `git rev-parse` says to an option that asks for a directory, absolute. */
  gitPath(option: string): string {
    const known = this.#gitPaths.get(option);
    if (known !== undefined) return known;
    const found = this.must("rev-parse", "--path-format=absolute", option).trim();
    this.#gitPaths.set(option, found);
    return found;
  }

  object(content: string | Buffer): string {
    const hash = sha256(content);
    return this.state("objects", hash.slice(0, 2), hash);
  }

  /** Every object in the store. */
  storeFiles(): string[] {
    return filesBelow(this.state("objects"));
  }

  /** A file named by a hash holds the bytes of that hash. */
  assertObjectWhole(file: string): void {
    expect(sha256(readFileSync(file)), file).toBe(path.basename(file));
  }

  /** The store has these very bytes under their name. */
  storeHas(content: string | Buffer): boolean {
    const file = this.object(content);
    return existsSync(file) && sha256(readFileSync(file)) === sha256(content);
  }

  /** The remote has these bytes, under whatever key. */
  remoteHas(content: string | Buffer): boolean {
    const hash = sha256(content);
    return filesBelow(this.world.blobs, [".blobsy"]).some(
      (file) => sha256(readFileSync(file)) === hash,
    );
  }

  /** Flips one byte of a store object; size and times stay as they were. */
  corruptObject(content: string | Buffer): void {
    const file = this.object(content);
    const { atime, mtime, mode } = statSync(file);
    const damaged = readFileSync(file);
    damaged[0] = (damaged[0] ?? 0) ^ 1;
    chmodSync(file, 0o644);
    writeFileSync(file, damaged);
    utimesSync(file, atime, mtime);
    chmodSync(file, mode);
  }
}

export function parseRef(text: string): RefText {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}: (.*)$`, "m").exec(text)?.[1];
  const hash = /^sha256:([0-9a-f]{64})$/.exec(field("hash") ?? "")?.[1];
  const size = field("size");
  if (hash === undefined || size === undefined) throw new Error(`not a ref file:\n${text}`);
  return { text, hash, size: Number(size), key: field("remote_key") };
}

export function succeeded(ran: Ran): Ran {
  if (ran.code !== 0) throw new Error(`failed:\n${describeRun(ran)}`);
  return ran;
}

/** Every regular file below a directory; names in `skip` are left out at any depth. */
export function filesBelow(dir: string, skip: readonly string[] = []): string[] {
  if (!existsSync(dir)) return [];
  const found: string[] = [];
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (skip.includes(entry.name)) continue;
    const full = path.join(dir, entry.name);
    if (entry.isDirectory()) found.push(...filesBelow(full, skip));
    else if (entry.isFile()) found.push(full);
  }
  return found;
}

/** Content in an assertion's message: its first line, its size and a little of its hash. */
function tell(content: string | Buffer | null): string {
  if (content === null) return "absent";
  const text = Buffer.from(content).toString("latin1").split("\n")[0] ?? "";
  return `${text.slice(0, 40)} (${Buffer.byteLength(content)} bytes, ${sha256(content).slice(0, 12)})`;
}
