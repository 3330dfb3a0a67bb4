/** Writes the lines of BLOBSY_TRACE. Loaded only where it is set. */
import path from "node:path";
import { errnoOf } from "../domain/errors.js";
import { withoutSecrets } from "../domain/redact.js";
import { escapeForTerminal } from "../domain/terminal.js";
import { traceTarget } from "../domain/trace-target.js";
import { appendTraceLine, openTraceFile } from "./trace-file.js";
import { traceTo, type TraceArea, type TraceWriter } from "./trace.js";

/** A line of this many characters fits the 4096 bytes that a pipe takes whole (pipe(7), PIPE_BUF). */
const LONGEST = 1200;
const STDERR = 2;

/**
 * Begins to trace as `setting` says. What cannot be written to is said in one line, and nothing else
 * comes of it.
 * @param say takes that line, for stderr
 * @returns the writer, `null` where there is no trace
 */
export function openTrace(
  setting: string,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): TraceWriter | null {
  const target = traceTarget(setting, (name) => path.isAbsolute(name));
  if (target.kind === "off") return null;
  const name = escapeForTerminal(setting);
  if (target.kind === "unknown") {
    say(`BLOBSY_TRACE is ${name}: it takes 0, 1, or an absolute path to append to; no trace`);
    return null;
  }
  let fd: number | null;
  try {
    fd = target.kind === "stderr" ? STDERR : openTraceFile(target.file);
  } catch (error) {
    say(`no trace in ${name}: ${errnoOf(error) ?? String(error)}`);
    return null;
  }
  const writer: TraceWriter = (area, text) => {
    if (fd === null) return;
    try {
      appendTraceLine(fd, lineOf(area, text, env));
    } catch (error) {
      fd = null; // it will not get better
      if (target.kind === "file") say(`no further trace in ${name}: ${errnoOf(error) ?? "?"}`);
    }
  };
  traceTo(writer, target.kind === "stderr");
  return writer;
}

/** `12:34:56.123456 blobsy[4242] 0.0351 git    rev-parse: exit 0, 3.2 ms` */
function lineOf(area: TraceArea, text: string, env: NodeJS.ProcessEnv): string {
  const clean = escapeForTerminal(withoutSecrets(text, env));
  const shown = clean.length > LONGEST ? `${clean.slice(0, LONGEST)}...` : clean;
  const elapsedMs = performance.now();
  const elapsed = (elapsedMs / 1000).toFixed(4);
  const time = clock(performance.timeOrigin + elapsedMs);
  return `${time} blobsy[${process.pid}] ${elapsed} ${area.padEnd(6)} ${shown}\n`;
}

/** The local time, as GIT_TRACE writes it: the lines of both can be read as one. */
function clock(ms: number): string {
  const time = new Date(ms).toTimeString().slice(0, 8);
  const micros = Math.trunc((ms % 1000) * 1000);
  return `${time}.${String(micros).padStart(6, "0")}`;
}
