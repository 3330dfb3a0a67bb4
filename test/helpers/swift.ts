/**
 * A second real S3 server, of another dialect: OpenStack Swift with its s3api, as Debian packages it. It
 * refuses a condition on a PUT (501), knows no checksums but MD5, and puts large objects together in its
 * own way.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  describeWithServer,
  freePorts,
  startServer,
  type Accounts,
  type S3Server,
} from "./s3-server.js";

const SCRIPT = fileURLToPath(new URL("swift-server.py", import.meta.url));
/** The one that Debian's packages are for, whatever else is on PATH. */
const PYTHON = "/usr/bin/python3";
const ACCOUNTS: Accounts = {
  owner: { accessKeyId: "test:tester", secretAccessKey: "testing" },
  stranger: { accessKeyId: "test:stranger", secretAccessKey: "nothing" },
};

/** Why no server can be started here; `null` when one can. */
function whyNoSwift(): string | null {
  const tried = spawnSync(PYTHON, ["-c", "import swift.common.middleware.s3api"], {
    encoding: "utf8",
  });
  if (tried.status === 0) return null;
  const why = tried.error?.message ?? tried.stderr.trim().split("\n").at(-1) ?? "";
  return `${why} (Debian: python3-swift)`;
}

/** @throws when it does not come up */
export async function startSwift(): Promise<S3Server> {
  const dir = mkdtempSync(path.join(tmpdir(), "swift-"));
  const [port = 0] = await freePorts(1);
  return startServer("swift", [PYTHON, SCRIPT, dir, String(port)], port, ACCOUNTS);
}

export function describeWithSwift(title: string, define: (server: () => S3Server) => void): void {
  describeWithServer({ name: "swift", whyNot: whyNoSwift, start: startSwift }, title, define);
}
