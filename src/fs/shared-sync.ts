/**
 * Syncs directories for many callers at once: whoever asks while a sync of the same directory has not
 * begun shares it. One that has begun may have missed the caller's entry, so it is not joined.
 */
import { errnoOf } from "../domain/errors.js";
import { syncDir } from "./ops.js";

export class SharedSync {
  private readonly running = new Map<string, Promise<void>>();
  private readonly left = new Set<string>();
  private readonly waiting = new Map<string, Promise<void>>();

  /** @throws system errors; every caller that shared the sync gets the same one */
  sync(dir: string): Promise<void> {
    return this.share(dir, () => syncDir(dir));
  }

  /** Leaves it to `settle`: once for however many ask. */
  later(dir: string): void {
    this.left.add(dir);
  }

  /** Syncs what was left; in a directory that has gone since nothing is left to last. @throws system errors */
  async settle(): Promise<void> {
    const dirs = [...this.left];
    this.left.clear();
    const ignoreGone = (error: unknown): void => {
      if (errnoOf(error) !== "ENOENT") throw error;
    };
    await Promise.all(dirs.map((dir) => this.sync(dir).catch(ignoreGone)));
  }

  /** As `sync`, by other means: `act` syncs what `dir` names, and is run for all who wait. */
  share(dir: string, act: () => Promise<void>): Promise<void> {
    const joined = this.waiting.get(dir);
    if (joined) return joined;
    const before = this.running.get(dir) ?? Promise.resolve();
    const next = before
      .catch(() => undefined) // that failure belongs to those who waited for it
      .then(() => {
        this.waiting.delete(dir);
        const now = act();
        this.running.set(dir, now);
        return now;
      });
    this.waiting.set(dir, next);
    return next;
  }
}
