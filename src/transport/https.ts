/**
 * A web server as a remote that can be read: `https://host/prefix`, objects at `<prefix>/<key>`, for
 * everybody and without credentials. What serves files is enough. It cannot be written to, and web
 * servers have no lists of what they hold.
 */
import { randomUUID } from "node:crypto";
import { BlobsyError } from "../domain/errors.js";
import { pasteWord } from "../domain/shell-words.js";
import { throwIfStopped } from "./copy.js";
import { refusal, WebClient, type WebAnswer } from "./https-client.js";
import { downloadFromWeb } from "./https-download.js";
import { RESERVED_PREFIX } from "./transport.js";
import type { RemoteObject, Transport, TransportOptions } from "./transport.js";
import type { WebWay } from "./web-agents.js";

/** Where a web server is, checked and trusted before (app/https-remote.ts). */
export interface HttpsSpec {
  readonly kind: "https";
  /** Without a slash at its end. */
  readonly url: string;
  /** The backend's name, for commands that help. */
  readonly backend: string;
  /** The user's own word: it may lead to this machine or network, and be http. */
  readonly isTrusted: boolean;
  /** Where interrupted downloads leave what they go on from; absolute. */
  readonly stateDir: string;
  /** The user's own settings of how to get there. */
  readonly way?: WebWay;
  /** Bytes; for tests that cannot wait for large files. */
  readonly partSize?: number;
}

const SMALL = 4096;

export function openHttps(spec: HttpsSpec): Transport {
  return new HttpsTransport(spec);
}

class HttpsTransport implements Transport {
  readonly id: string;
  readonly capabilities = { list: false, write: false, scales: true };
  readonly #spec: HttpsSpec;
  readonly #client: WebClient;
  /** For servers that do not say whether there is a generation. */
  #unknown: string | undefined;

  constructor(spec: HttpsSpec) {
    this.#spec = spec;
    this.id = spec.url;
    this.#client = new WebClient(spec.url, spec.isTrusted, spec.way);
  }

  async has(key: string, { signal }: TransportOptions = {}): Promise<{ size: number } | null> {
    const head = await this.#client.ask({ method: "HEAD", key, signal });
    head.resume();
    const size = lengthOf(head);
    if (head.statusCode === 200 && size !== null) return { size };
    if (isAbsent(head)) return null;
    // Some servers do not know HEAD, or do not say a length with it.
    const headers = { range: "bytes=0-0" };
    const answer = await this.#client.ask({ method: "GET", key, headers, signal });
    answer.destroy();
    return this.#sizeFromRange(answer, key);
  }

  download(
    key: string,
    dest: string,
    maxBytes: number,
    options: TransportOptions = {},
  ): Promise<void> {
    const { stateDir, partSize } = this.#spec;
    const subject = { client: this.#client, id: this.id, key };
    return downloadFromWeb({ ...subject, dest, maxBytes, options, stateDir, partSize });
  }

  async upload(key: string, _file: string, _size: number, options: TransportOptions = {}) {
    throwIfStopped(options.signal);
    throw this.#readOnly(`uploading ${key}`);
  }

  async *list(prefix: string, { signal }: TransportOptions = {}): AsyncGenerator<RemoteObject> {
    throwIfStopped(signal);
    const what = prefix === "" ? "listing" : `listing ${prefix}`;
    throw new BlobsyError("IO", `${what}: ${this.id} is a web server, which has no lists`);
  }

  async remove(key: string, { signal }: TransportOptions = {}): Promise<void> {
    throwIfStopped(signal);
    throw this.#readOnly(`removing ${key}`);
  }

  async check({ signal }: TransportOptions = {}): Promise<void> {
    const key = `${RESERVED_PREFIX}remote`;
    const answer = await this.#client.ask({ method: "HEAD", key, signal });
    answer.resume();
    if (answer.statusCode >= 500) throw refusal(answer, `reaching ${this.id}`, key);
  }

  /**
   * Where a server refuses instead of saying that there is none, nobody can tell whether garbage was
   * collected: what was seen there is known for as long as this process lives.
   */
  async generation({ signal }: TransportOptions = {}): Promise<string> {
    const key = `${RESERVED_PREFIX}generation`;
    const answer = await this.#client.ask({ method: "GET", key, signal });
    if (answer.statusCode === 200) return (await readSmall(answer)).trim() || "0";
    answer.destroy();
    if (isAbsent(answer)) return "0";
    const error = refusal(answer, `reaching the remote (${this.id})`, key);
    if (error.code !== "PERMISSION") throw error;
    return (this.#unknown ??= `0-unknown-${randomUUID()}`);
  }

  #sizeFromRange(answer: WebAnswer, key: string): { size: number } | null {
    const total = /^bytes (?:[0-9]+-[0-9]+|\*)\/([0-9]+)$/.exec(
      answer.headers["content-range"] ?? "",
    )?.[1];
    // 416: not even the first byte is there. It is empty.
    const isRange = answer.statusCode === 206 || answer.statusCode === 416;
    if (isRange && total !== undefined) return { size: Number(total) };
    const whole = lengthOf(answer);
    if (answer.statusCode === 200 && whole !== null) return { size: whole };
    if (isAbsent(answer)) return null;
    throw refusal(answer, `asking for ${key} (${this.id})`, key);
  }

  #readOnly(doing: string): BlobsyError {
    const { backend } = this.#spec;
    return new BlobsyError("PERMISSION", `${doing}: ${this.id} can only be read`, {
      next: `git config ${pasteWord(`blobsy.backend.${backend}.url`)} <a remote that you may write to>`,
    });
  }
}

function isAbsent({ statusCode }: WebAnswer): boolean {
  return statusCode === 404 || statusCode === 410;
}

function lengthOf({ headers }: WebAnswer): number | null {
  const text = headers["content-length"];
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : null;
}

async function readSmall(answer: WebAnswer): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > SMALL) {
      throw new BlobsyError(
        "IO",
        "the remote's generation is no short text: is it a blobsy remote?",
      );
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}
