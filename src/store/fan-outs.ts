/** The directories that objects lie in, `objects/ab`: each is made once, and its own name synced. */
import { errnoOf } from "../domain/errors.js";
import { mkdir } from "../fs/ops.js";
import type { SharedSync } from "../fs/shared-sync.js";

export class FanOuts {
  private readonly made = new Map<string, Promise<void>>();
  /** Their names may not be synced yet. */
  private readonly there = new Set<string>();

  /** @param objects the directory they lie in */
  constructor(
    private readonly objects: string,
    private readonly syncs: SharedSync,
  ) {}

  /**
   * A directory counts as made only when its own name is synced, whoever made it.
   * @param lasting "later": that sync is left to `SharedSync.settle`
   * @throws system errors; it is tried again the next time
   */
  prepare(dir: string, lasting: "now" | "later" = "now"): Promise<void> {
    const known = this.made.get(dir);
    if (known) return known;
    if (lasting === "later") return this.prepareForLater(dir);
    const made = mkdir(dir)
      .catch((error: unknown) => {
        if (errnoOf(error) !== "EEXIST") throw error;
      })
      .then(() => this.syncs.sync(this.objects))
      .catch((error: unknown) => {
        this.made.delete(dir);
        throw error;
      });
    this.made.set(dir, made);
    return made;
  }

  private async prepareForLater(dir: string): Promise<void> {
    this.syncs.later(this.objects);
    if (this.there.has(dir)) return;
    await mkdir(dir).catch((error: unknown) => {
      if (errnoOf(error) !== "EEXIST") throw error;
    });
    this.there.add(dir);
  }
}
