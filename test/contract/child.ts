/**
 * One transport operation in a process of its own, so that it can be killed or run as somebody else.
 * Bundled and started by transport.ts. Prints one JSON line: `{}` or `{code, message}`.
 */
import { openTransport, type TransportSpec } from "../../src/transport/registry.js";

export interface ChildTask {
  readonly spec: TransportSpec;
  readonly act: "has" | "upload" | "download" | "list" | "remove" | "check";
  readonly key: string;
  readonly file: string;
  readonly size: number;
  /** Die of SIGKILL as soon as so many bytes have moved. */
  readonly dieAfter?: number;
}

const task = JSON.parse(process.argv[2] as string) as ChildTask;
const { key, file, size, dieAfter } = task;
let moved = 0;
const onBytes = (bytes: number): void => {
  moved += bytes;
  if (dieAfter !== undefined && moved >= dieAfter) process.kill(process.pid, "SIGKILL");
};

async function act(): Promise<unknown> {
  const transport = await openTransport(task.spec);
  switch (task.act) {
    case "has":
      return transport.has(key);
    case "upload":
      return transport.upload(key, file, size, { onBytes });
    case "download":
      return transport.download(key, file, size, { onBytes });
    case "list":
      return collect(transport.list(key));
    case "remove":
      return transport.remove(key);
    case "check":
      return transport.check();
  }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

try {
  await act();
  console.log("{}");
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  console.log(JSON.stringify({ code, message }));
}
