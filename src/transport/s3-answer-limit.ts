/**
 * How long an answer may be. The SDK takes in whole whatever is no object (errors, lists, what a
 * request has done) before it looks at it, and a server can go on for ever.
 */
import { Transform, pipeline, type Readable, type TransformCallback } from "node:stream";
import type { Handler } from "./s3-identity.js";

const MIB = 1024 * 1024;
const MOST = MIB;
/** A thousand keys of 1024 bytes, with all that is said of each, come to half of it. */
const MOST_OF_A_LIST = 4 * MIB;
/** Bytes that can be read in no time whatever they say. */
const SMALL = 64 * 1024;
/**
 * Declarations in one answer. S3 makes none, a web page one; and the SDK looks at all that follows
 * for each of them, which for a MiB of them takes minutes.
 */
const MOST_DECLARATIONS = 16;

/** What was said is no S3. Its own field, as the SDK adds to messages of errors that pass through it. */
export class NotS3 extends Error {
  constructor(readonly what: string) {
    super(what);
  }
}

interface Asked {
  readonly method: string;
  readonly query?: Readonly<Record<string, unknown>>;
}

interface Answered {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  body?: unknown;
}

/** From now on the handler's answers end with an error when they get longer. */
export function limitAnswers(handler: Handler): void {
  const handle = handler.handle.bind(handler);
  handler.handle = async (request, options) => {
    const answer = await handle(request, options);
    limit(request, answer.response);
    return answer;
  };
}

/** @throws {NotS3} */
function limit(request: Asked, answer: Answered): void {
  // Of a HEAD only the headers come, and their length is that of the object.
  if (request.method === "HEAD" || isObject(request, answer)) return;
  const most = isList(request) ? MOST_OF_A_LIST : MOST;
  const length = answer.headers["content-length"];
  const isSaid = length !== undefined && answer.headers["transfer-encoding"] === undefined;
  // Node takes in no more than what was said.
  if (isSaid && Number(length) <= SMALL) return;
  const body = answer.body as Readable;
  if (isSaid && Number(length) > most) {
    body.destroy();
    throw notS3(answer.statusCode, moreThan(most));
  }
  const limited = new Limited(most, answer.statusCode);
  pipeline(body, limited, () => undefined); // told to whoever reads
  answer.body = limited;
}

/** Read as a stream, and no further than the object is long. */
function isObject({ query }: Asked, { statusCode }: Answered): boolean {
  return query?.["x-id"] === "GetObject" && (statusCode === 200 || statusCode === 206);
}

function isList({ query = {} }: Asked): boolean {
  return "list-type" in query || "uploads" in query || query["x-id"] === "ListParts";
}

class Limited extends Transform {
  #left: number;
  #declarations = 0;
  /** A declaration may begin in one piece and go on in the next. */
  #end = "";

  constructor(
    private readonly most: number,
    private readonly status: number,
  ) {
    super();
    this.#left = most;
  }

  override _transform(piece: Buffer, _encoding: string, done: TransformCallback): void {
    this.#left -= piece.length;
    const text = this.#end + piece.toString("latin1");
    this.#end = text.slice(-2);
    this.#declarations += text.match(/<!d/gi)?.length ?? 0;
    if (this.#left < 0) done(notS3(this.status, moreThan(this.most)));
    else if (this.#declarations > MOST_DECLARATIONS) done(notS3(this.status, "many declarations"));
    else done(null, piece);
  }
}

function moreThan(most: number): string {
  return `more than ${most / MIB} MiB`;
}

function notS3(status: number, what: string): NotS3 {
  return new NotS3(`HTTP ${status} with ${what}`);
}
