/**
 * aws-cli: `s3 cp --recursive`, to and from a directory. It lists what lies below a prefix to find
 * what to download; the common beginning of the keys keeps that short.
 */
import os from "node:os";
import path from "node:path";
import { keyIn, placeOf } from "./tool-spec.js";
import type { ToolCall, ToolEvent, ToolFile, ToolRun } from "./tool-spec.js";

export function awsCall(run: ToolRun): ToolCall {
  const config = path.join(run.dir, "config");
  const where = run.endpoint === undefined ? [] : ["--endpoint-url", run.endpoint];
  const args = ["s3", "cp", ...pathsOf(run), ...where, "--region", run.region, ...run.args];
  return {
    args,
    env: {
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: os.devNull,
      AWS_PROFILE: undefined,
      AWS_DEFAULT_PROFILE: undefined,
      AWS_ENDPOINT_URL: undefined,
      AWS_ENDPOINT_URL_S3: undefined,
      AWS_PAGER: "",
      AWS_MAX_ATTEMPTS: "3",
      AWS_RETRY_MODE: "standard",
    },
    texts: new Map([[config, configText(run)]]),
    read: (line) => readLine(line, run.files),
  };
}

function pathsOf({ direction, files, stage, bucket, prefix }: ToolRun): string[] {
  const url = (key: string): string => `s3://${placeOf({ bucket, prefix })}/${key}`;
  if (direction === "upload") return [stage, url(""), "--recursive", "--no-guess-mime-type"];
  const [only, ...others] = files;
  if (only && others.length === 0) return [url(only.key), only.file];
  const common = commonDir(files.map(({ key }) => key));
  const wanted = files.flatMap(({ key }) => ["--include", key.slice(common.length)]);
  const to = path.join(stage, ...common.split("/"));
  return [url(common), to, "--recursive", "--exclude", "*", ...wanted];
}

/** "a/b/" for a/b/c and a/b/d/e. */
export function commonDir(keys: readonly string[]): string {
  let common = keys[0] ?? "";
  for (const key of keys) while (!key.startsWith(common)) common = common.slice(0, -1);
  return common.slice(0, common.lastIndexOf("/") + 1);
}

function configText({ concurrency, pathStyle, endpoint }: ToolRun): string {
  const style = (pathStyle ?? endpoint !== undefined) ? "path" : "auto";
  return [
    "[default]",
    "s3 =",
    `  max_concurrent_requests = ${Math.max(concurrency, 4)}`,
    `  addressing_style = ${style}`,
    "",
  ].join("\n");
}

const UNITS: Readonly<Record<string, number>> = {
  Bytes: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

function readLine(line: string, files: readonly ToolFile[]): ToolEvent | null {
  const [, amount, unit = ""] = /^Completed ([\d.]+) (Bytes|[KMGT]iB)\//.exec(line) ?? [];
  if (amount !== undefined) {
    return { kind: "bytes", bytes: Math.floor(Number(amount) * (UNITS[unit] ?? 1)) };
  }
  const [told, failed] = /^(?:upload|download)( failed)?: /.exec(line) ?? [];
  if (told === undefined) return null;
  const key = keyIn(line, files);
  if (key === null) return null;
  return failed === undefined ? { kind: "done", key } : { kind: "failed", key, said: line };
}
