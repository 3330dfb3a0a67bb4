/**
 * What belongs to a single request beside its input. The SDK would put its twenty handlers together anew
 * for each request, a quarter of what one costs; told to do so once for each kind of request, it takes
 * no options for a single one any more. So they travel with the command through the handlers.
 */
import type { S3Client } from "@aws-sdk/client-s3";
import type { Handler } from "./s3-identity.js";

export interface Beside {
  readonly signal: AbortSignal | undefined;
  /** Hex; of the body. Put under the signature: for a stream the SDK would say "unsigned". */
  readonly sha256: string | undefined;
}

interface Args {
  readonly request: Request;
  readonly beside?: Beside;
}

interface Request {
  readonly headers: Record<string, string>;
}

type Step = (args: Args) => Promise<never>;
type Middleware = (next: Step) => Step;

interface Stack {
  add(middleware: Middleware, options: { step: string; priority: string; name: string }): void;
  remove(name: string): boolean;
}

export class Chain {
  readonly #besides = new WeakMap<object, Beside>();
  readonly #signals = new WeakMap<object, AbortSignal>();

  /** @param handler of all clients that join */
  constructor(handler: Handler) {
    const handle = handler.handle.bind(handler);
    handler.handle = (request, options) => {
      const signal = this.#signals.get(request);
      return handle(request, signal ? { ...options, abortSignal: signal } : options);
    };
  }

  /** To be told before the command is sent. */
  note(command: object, beside: Beside): void {
    this.#besides.set(command, beside);
  }

  join(client: S3Client): void {
    const stack = client.middlewareStack as unknown as Stack;
    // It shortens inputs and outputs for a log that nobody reads.
    stack.remove("loggerMiddleware");
    // The first of all: what it is called with is the command itself.
    const take: Middleware = (next) => (args) =>
      next({ ...args, beside: besideOf(this.#besides.get(args)) });
    stack.add(take, { step: "initialize", priority: "high", name: "blobsyBeside" });
    const signBody: Middleware = (next) => (args) => {
      const { sha256 } = besideOf(args.beside);
      if (sha256 !== undefined) args.request.headers["x-amz-content-sha256"] = sha256;
      return next(args);
    };
    stack.add(signBody, { step: "build", priority: "normal", name: "blobsySignedBody" });
    const noteSignal: Middleware = (next) => (args) => {
      const { signal } = besideOf(args.beside);
      if (signal) this.#signals.set(args.request, signal);
      return next(args);
    };
    stack.add(noteSignal, { step: "finalizeRequest", priority: "low", name: "blobsySignal" });
  }
}

/** One that got lost on the way would send a body unsigned. */
function besideOf(beside: Beside | undefined): Beside {
  if (!beside) throw new Error("a request of S3 came without what belongs to it");
  return beside;
}
