/** What an object is, by a question whose answer has no body: why it failed shows elsewhere. */
import type { S3Connection } from "./s3-client.js";
import { answerOf, classed } from "./s3-errors.js";

export interface Head {
  readonly size: number;
  /** Another one is another object. */
  readonly tag: string;
}

/** @returns `null` when there is no such object @throws {BlobsyError} */
export async function headOf(
  connection: S3Connection,
  key: string,
  signal: AbortSignal | undefined,
): Promise<Head | null> {
  const doing = `asking for ${key}`;
  const input = { Bucket: connection.spec.bucket, Key: connection.nameOf(key) };
  for (let mended = false; ; mended = true) {
    const { turn } = connection;
    try {
      const head = await connection.sendRaw((sdk) => new sdk.HeadObjectCommand(input), signal);
      return { size: head.ContentLength ?? -1, tag: head.ETag ?? "" };
    } catch (error) {
      const { status } = answerOf(error);
      if (status === 404) return null;
      // AWS tells of expired credentials so; another question brings them anew, or says what is wrong.
      if (status === 400 || status === 401 || status === 403) await connection.probe(doing, signal);
      if (mended || turn === connection.turn) throw classed(error, connection.where(doing, true));
    }
  }
}

/** How long the object is; `null` when there is none. @throws {BlobsyError} */
export async function sizeOf(
  connection: S3Connection,
  key: string,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  return (await headOf(connection, key, signal))?.size ?? null;
}
