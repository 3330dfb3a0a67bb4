/**
 * Runs a program that is not git: a command of the user's, or a tool that copies. It gets no input,
 * a process group of its own, a time limit, and as much of our memory as its last words take.
 *
 * Whatever it started goes with it: the group is ended when the program itself has ended, when the
 * caller stops, when time is up, and when we are ended by a signal. What left the group (a daemon)
 * runs on, and can hold nothing of ours open.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import path from "node:path";
import type { Readable } from "node:stream";
import { atEnd } from "../fs/at-end.js";
import { tookMs, trace } from "../fs/trace.js";

export interface ChildCall {
  /** Absolute. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Variables to add to ours, or with `undefined` to take away. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Where its standard output goes; otherwise the beginning of it is kept. */
  readonly stdoutFd?: number;
  /** Each line of its standard error, or output, as it comes; long ones are cut. */
  readonly onLine?: (line: string, from: "out" | "err") => void;
  /** Called every now and then while it runs; it is ended as soon as this returns false. */
  readonly watch?: () => boolean;
  /** Arguments go as they are: for cmd.exe, which has its own idea of quotes. */
  readonly verbatim?: boolean;
}

export interface ChildEnd {
  /** Exit code; `null` when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What made it end: itself, or why we did. */
  readonly because: "itself" | "limit" | "stopped" | "watch";
  /** The beginning of its standard output. */
  readonly out: string;
  /** The end of its standard error. */
  readonly err: string;
}

const KEPT = 8192;
const LONGEST_LINE = 16_384;
const WATCH_EVERY_MS = 100;
/** From being asked to end until it is made to. */
const GRACE_MS = 2000;
/** What still holds our pipes after the program and its group are gone is not waited for. */
const LINGER_MS = 500;

/**
 * Git says through these which repository and index a hook means (git rev-parse --local-env-vars); a
 * program that happens to run git elsewhere must not take them for its own.
 */
const GITS_OWN = [
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_COMMON_DIR",
  "GIT_CONFIG",
  "GIT_CONFIG_COUNT",
  "GIT_CONFIG_PARAMETERS",
  "GIT_DIR",
  "GIT_GRAFT_FILE",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_INTERNAL_SUPER_PREFIX",
  "GIT_NO_REPLACE_OBJECTS",
  "GIT_OBJECT_DIRECTORY",
  "GIT_PREFIX",
  "GIT_REPLACE_REF_BASE",
  "GIT_SHALLOW_FILE",
  "GIT_WORK_TREE",
];

/** @throws system errors when it cannot be started */
export async function runChild(call: ChildCall): Promise<ChildEnd> {
  if (call.signal?.aborted)
    return { code: null, signal: null, because: "stopped", out: "", err: "" };
  const began = performance.now();
  const [program, args] = watched(call);
  const child = spawn(program, args, {
    cwd: call.cwd,
    env: environment(call.env),
    stdio: ["ignore", call.stdoutFd ?? "pipe", "pipe", "pipe"],
    // A group, and a session without a terminal: nothing can ask for a password there.
    detached: process.platform !== "win32",
    windowsHide: true,
    windowsVerbatimArguments: call.verbatim ?? false,
  });
  const out = new Kept("first");
  const err = new Kept("last");
  const ended = new Promise<Pick<ChildEnd, "code" | "signal">>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve({ code, signal }));
  });
  const streams = [
    listen(child.stdout, out, call.onLine && ((line) => call.onLine?.(line, "out"))),
    listen(child.stderr, err, call.onLine && ((line) => call.onLine?.(line, "err"))),
  ];
  const guard = new Guard(child, call);
  try {
    const end = await ended;
    // Not its arguments: those of a user's own command may hold anything.
    trace("run", () => `${call.program}: ${shownEnd(end, guard.because)}, ${tookMs(began)}`);
    endGroup(child, "SIGKILL");
    await Promise.race([Promise.all(streams), wait(LINGER_MS)]);
    return { ...end, because: guard.because, out: out.text(), err: err.text() };
  } finally {
    guard.end();
    child.stdout?.destroy();
    child.stderr?.destroy();
    (child.stdio[3] as Readable | null)?.destroy();
  }
}

function shownEnd({ code, signal }: Pick<ChildEnd, "code" | "signal">, because: string): string {
  const how = signal === null ? `exit ${code ?? "unknown"}` : `ended by ${signal}`;
  return because === "itself" ? how : `${how} (${because})`;
}

/**
 * Ends the whole group when the other end of descriptor 3 is closed: by us, or by whatever ended us
 * without a chance to do anything (SIGKILL). The program itself does not see that descriptor.
 */
const WATCHDOG = '(read -r _ <&3; kill -KILL 0) >/dev/null 2>&1 & exec "$0" "$@" 3<&-';

function watched({ program, args }: ChildCall): [string, readonly string[]] {
  if (process.platform === "win32") return [program, args];
  return ["/bin/sh", ["-c", WATCHDOG, program, ...args]];
}

/** Ends the child for one of three reasons; remembers the first. */
class Guard {
  because: ChildEnd["because"] = "itself";
  readonly #child: ChildProcess;
  readonly #call: ChildCall;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #stop = (): void => this.#finish("stopped");
  /** In a group of its own, Ctrl-C does not reach it by itself. */
  readonly #notAtEnd: () => void;

  constructor(child: ChildProcess, call: ChildCall) {
    this.#child = child;
    this.#call = call;
    this.#notAtEnd = atEnd(() => endGroup(child, "SIGKILL"));
    call.signal?.addEventListener("abort", this.#stop);
    this.#timers.push(setTimeout(() => this.#finish("limit"), call.limitMs));
    const { watch } = call;
    if (watch) {
      this.#timers.push(setInterval(() => watch() || this.#finish("watch"), WATCH_EVERY_MS));
    }
  }

  end(): void {
    this.#notAtEnd();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#call.signal?.removeEventListener("abort", this.#stop);
  }

  #finish(because: ChildEnd["because"]): void {
    if (this.because !== "itself") return;
    this.because = because;
    endGroup(this.#child, "SIGTERM");
    this.#timers.push(setTimeout(() => endGroup(this.#child, "SIGKILL"), GRACE_MS));
  }
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === "win32") {
    if (child.exitCode !== null) return;
    const system = process.env["SystemRoot"] ?? String.raw`C:\Windows`;
    const taskkill = path.join(system, "System32", "taskkill.exe");
    spawnSync(taskkill, ["/pid", String(pid), "/T", "/F"], { windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // The whole group has ended by itself.
  }
}

/** A part of what a program says: enough to explain, however much it is. */
class Kept {
  #text = "";
  readonly #part: "first" | "last";

  constructor(part: "first" | "last") {
    this.#part = part;
  }

  add(text: string): void {
    if (this.#part === "last") this.#text = (this.#text + text).slice(-KEPT);
    else if (this.#text.length < KEPT) this.#text = (this.#text + text).slice(0, KEPT);
  }

  text(): string {
    return this.#text;
  }
}

/** @returns when the stream has ended */
async function listen(
  stream: Readable | null,
  kept: Kept,
  onLine: ((line: string) => void) | undefined,
): Promise<void> {
  if (!stream) return;
  stream.setEncoding("utf8");
  let line = "";
  try {
    for await (const text of stream as AsyncIterable<string>) {
      kept.add(text);
      if (!onLine) continue;
      const lines = (line + text).split(/\r\n|\n|\r/);
      line = (lines.pop() ?? "").slice(0, LONGEST_LINE);
      for (const whole of lines) onLine(whole);
    }
  } catch {
    // closed by us
  }
  if (line !== "") onLine?.(line);
}

function environment(changes: ChildCall["env"]): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, NoDefaultCurrentDirectoryInExePath: "1" };
  for (const name of GITS_OWN) delete env[name];
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  return env;
}

function wait(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms).unref());
}
