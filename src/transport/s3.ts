/**
 * A bucket as a remote: AWS's own S3, and the servers that speak its language. Objects lie at
 * `<prefix>/<key>`; what is blobsy's own lies at `<prefix>/.blobsy/`.
 *
 * Servers differ in what they know. Nothing here relies on a header being honoured: an upload is
 * right because its caller asks for the size afterwards and whoever downloads it has the hash.
 *
 *     s3-client.ts     whom to ask, as whom
 *     s3-put.ts        one body, and servers that do not know a header
 *     s3-upload.ts     whole or in parts (s3-multipart.ts)
 *     s3-download.ts   whole or in parts
 *     s3-list.ts       what is there; s3-head.ts: one object
 *     s3-errors.ts     what went wrong
 */
import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { throwIfStopped, tooLong } from "./copy.js";
import { Lanes } from "./lanes.js";
import { sweepResumes } from "./resume.js";
import { S3Connection, type S3Spec } from "./s3-client.js";
import { downloadFile } from "./s3-download.js";
import { answerOf, classed } from "./s3-errors.js";
import { listObjects, listUnfinished } from "./s3-list.js";
import { abortUpload } from "./s3-multipart.js";
import { Dialect } from "./s3-put.js";
import { uploadFile } from "./s3-upload.js";
import { sizeOf } from "./s3-head.js";
import { RESERVED_PREFIX } from "./transport.js";
import type { RemoteObject, Transport, TransportOptions, UnfinishedUpload } from "./transport.js";

const GENERATION_KEY = `${RESERVED_PREFIX}generation`;
const SMALL = 4096;
/** Parts on their way at the same time, of all objects together. */
const PARTS_AT_ONCE = 16;

/** Reaches nobody yet. @throws {BlobsyError} CREDENTIALS when the user's AWS configuration is broken */
export async function openS3(spec: S3Spec): Promise<Transport> {
  const connection = await S3Connection.open(spec);
  await sweepResumes(spec.stateDir);
  return new S3Transport(connection);
}

class S3Transport implements Transport {
  readonly id: string;
  readonly capabilities = { list: true, write: true, scales: true };
  readonly #connection: S3Connection;
  readonly #dialect = new Dialect();
  readonly #lanes = new Lanes(PARTS_AT_ONCE);
  #bucketSeen = false;
  /** The generation, where the bucket does not say whether there is one. */
  #unknown: string | undefined;

  constructor(connection: S3Connection) {
    this.#connection = connection;
    this.id = connection.id;
  }

  has(key: string, options: TransportOptions = {}): Promise<{ size: number } | null> {
    return this.#told(`asking for ${key}`, async () => {
      const size = await sizeOf(this.#connection, key, options.signal);
      if (size !== null) return this.#seen({ size });
      // "Not there" is also the answer when there is no such bucket.
      if (!this.#bucketSeen) await this.check(options);
      return null;
    });
  }

  upload(key: string, file: string, size: number, options: TransportOptions = {}): Promise<void> {
    return this.#told(`uploading ${key}`, async () => {
      throwIfStopped(options.signal);
      const [connection, dialect, lanes] = [this.#connection, this.#dialect, this.#lanes];
      await uploadFile({ connection, dialect, lanes, key, file, size, options });
      this.#bucketSeen = true;
    });
  }

  download(
    key: string,
    dest: string,
    maxBytes: number,
    options: TransportOptions = {},
  ): Promise<void> {
    return this.#told(`downloading ${key}`, async () => {
      throwIfStopped(options.signal);
      const [connection, lanes] = [this.#connection, this.#lanes];
      await downloadFile({ connection, lanes, key, dest, maxBytes, options });
      this.#bucketSeen = true;
    });
  }

  list(prefix: string, options: TransportOptions = {}): AsyncIterable<RemoteObject> {
    return listObjects(this.#connection, prefix, options);
  }

  remove(key: string, { signal }: TransportOptions = {}): Promise<void> {
    return this.#told(`removing ${key}`, async () => {
      await this.#connection.send(
        `removing ${key}`,
        (sdk) => new sdk.DeleteObjectCommand(this.#object(key)),
        signal,
      );
    });
  }

  check({ signal }: TransportOptions = {}): Promise<void> {
    return this.#told("reaching the remote", async () => {
      await this.#connection.probe("reaching the remote", signal);
      this.#bucketSeen = true;
    });
  }

  /**
   * To whom may not list, a bucket refuses what is not there. Then nobody can tell whether garbage was
   * collected: what was seen there is known for as long as this process lives.
   */
  generation({ signal }: TransportOptions = {}): Promise<string> {
    return this.#told("reaching the remote", async () => {
      try {
        const answer = await this.#connection.sendRaw(
          (sdk) => new sdk.GetObjectCommand(this.#object(GENERATION_KEY)),
          signal,
        );
        this.#bucketSeen = true;
        return (await readSmall(answer.Body as Readable)).trim() || "0";
      } catch (error) {
        const { status, name } = answerOf(error);
        if (status === 404 && name !== "NoSuchBucket") return "0";
        if (status !== 403 || name !== "AccessDenied") throw error;
        return (this.#unknown ??= `0-unknown-${randomUUID()}`);
      }
    });
  }

  unfinished(options: TransportOptions = {}): AsyncIterable<UnfinishedUpload> {
    return listUnfinished(this.#connection, options);
  }

  abandon({ key, id }: UnfinishedUpload, { signal }: TransportOptions = {}): Promise<void> {
    return this.#told(`giving up an upload of ${key}`, () =>
      abortUpload(this.#connection, key, id, signal),
    );
  }

  #object(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#connection.spec.bucket, Key: this.#connection.nameOf(key) };
  }

  #seen<T>(answer: T): T {
    this.#bucketSeen = true;
    return answer;
  }

  /** What is left that is not ours: an answer of the server, or a file that cannot be read. */
  async #told<T>(doing: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw classed(error, this.#connection.where(doing));
    }
  }
}

async function readSmall(body: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > SMALL) {
      body.destroy();
      throw tooLong(SMALL);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}
