/**
 * The file of BLOBSY_TRACE. Not by way of fs/ops.ts: a trace is not work that a test makes fail or counts.
 */
import { constants, openSync, writeSync } from "node:fs";
import { errnoOf } from "../domain/errors.js";

/**
 * Opens it to append to, shared with every other process that traces there.
 * @throws system errors; also for a FIFO that nobody reads, where a plain open would wait for ever
 */
export function openTraceFile(file: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT } = constants;
  // Windows has neither.
  const never = (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
  return openSync(file, O_WRONLY | O_APPEND | O_CREAT | never, 0o666);
}

/** A reader that takes nothing for so long has stopped reading. */
const PATIENCE_MS = 1000;
const STEP_MS = 5;

/** One write, so that the lines of processes side by side stay whole. @throws system errors */
export function appendTraceLine(fd: number, line: string): void {
  for (let waited = 0; ; waited += STEP_MS) {
    try {
      writeSync(fd, line);
      return;
    } catch (error) {
      // A pipe that is full: Node makes those of stderr non-blocking, and so did we above.
      if (errnoOf(error) !== "EAGAIN" || waited >= PATIENCE_MS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STEP_MS);
    }
  }
}
