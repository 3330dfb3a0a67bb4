/**
 * One filter process: Git's requests, and at the end of them the reconcile.
 *
 * Git has written every file by then and waits for this process to exit; its exit code means nothing
 * to Git. Only a clean end of input counts: after a broken pipe nobody knows what Git did.
 */
import { createReadStream } from "node:fs";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { findRepository } from "../git/git.js";
import { createFile, mkdirs, unlinkIfThere, writeAll } from "../fs/ops.js";
import { tempName } from "../fs/temp.js";
import {
  type Answer,
  type Content,
  runFilterSession,
  type Spool,
} from "../protocol/filter-session.js";
import { Journal } from "../worktree/journal.js";
import { StatCache } from "../worktree/stat-cache.js";
import { type Context, contextFor } from "./context.js";
import { describeReport } from "./describe.js";
import { FilterHandler } from "./filter-handler.js";
import { dropGitTemporaryIndex } from "./git-environment.js";
import { LazyReporter } from "./lazy-reporter.js";
import type { Reporter } from "./reporter.js";

export interface FilterIO {
  readonly input: Readable;
  readonly output: Writable;
  /** Loaded when there is something to say. */
  readonly reporter: () => Promise<Reporter>;
}

/** Ref files are 4 KiB at most; anything longer only passes through. */
const MEMORY_LIMIT = 64 * 1024;

interface Serving {
  readonly ctx: Context;
  readonly cache: StatCache;
  readonly journal: Journal;
  readonly handler: FilterHandler;
}

/** @returns the exit code, for tests and traces; Git ignores it */
export async function runFilterProcess(io: FilterIO): Promise<number> {
  const reporter = new LazyReporter(io.reporter);
  const nested = process.env["BLOBSY_NESTED"] === "1";
  let serving: Promise<Serving> | undefined;
  const serve = (): Promise<Serving> => (serving ??= startServing(reporter));
  const handle =
    (kind: "clean" | "smudge") =>
    async (name: Buffer, content: Content): Promise<Answer> => {
      if (nested) return { status: "success", content: content.bytes ?? content.chunks() };
      return (await serve()).handler[kind](name, content);
    };

  const session = await runFilterSession({
    input: io.input,
    output: io.output,
    handlers: { clean: handle("clean"), smudge: handle("smudge") },
    memoryLimit: MEMORY_LIMIT,
    spool: async () => makeSpool((await serve()).ctx),
    onFailure: (name, error) => {
      reporter.warn(
        `${name.toString("utf8")}: ${error instanceof Error ? error.message : String(error)}`,
      );
    },
  });
  if (session.end === "broken") return 1;
  const code = serving ? await settle(await serving, reporter) : 0;
  await reporter.flushed();
  return code;
}

async function startServing(reporter: Reporter): Promise<Serving> {
  const ctx = contextFor(await findRepository(process.cwd()), reporter);
  const cache = StatCache.load(ctx.repo.worktreeState);
  const journal = new Journal(ctx.repo.worktreeState);
  return { ctx, cache, journal, handler: new FilterHandler(ctx, cache, journal) };
}

async function settle(serving: Serving, reporter: Reporter): Promise<number> {
  const { ctx, cache, journal, handler } = serving;
  dropGitTemporaryIndex(ctx.repo.gitDir);
  const { reconcile } = await import("./reconcile.js");
  try {
    const report = await reconcile(ctx, {
      actor: "filter",
      journal,
      asked: handler.asked,
      cache,
      // Somebody waits for the payloads of a checkout; nobody waits for a status in an editor.
      wait: !journal.isEmpty,
    });
    for (const line of describeReport(report)) reporter.warn(line);
    return report.failures.length > 0 ? 1 : 0;
  } catch (error) {
    const { noteStop } = await import("./note-stop.js");
    await noteStop(ctx, error);
    throw error;
  }
}

async function makeSpool(ctx: Context): Promise<Spool> {
  await mkdirs(ctx.place.tempDir);
  const file = path.join(ctx.place.tempDir, tempName("spool"));
  const handle = await createFile(file, 0o600);
  let length = 0;
  return {
    write: async (chunk) => {
      await writeAll(handle, file, chunk, length);
      length += chunk.length;
    },
    readBack: () => createReadStream(file),
    dispose: async () => {
      await handle.close();
      await unlinkIfThere(file);
    },
  };
}
