/**
 * rclone: `copy --files-from`, with its progress as JSON. The remote is made by environment variables
 * for this one run, so that neither the user's rclone configuration nor a key on a command line is used.
 */
import os from "node:os";
import path from "node:path";
import { placeOf, type ToolCall, type ToolEvent, type ToolRun } from "./tool-spec.js";

const REMOTE = "RCLONE_CONFIG_BLOBSY";

/** What would lead it to another server, or have it ask as somebody else. */
const ELSEWHERE = [
  "RCLONE_S3_ENDPOINT",
  "RCLONE_S3_PROFILE",
  "RCLONE_S3_SHARED_CREDENTIALS_FILE",
  "RCLONE_S3_ACCESS_KEY_ID",
  "RCLONE_S3_SECRET_ACCESS_KEY",
  "RCLONE_S3_SESSION_TOKEN",
  `${REMOTE}_ACCESS_KEY_ID`,
  `${REMOTE}_SECRET_ACCESS_KEY`,
  `${REMOTE}_PROFILE`,
  "AWS_PROFILE",
  "AWS_ENDPOINT_URL",
  "AWS_ENDPOINT_URL_S3",
] as const;

export function rcloneCall(run: ToolRun): ToolCall {
  const list = path.join(run.dir, "files");
  // Without the slash it looks whether there is an object of that name, and then copies that one.
  const remote = `blobsy:${placeOf(run)}/`;
  const ends = run.direction === "upload" ? [run.stage, remote] : [remote, run.stage];
  const args = [
    ["copy", "--files-from-raw", list, "--no-traverse", "--no-check-dest"],
    ["--copy-links", "--s3-no-check-bucket", "--retries", "1", "--low-level-retries", "3"],
    ["--transfers", String(run.concurrency), "--checkers", String(run.concurrency)],
    ["--use-json-log", "--stats", "500ms", "--stats-log-level", "NOTICE", "--log-level", "INFO"],
    run.args,
    ends,
  ].flat();
  const text = run.files.map(({ key }) => `${key}\n`).join("");
  return { args, env: environmentOf(run), texts: new Map([[list, text]]), read: readLine };
}

function environmentOf({ endpoint, region, pathStyle }: ToolRun): ToolCall["env"] {
  const bundle = process.env["AWS_CA_BUNDLE"];
  return {
    RCLONE_CONFIG: os.devNull,
    [`${REMOTE}_TYPE`]: "s3",
    [`${REMOTE}_PROVIDER`]: endpoint === undefined ? "AWS" : "Other",
    [`${REMOTE}_ENV_AUTH`]: "true",
    [`${REMOTE}_REGION`]: region,
    [`${REMOTE}_ENDPOINT`]: endpoint,
    [`${REMOTE}_FORCE_PATH_STYLE`]: pathStyle === undefined ? undefined : String(pathStyle),
    // Where the remote's own variable is not set, those of all its S3 remotes count.
    ...Object.fromEntries(ELSEWHERE.map((name) => [name, undefined])),
    // Its S3 backend cannot take the certificates from there (rclone 1.60); it has a way of its own.
    AWS_CA_BUNDLE: undefined,
    RCLONE_CA_CERT: process.env["RCLONE_CA_CERT"] ?? bundle,
  };
}

interface Said {
  readonly level?: string;
  readonly msg?: string;
  readonly object?: string;
  readonly stats?: { readonly bytes?: number };
}

function readLine(line: string): ToolEvent | null {
  const said = parse(line);
  if (typeof said?.stats?.bytes === "number") return { kind: "bytes", bytes: said.stats.bytes };
  if (typeof said?.object !== "string" || typeof said.msg !== "string") return null;
  if (said.level === "error") return { kind: "failed", key: said.object, said: said.msg };
  return said.msg.startsWith("Copied") ? { kind: "done", key: said.object } : null;
}

function parse(line: string): Said | null {
  if (!line.startsWith("{")) return null;
  try {
    return JSON.parse(line) as Said;
  } catch {
    return null; // not one of its messages
  }
}
