/** What a filter process needs once Git asks about a file: the repository, the answers, the end. */
import { fromErrno } from "../domain/errors.js";
import { isEnding } from "../fs/owner.js";
import { findRepository } from "../git/git.js";
import { Journal } from "../worktree/journal.js";
import { StatCache } from "../worktree/stat-cache.js";
import { type Context, contextFor } from "./context.js";
import { FilterHandler } from "./filter-handler.js";
import { LazyReporter } from "./lazy-reporter.js";
import { useLittleMemory } from "./lean-memory.js";
import type { Reporter } from "./reporter.js";

export class FilterWork {
  readonly handler: FilterHandler;
  private readonly said = new Set<string>();

  private constructor(
    private readonly ctx: Context,
    private readonly reporter: LazyReporter,
    private readonly cache: StatCache,
    private readonly journal: Journal,
  ) {
    this.handler = new FilterHandler(ctx, cache, journal);
  }

  /** @throws {BlobsyError} NOT_A_REPOSITORY, REFUSED_PATH */
  static async start(load: () => Promise<Reporter>): Promise<FilterWork> {
    useLittleMemory();
    const reporter = new LazyReporter(load);
    const ctx = contextFor(await findRepository(process.cwd()), reporter);
    const { worktreeState } = ctx.repo;
    return new FilterWork(ctx, reporter, StatCache.load(worktreeState), new Journal(worktreeState));
  }

  /** A file that was answered with an error. What is the same for many, a full disk, is said once. */
  report(name: Buffer, error: unknown): void {
    const file = name.toString("utf8");
    const reason = fromErrno(error, "taking note of it", file).message;
    if (!this.said.has(reason)) this.reporter.warn(`${file}: ${reason}`);
    this.said.add(reason);
  }

  /**
   * The end of input: Git has written every file, and waits.
   * @param git the pid of the process that started this one
   * @returns 0, or 1 when something is left to do
   */
  async settle(git: number): Promise<number> {
    const { ctx, cache, journal, handler, reporter } = this;
    if (process.ppid !== git || isEnding(git)) return 1;
    const { settleFilter } = await import("./settle-filter.js");
    const code = await settleFilter(ctx, { cache, journal, asked: handler.asked });
    await reporter.flushed();
    return code;
  }
}
