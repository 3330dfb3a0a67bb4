/**
 * A web proxy as companies have them: it is asked to CONNECT for what speaks TLS, and for the whole address of
 * what does not. It notes what it is asked for, and may ask for a password or refuse.
 */
import https from "node:https";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import type { Certificate } from "./web.js";

export class WebProxy {
  /** "CONNECT host:port", "GET http://host:port/path". */
  readonly asked: string[] = [];
  /** "name:password" that everybody has to give. */
  account: string | undefined;
  /** The answer to everything from now on. */
  refusal: number | undefined;
  /** Where a host leads, other than where it says: "host:port" -> port of this machine. */
  readonly routes = new Map<string, number>();
  readonly #server: http.Server | https.Server;
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly certificate: Certificate | undefined) {
    const pass = (request: IncomingMessage, answer: ServerResponse): void =>
      this.#pass(request, answer);
    this.#server = certificate
      ? https.createServer({ key: certificate.key, cert: certificate.cert }, pass)
      : http.createServer(pass);
  }

  /** @param certificate for one that is itself spoken to by TLS */
  static async start(certificate?: Certificate): Promise<WebProxy> {
    const proxy = new WebProxy(certificate);
    proxy.#server.on("connect", (request: IncomingMessage, socket: Socket, head: Buffer) =>
      proxy.#tunnel(request, socket, head),
    );
    proxy.#server.on("connection", (socket: Socket) => proxy.#keep(socket));
    await new Promise<void>((done) => proxy.#server.listen(0, "127.0.0.1", done));
    return proxy;
  }

  get url(): string {
    const scheme = this.certificate ? "https" : "http";
    return `${scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((done) => this.#server.close(done));
  }

  #tunnel(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const status = this.#refusalOf(request);
    if (status !== undefined) {
      return void socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
    }
    const to = new URL(`http://${request.url}`);
    const port = this.routes.get(request.url ?? "") ?? Number(to.port || 80);
    const onward = connect({
      host: this.routes.has(request.url ?? "") ? "127.0.0.1" : to.hostname,
      port,
    });
    this.#keep(onward);
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
    onward.on("connect", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
  }

  #pass(request: IncomingMessage, answer: ServerResponse): void {
    const status = this.#refusalOf(request);
    if (status !== undefined) return void answer.writeHead(status).end();
    const { hostname: host, port, pathname, search } = new URL(request.url ?? "");
    const headers = { ...request.headers };
    delete headers["proxy-authorization"];
    const path = `${pathname}${search}`;
    // As tinyproxy does: the connection goes after one answer, and nobody was told.
    answer.on("finish", () => setTimeout(() => request.socket.destroy(), 5));
    const onward = http.request({ host, port, path, method: request.method, headers });
    onward.on("error", () => answer.destroy());
    onward.on("response", (from) =>
      from.pipe(answer.writeHead(from.statusCode ?? 500, from.headers)),
    );
    request.pipe(onward);
  }

  #refusalOf({ method, url, headers }: IncomingMessage): number | undefined {
    this.asked.push(`${method} ${url}`);
    const given = Buffer.from(`${headers["proxy-authorization"]}`.slice(6), "base64").toString();
    return this.account !== undefined && given !== this.account ? 407 : this.refusal;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
  }
}
