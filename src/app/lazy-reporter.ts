/** A reporter that costs nothing until there is something to say. */
import { type ProgressTask, type Reporter, SILENT } from "./reporter.js";

export class LazyReporter implements Reporter {
  private real: Reporter | undefined;
  private said: Promise<void> = Promise.resolve();

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

  progress(task: string, total: { files: number; bytes: number }): ProgressTask {
    let open: ProgressTask | undefined;
    let ended = false;
    const early = { files: 0, bytes: 0 };
    this.say((reporter) => {
      if (ended) return;
      open = reporter.progress(task, total);
      open.add(early.files, early.bytes);
    });
    return {
      add: (files, bytes) => {
        if (open) return open.add(files, bytes);
        early.files += files;
        early.bytes += bytes;
      },
      end: () => {
        ended = true;
        (open ?? SILENT.progress(task, total)).end();
      },
    };
  }

  /** Resolves when everything said so far has been handed on. */
  flushed(): Promise<void> {
    return this.said;
  }

  private say(speak: (reporter: Reporter) => void): void {
    if (this.real) return speak(this.real);
    this.said = this.said.then(async () => {
      this.real ??= await this.load();
      speak(this.real);
    });
  }
}
