/**
 * Repeats what failed for a passing reason: THROTTLED and NETWORK, and nothing else. A wrapper of
 * the transports' own shape, so that none of them has a loop of its own.
 *
 * The pauses double, and each is cut by chance ("full jitter"): clients that were refused together
 * must not come back together. A remote that nobody answers at is asked for a moment only, and once that
 * moment is over the other files of the same process do not each wait for it again.
 */
import { setTimeout as delay } from "node:timers/promises";
import { isBlobsyError, type BlobsyError } from "../domain/errors.js";
import { unlinkIfThere } from "../fs/ops.js";
import { throwIfStopped } from "./copy.js";
import type { Transport, TransportOptions } from "./transport.js";

export interface RetryOptions {
  /** How often in all. */
  readonly attempts?: number;
  /** Longest first pause, in milliseconds; it doubles up to `maxPauseMs`. */
  readonly firstPauseMs?: number;
  readonly maxPauseMs?: number;
  readonly pause?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** A number from 0 to 1. */
  readonly random?: () => number;
  /** Milliseconds, of any clock that only goes on. */
  readonly now?: () => number;
}

/** How often in all where nobody is there at all: two seconds at most. */
const ATTEMPTS_AT_NOBODY = 4;
/** A try that was waited for so long, in milliseconds, and brought nothing counts for several. */
const LONG_MS = 30_000;
const LONG_COUNTS = 3;
/** The longest that a server can make us wait. */
const MOST_ASKED_MS = 60_000;
/** Bytes. */
const GETTING_ON = 1024 * 1024;

const NONE: AsyncIterable<never> = (async function* () {})();

const DEFAULTS: Required<RetryOptions> = {
  attempts: 6,
  firstPauseMs: 250,
  maxPauseMs: 10_000,
  pause: async (ms, signal) => {
    await delay(ms, undefined, signal ? { signal } : {}).catch(() => undefined); // told below
  },
  random: Math.random,
  now: () => performance.now(),
};

export function withRetry(inner: Transport, options: RetryOptions = {}): Transport {
  const retry = new Retrying({ ...DEFAULTS, ...options });
  return {
    id: inner.id,
    capabilities: inner.capabilities,
    has: (key, opts) => retry.run(opts, () => inner.has(key, opts)),
    upload: (key, file, size, opts) => {
      const meter = new Meter(opts);
      return retry.run(opts, () => inner.upload(key, file, size, meter.options()), { meter });
    },
    download: (key, dest, maxBytes, opts) => {
      const meter = new Meter(opts);
      return retry.run(opts, () => inner.download(key, dest, maxBytes, meter.options()), {
        meter,
        // A part may be there, and `download` wants a path that does not exist.
        tidy: () => unlinkIfThere(dest),
      });
    },
    list: (prefix, opts) =>
      retry.list(
        opts,
        ({ key }) => key,
        () => inner.list(prefix, opts),
      ),
    remove: (key, opts) => retry.run(opts, () => inner.remove(key, opts)),
    check: (opts) => retry.run(opts, () => inner.check(opts)),
    generation: (opts) => retry.run(opts, () => inner.generation(opts)),
    ...unfinishedOf(inner, retry),
  };
}

function unfinishedOf(
  inner: Transport,
  retry: Retrying,
): Pick<Transport, "unfinished" | "abandon"> {
  if (!inner.unfinished || !inner.abandon) return {};
  return {
    unfinished: (opts) =>
      retry.list(
        opts,
        ({ id }) => id,
        () => inner.unfinished?.(opts) ?? NONE,
      ),
    abandon: (upload, opts) => retry.run(opts, async () => inner.abandon?.(upload, opts)),
  };
}

class Retrying {
  readonly #options: Required<RetryOptions>;
  /** Nobody was there, as often as it was tried: then once is enough, until somebody is. */
  #isGivenUp = false;

  constructor(options: Required<RetryOptions>) {
    this.#options = options;
  }

  async run<T>(
    options: TransportOptions | undefined,
    act: () => Promise<T>,
    { meter, tidy }: { readonly meter?: Meter; readonly tidy?: () => Promise<void> } = {},
  ): Promise<T> {
    for (let failed = 0; ;) {
      const begun = this.#options.now();
      try {
        const result = await act();
        this.#isGivenUp = false;
        return result;
      } catch (error) {
        // A transfer that gets on is worth going on with, however bad the line.
        failed = meter?.hasGotOn() ? 1 : failed + this.#countOf(error, begun);
        await this.#wait(error, failed, options);
        await tidy?.();
      }
    }
  }

  /** Begins anew after a failure, and leaves out what was given before it. */
  async *list<T>(
    options: TransportOptions | undefined,
    nameOf: (item: T) => string,
    begin: () => AsyncIterable<T>,
  ): AsyncGenerator<T> {
    const given = new Given();
    for (let failed = 0; ;) {
      try {
        for await (const item of begin()) {
          if (given.add(nameOf(item))) yield item;
        }
        return;
      } catch (error) {
        failed += 1;
        await this.#wait(error, failed, options);
        given.again();
      }
    }
  }

  /** A server that takes requests and is silent would be waited for a minute with each try. */
  #countOf(error: unknown, begun: number): number {
    const isLong = this.#options.now() - begun >= LONG_MS;
    return isLong && isBlobsyError(error) && error.code === "NETWORK" ? LONG_COUNTS : 1;
  }

  /** @throws `error` when it is final, or has come too often */
  async #wait(
    error: unknown,
    failed: number,
    { signal, onThrottled, onRetry }: TransportOptions = {},
  ): Promise<void> {
    const { firstPauseMs, maxPauseMs, pause, random } = this.#options;
    if (!isBlobsyError(error) || !error.isUnreachable) this.#isGivenUp = false;
    if (!isPassing(error)) throw error;
    if (failed >= this.#attemptsAt(error)) {
      this.#isGivenUp ||= error.isUnreachable;
      throw error;
    }
    if (error.code === "THROTTLED") onThrottled?.();
    onRetry?.(error);
    const own = Math.min(maxPauseMs, firstPauseMs * 2 ** (failed - 1)) * random();
    await pause(Math.min(MOST_ASKED_MS, error.retryAfterMs ?? 0) + own, signal);
    throwIfStopped(signal);
  }

  #attemptsAt({ isUnreachable }: BlobsyError): number {
    const { attempts } = this.#options;
    if (!isUnreachable) return attempts;
    return this.#isGivenUp ? 1 : Math.min(attempts, ATTEMPTS_AT_NOBODY);
  }
}

function isPassing(error: unknown): error is BlobsyError {
  return isBlobsyError(error) && (error.code === "THROTTLED" || error.code === "NETWORK");
}

/** Characters of names; of a hundred thousand blobs they are half of it. */
const MOST_REMEMBERED = 16 * 1024 * 1024;

/**
 * What a list has given, so that it is given once. Of a list too long to be remembered only the last name
 * is, if it was sorted; if it was not, what it gave may come again after a failure.
 */
class Given {
  #names: Set<string> | null = new Set();
  #size = 0;
  /** Of names given in order; `null` when they were not. */
  #last: string | null = "";
  #before = "";

  /** @returns whether it is new */
  add(name: string): boolean {
    if (this.#before > name) this.#last = null;
    this.#before = name;
    if (this.#names ? this.#names.has(name) : this.#last !== null && name <= this.#last) {
      return false;
    }
    if (this.#last !== null) this.#last = name;
    this.#remember(name);
    return true;
  }

  /** The list begins anew. */
  again(): void {
    this.#before = "";
  }

  #remember(name: string): void {
    if (!this.#names) return;
    this.#names.add(name);
    this.#size += name.length;
    if (this.#size > MOST_REMEMBERED) this.#names = null;
  }
}

/** What several attempts at one transfer have moved; what is moved again is not counted again. */
class Meter {
  readonly #given: TransportOptions;
  #counted = 0;
  #before = 0;

  constructor(given: TransportOptions | undefined) {
    this.#given = given ?? {};
  }

  /** For the next attempt. */
  options(): TransportOptions {
    let moved = 0;
    return {
      ...this.#given,
      onBytes: (bytes) => {
        moved += bytes;
        if (moved <= this.#counted) return;
        this.#given.onBytes?.(moved - this.#counted);
        this.#counted = moved;
      },
    };
  }

  /** Has the last attempt come well beyond the one before? */
  hasGotOn(): boolean {
    const isFurther = this.#counted - this.#before >= GETTING_ON;
    this.#before = this.#counted;
    return isFurther;
  }
}
