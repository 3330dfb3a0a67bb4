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
import type { TraceWriter } from "./start-trace.js";

export interface FilterIO {
  readonly input: Readable;
  readonly output: Writable;
  /** Loaded when there is something to say. */
  readonly reporter: () => Promise<Reporter>;
  /** Where BLOBSY_TRACE is set: takes a line. */
  readonly trace?: TraceWriter | null;
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
  const count = { clean: 0, smudge: 0 };
  const handle =
    (kind: "clean" | "smudge") =>
    async (name: Buffer, content: Content): Promise<Answer> => {
      count[kind] += 1;
      if (nested) return { status: "success", content: content.bytes ?? content.chunks() };
      return (await start()).handler[kind](name, content);
    };

  io.trace?.("filter", `session begins${nested ? ", inside a git that blobsy runs" : ""}`);
  const session = await runFilterSession({
    input: io.input,
    output: io.output,
    handlers: { clean: handle("clean"), smudge: handle("smudge") },
    memoryLimit: MEMORY_LIMIT,
    spool: makeSpool,
    onFailure: (name, error) => void start().then((started) => started.report(name, error)),
  });
  const how = session.end === "broken" ? "breaks off" : "ends";
  io.trace?.("filter", `session ${how}: ${count.clean} clean, ${count.smudge} smudge`);
  if (session.end === "broken") return 1;
  return work ? (await work).settle(git) : 0;
}

/** Content of files that are none of ours (`* filter=blobsy`): only passed through. */
async function makeSpool(): Promise<Spool> {
  const { openSpool } = await import("./filter-spool.js");
  return openSpool();
}
