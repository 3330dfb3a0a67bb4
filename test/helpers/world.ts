/**
 * A world of its own for each story: home, git configuration, PATH with `blobsy` first, some
 * repositories side by side, and the directory `blobs` for a `local:../blobs` remote.
 */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, onTestFailed, onTestFinished } from "vitest";
import { fastest } from "./fastest.js";
import { prepared } from "./prepared.js";
import { Repo } from "./repo.js";
import { describeRun, run, start, type Ran, type Running } from "./run.js";

const PROGRAM = path.join(
  process.env["BLOBSY_TEST_DIST"] ?? fileURLToPath(new URL("../../dist", import.meta.url)),
  "main.js",
);

export interface WorldOptions {
  /** "fast" uses memory where there is some; "disk" is where people's repositories are. */
  readonly on?: "fast" | "disk";
  /** Put the world below this directory instead. */
  readonly below?: string;
  /** Settings of the user, as `git config --global` would write them. */
  readonly config?: Readonly<Record<string, string>>;
}

export interface CloneOptions {
  /** "installed": `blobsy install` and `blobsy pull` after the clone. "plain": neither. */
  readonly then?: "installed" | "plain";
  readonly from?: string;
  /** Further arguments for `git clone`. */
  readonly args?: readonly string[];
}

export class World {
  readonly dir: string;
  readonly bin: string;
  readonly home: string;
  readonly env: Record<string, string>;
  /** On a disk that a story mounted for itself: Git looks at it anew. */
  readonly isElsewhere: boolean;
  readonly #ran: Ran[] = [];

  constructor(options: WorldOptions = {}) {
    this.isElsewhere = options.below !== undefined;
    const below = options.below ?? (options.on === "disk" ? tmpdir() : fastest());
    this.dir = realpathSync(mkdtempSync(path.join(below, "blobsy-story-")));
    this.bin = path.join(this.dir, "bin");
    this.home = path.join(this.dir, "home");
    mkdirSync(this.bin);
    mkdirSync(path.join(this.home, ".config"), { recursive: true });
    symlinkSync(PROGRAM, path.join(this.bin, "blobsy"));
    symlinkSync(PROGRAM, path.join(this.bin, "git-blobsy"));
    this.env = this.#environment();
    this.#countNodeStarts();
    for (const [key, value] of Object.entries(options.config ?? {})) this.config(key, value);
  }

  /** Every process a story starts gets this, and nothing of what the tests run in. */
  #environment(): Record<string, string> {
    const gitConfig = path.join(this.home, ".gitconfig");
    writeFileSync(
      gitConfig,
      [
        "[user]\n\tname = Ann Example\n\temail = ann@example.org",
        "[init]\n\tdefaultBranch = main",
        "[gc]\n\tauto = 0",
        '[protocol "file"]\n\tallow = always',
        "[advice]\n\tdetachedHead = false",
        "",
      ].join("\n"),
    );
    return {
      PATH: [this.bin, path.dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(
        ":",
      ),
      HOME: this.home,
      XDG_CONFIG_HOME: path.join(this.home, ".config"),
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: gitConfig,
      GIT_TERMINAL_PROMPT: "0",
      GIT_EDITOR: "true",
      GIT_PAGER: "cat",
      LC_ALL: "C.UTF-8",
      TZ: "UTC",
    };
  }

  /** Every Node process below this world adds its arguments to a file, however it was found. */
  #countNodeStarts(): void {
    const log = path.join(this.dir, "node-starts");
    const hook = path.join(this.dir, "count-node.cjs");
    writeFileSync(log, "");
    writeFileSync(
      hook,
      `if (require("node:worker_threads").isMainThread) require("node:fs").appendFileSync(` +
        `${JSON.stringify(log)}, JSON.stringify(process.argv.slice(1)) + "\\n");\n`,
    );
    this.env["NODE_OPTIONS"] = `--require=${hook}`;
  }

  /** The arguments of every Node process that started while `during` ran. */
  nodeStarts(during: () => void): string[][] {
    const log = path.join(this.dir, "node-starts");
    const before = readFileSync(log, "utf8").length;
    during();
    const lines = readFileSync(log, "utf8").slice(before).split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line) as string[]);
  }

  get blobs(): string {
    return path.join(this.dir, "blobs");
  }

  path(...names: string[]): string {
    return path.join(this.dir, ...names);
  }

  repo(name: string): Repo {
    return new Repo(this, path.join(this.dir, name));
  }

  config(key: string, value: string): void {
    this.must("git", "config", "--global", key, value);
  }

  run(
    argv: readonly string[],
    options: { cwd?: string; env?: Record<string, string>; input?: string | Buffer } = {},
  ): Ran {
    const ran = run(argv, {
      cwd: options.cwd ?? this.dir,
      env: { ...this.env, ...options.env },
      ...(options.input === undefined ? {} : { input: options.input }),
    });
    this.#ran.push(ran);
    return ran;
  }

  start(
    argv: readonly string[],
    options: { cwd?: string; env?: Record<string, string> } = {},
  ): Running {
    const running = start(argv, {
      cwd: options.cwd ?? this.dir,
      env: { ...this.env, ...options.env },
    });
    const done = running.done.then((ran) => {
      this.#ran.push(ran);
      return ran;
    });
    return { pid: running.pid, done, signal: (name) => running.signal(name) };
  }

  must(...argv: string[]): string {
    const ran = this.run(argv);
    if (ran.code !== 0) throw new Error(`failed:\n${describeRun(ran)}`);
    return ran.stdout;
  }

  /** `git clone <origin> <name>`, and what the user does after it. */
  clone(name: string, options: CloneOptions = {}): Repo {
    const from = options.from ?? path.join(this.dir, "origin.git");
    this.must("git", "clone", "-q", ...(options.args ?? []), from, name);
    const repo = this.repo(name);
    if ((options.then ?? "installed") === "installed") {
      repo.mustBlobsy("install");
      repo.mustBlobsy("pull");
    }
    return repo;
  }

  /** A bare repository `<name>.git`. */
  bare(name = "origin"): string {
    this.must("git", "init", "-q", "--bare", `${name}.git`);
    return path.join(this.dir, `${name}.git`);
  }

  /**
   * Repository `name` with `blobsy init local:../blobs` committed, and pushed to a bare origin.
   * Nothing is tracked yet.
   */
  initWithRemote(name = "a"): Repo {
    prepared(this, `${name} with a remote`, () => {
      const origin = this.bare();
      const repo = this.initAlone(name);
      repo.must("remote", "add", "origin", origin);
      repo.must("push", "-q", "-u", "origin", "main");
    });
    return this.repo(name);
  }

  /** As `initWithRemote`, without an origin. */
  initAlone(name = "a"): Repo {
    const repo = this.repo(name);
    prepared(this, `${name} alone`, () => {
      this.must("git", "init", "-q", name);
      repo.mustBlobsy("init", "local:../blobs");
      repo.write("note.txt", "a plain file\n");
      repo.must("add", ".");
      repo.must("commit", "-qm", "set up");
    });
    return repo;
  }

  /** Keeps the whole world aside, to be brought back at the same paths by `restore`. */
  snapshot(name = "snapshot"): void {
    const dir = this.#snapshotDir(name);
    rmSync(dir, { recursive: true, force: true });
    execFileSync("cp", ["-a", this.dir, dir]);
  }

  restore(name = "snapshot"): void {
    execFileSync("find", [this.dir, "-mindepth", "1", "-delete"]);
    execFileSync("cp", ["-a", `${this.#snapshotDir(name)}/.`, this.dir]);
  }

  #snapshotDir(name: string): string {
    return `${this.dir}.${name}`;
  }

  /** What was run so far, for the report of a story that failed. */
  transcript(last = 25): string {
    return this.#ran.slice(-last).map(describeRun).join("\n");
  }

  forgetTranscript(): void {
    this.#ran.length = 0;
  }

  dispose(): void {
    if (process.env["BLOBSY_TEST_KEEP"] === "1") {
      appendFileSync(2, `kept: ${this.dir}\n`);
      return;
    }
    const [parent, name] = [path.dirname(this.dir), path.basename(this.dir)];
    for (const entry of readdirSync(parent)) {
      if (entry !== name && !entry.startsWith(`${name}.`)) continue;
      rmSync(path.join(parent, entry), { recursive: true, force: true, maxRetries: 3 });
    }
  }
}

/** A world for the story that is running; it goes when the story ends. */
export function world(options: WorldOptions = {}): World {
  const made = new World(options);
  onTestFailed(() => {
    process.stderr.write(`\n${made.transcript()}\n`);
  });
  onTestFinished(() => {
    made.dispose();
  });
  return made;
}

/** One world for all stories of a `describe`; `build` runs once, before the first. */
export function sharedWorld(build: (w: World) => void, options: WorldOptions = {}): () => World {
  let made: World | undefined;
  const get = (): World => {
    if (made === undefined) throw new Error("the shared world was not built");
    return made;
  };
  beforeAll(() => {
    made = new World(options);
    try {
      build(made);
    } catch (error) {
      process.stderr.write(`\n${made.transcript()}\n`);
      throw error;
    }
    made.forgetTranscript();
  });
  afterEach(({ task }) => {
    if (task.result?.state === "fail") process.stderr.write(`\n${get().transcript()}\n`);
    get().forgetTranscript();
  });
  afterAll(() => {
    made?.dispose();
  });
  return get;
}
