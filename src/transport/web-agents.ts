/**
 * How connections to web servers come about, for S3 and https alike: directly or through the user's
 * proxy, and whose certificates count. Decided for each connection, as a redirect or a region may lead
 * to a host that needs no proxy. What a proxy needs is loaded when one is used (tunnel.ts).
 *
 * Guarded agents are for addresses that only a commit names: they lead to the public Internet or nowhere.
 */
import http from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import type { ConnectionOptions, SecureContext } from "node:tls";
import { BlobsyError } from "../domain/errors.js";
import { namesProxy, proxyFor, type Proxy } from "../domain/proxy.js";
import { pasteWord } from "../domain/shell-words.js";
import { certificateFiles, trustedAuthorities } from "./certificates.js";
import { publicLookup } from "./public-lookup.js";

/** What the user's own Git configuration says of the way; the environment says more. */
export interface WebWay {
  /** `http.proxy`; "" for none. */
  readonly proxy?: string;
  /** `http.sslCAInfo`. */
  readonly authorities?: string;
}

export interface AgentOptions {
  readonly way: WebWay | undefined;
  readonly isGuarded: boolean;
  readonly maxSockets: number;
  /** Further files of certificates. */
  readonly authorities?: readonly (string | undefined)[];
}

export interface WebAgents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/** Reads no file and reaches nobody yet. */
export function webAgents(options: AgentOptions): WebAgents {
  const { maxSockets, isGuarded } = options;
  const base = { keepAlive: true, maxSockets, ...(isGuarded ? { lookup: publicLookup } : {}) };
  const way = new Way(options);
  return { http: new PlainAgent(base, way), https: new SecureAgent(base, way) };
}

/** Of a connection, as Node's agents hand it on. */
export interface Target {
  readonly host: string;
  readonly port: number;
}
type Options = Target & https.AgentOptions;
type Done = (error: Error | null, socket?: Duplex) => void;

class Way {
  readonly isGuarded: boolean;
  readonly #options: AgentOptions;
  #trusted: { readonly context: SecureContext | undefined } | undefined;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.isGuarded = options.isGuarded;
  }

  /** @throws {BlobsyError} BAD_CONFIG */
  proxyTo(scheme: "http" | "https", { host, port }: Target): Proxy | null {
    const configured = this.#options.way?.proxy;
    if (!namesProxy(process.env, configured)) return null;
    const name = host.includes(":") ? `[${host}]` : host;
    return proxyFor(new URL(`${scheme}://${name}:${port}`), process.env, configured);
  }

  /** @throws {BlobsyError} BAD_CONFIG */
  trusted(): { readonly secureContext?: SecureContext } {
    const { authorities = [], way } = this.#options;
    this.#trusted ??= {
      context: trustedAuthorities(
        certificateFiles(process.env, [...authorities, way?.authorities]),
      ),
    };
    const { context } = this.#trusted;
    return context === undefined ? {} : { secureContext: context };
  }
}

class SecureAgent extends https.Agent {
  constructor(
    options: https.AgentOptions,
    private readonly way: Way,
  ) {
    super(options);
  }

  override createConnection(options: Options, done: Done): Duplex | undefined {
    try {
      const target = { ...options, ...this.way.trusted() };
      const proxy = this.way.proxyTo("https", options);
      if (!proxy) return super.createConnection(target) as Duplex;
      const { isGuarded } = this.way;
      import("./tunnel.js")
        .then(({ openTunnel }) => openTunnel(proxy, options, { isGuarded, ...this.way.trusted() }))
        .then((socket) => {
          const through: ConnectionOptions = { ...target, socket };
          done(null, super.createConnection(through) as Duplex);
        })
        .catch((error: unknown) => done(error as Error));
    } catch (error) {
      done(error as Error);
    }
    return undefined;
  }
}

/** Plain http passes a proxy as a request for the whole address (RFC 9112, 3.2.2). */
class PlainAgent extends http.Agent {
  constructor(
    options: http.AgentOptions,
    private readonly way: Way,
  ) {
    super(options);
  }

  /** Node's own way in; its declaration is missing. */
  addRequest(request: http.ClientRequest, options: Options): void {
    const proxy = proxyOrNull(() => this.way.proxyTo("http", options));
    if (proxy) {
      const named = request.getHeader("host");
      const host = typeof named === "string" ? named : `${options.host}:${options.port}`;
      request.path = `http://${host}${request.path}`;
      // There are proxies that close a connection after each answer, and do not say so (tinyproxy).
      request.shouldKeepAlive = false;
      const authorization = proxyAuthorization(proxy);
      if (authorization) request.setHeader("proxy-authorization", authorization);
    }
    const add = Object.getPrototypeOf(PlainAgent.prototype) as {
      addRequest(request: http.ClientRequest, options: object): void;
    };
    add.addRequest.call(this, request, options);
  }

  override createConnection(options: Options, done: Done): Duplex | undefined {
    try {
      const proxy = this.way.proxyTo("http", options);
      if (!proxy) return super.createConnection(options) as Duplex;
      if (this.way.isGuarded) throw unseen(options);
      import("./tunnel.js")
        .then(({ reachProxy }) => reachProxy(proxy, this.way.trusted()))
        .then((socket) => done(null, socket))
        .catch((error: unknown) => done(error as Error));
    } catch (error) {
      done(error as Error);
    }
    return undefined;
  }
}

/** What is wrong with it is told when a connection is made. */
function proxyOrNull(find: () => Proxy | null): Proxy | null {
  try {
    return find();
  } catch {
    return null;
  }
}

export function proxyAuthorization({ url }: Proxy): string | undefined {
  if (url.username === "" && url.password === "") return undefined;
  const plain = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return `Basic ${Buffer.from(plain).toString("base64")}`;
}

/** Behind a proxy only names that can be looked up here can be seen to be public. */
export function unseen({ host, port }: Target): BlobsyError {
  const message = `only a commit names ${host}, and behind a proxy it does not show where that leads`;
  const address = `https://${host.includes(":") ? `[${host}]` : host}${port === 443 ? "" : `:${port}`}`;
  return new BlobsyError("NEEDS_TRUST", message, {
    next: `git config --global --add blobsy.trustedEndpoint ${pasteWord(address)}`,
  });
}
