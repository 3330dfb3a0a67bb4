/**
 * Random days: two clones and a linked worktree, people who edit payloads and use Git in any order,
 * and after every command the promises that must hold whatever was done. A walk is given by its seed.
 */
import { existsSync, lstatSync, readFileSync, renameSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { digits, bytes, sha256 } from "./bytes.js";
import { filesBelow, type Repo } from "./repo.js";
import { describeRun, type Ran } from "./run.js";
import type { World } from "./world.js";
import { WAYS, type Way } from "./walk-ways.js";

export const PAYLOADS = ["m.bin", "dir/n.bin", "dir/o p.bin", "-q.bin"];
/** "person:payload" to hash. */
type Found = ReadonlyMap<string, string>;
const BRANCHES = ["main", "x", "y"];

/** Small, seeded, good enough: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Walk {
  readonly people: Repo[];
  /** Hashes of all that anybody ever wrote to a payload. */
  readonly written = new Set<string>();
  readonly log: string[] = [];
  readonly #random: () => number;
  /** Nothing is killed, no disk is full: then it also holds that only those commands move payloads that should. */
  readonly #calm: boolean;
  #version = 0;
  #at: Repo;

  constructor(
    readonly w: World,
    seed: number,
  ) {
    this.#random = randomFrom(seed);
    this.#calm = seed % 2 === 0;
    const a = w.initWithRemote();
    for (const name of PAYLOADS.slice(0, 3)) a.track(name, this.content());
    a.must("push", "-q");
    for (const branch of BRANCHES.slice(1)) a.must("branch", branch);
    const b = w.clone("b");
    for (const branch of BRANCHES.slice(1)) b.must("branch", branch);
    a.must("worktree", "add", "-q", "../c", "-b", "c");
    this.people = [a, b, w.repo("c")];
    this.#at = a;
  }

  // Chances

  below(n: number): number {
    return Math.floor(this.#random() * n);
  }

  pick<T>(of: readonly T[]): T {
    const found = of[this.below(of.length)];
    if (found === undefined) throw new Error("nothing to pick from");
    return found;
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  branch(): string {
    return this.pick(BRANCHES);
  }

  payload(): string {
    return this.pick(PAYLOADS);
  }

  /** New bytes, mostly as long as all others. */
  content(): Buffer {
    this.#version += 1;
    const tag = `version ${this.#version}`;
    const content = this.chance(0.15) ? digits(tag) : bytes(tag);
    this.written.add(sha256(content));
    return content;
  }

  /** Not on a calm day: what is put off then moves payloads later. */
  moveRemote(): readonly string[] | undefined {
    if (this.#calm) return undefined;
    const [here, away] = [this.w.blobs, `${this.w.blobs}.away`];
    if (existsSync(away)) {
      // Whatever was written meanwhile stays beside.
      if (existsSync(here)) renameSync(here, `${here}.${this.log.length}`);
      renameSync(away, here);
    } else {
      renameSync(here, away);
    }
    return [];
  }

  // Steps

  async step(): Promise<void> {
    // People mostly go on with what they are at.
    const r = (this.#at = this.chance(0.7) ? this.#at : this.pick(this.people));
    const way = this.#way();
    const argv = way.does(this, r);
    const before = this.#payloads();
    const isAway = existsSync(`${this.w.blobs}.away`);
    const pristine = way.moves === true && !isAway && this.chance(0.5) && this.#pristine(r);
    if (argv === undefined) return;
    if (argv.length === 0) {
      this.log.push(`${name(r)}: ${way.name}`);
      return;
    }
    if (!this.#calm && this.chance(0.15)) {
      await this.#killed(r, argv);
      this.#check(before);
      return;
    }
    const trouble = !this.#calm && this.chance(0.15) ? this.#trouble() : undefined;
    const ran = r.run(argv, trouble === undefined ? {} : { env: { BLOBSY_FAULTS: trouble } });
    const how = `${pristine ? " (pristine)" : ""}${trouble === undefined ? "" : ` (${trouble})`}`;
    this.log.push(`${name(r)}: ${argv.join(" ")} [${ran.code}]${how}`);
    this.#check(before);
    if (this.#calm) this.#checkUntouched(before, r, way);
    if (trouble !== undefined) {
      removeLocks(r);
      return;
    }
    if (pristine && ran.code === 0 && !/remote|conflict/i.test(ran.stderr))
      this.#mustBePristine(r, ran);
    if (way.publishes === true && ran.code === 0) this.#checkPublished(r);
    if (this.chance(0.4)) this.#checkStatus(r);
  }

  #way(): Way {
    const total = WAYS.reduce((sum, way) => sum + way.often, 0);
    let at = this.#random() * total;
    for (const way of WAYS) {
      at -= way.often;
      if (at < 0) return way;
    }
    return this.pick(WAYS);
  }

  async #killed(r: Repo, argv: readonly string[]): Promise<void> {
    const after = this.below(400);
    const running = r.start(argv);
    await sleep(after);
    running.signal("SIGKILL");
    const ran = await running.done;
    // Processes of that group may need an instant to go.
    await sleep(50);
    this.log.push(`${name(r)}: ${argv.join(" ")} killed after ${after} ms [${ran.code}]`);
    removeLocks(r);
  }

  /** The disk is full, or the power goes, at some operation of blobsy's. */
  #trouble(): string {
    const what = this.pick(["kill-before", "kill-after", "ENOSPC", "EIO", "EACCES"]);
    return `at=${1 + this.below(40)};do=${what};counter=${this.w.path(`count-${this.log.length}`)}`;
  }

  // What must hold

  /** The hashes of everybody's payloads. */
  #payloads(): Found {
    const found = new Map<string, string>();
    for (const r of this.people) {
      for (const file of PAYLOADS) {
        const hash = payloadHash(r, file);
        if (hash !== null) found.set(`${name(r)}:${file}`, hash);
      }
    }
    return found;
  }

  #check(before: Found): void {
    const now = this.#payloads();
    for (const [where, hash] of now) {
      if (!this.written.has(hash)) this.fail(`wrong bytes at ${where}: ${hash}`);
    }
    const there = new Set(now.values());
    for (const [where, hash] of before) {
      if (!there.has(hash) && !this.#kept(hash)) this.fail(`lost what was at ${where}: ${hash}`);
    }
  }

  /** Nobody else's payloads have changed, and one's own only by a command that is for that. */
  #checkUntouched(before: Found, r: Repo, way: Way): void {
    const now = this.#payloads();
    for (const [where, hash] of before) {
      const mine = where.startsWith(`${name(r)}:`);
      if ((mine && way.keeps !== true) || now.get(where) === hash) continue;
      this.fail(`${where} was changed from ${hash} to ${now.get(where) ?? "nothing"}`);
    }
  }

  #kept(hash: string): boolean {
    const places = [
      ...this.people.flatMap((r) => filesBelow(r.dir, [".git"])),
      ...this.people.flatMap((r) => filesBelow(r.state())),
      ...this.#blobs(),
    ];
    const there = places.some(
      (file) => lstatSync(file).size < 20_000 && sha256(readFileSync(file)) === hash,
    );
    // A payload that is ignored no longer is a plain file, and may have been given to Git as one.
    return there || this.people.some((r) => gitHas(r, hash));
  }

  /** On the remote, wherever that is now. */
  #blobs(): string[] {
    return [this.w.blobs, `${this.w.blobs}.away`].flatMap((dir) => filesBelow(dir, [".blobsy"]));
  }

  #pristine(r: Repo): boolean {
    return r.status().length === 0 && this.#outOfStep(r).length === 0;
  }

  #mustBePristine(r: Repo, ran: Ran): void {
    const status = r.status();
    const out = this.#outOfStep(r);
    if (status.length + out.length === 0) return;
    this.fail(`not in step after ${describeRun(ran)}\n${[...status, ...out].join("\n")}`);
  }

  /** Payloads that are not what their ref file says. */
  #outOfStep(r: Repo): string[] {
    return PAYLOADS.filter((file) => {
      if (!r.has(`${file}.bref`)) return r.has(file);
      return payloadHash(r, file) !== refHash(r, file);
    });
  }

  /** What Git calls unchanged is what its ref file says, or is not there at all. */
  #checkStatus(r: Repo): void {
    const ran = r.git("status", "--porcelain", "-z");
    if (ran.code !== 0) return;
    const changed = ran.stdout.split("\0").map((line) => line.slice(3));
    for (const file of PAYLOADS) {
      const ref = refHash(r, file);
      const payload = payloadHash(r, file);
      if (ref === null || payload === null || ref === payload) continue;
      if (changed.includes(`${file}.bref`) || said(r, file)) continue;
      this.fail(`${name(r)}: git status is silent about ${file}, which is not in step`);
    }
  }

  /** Every blob that any commit on the Git remote names is on blobsy's remote, whole. */
  #checkPublished(r: Repo): void {
    const origin = this.w.path("origin.git");
    const objects = this.w.must("git", "-C", origin, "rev-list", "--objects", "--all");
    const refs = objects.split("\n").filter((line) => line.endsWith(".bref"));
    const blobs = new Set(this.#blobs().map((file) => sha256(readFileSync(file))));
    for (const line of refs) {
      const [id = "", ...rest] = line.split(" ");
      const text = this.w.must("git", "-C", origin, "cat-file", "-p", id);
      const hash = /^hash: sha256:(\w+)$/m.exec(text)?.[1] ?? "";
      if (!blobs.has(hash)) this.fail(`${name(r)} published ${rest.join(" ")} without its blob`);
    }
  }

  fail(what: string): never {
    throw new Error(`${what}\n\nThe walk:\n${this.log.join("\n")}`);
  }
}

/** As Git tells the user to do after a git that was killed. */
function removeLocks(r: Repo): void {
  r.sh(
    'find "$(git rev-parse --git-dir)" "$(git rev-parse --git-common-dir)" -name "*.lock" -not -path "*/blobsy/*" -delete',
  );
}

function name(r: Repo): string {
  return r.dir.slice(r.dir.lastIndexOf("/") + 1);
}

export function payloadHash(r: Repo, file: string): string | null {
  return r.has(file) && lstatSync(r.path(file)).isFile() ? sha256(r.read(file)) : null;
}

function refHash(r: Repo, file: string): string | null {
  if (!r.has(`${file}.bref`)) return null;
  return /^hash: sha256:(\w+)$/m.exec(r.read(`${file}.bref`).toString())?.[1] ?? null;
}

/** `blobsy status` says that something is the matter with a payload. */
function said(r: Repo, file: string): boolean {
  const ran = r.blobsy("status", "--json");
  const found = JSON.parse(ran.stdout) as { files?: { path: string; state: string }[] };
  const state = found.files?.find(({ path }) => path === file)?.state;
  return state !== undefined && state !== "in-step" && state !== "in step";
}

/** Git keeps these bytes as a file of its own. */
function gitHas(r: Repo, hash: string): boolean {
  const objects = r.must("cat-file", "--batch-all-objects", "--batch-check");
  return objects
    .split("\n")
    .filter((line) => / blob (64|12345)$/.test(line))
    .some((line) => {
      const file = r.path(".git");
      if (!existsSync(file)) return false;
      const shown = r.sh(`git cat-file blob ${line.slice(0, 40)} | sha256sum`);
      return shown.stdout.startsWith(hash);
    });
}
