/**
 * A real S3 server on loopback for whoever tests against one: Ceph's radosgw, as Debian packages it.
 * It starts in a second or two and keeps everything in memory.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  describeWithServer,
  freePorts,
  isInstalled,
  startServer,
  type Accounts,
  type S3Server,
} from "./s3-server.js";

export type Radosgw = S3Server;

const SCRIPT = fileURLToPath(new URL("radosgw.sh", import.meta.url));
const PROGRAMS = ["radosgw", "radosgw-admin", "ceph", "ceph-mon", "ceph-osd", "monmaptool", "bash"];
const ACCOUNTS: Accounts = {
  owner: { accessKeyId: "AKIAOWNER", secretAccessKey: "owner-secret" },
  stranger: { accessKeyId: "AKIASTRANGER", secretAccessKey: "stranger-secret" },
};

/** Why no server can be started here; `null` when one can. */
export function whyNoRadosgw(): string | null {
  const missing = PROGRAMS.filter((name) => !isInstalled(name));
  if (missing.length === 0) return null;
  return `not installed: ${missing.join(", ")} (Debian: radosgw ceph-mon ceph-osd ceph-common)`;
}

/** @throws when it does not come up */
export async function startRadosgw(): Promise<Radosgw> {
  const dir = mkdtempSync(path.join(tmpdir(), "radosgw-"));
  const [monitor = 0, port = 0] = await freePorts(2);
  const command = ["bash", SCRIPT, dir, String(monitor), String(port)] as const;
  return startServer("radosgw", command, port, ACCOUNTS);
}

export function describeWithRadosgw(name: string, define: (server: () => Radosgw) => void): void {
  const kind = { name: "radosgw", whyNot: whyNoRadosgw, start: startRadosgw };
  describeWithServer(kind, name, define);
}
