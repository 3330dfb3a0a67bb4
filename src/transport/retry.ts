/**
 * Repeats what failed for a passing reason: THROTTLED and NETWORK, and nothing else. A wrapper of
 * the transports' own shape, so that none of them has a loop of its own.
 *
 * The pauses double, and each is cut by chance ("full jitter"): clients that were refused together
 * must not come back together.
 */
import { setTimeout as delay } from "node:timers/promises";
import { isBlobsyError } from "../domain/errors.js";
import { unlinkIfThere } from "../fs/ops.js";
import { throwIfStopped } from "./copy.js";
import type { RemoteObject, Transport, TransportOptions } from "./transport.js";

export interface RetryOptions {
  /** How often in all. */
  readonly attempts?: number;
  /** Longest first pause, in milliseconds; it doubles up to `maxPauseMs`. */
  readonly firstPauseMs?: number;
  readonly maxPauseMs?: number;
  readonly pause?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** A number from 0 to 1. */
  readonly random?: () => number;
}

const DEFAULTS: Required<RetryOptions> = {
  attempts: 6,
  firstPauseMs: 250,
  maxPauseMs: 10_000,
  pause: async (ms, signal) => {
    await delay(ms, undefined, signal ? { signal } : {}).catch(() => undefined); // told below
  },
  random: Math.random,
};

export function withRetry(inner: Transport, options: RetryOptions = {}): Transport {
  const retry = new Retrying({ ...DEFAULTS, ...options });
  return {
    id: inner.id,
    capabilities: inner.capabilities,
    has: (key, opts) => retry.run(opts, () => inner.has(key, opts)),
    upload: (key, file, size, opts) => {
      const meter = meterOf(opts);
      return retry.run(opts, () => inner.upload(key, file, size, meter()));
    },
    download: (key, dest, maxBytes, opts) => {
      const meter = meterOf(opts);
      return retry.run(
        opts,
        () => inner.download(key, dest, maxBytes, meter()),
        // A part may be there, and `download` wants a path that does not exist.
        () => unlinkIfThere(dest),
      );
    },
    list: (prefix, opts) => retry.list(opts, () => inner.list(prefix, opts)),
    remove: (key, opts) => retry.run(opts, () => inner.remove(key, opts)),
    check: (opts) => retry.run(opts, () => inner.check(opts)),
    generation: (opts) => retry.run(opts, () => inner.generation(opts)),
  };
}

class Retrying {
  readonly #options: Required<RetryOptions>;

  constructor(options: Required<RetryOptions>) {
    this.#options = options;
  }

  async run<T>(
    options: TransportOptions | undefined,
    act: () => Promise<T>,
    tidy?: () => Promise<void>,
  ): Promise<T> {
    for (let failed = 0; ;) {
      try {
        return await act();
      } catch (error) {
        failed += 1;
        await this.#wait(error, failed, options?.signal);
        await tidy?.();
      }
    }
  }

  /** Begins anew after a failure, and leaves out what was given before it. */
  async *list(
    options: TransportOptions | undefined,
    begin: () => AsyncIterable<RemoteObject>,
  ): AsyncGenerator<RemoteObject> {
    const given = new Set<string>();
    for (let failed = 0; ;) {
      try {
        for await (const object of begin()) {
          if (given.has(object.key)) continue;
          given.add(object.key);
          yield object;
        }
        return;
      } catch (error) {
        failed += 1;
        await this.#wait(error, failed, options?.signal);
      }
    }
  }

  /** @throws `error` when it is final, or has come too often */
  async #wait(error: unknown, failed: number, signal: AbortSignal | undefined): Promise<void> {
    const { attempts, firstPauseMs, maxPauseMs, pause, random } = this.#options;
    if (!isPassing(error) || failed >= attempts) throw error;
    await pause(Math.min(maxPauseMs, firstPauseMs * 2 ** (failed - 1)) * random(), signal);
    throwIfStopped(signal);
  }
}

function isPassing(error: unknown): boolean {
  return isBlobsyError(error) && (error.code === "THROTTLED" || error.code === "NETWORK");
}

/** Options for each attempt, so that bytes moved again are not counted again. */
function meterOf(options: TransportOptions | undefined): () => TransportOptions {
  const onBytes = options?.onBytes;
  if (!onBytes) return () => options ?? {};
  let counted = 0;
  return () => {
    let moved = 0;
    return {
      ...options,
      onBytes: (bytes) => {
        moved += bytes;
        if (moved <= counted) return;
        onBytes(moved - counted);
        counted = moved;
      },
    };
  };
}
