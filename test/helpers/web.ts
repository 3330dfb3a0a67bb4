/**
 * A web server on loopback that serves a directory, with a certificate made here, and that can be told
 * to behave badly. In a process of its own for stories, which block while they run programs.
 */
import { execFileSync } from "node:child_process";
import {
  createReadStream,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from "node:fs";
import http, { type IncomingMessage, type Server, type ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** The certificate's file, for NODE_EXTRA_CA_CERTS. */
  readonly file: string;
}

/** Valid for localhost and 127.0.0.1. */
export function makeCertificate(dir: string): Certificate {
  const [key, cert] = [path.join(dir, "key.pem"), path.join(dir, "cert.pem")];
  const subject = [
    "-subj",
    "/CN=localhost",
    "-addext",
    "subjectAltName=DNS:localhost,IP:127.0.0.1",
  ];
  const files = ["-keyout", key, "-out", cert, "-days", "2", "-nodes"];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", ...files, ...subject], {
    stdio: "ignore",
  });
  return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8"), file: cert };
}

/** A certificate for localhost that an authority of its own has signed; the authority's file. */
export function makeAuthority(dir: string, ...addresses: string[]): Certificate {
  const at = (name: string): string => path.join(dir, name);
  const run = (...args: string[]): unknown => execFileSync("openssl", args, { stdio: "ignore" });
  const names = ["DNS:localhost", "IP:127.0.0.1", ...addresses.map((one) => `IP:${one}`)];
  writeFileSync(at("leaf.ext"), `subjectAltName=${names.join(",")}\nbasicConstraints=CA:FALSE\n`);
  const request = ["-newkey", "rsa:2048", "-nodes", "-subj"];
  run(
    "req",
    "-x509",
    ...request,
    "/CN=House CA",
    "-days",
    "2",
    "-keyout",
    at("ca.key"),
    "-out",
    at("ca.pem"),
  );
  run("req", ...request, "/CN=localhost", "-keyout", at("leaf.key"), "-out", at("leaf.csr"));
  const by = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-days", "2"];
  run(
    "x509",
    "-req",
    "-in",
    at("leaf.csr"),
    ...by,
    "-extfile",
    at("leaf.ext"),
    "-out",
    at("leaf.pem"),
  );
  const text = (name: string): string => readFileSync(at(name), "utf8");
  return { key: text("leaf.key"), cert: text("leaf.pem"), file: at("ca.pem") };
}

/** @returns true when it has answered instead of the server */
export type Interceptor = (request: IncomingMessage, response: ServerResponse) => boolean;

export class WebServer {
  /** Method, path and range of each request. */
  readonly requests: string[] = [];
  readonly headers: http.IncomingHttpHeaders[] = [];
  intercept: Interceptor = () => false;

  private constructor(
    readonly url: string,
    private readonly server: Server | https.Server,
  ) {}

  /** @param certificate none is plain http */
  static async start(dir: string, certificate?: Certificate, port = 0): Promise<WebServer> {
    const handler = (request: IncomingMessage, response: ServerResponse): void => {
      const range = request.headers.range === undefined ? "" : ` ${request.headers.range}`;
      made.requests.push(`${request.method} ${request.url}${range}`);
      made.headers.push(request.headers);
      if (!made.intercept(request, response)) serveFile(dir, request, response);
    };
    const server = certificate
      ? https.createServer({ key: certificate.key, cert: certificate.cert }, handler)
      : http.createServer(handler);
    await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
    const scheme = certificate ? "https" : "http";
    const made = new WebServer(
      `${scheme}://localhost:${(server.address() as AddressInfo).port}`,
      server,
    );
    return made;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

/** As a plain file server does: ranges, ETags, no lists. */
export function serveFile(dir: string, request: IncomingMessage, response: ServerResponse): void {
  const name = decodeURIComponent(new URL(request.url ?? "/", "http://x").pathname);
  const file = path.join(dir, name);
  const stats = statOrNull(file);
  if (!file.startsWith(dir) || !stats?.isFile()) return void response.writeHead(404).end("none");
  if ((stats.mode & 0o444) === 0) return void response.writeHead(403).end("no");
  const etag = `"${stats.size.toString(16)}-${stats.mtimeMs.toString(16)}"`;
  const range = /^bytes=([0-9]+)-([0-9]*)$/.exec(request.headers.range ?? "");
  const isSame = request.headers["if-range"] === undefined || request.headers["if-range"] === etag;
  const headers = { etag, "accept-ranges": "bytes", "content-type": "application/octet-stream" };
  if (range && isSame) {
    const start = Number(range[1]);
    const end = Math.min(range[2] ? Number(range[2]) : Infinity, stats.size - 1);
    if (start > end) {
      response.writeHead(416, { "content-range": `bytes */${stats.size}` }).end();
      return;
    }
    const part = { "content-range": `bytes ${start}-${end}/${stats.size}` };
    response.writeHead(206, { ...headers, ...part, "content-length": end - start + 1 });
    return send(request, response, file, { start, end });
  }
  response.writeHead(200, { ...headers, "content-length": stats.size });
  send(request, response, file, {});
}

function statOrNull(file: string): Stats | null {
  try {
    return statSync(file);
  } catch {
    return null; // also where a file is in a directory's place
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  file: string,
  range: { start?: number; end?: number },
): void {
  if (request.method === "HEAD") return void response.end();
  createReadStream(file, range).pipe(response);
}

/** A directory that goes away with `dispose`. */
export function tempDir(prefix: string): { dir: string; dispose: () => void } {
  const dir = mkdtempSync(path.join(tmpdir(), prefix));
  return { dir, dispose: () => rmSync(dir, { recursive: true, force: true }) };
}
