/**
 * Runs git. Nothing else in blobsy starts it.
 *
 * The environment is handed on as it is: under hooks Git says through GIT_DIR, GIT_INDEX_FILE and
 * others which repository and which index it means. (simple-git would drop them.) BLOBSY_NESTED tells
 * our own hooks, filter and monitor that the git command was started by blobsy, so that they leave.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { BlobsyError, NO_WORKTREE } from "../domain/errors.js";
import { shellWord } from "../domain/shell-words.js";
import { findProgram } from "../fs/find-program.js";
import { tookMs, trace, tracesToStderr } from "../fs/trace.js";
import type { Repository } from "./repository.js";

export interface GitOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Variables to add, or with `undefined` to take away. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Takes what git says, piece by piece; `stdout` of the result is empty then. */
  readonly output?: (piece: Buffer) => void;
  /** Exit codes that are answers, not failures; only 0 unless told. */
  readonly okCodes?: readonly number[];
}

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

let gitProgram: string | undefined;

/**
 * The absolute path of git, from PATH's absolute entries only: a relative entry, or the current
 * directory, would run a program that the repository brought along.
 *
 * @throws {BlobsyError} GIT_FAILED when there is none
 */
export function findGit(): string {
  gitProgram ??= findProgram("git");
  if (gitProgram === undefined) {
    throw new BlobsyError("GIT_FAILED", "git was not found on PATH", { next: "git --version" });
  }
  return gitProgram;
}

/**
 * Runs git and returns what it said.
 *
 * @throws {BlobsyError} GIT_FAILED with git's own words when it exits with another code than `okCodes`
 */
export async function runGit(
  where: Repository | string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitResult> {
  const cwd = options.cwd ?? (typeof where === "string" ? where : where.worktree);
  const result = await spawnGit(cwd, args, options);
  if (!(options.okCodes ?? [0]).includes(result.code)) {
    const said = result.stderr.trim().split("\n").at(-1) ?? "";
    throw new BlobsyError("GIT_FAILED", `git ${args[0] ?? ""} failed: ${said || result.code}`, {
      path: cwd,
    });
  }
  return result;
}

function spawnGit(cwd: string, args: readonly string[], options: GitOptions): Promise<GitResult> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(findGit(), args, {
      cwd,
      env: environment(options.env),
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout?.on("data", options.output ?? ((chunk: Buffer) => out.push(chunk)));
    child.stderr?.on("data", (chunk: Buffer) => err.push(chunk));
    // Node says ENOENT of the program when it is the directory that is not there.
    child.on("error", (error) => {
      reject(existsSync(path.join(cwd, ".")) ? error : noSuchDirectory(cwd));
    });
    child.on("close", (code, signal) => {
      const stderr = Buffer.concat(err).toString("utf8");
      trace("git", () => {
        const said = code === 0 || stderr === "" ? "" : `, said: ${stderr.trim()}`;
        return `${shownCall(args)}: ${shownEnd(code, signal)}, ${tookMs(began)}${said}`;
      });
      resolve({ code: code ?? (signal ? 128 : 1), stdout: Buffer.concat(out), stderr });
    });
    if (child.stdin && options.input !== undefined) void feed(child.stdin, options.input);
  });
}

/** The value of a setting may be a command with a password in it. */
function shownCall(args: readonly string[]): string {
  const sets = args[0] === "config" && args.some((arg) => /^--(add|replace-all)$/.test(arg));
  const shown = sets ? [...args.slice(0, -1), "***"] : args;
  return shown.map(shellWord).join(" ");
}

function shownEnd(code: number | null, signal: string | null): string {
  return code === null ? `ended by ${signal ?? "nobody knows"}` : `exit ${code}`;
}

function noSuchDirectory(dir: string): BlobsyError {
  return new BlobsyError("NOT_A_REPOSITORY", "there is no such directory", { path: dir });
}

/** A git that stops reading early says so by its exit code; the broken pipe itself is no news. */
async function feed(
  stdin: NodeJS.WritableStream,
  input: NonNullable<GitOptions["input"]>,
): Promise<void> {
  stdin.on("error", () => undefined);
  if (typeof input === "string" || input instanceof Uint8Array) {
    stdin.end(input);
    return;
  }
  for await (const chunk of input) {
    if (!stdin.write(chunk)) await new Promise((ready) => stdin.once("drain", ready));
  }
  stdin.end();
}

function environment(changes: GitOptions["env"]): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, BLOBSY_NESTED: "1", LC_ALL: "C" };
  // What git says on stderr is read for its last words.
  if (tracesToStderr()) delete env["BLOBSY_TRACE"];
  for (const [name, value] of Object.entries(changes ?? {})) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  return env;
}

/**
 * Finds the repository around `cwd` the way Git does, GIT_DIR and GIT_WORK_TREE included.
 *
 * @throws {BlobsyError} NOT_A_REPOSITORY when there is none, when it is bare, or when Git refuses it
 *   (another owner: safe.directory); Git's own words are in the message
 */
export async function findRepository(cwd: string): Promise<Repository> {
  const args = ["rev-parse", "--show-toplevel", "--absolute-git-dir", "--git-common-dir"];
  const result = await spawnGit(cwd, args, {});
  const [worktree, gitDir, common, ...rest] = result.stdout.toString("utf8").split("\n");
  if (result.code !== 0 || !worktree || !gitDir || !common) {
    const said = (result.stderr.trim().split("\n")[0] ?? "").replace(/^fatal: /, "");
    // Git refuses another user's repository, and says which line allows it.
    const next = /^\s*(git config --global --add safe\.directory .+)$/m.exec(result.stderr)?.[1];
    const facts = next === undefined ? { path: cwd } : { path: cwd, next };
    throw new BlobsyError("NOT_A_REPOSITORY", whyNoWorktree(said), facts);
  }
  // A commit chooses where its submodules are: with a line break in there, the answer is another place.
  if (rest.length !== 1 || !path.isAbsolute(worktree) || !path.isAbsolute(gitDir)) {
    throw new BlobsyError("NOT_A_REPOSITORY", "its path has a line break in it", { path: cwd });
  }
  const commonDir = path.resolve(cwd, common);
  return {
    worktree,
    gitDir,
    commonDir,
    mainWorktree: mainWorktree(worktree, gitDir, commonDir),
    sharedState: path.join(commonDir, "blobsy"),
    worktreeState: path.join(gitDir, "blobsy", "worktree"),
  };
}

/** Git's own sentence about safe.directory says what to do; these would not. */
function whyNoWorktree(said: string): string {
  if (said.startsWith("this operation must be run in a work tree"))
    return "this is a bare repository or inside a .git directory; payloads are in a worktree";
  const isNone = said === "" || said.startsWith("not a git repository");
  return isNone ? NO_WORKTREE : said;
}

/** A linked worktree's main one is beside the common `.git`; a bare common dir has none. */
function mainWorktree(worktree: string, gitDir: string, commonDir: string): string {
  if (gitDir === commonDir) return worktree;
  return path.basename(commonDir) === ".git" ? path.dirname(commonDir) : worktree;
}
