/**
 * zstd where Node has none of its own (before 22.15): the reference library, compiled to WebAssembly.
 * As its own streams never give back a context's memory, its bindings are used directly.
 */
import { Transform, type TransformCallback } from "node:stream";
import { BlobsyError } from "../domain/errors.js";

/** What the library's bindings do; each call tells of output by `give`, and is false on failure. */
interface Binding {
  begin(level?: number): boolean;
  transform(input: Uint8Array, give: Give): boolean;
  flush(give: Give): boolean;
  end(give: Give): boolean;
  delete(): void;
}

type Give = (output: Uint8Array) => void;

interface Library {
  readonly ZstdCompressStreamBinding: new () => Binding;
  readonly ZstdDecompressStreamBinding: new () => Binding;
}

let library: Promise<{ readonly bindings: Library }> | undefined;

/** In an object of its own: the library has a `then`, and a promise would wait for it for ever. */
function load(): Promise<{ readonly bindings: Library }> {
  library ??= import("zstd-codec/lib/zstd-codec-binding-wasm.js").then(
    ({ default: start }) =>
      new Promise((done) => {
        const module = {
          onRuntimeInitialized: () => done({ bindings: module as unknown as Library }),
        };
        start(module);
      }),
  );
  return library;
}

export async function wasmCompressor(level: number): Promise<Transform> {
  const { bindings } = await load();
  const binding = new bindings.ZstdCompressStreamBinding();
  return new BindingStream(binding, binding.begin(level));
}

/** @param maxBytes it gives no more than a little beyond this */
export async function wasmDecompressor(maxBytes: number): Promise<Transform> {
  const { bindings } = await load();
  const binding = new bindings.ZstdDecompressStreamBinding();
  return new BindingStream(binding, binding.begin(), maxBytes);
}

/**
 * One call gives all its output at once, and four bytes of input may stand for 128 KiB: so much input is
 * at most 32 MiB of output. Nothing more is made before that has been taken.
 */
const INPUT_AT_ONCE = 1024;

class BindingStream extends Transform {
  readonly #binding: Binding;
  readonly #ready: boolean;
  #allowed: number;
  /** Goes on with the input at hand; set while what was made waits to be taken. */
  #goOn: (() => void) | null = null;
  // What is given lies in the library's memory, where the next call may overwrite it.
  readonly #give: Give = (output) => {
    this.#allowed -= output.length;
    this.push(Buffer.from(output));
  };

  constructor(binding: Binding, ready: boolean, maxBytes = Infinity) {
    super();
    this.#binding = binding;
    this.#ready = ready;
    this.#allowed = maxBytes;
  }

  override _transform(input: Buffer, _encoding: string, done: TransformCallback): void {
    for (let at = 0; at < input.length && this.#allowed >= 0; at += INPUT_AT_ONCE) {
      const error = this.#attempt(() => this.#binding.transform(piece(input, at), this.#give));
      if (error) return done(error);
      if (this.readableLength < this.readableHighWaterMark) continue;
      const rest = input.subarray(at + INPUT_AT_ONCE);
      this.#goOn = () => this._transform(rest, _encoding, done);
      return;
    }
    done();
  }

  /** Called when there is going to be room for more: what is being read still counts as waiting. */
  override _read(size: number): void {
    const goOn = this.#goOn;
    this.#goOn = null;
    if (goOn) process.nextTick(() => this.destroyed || goOn());
    else super._read(size);
  }

  override _flush(done: TransformCallback): void {
    done(this.#attempt(() => this.#binding.end(this.#give)));
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#binding.delete();
    done(error);
  }

  #attempt(act: () => boolean): BlobsyError | null {
    let ok = false;
    try {
      ok = this.#ready && act();
    } catch {
      // A trap inside of the library: to whoever waits it is the same as its "no".
    }
    return ok ? null : new BlobsyError("BLOB_CORRUPT", "the zstd library refused the data");
  }
}

function piece(input: Buffer, at: number): Buffer {
  return input.subarray(at, at + INPUT_AT_ONCE);
}
