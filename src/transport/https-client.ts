/**
 * Asks a web server, anonymously: no credential is ever sent, to anybody. Redirects are followed to
 * https only. An address that only a commit names must not lead to this machine or network, nor may a
 * redirect to another host: names are looked at after they were resolved, where the connection is made.
 */
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import {
  BlobsyError,
  errnoOf,
  isBlobsyError,
  saysCertificate,
  saysUnreachable,
  type ErrorCode,
} from "../domain/errors.js";
import { isAddressLiteral, isPublicAddress } from "../domain/network-address.js";
import { throwIfStopped } from "./copy.js";
import { pauseAsked } from "./pause-asked.js";
import { webAgents, type WebAgents, type WebWay } from "./web-agents.js";

/** Without a single byte. */
const SILENT_MS = 60_000;
const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export interface WebRequest {
  readonly method: "GET" | "HEAD";
  readonly key: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** What came back; whoever takes it reads the body or destroys it. */
export type WebAnswer = IncomingMessage & { readonly statusCode: number };

export class WebClient {
  readonly #base: URL;
  readonly #isTrusted: boolean;
  /** For the remote itself, and for where a redirect or a commit may lead. */
  readonly #agents: { readonly inside: WebAgents; readonly outside: WebAgents };

  /**
   * @param url without a slash at its end
   * @param isTrusted the user's own word: it may lead anywhere, and may be http
   * @param way what the user's Git configuration says of it
   */
  constructor(url: string, isTrusted: boolean, way?: WebWay) {
    this.#base = new URL(url);
    this.#isTrusted = isTrusted;
    const agents = (isGuarded: boolean): WebAgents => webAgents({ way, isGuarded, maxSockets: 16 });
    this.#agents = { inside: agents(false), outside: agents(true) };
  }

  /**
   * @returns an answer of any status but a redirect
   * @throws {BlobsyError} NETWORK, NEEDS_TRUST, INTERRUPTED
   */
  async ask(request: WebRequest): Promise<WebAnswer> {
    let url = new URL(`${this.#base.href.replace(/\/$/, "")}/${request.key}`);
    for (let hops = 0; ; hops += 1) {
      const answer = await this.#askOnce(url, request);
      const { location } = answer.headers;
      if (!REDIRECTS.has(answer.statusCode) || location === undefined) return answer;
      answer.destroy();
      if (hops === MAX_REDIRECTS) throw this.#failed(request, "it redirects without end");
      url = this.#redirected(url, location, request);
    }
  }

  #redirected(from: URL, location: string, request: WebRequest): URL {
    const to = URL.canParse(location, from.href) ? new URL(location, from.href) : null;
    if (to === null || (to.protocol !== "https:" && to.origin !== this.#base.origin)) {
      throw this.#failed(request, "it redirects to something other than https");
    }
    to.username = "";
    to.password = "";
    return to;
  }

  #askOnce(url: URL, { method, headers, key, signal }: WebRequest): Promise<WebAnswer> {
    throwIfStopped(signal);
    const mayBeInside = this.#isTrusted && url.origin === this.#base.origin;
    const host = url.hostname.replace(/^\[|\]$/g, "");
    if (!mayBeInside && isAddressLiteral(host) && !isPublicAddress(host)) throw leadsInside(host);
    const agents = mayBeInside ? this.#agents.inside : this.#agents.outside;
    const [send, agent] =
      url.protocol === "https:" ? [https.request, agents.https] : [http.request, agents.http];
    return new Promise((resolve, reject) => {
      const request = send(url, {
        method,
        headers: { "user-agent": "blobsy", "accept-encoding": "identity", ...headers },
        agent,
        ...(signal ? { signal } : {}),
      });
      request.setTimeout(SILENT_MS, () => {
        request.destroy(Object.assign(new Error("silence"), { code: "ETIMEDOUT" }));
      });
      request.on("response", (answer) => resolve(answer as WebAnswer));
      request.on("error", (error) => {
        reject(signal?.aborted ? stopped(error) : this.classed(error, `asking for ${key}`));
      });
      request.end();
    });
  }

  /** What a socket's error means. */
  classed(error: unknown, doing: string): BlobsyError {
    if (isBlobsyError(error)) return error;
    const where = `${doing} (${this.#base.origin})`;
    const errno = errnoOf(error) ?? "";
    if (saysCertificate(errno)) {
      const message = `${where}: the server's certificate is not accepted (${errno})`;
      const next = "export NODE_EXTRA_CA_CERTS=<file with your authority's certificate>";
      return new BlobsyError("NETWORK", message, { cause: error, next, isUnreachable: true });
    }
    const said = errno || (error instanceof Error ? error.message : String(error));
    const facts = { cause: error, isUnreachable: saysUnreachable(errno) };
    return new BlobsyError("NETWORK", `${where}: ${said}`, facts);
  }

  #failed({ key }: WebRequest, why: string): BlobsyError {
    return new BlobsyError("IO", `asking for ${key} (${this.#base.origin}): ${why}`);
  }
}

/** What an answer that is no success means. @param doing for the message */
export function refusal(answer: WebAnswer, doing: string, what: string): BlobsyError {
  const { statusCode: status } = answer;
  const fail = (code: ErrorCode, why: string): BlobsyError =>
    new BlobsyError(code, `${doing}: ${why} (HTTP ${status})`);
  if (status === 404 || status === 410) return fail("NOT_FOUND", `${what} is not there`);
  if (status === 407) return fail("CREDENTIALS", "the proxy wants a name and a password");
  if (status === 401 || status === 403) {
    return fail("PERMISSION", "the server does not let everybody read this, or it is missing");
  }
  if (status === 429 || status === 503) {
    const retryAfterMs = pauseAsked(answer.headers["retry-after"]);
    const facts = retryAfterMs === undefined ? {} : { retryAfterMs };
    const message = `${doing}: the server asks to slow down (HTTP ${status})`;
    return new BlobsyError("THROTTLED", message, facts);
  }
  if (status === 408 || status >= 500) return fail("NETWORK", "the server failed");
  return fail("IO", "the server's answer is not understood");
}

function leadsInside(host: string): BlobsyError {
  const message = `the remote leads to ${host}, an address of this machine or this network`;
  return new BlobsyError("NEEDS_TRUST", message);
}

function stopped(cause: unknown): BlobsyError {
  return new BlobsyError("INTERRUPTED", "the transfer was stopped", { cause });
}
