/**
 * The yardstick of the verbs stories: the same story is told twice. On the `blobsy` side the user
 * edits a payload. On the `git` side there is no blobsy, and the user edits the ref file by hand, as
 * a plain text file that Git merges like a binary one. What Git answers must be the same on both.
 */
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { bytes, digits, sha256 } from "./bytes.js";
import type { Repo } from "./repo.js";
import { describeRun } from "./run.js";
import type { World } from "./world.js";

export const FIXTURE_BRANCHES = [
  "changed",
  "removed",
  "added",
  "renamed",
  "mine",
  "apart",
] as const;

/** One of the two tellings. A tag stands for a content: "v1"; tags with capitals are longer. */
export abstract class Side {
  readonly codes: number[] = [];
  readonly payloads = new Set<string>(["model.bin", "keep.bin", "moved.bin", "extra.bin"]);

  constructor(readonly repo: Repo) {}

  /** Runs git; its exit code is part of the story. */
  git(...args: string[]): number {
    const { code } = this.repo.git(...args);
    this.codes.push(code);
    return code;
  }

  must(...args: string[]): void {
    this.repo.must(...args);
  }

  plain(name: string, text: string): void {
    this.repo.write(name, text);
  }

  removeRef(payload: string): void {
    this.repo.remove(`${payload}.bref`);
  }

  /** `main` of the origin becomes `branch`, as if somebody had pushed. */
  abstract advanceOrigin(branch: string): void;
  /** The story goes on in another repository, a clone or worktree made by the commands before. */
  abstract in(name: string): Side;
  abstract edit(payload: string, tag: string): void;
  /** A shell command that makes that edit. */
  abstract editCommand(payload: string, tag: string): string;
  /** A new payload, tracked and staged. */
  abstract add(payload: string, tag: string): void;
  /** The payload is deleted by hand; nothing of it concerns plain Git. */
  abstract removePayload(payload: string): void;
  /** The tag a ref text stands for. */
  abstract tagOf(text: string): string;
}

export function content(tag: string): Buffer {
  return tag === tag.toLowerCase() ? bytes(tag) : digits(tag);
}

export class BlobsySide extends Side {
  readonly tags = new Map<string, string>();

  advanceOrigin(branch: string): void {
    advance(this.repo.world, this.repo.world.path("origin.git"), branch);
  }

  in(name: string): BlobsySide {
    return sharing(new BlobsySide(this.repo.world.repo(name)), this, { tags: this.tags });
  }

  edit(payload: string, tag: string): void {
    this.#remember(payload, tag);
    this.repo.write(payload, content(tag));
  }

  editCommand(payload: string, tag: string): string {
    this.#remember(payload, tag);
    const kept = this.repo.world.repo("contents");
    kept.write(tag, content(tag));
    return `cp '${kept.path(tag)}' '${payload}'`;
  }

  add(payload: string, tag: string): void {
    this.edit(payload, tag);
    this.repo.mustBlobsy("track", "--", payload);
  }

  removePayload(payload: string): void {
    rmSync(this.repo.path(payload));
  }

  tagOf(text: string): string {
    const hash = /^hash: sha256:(\w+)$/m.exec(text)?.[1] ?? "";
    return this.tags.get(hash) ?? `not a ref file: ${text}`;
  }

  #remember(payload: string, tag: string): void {
    this.payloads.add(payload);
    this.tags.set(sha256(content(tag)), tag);
  }
}

export class GitSide extends Side {
  advanceOrigin(branch: string): void {
    advance(this.repo.world, this.repo.world.path("mirror", "origin.git"), branch);
  }

  in(name: string): GitSide {
    return sharing(new GitSide(this.repo.world.repo(path.join("mirror", name))), this);
  }

  edit(payload: string, tag: string): void {
    this.payloads.add(payload);
    this.repo.write(`${payload}.bref`, `${tag}\n`);
  }

  editCommand(payload: string, tag: string): string {
    return `echo '${tag}' >'${payload}.bref'`;
  }

  add(payload: string, tag: string): void {
    this.edit(payload, tag);
    this.must("add", "--", `${payload}.bref`);
  }

  removePayload(): void {
    // Plain Git never had it.
  }

  tagOf(text: string): string {
    return text.trim();
  }
}

/**
 * Both sides with the same history: `main` has model.bin v1 and keep.bin k1. Each branch differs from it
 * by one commit: changed (v2), removed, added (extra.bin x1), renamed (to moved.bin), mine (v3), apart (a
 * plain file). All are pushed.
 */
export function buildBothSides(w: World): { blobsy: BlobsySide; git: GitSide } {
  const blobsy = new BlobsySide(w.initWithRemote());
  const mirror = w.path("mirror");
  w.must("mkdir", "mirror");
  w.must("git", "init", "-q", "--bare", path.join(mirror, "origin.git"));
  w.must("git", "init", "-q", path.join(mirror, "a"));
  const plain = w.repo("mirror/a");
  plain.write(".gitattributes", "*.bref -text -merge\n");
  plain.write("note.txt", "a plain file\n");
  plain.must("add", ".");
  plain.must("commit", "-qm", "set up");
  plain.must("remote", "add", "origin", path.join(mirror, "origin.git"));
  const git = new GitSide(plain);
  for (const side of [blobsy, git]) {
    buildHistory(side);
    side.codes.length = 0;
  }
  return { blobsy, git };
}

function buildHistory(side: Side): void {
  const branch = (name: string, change: () => void): void => {
    side.must("checkout", "-q", "-b", name, "main");
    change();
    side.must("commit", "-qam", name);
  };
  side.add("model.bin", "v1");
  side.add("keep.bin", "k1");
  side.must("commit", "-qm", "two payloads");
  branch("changed", () => side.edit("model.bin", "v2"));
  branch("removed", () => side.must("rm", "-q", "model.bin.bref"));
  branch("added", () => side.add("extra.bin", "x1"));
  branch("renamed", () => side.must("mv", "model.bin.bref", "moved.bin.bref"));
  branch("mine", () => side.edit("model.bin", "v3"));
  branch("apart", () => {
    side.plain("plain.txt", "apart\n");
    side.must("add", "plain.txt");
  });
  side.must("checkout", "-q", "main");
  side.must("push", "-q", "-u", "origin", "main");
  side.must("push", "-q", "origin", ...FIXTURE_BRANCHES);
}

/** What Git says about a repository; the same on both sides or something is wrong. */
export function picture(side: Side, ignoreStatus: readonly string[] = []): object {
  const { repo } = side;
  const lines = (...args: string[]): string[] =>
    repo
      .must(...args)
      .split("\n")
      .filter(Boolean);
  const tag = (object: string): string => side.tagOf(repo.must("cat-file", "-p", object));
  // First of all: it is what notices an edit.
  const status = lines("status", "--porcelain").filter((line) => !ignoreStatus.includes(line));
  const index: Record<string, string> = {};
  for (const line of lines("ls-files", "-s", "--", "*.bref")) {
    const [, oid, stage, name] = /^\S+ (\S+) (\d)\t(.*)$/.exec(line) ?? [];
    index[`${name ?? ""} stage ${stage ?? ""}`] = tag(oid ?? "");
  }
  const head: Record<string, string> = {};
  for (const name of lines("ls-tree", "-r", "--name-only", "HEAD").filter(isRef)) {
    head[name] = tag(`HEAD:${name}`);
  }
  const worktree: Record<string, string> = {};
  for (const payload of [...side.payloads].sort()) {
    const name = `${payload}.bref`;
    if (existsSync(repo.path(name))) worktree[name] = side.tagOf(repo.read(name).toString());
  }
  return {
    status,
    index,
    head,
    worktree,
    branch: repo.git("symbolic-ref", "-q", "--short", "HEAD").stdout.trim(),
    commits: lines("rev-list", "--count", "HEAD")[0],
    stashes: lines("stash", "list").length,
  };
}

/** All that must hold on the blobsy side whatever the story: in step, and nothing lost. */
export function assertSound(side: BlobsySide, apart: readonly string[], first: Repo): void {
  for (const payload of side.payloads) {
    if (!apart.includes(payload)) side.repo.assertInStep(payload);
  }
  for (const tag of side.tags.values()) {
    const found = [side.repo, first].flatMap((repo) => repo.findBytes(content(tag)));
    expect(found, `${tag} is kept somewhere`).not.toEqual([]);
  }
}

export function assertSameCodes(blobsy: Side, git: Side): void {
  expect(blobsy.codes, "exit codes of Git, with blobsy and without").toEqual(git.codes);
}

function isRef(name: string): boolean {
  return name.endsWith(".bref");
}

function advance(w: World, origin: string, branch: string): void {
  const ran = w.run(["git", "--git-dir", origin, "update-ref", "refs/heads/main", branch]);
  if (ran.code !== 0) throw new Error(describeRun(ran));
}

/** A side in another directory that adds to the same story. */
function sharing<T extends Side>(made: T, from: Side, more: object = {}): T {
  return Object.assign(made, { codes: from.codes, payloads: from.payloads, ...more });
}
