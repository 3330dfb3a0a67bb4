/** A server on loopback that is asked in S3's language, and answers as it likes. */
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { S3Spec } from "../../src/transport/s3-client.js";

export type Serve = (request: IncomingMessage, response: ServerResponse) => void;

const PIECE = Buffer.alloc(64 * 1024, "x");

export class HostileS3 {
  /** "GET /bucket/key". */
  readonly asked: string[] = [];
  /** Bytes of endless answers. */
  sent = 0;
  serve: Serve = (_, response) => void response.writeHead(404).end();
  readonly #server = http.createServer((request, response) => {
    this.asked.push(`${request.method} ${request.url}`);
    request.resume();
    response.on("error", () => undefined);
    this.serve(request, response);
  });

  static async start(): Promise<HostileS3> {
    const hostile = new HostileS3();
    await new Promise<void>((done) => hostile.#server.listen(0, "127.0.0.1", done));
    return hostile;
  }

  /** @param dir for what is kept of transfers */
  spec(dir: string, prefix = ""): S3Spec {
    return {
      kind: "s3",
      backend: "default",
      bucket: "bucket",
      prefix,
      region: "us-east-1",
      endpoint: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`,
      access: "signed",
      stateDir: path.join(dir, "transfers"),
      partSize: 5 * 1024 * 1024,
    };
  }

  /** Writes for as long as somebody takes it, or up to `most` bytes. */
  endless(status: number, start = "", headers: http.OutgoingHttpHeaders = {}, most = 4e9): Serve {
    return (request, response) => {
      response.writeHead(status, headers);
      // Node writes no body there, and takes it all.
      if (request.method === "HEAD") return void response.end();
      if (start !== "") response.write(start);
      const more = (): void => {
        while (!response.destroyed && this.sent < most) {
          this.sent += PIECE.length;
          if (!response.write(PIECE)) return;
        }
        response.destroy();
      };
      response.on("drain", more);
      more();
    };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}

/** What a program needs to sign its requests with. */
export const SOME_KEYS = {
  AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret-of-the-example",
} as const;
