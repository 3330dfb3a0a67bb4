/** s5cmd: `run` with one line per file, which tells of each as JSON. */
import os from "node:os";
import path from "node:path";
import { keyIn, placeOf } from "./tool-spec.js";
import type { ToolCall, ToolEvent, ToolFile, ToolRun } from "./tool-spec.js";

export function s5cmdCall(run: ToolRun): ToolCall {
  const list = path.join(run.dir, "commands");
  const where = run.endpoint === undefined ? [] : ["--endpoint-url", run.endpoint];
  const workers = ["--numworkers", String(run.concurrency), "--retry-count", "3"];
  const lines = run.files.map(({ key, file }) => {
    const url = `s3://${placeOf(run)}/${key}`;
    const ends = run.direction === "upload" ? [file, url] : [url, file];
    return `cp --raw ${ends.map(quoted).join(" ")}\n`;
  });
  return {
    args: ["--json", "--log", "info", ...where, ...workers, ...run.args, "run", list],
    env: {
      AWS_REGION: run.region,
      AWS_CONFIG_FILE: os.devNull,
      AWS_SHARED_CREDENTIALS_FILE: os.devNull,
      AWS_PROFILE: undefined,
      // It stands for --endpoint-url where that is not given.
      S3_ENDPOINT_URL: undefined,
      AWS_ENDPOINT_URL: undefined,
      AWS_ENDPOINT_URL_S3: undefined,
    },
    texts: new Map([[list, lines.join("")]]),
    read: (line) => readLine(line, run.files),
  };
}

/** As its parser of command lines reads it back: like a shell's. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

interface Said {
  readonly success?: boolean;
  readonly error?: string;
}

function readLine(line: string, files: readonly ToolFile[]): ToolEvent | null {
  if (!line.startsWith("{")) return null;
  const key = keyIn(line, files);
  if (key === null) return null;
  try {
    const { success, error } = JSON.parse(line) as Said;
    if (typeof error === "string") return { kind: "failed", key, said: error };
    return success === true ? { kind: "done", key } : null;
  } catch {
    return null; // not one of its messages
  }
}
