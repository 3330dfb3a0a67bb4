/** Uploads: one request for what is small, parts for the rest. What is there is never overwritten. */
import { fstatSync } from "node:fs";
import { BlobsyError } from "../domain/errors.js";
import { openRegular } from "./copy.js";
import type { Lanes } from "./lanes.js";
import { withBody, type HashedBody } from "./s3-body.js";
import type { S3Connection } from "./s3-client.js";
import { answerOf, classed } from "./s3-errors.js";
import { sizeOf } from "./s3-head.js";
import { uploadInParts } from "./s3-multipart.js";
import { isInParts } from "./s3-parts.js";
import { checksumOf, inDialect, sendBody, type Dialect } from "./s3-put.js";
import type { TransportOptions } from "./transport.js";

export interface Upload {
  readonly connection: S3Connection;
  readonly dialect: Dialect;
  readonly lanes: Lanes;
  readonly key: string;
  readonly file: string;
  readonly size: number;
  readonly options: TransportOptions;
}

/** @throws {BlobsyError}, or a system error of reading the file */
export async function uploadFile(upload: Upload): Promise<void> {
  await assertSize(upload);
  if (isInParts(upload.size, upload.connection.spec.partSize)) return uploadInParts(upload);
  return putWhole(upload);
}

function putWhole(upload: Upload): Promise<void> {
  const stretch = { file: upload.file, start: 0, length: upload.size };
  return withBody(stretch, upload.options.signal, (body) => putBody(upload, body));
}

async function putBody(upload: Upload, body: HashedBody): Promise<void> {
  const { connection, dialect, key, size, options } = upload;
  const { signal, onBytes } = options;
  const put = (isNew: boolean): Promise<unknown> =>
    sendBody(connection, {
      body,
      signal,
      onBytes,
      make: (sdk, content) =>
        new sdk.PutObjectCommand({
          Bucket: connection.spec.bucket,
          Key: connection.nameOf(key),
          Body: content,
          ContentLength: body.length,
          ContentType: "application/octet-stream",
          ContentMD5: body.md5,
          ChecksumSHA256: checksumOf(body, dialect),
          IfNoneMatch: isNew ? "*" : undefined,
        }),
    });
  const isThere = async (): Promise<boolean> => {
    if ((await sizeOf(connection, key, signal)) !== size) return false;
    onBytes?.(size);
    return true;
  };
  try {
    await inDialect(dialect, ["conditions", "checksums"], async () => {
      if (connection.isOurs(key)) return put(false);
      if (dialect.conditions) return put(true);
      return (await isThere()) ? undefined : put(false);
    });
  } catch (error) {
    const doing = connection.where(`uploading ${key}`);
    if (answerOf(error).status !== 412) throw classed(error, doing);
    // An object of another length is a damaged one.
    if (await isThere()) return;
    await put(false).catch((failure: unknown) => {
      throw classed(failure, doing);
    });
  }
}

async function assertSize({ file, size }: Upload): Promise<void> {
  const handle = await openRegular(file);
  try {
    const found = fstatSync(handle.fd).size;
    if (found === size) return;
    const message = `${found} bytes where ${size} were expected: ${file}`;
    throw new BlobsyError("BLOB_CORRUPT", message, { path: file });
  } finally {
    await handle.close();
  }
}
