/**
 * A filter that changes nothing, over this process's own pipes; bundled and started by
 * pipes.test.ts. Appends what it was asked, and how it ended, to the log file named on the command
 * line; content above 64 KiB goes through a temp file.
 */
import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  runFilterSession,
  type FilterHandler,
  type Spool,
} from "../../../src/protocol/filter-session.js";

const log = process.argv[2] as string;

async function spool(): Promise<Spool> {
  const file = path.join(tmpdir(), `identity-filter-${randomUUID()}`);
  const handle = await open(file, "wx+", 0o600);
  await unlink(file);
  return {
    write: async (chunk) => void (await handle.write(chunk)),
    readBack: () => handle.createReadStream({ start: 0, autoClose: false }),
    dispose: () => handle.close(),
  };
}

const echo =
  (command: string): FilterHandler =>
  async (file, content) => {
    appendFileSync(log, `${command} ${content.size} ${file.toString("latin1")}\n`);
    return { status: "success", content: content.bytes ?? content.chunks() };
  };

const result = await runFilterSession({
  input: process.stdin,
  output: process.stdout,
  handlers: { clean: echo("clean"), smudge: echo("smudge") },
  memoryLimit: 64 * 1024,
  spool,
  onFailure: (file, error) => appendFileSync(log, `failure ${String(file)} ${String(error)}\n`),
});
const peak = Math.round(process.resourceUsage().maxRSS / 1024);
appendFileSync(log, `end ${result.end} ${result.requests} rss=${peak}\n`);
