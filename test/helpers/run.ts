/**
 * Runs programs for the stories. Output goes through files, not pipes: a process left behind by
 * what is tested must not keep a story waiting. Each run has its own process group and a limit.
 */
import { spawn, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface Ran {
  readonly argv: readonly string[];
  /** Exit code; 124 when the limit ran out, 128 + n when signal n ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
  /** Seconds until the whole group is killed. */
  readonly limit?: number;
}

const LIMIT = 90;

export function run(argv: readonly string[], options: RunOptions): Ran {
  return inFiles((out, err, read) => {
    const limited = ["-k", "5", String(options.limit ?? LIMIT), ...argv];
    const done = spawnSync("timeout", limited, {
      cwd: options.cwd,
      env: { ...options.env },
      stdio: [options.input === undefined ? "ignore" : "pipe", out, err],
      ...(options.input === undefined ? {} : { input: options.input }),
    });
    if (done.error) throw done.error;
    return { argv, code: exitCode(done.status, done.signal), ...read() };
  });
}

/** A program under way, alone in its process group. */
export interface Running {
  readonly pid: number;
  readonly done: Promise<Ran>;
  /** Signals the whole group, as Ctrl-C in a terminal does. */
  signal(name: NodeJS.Signals): void;
}

export function start(argv: readonly string[], options: RunOptions): Running {
  const dir = mkdtempSync(path.join(tmpdir(), "blobsy-run-"));
  const out = openSync(path.join(dir, "out"), "w+");
  const err = openSync(path.join(dir, "err"), "w+");
  const child = spawn(argv[0] ?? "", argv.slice(1), {
    cwd: options.cwd,
    env: { ...options.env },
    stdio: ["ignore", out, err],
    detached: true,
  });
  const pid = child.pid ?? 0;
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(-pid, name);
    } catch {
      // Already gone: the group had ended by itself.
    }
  };
  const limit = setTimeout(() => signal("SIGKILL"), (options.limit ?? LIMIT) * 1000);
  const done = new Promise<Ran>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (status, name) => {
      clearTimeout(limit);
      const stdout = readFileSync(path.join(dir, "out"), "utf8");
      const stderr = readFileSync(path.join(dir, "err"), "utf8");
      closeSync(out);
      closeSync(err);
      rmSync(dir, { recursive: true, force: true });
      resolve({ argv, code: exitCode(status, name), stdout, stderr });
    });
  });
  return { pid, done, signal };
}

function inFiles(
  use: (out: number, err: number, read: () => { stdout: string; stderr: string }) => Ran,
): Ran {
  const dir = mkdtempSync(path.join(tmpdir(), "blobsy-run-"));
  const out = openSync(path.join(dir, "out"), "w+");
  const err = openSync(path.join(dir, "err"), "w+");
  try {
    return use(out, err, () => ({
      stdout: readFileSync(path.join(dir, "out"), "utf8"),
      stderr: readFileSync(path.join(dir, "err"), "utf8"),
    }));
  } finally {
    closeSync(out);
    closeSync(err);
    rmSync(dir, { recursive: true, force: true });
  }
}

const SIGNALS: Partial<Record<NodeJS.Signals, number>> = {
  SIGINT: 2,
  SIGKILL: 9,
  SIGPIPE: 13,
  SIGTERM: 15,
};

function exitCode(status: number | null, signal: NodeJS.Signals | null): number {
  return status ?? 128 + (signal === null ? 0 : (SIGNALS[signal] ?? 0));
}

export function describeRun(ran: Ran): string {
  const lines = [`$ ${ran.argv.join(" ")}   [${ran.code}]`];
  if (ran.stdout !== "") lines.push(indent(ran.stdout));
  if (ran.stderr !== "") lines.push(indent(ran.stderr));
  return lines.join("\n");
}

function indent(text: string): string {
  return text.replace(/^/gm, "    ").trimEnd();
}
