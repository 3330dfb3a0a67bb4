/** How use cases speak to whoever runs them; `cli/` decides how it looks, or that it is quiet. */
export interface Reporter {
  /** One line about something done. */
  note(line: string): void;
  /** One line about something that needs attention. */
  warn(line: string): void;
  /** Opens a progress display; nothing shows for work that ends within a second. */
  progress(task: string, total: { files: number; bytes: number }): ProgressTask;
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
