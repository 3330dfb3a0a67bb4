/**
 * Progress on stderr: one live line on a terminal, a line every few seconds elsewhere, nothing for
 * work that ends within a second. Tasks may overlap or follow each other; those of one name count as
 * one, and the one opened last is shown.
 */
import type { ProgressTask, ProgressTotal } from "../app/reporter.js";
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
  readonly total: ProgressTotal;
  readonly files: number;
  readonly bytes: number;
  /** Milliseconds at work so far. */
  readonly elapsed: number;
}

/**
 * "downloading: 12/40 files, 1.2 GB of 3.0 GB, 85.1 MB/s, 22 s left"; parts that say nothing are left
 * out, and on a narrow terminal the rate, then the bytes, before the time that is left.
 */
export function progressLine(state: ProgressState, columns = Infinity): string {
  const { task, total, files, bytes, elapsed } = state;
  const rate = elapsed > 0 ? (bytes / elapsed) * 1000 : 0;
  const left = total.bytes - bytes;
  const parts = {
    files:
      total.files > 0 ? `${files}/${formatCount(total.files, "file")}` : formatCount(files, "file"),
    bytes: `${formatSize(bytes)}${total.bytes > 0 ? ` of ${formatSize(total.bytes)}` : ""}`,
    rate: `${formatSize(Math.round(rate))}/s`,
    left: `${formatDuration(left / rate)} left`,
  };
  const known = (["files", "bytes", "rate", "left"] as const).filter(
    (name) =>
      name === "files" || (total.bytes + bytes > 0 && (name !== "left" || (rate > 0 && left > 0))),
  );
  const fewer = [[], ["rate"], ["rate", "bytes"]].map((without) => {
    const shown = known.filter((name) => !without.includes(name));
    return `${task}: ${shown.map((name) => parts[name]).join(", ")}`;
  });
  return fewer.find((line) => line.length < columns) ?? fit(fewer.at(-1) ?? "", columns);
}

/** A line that wraps could not be taken back by one carriage return. */
function fit(line: string, columns: number): string {
  return line.length < columns ? line : line.slice(0, Math.max(0, columns - 1));
}

export interface ProgressOptions {
  readonly stream: Output;
  readonly now?: () => number;
  /** False on a dumb terminal or in a log; taken from the stream unless told. */
  readonly live?: boolean;
}

/** All running tasks of one command, joined by their name. */
export class Progress {
  readonly #stream: Output;
  readonly #now: () => number;
  readonly #live: boolean;
  #groups: Group[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lineShown = false;

  constructor({ stream, now = Date.now, live = stream.isTTY === true }: ProgressOptions) {
    this.#stream = stream;
    this.#now = now;
    this.#live = live;
  }

  start(name: string, total: ProgressTotal, busyMs = 0): ProgressTask {
    const now = this.#now();
    const known = this.#groups.find((group) => group.name === name);
    const group = known ?? new Group(name, now, busyMs);
    // The one opened last is shown.
    this.#groups = [...this.#groups.filter((one) => one !== group), group];
    group.begin(total, now);
    this.#timer ??= setInterval(() => this.tick(), LIVE_EVERY).unref();
    let ended = false;
    return {
      add: (files, bytes) => group.add(files, bytes),
      end: () => {
        if (!ended) this.#end(group);
        ended = true;
      },
    };
  }

  /** Shows what is due now. The timer calls it; a test may. */
  tick(): void {
    const group = this.#groups.findLast(({ isOpen }) => isOpen);
    const now = this.#now();
    if (!group || group.busy(now) < QUIET_FOR) return;
    if (this.#live) {
      this.#stream.write(CLEAR_LINE + progressLine(group.state(now), this.#stream.columns || 80));
      this.#lineShown = true;
    } else if (now - group.logged >= LOG_EVERY) {
      this.#stream.write(progressLine(group.state(now)) + "\n");
      group.logged = now;
    }
  }

  /** Takes the live line away, so that another line can be printed in its place. */
  clear(): void {
    if (this.#lineShown) this.#stream.write(CLEAR_LINE);
    this.#lineShown = false;
  }

  /** Ends every task; nothing is printed after this. */
  stop(): void {
    this.#rest();
    this.#groups = [];
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.clear();
  }

  #end(group: Group): void {
    group.finish(this.#now());
    if (!this.#groups.some(({ isOpen }) => isOpen)) this.#rest();
  }
}

/** Tasks of one name: what is done and to do in all of them, and how long any of them was at it. */
class Group {
  #total = { files: 0, bytes: 0 };
  #files = 0;
  #bytes = 0;
  #open = 0;
  #openedAt = 0;
  /** When its last line went into a log. */
  logged: number;

  constructor(
    readonly name: string,
    now: number,
    private busyBefore: number,
  ) {
    this.logged = now - busyBefore;
  }

  get isOpen(): boolean {
    return this.#open > 0;
  }

  begin({ files, bytes }: ProgressTotal, now: number): void {
    if (this.#open === 0) this.#openedAt = now;
    this.#open += 1;
    this.#total = { files: this.#total.files + files, bytes: this.#total.bytes + bytes };
  }

  add(files: number, bytes: number): void {
    this.#files += files;
    this.#bytes += bytes;
  }

  finish(now: number): void {
    this.#open -= 1;
    if (this.#open === 0) this.busyBefore += now - this.#openedAt;
  }

  busy(now: number): number {
    return this.busyBefore + (this.#open > 0 ? now - this.#openedAt : 0);
  }

  state(now: number): ProgressState {
    return {
      task: this.name,
      total: this.#total,
      files: this.#files,
      bytes: this.#bytes,
      elapsed: this.busy(now),
    };
  }
}
