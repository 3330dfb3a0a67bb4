/**
 * What blobsy tells of its own work when BLOBSY_TRACE asks for it. Without that there is no writer:
 * nothing is formatted, and what formats and writes (fs/trace-writer.ts) is not even loaded.
 */

/** What a line is about. start, end: the process; run: a program other than git; step: a row of the decision. */
export type TraceArea =
  "start" | "end" | "git" | "lock" | "remote" | "run" | "step" | "filter" | "hook" | "error";

/** Takes one line; says it without secrets, and never throws. */
export type TraceWriter = (area: TraceArea, text: string) => void;

let writer: TraceWriter | null = null;
let shares = false;

/** @param sharesStderr the lines go where this process's own words go */
export function traceTo(to: TraceWriter, sharesStderr: boolean): void {
  writer = to;
  shares = sharesStderr;
}

export function isTracing(): boolean {
  return writer !== null;
}

/** A git that is listened to must not have our lines among its last words. */
export function tracesToStderr(): boolean {
  return shares;
}

export function trace(area: TraceArea, describe: () => string): void {
  if (writer !== null) writer(area, describe());
}

/** "3.2 ms" since `began`, a reading of performance.now(). */
export function tookMs(began: number): string {
  return `${(performance.now() - began).toFixed(1)} ms`;
}
