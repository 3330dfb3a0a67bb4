/** What is in the bucket below our prefix: objects, and uploads that nobody finished. */
import type { S3Connection } from "./s3-client.js";
import { Pages } from "./s3-pages.js";
import type { RemoteObject, TransportOptions, UnfinishedUpload } from "./transport.js";
import { RESERVED_PREFIX } from "./transport.js";

/** A thousand at a time. */
export async function* listObjects(
  connection: S3Connection,
  prefix: string,
  { signal }: TransportOptions,
): AsyncGenerator<RemoteObject> {
  const input = { Bucket: connection.spec.bucket, Prefix: connection.nameOf(prefix) };
  const pages = new Pages(`listing ${prefix} (${connection.id})`);
  let from: Page = {};
  for (;;) {
    const at = from;
    const page = await connection.send(
      `listing ${prefix}`,
      (sdk) => new sdk.ListObjectsV2Command({ ...input, ...at }),
      signal,
    );
    for (const { Key = "", Size = 0 } of page.Contents ?? []) {
      const key = connection.keyOf(Key);
      if (key !== null && isListed(key, prefix)) yield { key, size: Size };
    }
    if (!page.IsTruncated) return;
    pages.turn((page.Contents ?? []).map(({ Key = "" }) => Key));
    const next = nextPage(page.NextContinuationToken, page.Contents?.at(-1)?.Key);
    if (!next || isSame(next, at)) throw pages.stuck();
    from = next;
  }
}

interface Page {
  readonly ContinuationToken?: string;
  readonly StartAfter?: string;
}

/** A server that gives no word for going on is asked for what comes after the last name. */
function nextPage(token: string | undefined, last: string | undefined): Page | null {
  if (token) return { ContinuationToken: token };
  return last ? { StartAfter: last } : null;
}

function isSame(one: Page, other: Page): boolean {
  return one.ContinuationToken === other.ContinuationToken && one.StartAfter === other.StartAfter;
}

/** Not our own unless asked for; nor what web consoles put there for a folder. */
function isListed(key: string, prefix: string): boolean {
  if (key === "" || key.endsWith("/")) return false;
  if (prefix.startsWith(RESERVED_PREFIX)) return true;
  return !key.split("/").some((part) => part.startsWith("."));
}

export async function* listUnfinished(
  connection: S3Connection,
  { signal }: TransportOptions,
): AsyncGenerator<UnfinishedUpload> {
  const input = { Bucket: connection.spec.bucket, Prefix: connection.nameOf("") };
  const pages = new Pages(`listing unfinished uploads (${connection.id})`);
  let more: Marker | undefined = {};
  while (more) {
    const from: Marker = more;
    const page = await connection.send(
      "listing unfinished uploads",
      (sdk) => new sdk.ListMultipartUploadsCommand({ ...input, ...from }),
      signal,
    );
    for (const { Key = "", UploadId: id = "", Initiated } of page.Uploads ?? []) {
      const key = connection.keyOf(Key);
      const begunAt = (Initiated?.getTime() ?? NaN) - connection.clockOffsetMs;
      if (key) yield { key, id, begunAt };
    }
    if (page.IsTruncated) {
      pages.turn((page.Uploads ?? []).map(({ Key = "", UploadId = "" }) => `${Key}\n${UploadId}`));
    }
    more = page.IsTruncated ? nextMarker(page.NextKeyMarker, page.NextUploadIdMarker) : undefined;
  }
}

interface Marker {
  readonly KeyMarker?: string;
  readonly UploadIdMarker?: string;
}

/** A server that says there is more and not from where has no more for us. */
function nextMarker(key: string | undefined, upload: string | undefined): Marker | undefined {
  if (!key) return undefined;
  return { KeyMarker: key, ...(upload ? { UploadIdMarker: upload } : {}) };
}
