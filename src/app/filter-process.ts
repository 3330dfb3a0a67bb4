/**
 * One filter process: Git's requests, and at the end of them the reconcile.
 *
 * Git has written every file by then and waits for this process to exit; its exit code means nothing
 * to Git. Only a clean end of input counts: after a broken pipe, or when Git itself is gone (its end of
 * the pipe is then closed between two requests), nobody knows what Git did. What it had asked for stays
 * in the journal, as evidence for whoever reconciles next.
 */
import type { Readable, Writable } from "node:stream";
import {
  type Answer,
  type Content,
  runFilterSession,
  type Spool,
} from "../protocol/filter-session.js";
import type { FilterWork } from "./filter-work.js";
import type { Reporter } from "./reporter.js";

export interface FilterIO {
  readonly input: Readable;
  readonly output: Writable;
  /** Loaded when there is something to say. */
  readonly reporter: () => Promise<Reporter>;
}

/** Ref files are 4 KiB at most; anything longer only passes through. */
const MEMORY_LIMIT = 64 * 1024;

/**
 * Answers Git's requests until it wants no more. Only the protocol is loaded before the first answer;
 * what a file needs comes with the first file.
 *
 * @returns the exit code, for tests and traces; Git ignores it
 */
export async function runFilterProcess(io: FilterIO): Promise<number> {
  const nested = process.env["BLOBSY_NESTED"] === "1";
  const git = process.ppid;
  let work: Promise<FilterWork> | undefined;
  const start = (): Promise<FilterWork> =>
    (work ??= import("./filter-work.js").then(({ FilterWork }) => FilterWork.start(io.reporter)));
  const handle =
    (kind: "clean" | "smudge") =>
    async (name: Buffer, content: Content): Promise<Answer> => {
      if (nested) return { status: "success", content: content.bytes ?? content.chunks() };
      return (await start()).handler[kind](name, content);
    };

  const session = await runFilterSession({
    input: io.input,
    output: io.output,
    handlers: { clean: handle("clean"), smudge: handle("smudge") },
    memoryLimit: MEMORY_LIMIT,
    spool: makeSpool,
    onFailure: (name, error) => void start().then((started) => started.report(name, error)),
  });
  if (session.end === "broken") return 1;
  return work ? (await work).settle(git) : 0;
}

/** Content of files that are none of ours (`* filter=blobsy`): only passed through. */
async function makeSpool(): Promise<Spool> {
  const { openSpool } = await import("./filter-spool.js");
  return openSpool();
}
