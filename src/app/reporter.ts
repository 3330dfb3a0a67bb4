/** How use cases speak to whoever runs them; `cli/` decides how it looks, or that it is quiet. */
export interface Reporter {
  /** One line about something done. */
  note(line: string): void;
  /** One line about something that needs attention. */
  warn(line: string): void;
  /**
   * Opens a progress display; nothing shows for work that ends within a second. Tasks of one name are
   * shown as one, also when they come one after the other.
   * @param busyMs how long it has been at work already
   */
  progress(task: string, total: ProgressTotal, busyMs?: number): ProgressTask;
}

export interface ProgressTotal {
  readonly files: number;
  readonly bytes: number;
}

export interface ProgressTask {
  add(files: number, bytes: number): void;
  end(): void;
}

export const SILENT: Reporter = {
  note: () => undefined,
  warn: () => undefined,
  progress: () => ({ add: () => undefined, end: () => undefined }),
};
