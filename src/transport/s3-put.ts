/** Sends one body: its headers, its progress, and what is done about servers that choke on a header. */
import type { Readable } from "node:stream";
import type { AnyCommand, S3Connection, Sdk } from "./s3-client.js";
import type { HashedBody } from "./s3-body.js";
import { answerOf } from "./s3-errors.js";

/** What this server was found not to know; asked once each, per run. */
export class Dialect {
  /** `If-None-Match: *`: never overwrite. */
  conditions = true;
  /** `x-amz-checksum-sha256`: kept with the object, and told by HEAD. */
  checksums = true;
}

export interface Put<Out extends object> {
  readonly body: HashedBody;
  readonly signal: AbortSignal | undefined;
  readonly onBytes: ((bytes: number) => void) | undefined;
  readonly make: (sdk: Sdk, body: Buffer | Readable) => AnyCommand<Out>;
}

/** @throws errors of the SDK, and what reading the file failed with */
export async function sendBody<Out extends object>(
  connection: S3Connection,
  { body, signal, onBytes, make }: Put<Out>,
): Promise<Out> {
  let failure: unknown;
  let opened: Buffer | Readable | undefined;
  let sent = 0;
  const count = (bytes: number): void => {
    sent += bytes;
    onBytes?.(bytes);
  };
  const stop = new AbortController();
  const forward = (): void => stop.abort(signal?.reason);
  signal?.addEventListener("abort", forward, { once: true });
  if (signal?.aborted) forward();
  const begin = (sdk: Sdk): AnyCommand<Out> => {
    count(-sent);
    opened = body.open(count);
    // The SDK pipes a stream and does not look whether it breaks: the server would wait for the rest.
    if (!Buffer.isBuffer(opened)) opened.on("error", (error) => stop.abort((failure ??= error)));
    return make(sdk, opened);
  };
  try {
    const answer = await connection.sendRaw(begin, stop.signal, body.sha256);
    count(body.length - sent);
    return answer;
  } catch (error) {
    count(-sent);
    throw failure ?? error;
  } finally {
    signal?.removeEventListener("abort", forward);
    if (opened && !Buffer.isBuffer(opened)) opened.destroy();
  }
}

/** The checksum as S3 writes it; nothing for servers that do not know it. */
export function checksumOf({ sha256 }: HashedBody, { checksums }: Dialect): string | undefined {
  return checksums ? Buffer.from(sha256, "hex").toString("base64") : undefined;
}

/** Does this answer mean that a header is not known here? */
export function isChoking(error: unknown): boolean {
  const { status, name } = answerOf(error);
  if (status === 501) return true;
  return (
    status === 400 &&
    /^(InvalidArgument|InvalidRequest|NotImplemented|MalformedHeader|UnsupportedHeader|UnknownError|BadRequest|400)$/.test(
      name,
    )
  );
}

/**
 * Sends with every header this server may know, and with fewer when it chokes.
 * @param headers those in question, the first to be left out first
 * @param send called again after `dialect` has changed
 */
export async function inDialect<T>(
  dialect: Dialect,
  headers: readonly (keyof Dialect)[],
  send: () => Promise<T>,
): Promise<T> {
  const dropped: (keyof Dialect)[] = [];
  for (;;) {
    const sent = headers.filter((header) => dialect[header]);
    try {
      return await send();
    } catch (error) {
      const [next] = sent;
      if (next !== undefined && isChoking(error)) {
        // Of several requests on their way the first to be answered finds out for all.
        if (sent.every((header) => dialect[header])) {
          dialect[next] = false;
          dropped.push(next);
        }
        continue;
      }
      // Nothing shows that it was one of the headers.
      for (const header of dropped) dialect[header] = true;
      throw error;
    }
  }
}
