/**
 * An upload in parts. It is noted what was begun and which parts arrived, so that another process
 * goes on where this one was stopped; what the server still has of it is asked first. The object
 * appears when the last request completes it, whole.
 */
import { BlobsyError } from "../domain/errors.js";
import { Resume } from "./resume.js";
import { withBody, type HashedBody } from "./s3-body.js";
import { answerOf, classed } from "./s3-errors.js";
import { MOST_PARTS, moveParts, partSizeFor, partsOf, type Part } from "./s3-parts.js";
import { checksumOf, inDialect, sendBody, type Dialect } from "./s3-put.js";
import type { Upload } from "./s3-upload.js";
import { sizeOf } from "./s3-head.js";
import type { S3Connection } from "./s3-client.js";

interface Begun {
  readonly id: string;
  readonly partSize: number;
  /** Whether it was begun with checksums: then every part has one. */
  readonly checksums: boolean;
}

interface SentPart {
  readonly number: number;
  readonly tag: string;
  readonly checksum: string | undefined;
}

/** @throws {BlobsyError}, or a system error of reading the file; what arrived is kept for another try */
export async function uploadInParts(upload: Upload): Promise<void> {
  const { connection, key } = upload;
  const { stateDir } = connection.spec;
  const resume = await Resume.take(stateDir, `${connection.id} ${key}`, "upload");
  try {
    await new PartsUpload(upload, resume).run();
  } finally {
    await resume?.close();
  }
}

class PartsUpload {
  readonly #upload: Upload;
  readonly #resume: Resume | null;
  readonly #connection: S3Connection;
  readonly #object: { readonly Bucket: string; readonly Key: string };
  readonly #signal: AbortSignal | undefined;

  constructor(upload: Upload, resume: Resume | null) {
    this.#upload = upload;
    this.#resume = resume;
    this.#connection = upload.connection;
    this.#signal = upload.options.signal;
    const { spec } = upload.connection;
    this.#object = { Bucket: spec.bucket, Key: upload.connection.nameOf(upload.key) };
  }

  async run(): Promise<void> {
    const { key, size, options } = this.#upload;
    const known = this.#known();
    const there = known ? await this.#partsThere(known.id) : null;
    if (!(known && there)) {
      await this.#resume?.forget();
      if (!this.#connection.isOurs(key) && (await this.#isComplete())) {
        options.onBytes?.(size);
        return;
      }
    }
    const begun = known && there ? known : await this.#begin();
    try {
      const sent = await this.#send(begun, there ?? new Map<number, string>());
      await this.#complete(begun, sent);
    } catch (error) {
      if (!this.#resume) await abortUpload(this.#connection, key, begun.id).catch(() => undefined);
      throw error;
    }
    await this.#resume?.forget();
  }

  /** The upload to go on with, if one was begun for just this. */
  #known(): Begun | null {
    const { size, connection } = this.#upload;
    const begun = this.#resume?.begun;
    const partSize = partSizeFor(size, connection.spec.partSize);
    if (!begun?.["id"] || begun["size"] !== String(size)) return null;
    if (begun["partSize"] !== String(partSize)) return null;
    return { id: begun["id"], partSize, checksums: begun["checksums"] === "1" };
  }

  async #begin(): Promise<Begun> {
    const { size, dialect, connection, key } = this.#upload;
    const partSize = partSizeFor(size, connection.spec.partSize);
    const { UploadId: id } = await this.#told(`uploading ${key}`, () =>
      inDialect(dialect, ["checksums"], () =>
        connection.sendRaw(
          (sdk) =>
            new sdk.CreateMultipartUploadCommand({
              ...this.#object,
              ContentType: "application/octet-stream",
              ...(dialect.checksums ? { ChecksumAlgorithm: "SHA256" } : {}),
            }),
          this.#signal,
        ),
      ),
    );
    if (!id) throw new BlobsyError("IO", `${connection.id} gives no name to an upload in parts`);
    const { checksums } = dialect;
    const facts = { id, size: String(size), partSize: String(partSize) };
    await this.#resume?.begin({ ...facts, checksums: checksums ? "1" : "0" });
    return { id, partSize, checksums };
  }

  /** Number -> tag of the parts that the server has; `null` when it does not know the upload. */
  async #partsThere(id: string): Promise<Map<number, string> | null> {
    const there = new Map<number, string>();
    let after: string | undefined;
    do {
      const input = { ...this.#object, UploadId: id, PartNumberMarker: after };
      try {
        const page = await this.#connection.sendRaw(
          (sdk) => new sdk.ListPartsCommand(input),
          this.#signal,
        );
        for (const { PartNumber = 0, ETag = "" } of page.Parts ?? []) there.set(PartNumber, ETag);
        const { Parts = [], NextPartNumberMarker: next } = page;
        // What is not told of is sent again: a server that does not get on is not asked on.
        const getsOn = Number(next) > Number(after ?? 0) && Number(next) < MOST_PARTS;
        after = page.IsTruncated && getsOn && Parts.length > 0 ? next : undefined;
      } catch (error) {
        const { status, name } = answerOf(error);
        if (status === 404) return null;
        // Who may upload need not have the right to list parts; then it is begun anew.
        if (status === 403 && name === "AccessDenied") return null;
        throw classed(error, this.#connection.where(`asking for parts of ${this.#upload.key}`));
      }
    } while (after !== undefined);
    return there;
  }

  async #send(begun: Begun, there: ReadonlyMap<number, string>): Promise<SentPart[]> {
    const { size, lanes } = this.#upload;
    const sent: SentPart[] = [];
    await moveParts(partsOf(size, begun.partSize), lanes, this.#signal, async (part) => {
      sent.push(await this.#sendPart(begun, part, there.get(part.number)));
    });
    return sent.sort((a, b) => a.number - b.number);
  }

  /** @param tag of the part as it is there */
  #sendPart(begun: Begun, part: Part, tag: string | undefined): Promise<SentPart> {
    const stretch = { file: this.#upload.file, ...part };
    return withBody(stretch, this.#signal, (body) => this.#sendBody(begun, part, tag, body));
  }

  async #sendBody(
    begun: Begun,
    part: Part,
    tag: string | undefined,
    body: HashedBody,
  ): Promise<SentPart> {
    const { key, options, connection } = this.#upload;
    const dialect: Dialect = { conditions: false, checksums: begun.checksums };
    const checksum = checksumOf(body, dialect);
    const known = this.#resume?.parts.get(part.number);
    if (tag !== undefined && known?.checksum === body.sha256 && known.tag === tag) {
      options.onBytes?.(part.length);
      return { number: part.number, tag, checksum };
    }
    const { ETag = "" } = await this.#told(`uploading ${key}, part ${part.number}`, () =>
      sendBody(connection, {
        body,
        signal: this.#signal,
        onBytes: options.onBytes,
        make: (sdk, content) =>
          new sdk.UploadPartCommand({
            ...this.#object,
            UploadId: begun.id,
            PartNumber: part.number,
            Body: content,
            ContentLength: body.length,
            ContentMD5: body.md5,
            ChecksumSHA256: checksum,
          }),
      }),
    );
    await this.#resume?.note(part.number, { checksum: body.sha256, tag: ETag });
    return { number: part.number, tag: ETag, checksum };
  }

  async #complete({ id }: Begun, sent: readonly SentPart[]): Promise<void> {
    const { key } = this.#upload;
    // Somebody else may have been faster; what is there is not replaced.
    if (!this.#connection.isOurs(key) && (await this.#isComplete())) {
      return abortUpload(this.#connection, key, id);
    }
    try {
      try {
        await this.#sendComplete(id, sent);
      } catch (error) {
        // Swift takes a part's checksum for a fault of the text: it knows parts by their tags alone.
        if (answerOf(error).name !== "MalformedXML") throw error;
        await this.#sendComplete(
          id,
          sent.map((part) => ({ ...part, checksum: undefined })),
        );
        this.#upload.dialect.checksums = false;
      }
    } catch (error) {
      await this.#afterFailedComplete(error);
    }
  }

  async #sendComplete(id: string, sent: readonly SentPart[]): Promise<void> {
    const Parts = sent.map(({ number, tag, checksum }) => ({
      PartNumber: number,
      ETag: tag,
      ...(checksum === undefined ? {} : { ChecksumSHA256: checksum }),
    }));
    const input = { ...this.#object, UploadId: id, MultipartUpload: { Parts } };
    await this.#connection.sendRaw(
      (sdk) => new sdk.CompleteMultipartUploadCommand(input),
      this.#signal,
    );
  }

  /** The answer to an earlier, successful try may have been lost on the way. */
  async #afterFailedComplete(error: unknown): Promise<void> {
    const { status, name } = answerOf(error);
    if (status === 404 && (await this.#isComplete())) return;
    const isOver = status === 404 || /^InvalidPart/.test(name) || status === 400;
    if (isOver) await this.#resume?.forget(); // a fresh start next time
    const failure = classed(error, this.#connection.where(`completing ${this.#upload.key}`));
    if (!isOver) throw failure;
    throw new BlobsyError("NETWORK", (failure as Error).message, { cause: failure });
  }

  async #isComplete(): Promise<boolean> {
    const { key, size } = this.#upload;
    return (await sizeOf(this.#connection, key, this.#signal)) === size;
  }

  async #told<T>(doing: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw classed(error, this.#connection.where(doing));
    }
  }
}

/** Gives up an upload in parts, and what it takes up on the server. One that is gone is no error. */
export async function abortUpload(
  connection: S3Connection,
  key: string,
  id: string,
  signal?: AbortSignal,
): Promise<void> {
  const input = { Bucket: connection.spec.bucket, Key: connection.nameOf(key), UploadId: id };
  try {
    await connection.sendRaw((sdk) => new sdk.AbortMultipartUploadCommand(input), signal);
  } catch (error) {
    if (answerOf(error).status === 404) return;
    throw classed(error, connection.where(`giving up an upload of ${key}`));
  }
}
