/** The other end of hasher.ts: a thread that hashes the stretches it is told, each hash in its order. */
import { createHash, type Hash } from "node:crypto";
import { parentPort } from "node:worker_threads";
import { fromReading } from "../domain/errors.js";
import { flatten } from "../domain/plain-error.js";
import type { FromThread, ToThread } from "./hasher.js";
import { feed } from "./stretch.js";

const hashes = new Map<number, Hash>();

parentPort?.on("message", (message: ToThread) => void answer(message));

async function answer(message: ToThread): Promise<void> {
  const { request } = message;
  try {
    const digest = await act(message);
    post(digest === undefined ? { request } : { request, digest });
  } catch (error) {
    const file = message.kind === "add" ? message.stretch.file : "";
    post({ request, error: flatten(fromReading(error, file)) });
  }
}

async function act(message: ToThread): Promise<string | undefined> {
  const { hash: name } = message;
  const hash = hashes.get(name) ?? createHash("sha256");
  hashes.set(name, hash);
  if (message.kind === "add") {
    await feed(hash, message.stretch, undefined);
    return undefined;
  }
  hashes.delete(name);
  return message.kind === "digest" ? hash.digest("hex") : undefined;
}

function post(message: FromThread): void {
  parentPort?.postMessage(message);
}
