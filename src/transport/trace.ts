/**
 * Tells BLOBSY_TRACE of each request: verb, key, bytes, how long, how often repeated and why. A wrapper
 * of the transports' own shape; put on only where there is a trace.
 */
import { isBlobsyError } from "../domain/errors.js";
import { tookMs, trace } from "../fs/trace.js";
import type { Transport, TransportOptions } from "./transport.js";

export function withTrace(inner: Transport): Transport {
  const unfinished = inner.unfinished?.bind(inner);
  const abandon = inner.abandon?.bind(inner);
  return {
    id: inner.id,
    capabilities: inner.capabilities,
    has: (key, opts) => traced(`has ${key}`, opts, (more) => inner.has(key, more), sizeFound),
    upload: (key, file, size, opts) =>
      traced(
        `upload ${key}`,
        opts,
        (more) => inner.upload(key, file, size, more),
        () => bytes(size),
      ),
    download: (key, dest, most, opts) =>
      traced(`download ${key}`, opts, (more) => inner.download(key, dest, most, more)),
    list: (prefix, opts) => tracedList(`list ${prefix}`, opts, (more) => inner.list(prefix, more)),
    remove: (key, opts) => traced(`remove ${key}`, opts, (more) => inner.remove(key, more)),
    check: (opts) => traced("check", opts, (more) => inner.check(more)),
    generation: (opts) => traced("generation", opts, (more) => inner.generation(more)),
    ...(unfinished && {
      unfinished: (opts) => tracedList("unfinished", opts, (more) => unfinished(more)),
    }),
    ...(abandon && {
      abandon: (upload, opts) =>
        traced(`abandon ${upload.key}`, opts, (more) => abandon(upload, more)),
    }),
  };
}

async function traced<T>(
  what: string,
  options: TransportOptions | undefined,
  act: (options: TransportOptions) => Promise<T>,
  shown: (result: T) => string = () => "",
): Promise<T> {
  const request = new Request(what, options);
  try {
    const result = await act(request.options);
    request.end(shown(result));
    return result;
  } catch (error) {
    request.fail(error);
    throw error;
  }
}

async function* tracedList<T>(
  what: string,
  options: TransportOptions | undefined,
  act: (options: TransportOptions) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const request = new Request(what, options);
  let count = 0;
  try {
    for await (const item of act(request.options)) {
      count += 1;
      yield item;
    }
  } catch (error) {
    request.fail(error);
    throw error;
  } finally {
    request.end(`${count} found`);
  }
}

class Request {
  readonly options: TransportOptions;
  readonly #what: string;
  readonly #began = performance.now();
  #moved = 0;
  #isOver = false;
  #repeated = 0;

  constructor(what: string, given: TransportOptions = {}) {
    this.#what = what;
    this.options = {
      ...given,
      onBytes: (more) => {
        this.#moved += more;
        given.onBytes?.(more);
      },
      onRetry: (error) => {
        this.#repeated += 1;
        trace("remote", () => `${what}: repeated after ${error.code}: ${error.message}`);
        given.onRetry?.(error);
      },
    };
  }

  end(result: string): void {
    const found = result === "" && this.#moved > 0 ? bytes(this.#moved) : result;
    this.#tell(found === "" ? "done" : found);
  }

  fail(error: unknown): void {
    this.#tell(isBlobsyError(error) ? `${error.code}: ${error.message}` : String(error));
  }

  #tell(result: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const repeats = this.#repeated === 0 ? "" : `, repeated ${this.#repeated} x`;
    trace("remote", () => `${this.#what}: ${result}, ${tookMs(this.#began)}${repeats}`);
  }
}

function sizeFound(found: { readonly size: number } | null): string {
  return found === null ? "not there" : bytes(found.size);
}

function bytes(count: number): string {
  return `${count} B`;
}
