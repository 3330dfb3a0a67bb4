/**
 * Through a proxy to a server that speaks TLS: the proxy is asked to CONNECT, and passes on what it
 * cannot read (RFC 9110, 9.3.6).
 *
 * Written here, as the libraries for it hand a proxy's refusal on as if the server had said it: a 404 of
 * the proxy's would mean that a blob is not there.
 *
 * An address that only a commit names is looked up here, seen to be public, and the proxy is told the
 * number: told the name, it might look up another one, of its own network.
 */
import { request, type IncomingMessage } from "node:http";
import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectSecure, type SecureContext } from "node:tls";
import { isAddressLiteral } from "../domain/network-address.js";
import {
  BlobsyError,
  errnoOf,
  isBlobsyError,
  saysCertificate,
  saysUnreachable,
} from "../domain/errors.js";
import { shownProxy, type Proxy } from "../domain/proxy.js";
import { publicLookup } from "./public-lookup.js";
import { proxyAuthorization, unseen, type Target } from "./web-agents.js";

/** For the proxy to answer, the way to the server included. */
const CONNECT_MS = 20_000;

interface How {
  readonly isGuarded: boolean;
  /** Whom to believe where the proxy itself speaks TLS. */
  readonly secureContext?: SecureContext;
}

/** @throws {BlobsyError} NETWORK, PERMISSION, CREDENTIALS, NEEDS_TRUST */
export async function openTunnel(proxy: Proxy, target: Target, how: How): Promise<Socket> {
  const host = how.isGuarded ? await publicAddressOf(target) : target.host;
  const to = `${host.includes(":") ? `[${host}]` : host}:${target.port}`;
  const socket = await reachProxy(proxy, how);
  const authorization = proxyAuthorization(proxy);
  const headers = {
    host: to,
    ...(authorization ? { "proxy-authorization": authorization } : {}),
  };
  return new Promise((resolve, reject) => {
    const asked = request({
      method: "CONNECT",
      path: to,
      headers,
      createConnection: () => socket,
    });
    const fail = (error: BlobsyError): void => {
      socket.destroy();
      reject(error);
    };
    const slow = setTimeout(() => fail(unanswered(proxy, "ETIMEDOUT", null)), CONNECT_MS);
    asked.on("connect", ({ statusCode = 0 }: IncomingMessage, tunnel: Socket, head: Buffer) => {
      clearTimeout(slow);
      if (statusCode < 200 || statusCode > 299) return fail(refused(proxy, to, statusCode));
      if (head.length > 0) tunnel.unshift(head);
      tunnel.setTimeout(0);
      return resolve(tunnel);
    });
    // A refusal with a body may come as an ordinary answer.
    asked.on("response", ({ statusCode = 0 }: IncomingMessage) => {
      clearTimeout(slow);
      fail(refused(proxy, to, statusCode));
    });
    asked.on("error", (error) => {
      clearTimeout(slow);
      fail(unanswered(proxy, errnoOf(error) ?? "unknown", error));
    });
    asked.end();
  });
}

/** @throws {BlobsyError} NETWORK */
export function reachProxy(
  proxy: Proxy,
  { secureContext }: { readonly secureContext?: SecureContext },
): Promise<Socket> {
  const { url } = proxy;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const isSecure = url.protocol === "https:";
  const port = Number(url.port || (isSecure ? 443 : 80));
  const name = isAddressLiteral(host) ? {} : { servername: host };
  return new Promise((resolve, reject) => {
    const socket = isSecure
      ? connectSecure({ host, port, ...name, ...(secureContext ? { secureContext } : {}) })
      : connectPlain({ host, port });
    const fail = (error: unknown): void => {
      socket.destroy();
      reject(unanswered(proxy, errnoOf(error) ?? "unknown", error));
    };
    socket.setTimeout(CONNECT_MS, () => fail({ code: "ETIMEDOUT" }));
    socket.once("error", fail);
    socket.once(isSecure ? "secureConnect" : "connect", () => {
      socket.off("error", fail);
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}

function publicAddressOf(target: Target): Promise<string> {
  const { host } = target;
  // Literal addresses were looked at with the URL.
  if (isAddressLiteral(host)) return Promise.resolve(host);
  return new Promise((resolve, reject) => {
    publicLookup(host, { all: false }, (error, address) => {
      if (!error && typeof address === "string") return resolve(address);
      reject(isBlobsyError(error) ? error : unseen(target));
    });
  });
}

function unanswered(proxy: Proxy, errno: string, cause: unknown): BlobsyError {
  const who = `the proxy ${shownProxy(proxy)} (${proxy.from})`;
  if (saysCertificate(errno)) {
    const next = "export NODE_EXTRA_CA_CERTS=<file with your authority's certificate>";
    const what = `${who}: its certificate is not accepted (${errno})`;
    return new BlobsyError("NETWORK", what, { cause, isUnreachable: true, next });
  }
  const message = `${who} does not answer (${errno})`;
  const isUnreachable = saysUnreachable(errno);
  return new BlobsyError("NETWORK", message, { cause, isUnreachable, next: whereFrom(proxy) });
}

function refused(proxy: Proxy, to: string, status: number): BlobsyError {
  const who = `the proxy ${shownProxy(proxy)} (${proxy.from})`;
  const next = whereFrom(proxy);
  if (status === 407) {
    const message = `${who} wants a name and a password that it knows (HTTP 407)`;
    return new BlobsyError("CREDENTIALS", message, { next });
  }
  const message = `${who} does not lead to ${to} (HTTP ${status})`;
  const isPassing = status >= 500 || status === 429 || status === 408;
  return new BlobsyError(isPassing ? "NETWORK" : "PERMISSION", message, { next });
}

function whereFrom({ from }: Proxy): string {
  return from === "http.proxy" ? "git config --show-origin --get http.proxy" : `echo "$${from}"`;
}
