/**
 * A directory of its own with a home, a fake `blobsy` that notes how it is called, and repositories.
 * The fake stands in for our own program only: git, sh, find and files are real.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished, vi } from "vitest";
import { findRepository } from "../../../src/git/git.js";
import { install, type InstallOptions } from "../../../src/git/install.js";
import type { Program } from "../../../src/git/hook-files.js";
import type { Repository } from "../../../src/git/repository.js";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const SYSTEM_PATH = "/usr/bin:/bin";

export class GitWorld {
  readonly dir = realpathSync(mkdtempSync(path.join(tmpdir(), "blobsy-git-")));
  readonly bin = this.path("bin");
  readonly log = this.path("blobsy-calls");
  readonly program: Program = {
    main: this.path("installed", "main.js"),
    node: this.path("no-node"),
  };

  constructor() {
    for (const name of ["bin", "home", "installed"]) mkdirSync(this.path(name));
    writeFileSync(
      this.path("home", ".gitconfig"),
      "[user]\n\tname = Ann\n\temail = ann@example.org\n[init]\n\tdefaultBranch = main\n" +
        '[protocol "file"]\n\tallow = always\n',
    );
    this.fakeBlobsy(path.join(this.bin, "blobsy"), "path");
    for (const name of Object.keys(process.env)) {
      if (/^(GIT_|BLOBSY_|NODE_EXTRA)/.test(name)) vi.stubEnv(name, undefined);
    }
    vi.stubEnv("HOME", this.path("home"));
    vi.stubEnv("XDG_CONFIG_HOME", this.path("home", ".config"));
    vi.stubEnv("GIT_CONFIG_NOSYSTEM", "1");
    vi.stubEnv("PATH", `${this.bin}:${SYSTEM_PATH}`);
  }

  path(...names: string[]): string {
    return path.join(this.dir, ...names);
  }

  /** A script that notes its arguments (and standard input for pre-push) and takes the filter's part. */
  fakeBlobsy(file: string, tag: string, exitCode = 0): void {
    this.script(
      file,
      `echo "${tag}: $*" >>'${this.log}'\n` +
        `[ "$2" != pre-push ] || sed 's/^/  /' >>'${this.log}'\n` +
        `[ "$1" != filter-process ] || { printf '0016git-filter-server\\n000eversion=2\\n00000000'; cat >/dev/null; }\n` +
        `exit ${exitCode}\n`,
    );
  }

  script(file: string, body: string): string {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${body}`);
    chmodSync(file, 0o755);
    return file;
  }

  /** How blobsy was called since the last time this was asked. */
  calls(): string[] {
    if (!existsSync(this.log)) return [];
    const lines = readFileSync(this.log, "utf8").split("\n").filter(Boolean);
    rmSync(this.log);
    return lines;
  }

  run(argv: readonly string[], cwd: string, env: Record<string, string> = {}): Ran {
    const [program = "", ...args] = argv;
    const ran = spawnSync(program, args, { cwd, env: { ...process.env, ...env } });
    return {
      code: ran.status ?? -1,
      stdout: ran.stdout.toString("latin1"),
      stderr: ran.stderr.toString("utf8"),
    };
  }

  init(name: string, ...args: string[]): TestRepo {
    execFileSync("git", ["init", "-q", ...args, this.path(name)]);
    return new TestRepo(this, this.path(name));
  }
}

export class TestRepo {
  constructor(
    readonly world: GitWorld,
    readonly dir: string,
  ) {}

  path(...names: string[]): string {
    return path.join(this.dir, ...names);
  }

  git(...args: string[]): Ran {
    return this.world.run(["git", ...args], this.dir);
  }

  must(...args: string[]): string {
    const ran = this.git(...args);
    if (ran.code !== 0) throw new Error(`git ${args.join(" ")}: ${ran.code}\n${ran.stderr}`);
    return ran.stdout.trimEnd();
  }

  write(name: string, text: string | Buffer): void {
    mkdirSync(path.dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "latin1");
  }

  has(name: string): boolean {
    return lstatSync(this.path(name), { throwIfNoEntry: false }) !== undefined;
  }

  commit(name: string, text: string): void {
    this.write(name, text);
    this.must("add", "-f", "--", name);
    this.must("commit", "-qm", name, "--no-verify");
  }

  find(): Promise<Repository> {
    return findRepository(this.dir);
  }

  async install(options: InstallOptions = {}) {
    return install({ program: this.world.program, repo: await this.find(), ...options });
  }

  /** This worktree's state directory, made if need be. */
  state(...names: string[]): string {
    const dir = path.join(this.must("rev-parse", "--absolute-git-dir"), "blobsy", "worktree");
    mkdirSync(dir, { recursive: true });
    return path.join(dir, ...names);
  }

  /** Writes the lists for the monitor as the program does, with a stamp of now. */
  know(...payloads: string[]): void {
    const list = (names: string[]) => Buffer.from(names.map((name) => `./${name}\0`).join(""));
    writeFileSync(this.state("payloads"), list(payloads));
    writeFileSync(this.state("refs"), list(payloads.map((name) => `${name}.bref`)));
    this.stamp(new Date(Date.now() - 10));
  }

  stamp(time: Date): void {
    writeFileSync(this.state("stamp"), "");
    utimesSync(this.state("stamp"), time, time);
  }

  /** Every file of the git dir with its mode and bytes, but what Git itself goes on writing. */
  gitTree(): Record<string, string> {
    return treeOf(this.path(".git"), ["objects", "refs", "logs", "index", "COMMIT_EDITMSG"]);
  }
}

export function treeOf(root: string, skip: readonly string[] = []): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (dir: string) => {
    for (const name of readdirSync(dir).sort()) {
      const file = path.join(dir, name);
      const key = path.relative(root, file);
      if (skip.includes(key)) continue;
      const stats = lstatSync(file);
      const mode = (stats.mode & 0o7777).toString(8);
      if (stats.isDirectory()) {
        found[`${key}/`] = mode;
        walk(file);
      } else if (stats.isSymbolicLink()) {
        found[key] = `-> ${readlinkSync(file)}`;
      } else {
        found[key] = `${mode} ${readFileSync(file, "latin1")}`;
      }
    }
  };
  walk(root);
  return found;
}

/** A world that is gone when the test has passed or failed. */
export function gitWorld(): GitWorld {
  const world = new GitWorld();
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(world.dir, { recursive: true, force: true });
  });
  return world;
}
