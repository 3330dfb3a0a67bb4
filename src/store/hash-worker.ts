/** The other end of ingest-pool.ts: a thread that hashes or ingests the files it is told. */
import { parentPort, workerData } from "node:worker_threads";
import { fromReading } from "../domain/errors.js";
import { flatten } from "../domain/plain-error.js";
import { hashFile, type ReadOptions } from "../fs/hash.js";
import type { FromWorker, ToWorker, WorkerResult } from "./ingest-pool.js";
import { Store } from "./store.js";

const { storeRoot } = workerData as { storeRoot: string | null };
const store = storeRoot === null ? null : Store.open(storeRoot);
const stop = new AbortController();
const options: ReadOptions = {
  signal: stop.signal,
  onBytes: (bytes) => post({ kind: "bytes", bytes }),
};

parentPort?.on("message", (message: ToWorker) => {
  if (message === "stop") stop.abort();
  else void work(message.index, message.file);
});

async function work(index: number, file: string): Promise<void> {
  post({ kind: "done", index, result: await resultFor(file) });
}

async function resultFor(file: string): Promise<WorkerResult> {
  try {
    const { oid, size, facts } = await (store
      ? store.ingest(file, { ...options, lasting: "later" })
      : hashFile(file, options));
    return { ok: true, oid, size, facts };
  } catch (error) {
    return { ok: false, error: flatten(fromReading(error, file)) };
  }
}

function post(message: FromWorker): void {
  parentPort?.postMessage(message);
}
