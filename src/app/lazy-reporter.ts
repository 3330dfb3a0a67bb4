/**
 * A reporter that costs nothing until there is something to say. Progress is only counted at first:
 * within its first second none is shown, and most of Git's commands are done by then.
 */
import type { ProgressTask, ProgressTotal, Reporter } from "./reporter.js";

const SHOWN_AFTER_MS = 1000;

export class LazyReporter implements Reporter {
  private real: Reporter | undefined;
  private said: Promise<void> = Promise.resolve();
  private readonly counted = new Map<string, Counted>();
  private since: number | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly load: () => Promise<Reporter>) {}

  note(line: string): void {
    this.say((reporter) => {
      reporter.note(line);
    });
  }

  warn(line: string): void {
    this.say((reporter) => {
      reporter.warn(line);
    });
  }

  progress(task: string, total: ProgressTotal): ProgressTask {
    if (this.real) return this.real.progress(task, total);
    const counted = this.counted.get(task) ?? new Counted(task);
    this.counted.set(task, counted);
    this.since ??= Date.now();
    const wait = Math.max(0, this.since + SHOWN_AFTER_MS - Date.now());
    this.timer ??= setTimeout(() => this.showWhatIsOpen(), wait).unref();
    return counted.begin(total);
  }

  /** Resolves when everything said so far has been handed on. */
  flushed(): Promise<void> {
    return this.said;
  }

  private showWhatIsOpen(): void {
    this.timer = undefined;
    const isOpen = [...this.counted.values()].some((counted) => counted.isOpen);
    // Loading brings the display along.
    if (isOpen) this.say(() => undefined);
  }

  private say(speak: (reporter: Reporter) => void): void {
    if (this.real) return speak(this.real);
    this.said = this.said.then(async () => {
      this.real ??= await this.load();
      const busyMs = this.since === undefined ? 0 : Date.now() - this.since;
      for (const counted of this.counted.values()) counted.handOver(this.real, busyMs);
      this.counted.clear();
      speak(this.real);
    });
  }
}

/** Tasks of one name before there is a display. */
class Counted {
  private readonly total = { files: 0, bytes: 0 };
  private readonly done = { files: 0, bytes: 0 };
  private tasks = 0;
  private shown: ProgressTask | undefined;

  constructor(private readonly task: string) {}

  get isOpen(): boolean {
    return this.tasks > 0;
  }

  begin({ files, bytes }: ProgressTotal): ProgressTask {
    this.total.files += files;
    this.total.bytes += bytes;
    this.tasks += 1;
    let ended = false;
    return {
      add: (more, moreBytes) => {
        if (this.shown) return this.shown.add(more, moreBytes);
        this.done.files += more;
        this.done.bytes += moreBytes;
      },
      end: () => {
        if (ended) return;
        ended = true;
        this.tasks -= 1;
        if (this.tasks === 0) this.shown?.end();
      },
    };
  }

  handOver(reporter: Reporter, busyMs: number): void {
    this.shown = reporter.progress(this.task, this.total, busyMs);
    this.shown.add(this.done.files, this.done.bytes);
    if (this.tasks === 0) this.shown.end();
  }
}
