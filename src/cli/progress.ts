/**
 * Progress on stderr: one live line on a terminal, a line every few seconds elsewhere, nothing for
 * work that ends within a second. Tasks may overlap; the one opened last is shown.
 */
import type { ProgressTask } from "../app/reporter.js";
import { formatCount, formatDuration, formatSize } from "../domain/size.js";
import type { Output } from "./host.js";

/** A terminal is redrawn this often, a log gets a line this often (milliseconds). */
const LIVE_EVERY = 100;
const LOG_EVERY = 5000;
/** Work that ends before this shows nothing (milliseconds). */
const QUIET_FOR = 1000;

const CLEAR_LINE = "\r\u001b[K";

export interface ProgressState {
  readonly task: string;
  readonly total: { readonly files: number; readonly bytes: number };
  readonly files: number;
  readonly bytes: number;
  /** Milliseconds since the task began. */
  readonly elapsed: number;
}

/** "fetch: 12/40 files, 1.2/3.0 GiB, 85.1 MiB/s, 22s left"; parts that say nothing are left out. */
export function progressLine({ task, total, files, bytes, elapsed }: ProgressState): string {
  const seconds = elapsed / 1000;
  const rate = seconds > 0 ? bytes / seconds : 0;
  const parts = [
    total.files > 0 ? `${files}/${formatCount(total.files, "file")}` : formatCount(files, "file"),
  ];
  if (total.bytes > 0 || bytes > 0) {
    const whole = total.bytes > 0 ? ` of ${formatSize(total.bytes)}` : "";
    parts.push(`${formatSize(bytes)}${whole}`, `${formatSize(Math.round(rate))}/s`);
  }
  const left = total.bytes - bytes;
  if (rate > 0 && left > 0) parts.push(`${formatDuration(left / rate)} left`);
  return `${task}: ${parts.join(", ")}`;
}

export interface ProgressOptions {
  readonly stream: Output;
  readonly now?: () => number;
  /** False on a dumb terminal or in a log; taken from the stream unless told. */
  readonly live?: boolean;
}

/** All running tasks of one command. */
export class Progress {
  readonly #stream: Output;
  readonly #now: () => number;
  readonly #live: boolean;
  readonly #tasks: Task[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lineShown = false;

  constructor({ stream, now = Date.now, live = stream.isTTY === true }: ProgressOptions) {
    this.#stream = stream;
    this.#now = now;
    this.#live = live;
  }

  start(name: string, total: { files: number; bytes: number }): ProgressTask {
    const task: Task = { name, total, files: 0, bytes: 0, began: this.#now(), logged: this.#now() };
    this.#tasks.push(task);
    this.#timer ??= setInterval(() => this.tick(), LIVE_EVERY).unref();
    return {
      add: (files, bytes) => {
        task.files += files;
        task.bytes += bytes;
      },
      end: () => this.#end(task),
    };
  }

  /** Shows what is due now. The timer calls it; a test may. */
  tick(): void {
    const task = this.#tasks.at(-1);
    const now = this.#now();
    if (!task || now - task.began < QUIET_FOR) return;
    if (this.#live) {
      this.#stream.write(CLEAR_LINE + fit(lineOf(task, now), this.#stream.columns ?? 80));
      this.#lineShown = true;
    } else if (now - task.logged >= LOG_EVERY) {
      this.#stream.write(lineOf(task, now) + "\n");
      task.logged = now;
    }
  }

  /** Takes the live line away, so that another line can be printed in its place. */
  clear(): void {
    if (this.#lineShown) this.#stream.write(CLEAR_LINE);
    this.#lineShown = false;
  }

  /** Ends every task; nothing is printed after this. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#tasks.length = 0;
    this.clear();
  }

  #end(task: Task): void {
    const at = this.#tasks.indexOf(task);
    if (at >= 0) this.#tasks.splice(at, 1);
    if (this.#tasks.length === 0) this.stop();
  }
}

interface Task {
  readonly name: string;
  readonly total: { readonly files: number; readonly bytes: number };
  readonly began: number;
  files: number;
  bytes: number;
  logged: number;
}

function lineOf({ name, total, files, bytes, began }: Task, now: number): string {
  return progressLine({ task: name, total, files, bytes, elapsed: now - began });
}

/** A line that wraps could not be taken back by one carriage return. */
function fit(line: string, columns: number): string {
  return line.length < columns ? line : line.slice(0, Math.max(0, columns - 1));
}
