/**
 * Stands between a client and an HTTP server, passes everything on, counts, and behaves badly on
 * demand. The Host header stays as it came, so that signatures do.
 */
import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { Transform, type TransformCallback } from "node:stream";

export type Fault =
  /** Answered here; the server hears nothing of it. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** An S3 error's code; none for an empty body. */
      readonly code?: string;
    }
  /** The connection is closed when so many bytes of the body have passed. */
  | { readonly kind: "cut request"; readonly after: number }
  | { readonly kind: "cut response"; readonly after: number }
  /** The server has done it, and nobody is told. */
  | { readonly kind: "lose answer" }
  /** The body, and the length that is said, end early. */
  | { readonly kind: "shorten"; readonly to: number }
  /** One byte of the body is another one. */
  | { readonly kind: "flip request"; readonly at: number }
  | { readonly kind: "flip response"; readonly at: number }
  /** The body says something else. */
  | { readonly kind: "rewrite"; readonly change: (body: string) => string }
  /** Nothing at all. */
  | { readonly kind: "hang" };

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  /** Of the answer; 0 until there is one. */
  status: number;
  /** Bytes of the bodies that passed. */
  sent: number;
  received: number;
}

interface Rule {
  readonly fault: Fault;
  readonly matches: (seen: Seen) => boolean;
  left: number;
}

export class FaultProxy {
  readonly seen: Seen[] = [];
  readonly #server: Server;
  readonly #upstream: URL;
  #rules: Rule[] = [];
  #onBytes: (up: number, down: number) => void = () => undefined;

  private constructor(upstream: string) {
    this.#upstream = new URL(upstream);
    this.#server = createServer((req, res) => this.#handle(req, res));
  }

  /** @param upstream "http://host:port" */
  static async start(upstream: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(upstream);
    await new Promise<void>((done) => proxy.#server.listen(0, "127.0.0.1", done));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The next `times` requests that match behave so; rules are tried in the order they were given. */
  next(
    fault: Fault,
    { times = 1, matches = () => true }: { times?: number; matches?: Rule["matches"] } = {},
  ): void {
    this.#rules.push({ fault, matches, left: times });
  }

  /** Called with the bytes of request and response bodies that have passed in all. */
  onBytes(told: (up: number, down: number) => void): void {
    this.#onBytes = told;
  }

  /** Forgets what it has seen and was told. */
  calm(): void {
    this.#rules = [];
    this.seen.length = 0;
    this.#onBytes = () => undefined;
  }

  /** Bytes of request bodies that passed. */
  get up(): number {
    return this.seen.reduce((sum, { sent }) => sum + sent, 0);
  }

  /** Bytes of response bodies that passed. */
  get down(): number {
    return this.seen.reduce((sum, { received }) => sum + received, 0);
  }

  /** "PUT 200" and the like. */
  get log(): string[] {
    return this.seen.map(({ method, status }) => `${method} ${status}`);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #handle(req: IncomingMessage, res: ServerResponse): void {
    const { method = "", url = "", headers } = req;
    const seen: Seen = { method, url, headers, status: 0, sent: 0, received: 0 };
    this.seen.push(seen);
    const fault = this.#faultFor(seen);
    req.on("error", () => undefined);
    res.on("error", () => undefined);
    if (fault?.kind === "hang") return;
    if (fault?.kind === "answer") return this.#answer(req, res, fault, seen);
    this.#forward(req, res, fault, seen);
  }

  #faultFor(seen: Seen): Fault | undefined {
    const rule = this.#rules.find(({ left, matches }) => left > 0 && matches(seen));
    if (rule) rule.left -= 1;
    return rule?.fault;
  }

  #answer(
    req: IncomingMessage,
    res: ServerResponse,
    { status, headers, code }: Extract<Fault, { kind: "answer" }>,
    seen: Seen,
  ): void {
    // As real servers do: what is being sent is taken in, and the answer comes then.
    req.on("data", (piece: Buffer) => (seen.sent += piece.length));
    req.on("end", () => {
      seen.status = status;
      const body =
        code === undefined ? "" : `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;
      res.writeHead(status, { "content-type": "application/xml", ...headers });
      res.end(req.method === "HEAD" ? "" : body);
    });
  }

  #forward(req: IncomingMessage, res: ServerResponse, fault: Fault | undefined, seen: Seen): void {
    const { hostname: host, port } = this.#upstream;
    const { method, url: path, headers } = req;
    const onward = request({ host, port, method, path, headers });
    const cut = (): void => {
      onward.destroy();
      req.socket.destroy();
    };
    // Swift sends the end of chunks after an answer to HEAD, which has none: then all has been said.
    let isAnswered = false;
    onward.on("error", () => isAnswered || req.socket.destroy());
    res.on("close", () => onward.destroy());
    const up = new Watch(
      (bytes) => {
        seen.sent += bytes;
        this.#onBytes(this.up, this.down);
        if (fault?.kind === "cut request" && seen.sent >= fault.after) cut();
      },
      fault?.kind === "flip request" ? fault.at : undefined,
    );
    req.pipe(up).pipe(onward);
    onward.on("response", (answer) => {
      isAnswered = true;
      answer.on("error", () => answer.complete || cut());
      if (fault?.kind === "rewrite") return void rewrite(answer, res, fault.change);
      if (fault?.kind === "lose answer") return answer.on("end", cut).resume();
      seen.status = answer.statusCode ?? 0;
      const headersBack = { ...answer.headers };
      const whole = Number(headersBack["content-length"] ?? 0);
      let limit = Infinity;
      if (fault?.kind === "shorten") {
        limit = fault.to;
        if (limit < whole) headersBack["content-length"] = String(limit);
      } else if (fault?.kind === "cut response") {
        // A server that answers all at once would be done before the line is cut.
        limit = fault.after;
      }
      res.writeHead(seen.status, headersBack);
      const down = new Watch(
        (bytes) => {
          seen.received += bytes;
          this.#onBytes(this.up, this.down);
          if (fault?.kind === "cut response" && seen.received >= fault.after) {
            // What has passed so far shall arrive, and then the line is dead.
            setImmediate(cut);
          }
        },
        fault?.kind === "flip response" ? fault.at : undefined,
        fault?.kind === "cut response" ? fault.after : limit,
      );
      return answer.pipe(down).pipe(res);
    });
  }
}

async function rewrite(
  answer: IncomingMessage,
  res: ServerResponse,
  change: (body: string) => string,
): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of answer as AsyncIterable<Buffer>) pieces.push(piece);
  const body = change(Buffer.concat(pieces).toString("utf8"));
  const headers = { ...answer.headers, "content-length": String(Buffer.byteLength(body)) };
  delete headers["transfer-encoding"];
  res.writeHead(answer.statusCode ?? 0, headers).end(body);
}

/** Passes bytes on, tells how many, and may turn one over or stop early. */
class Watch extends Transform {
  #at = 0;

  constructor(
    private readonly told: (bytes: number) => void,
    private readonly flip: number | undefined,
    private readonly limit = Infinity,
  ) {
    super();
  }

  override _transform(piece: Buffer, _: BufferEncoding, done: TransformCallback): void {
    const kept = piece.subarray(0, Math.max(0, this.limit - this.#at));
    const at = (this.flip ?? -1) - this.#at;
    const changed = at >= 0 && at < kept.length ? Buffer.from(kept) : kept;
    if (changed !== kept) changed[at] = (changed[at] ?? 0) ^ 0x40;
    this.#at += piece.length;
    this.told(kept.length);
    done(null, changed);
  }
}
