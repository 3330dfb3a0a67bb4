/**
 * Downloads: one request for what is small; for the rest parts, several at a time. Parts go into a
 * file of their own, beside a note of the checksum of each, so that another process goes on where this
 * one was stopped. What was noted is looked at again before it is believed: after a power cut a file may
 * be long and empty. That the whole is right is for the caller to see; it has the hash.
 */
import type { Readable } from "node:stream";
import { createHash } from "node:crypto";
import { BlobsyError, errnoOf, fromErrno, isBlobsyError } from "../domain/errors.js";
import { asOid, type Oid } from "../domain/oid.js";
import type { OpenFile } from "../fs/open-file.js";
import { lstatFacts } from "../fs/facts.js";
import { createFile, openWrite, rename, unlinkIfThere, writeAll } from "../fs/ops.js";
import { throwIfStopped, tooLong } from "./copy.js";
import { HashBehind } from "./hash-behind.js";
import type { Lanes } from "./lanes.js";
import { hasChecksum, partChecksum } from "./part-checksum.js";
import { Resume } from "./resume.js";
import type { S3Connection } from "./s3-client.js";
import { classed } from "./s3-errors.js";
import { headOf, type Head } from "./s3-head.js";
import { isInParts, moveParts, partSizeFor, partsOf, type Part } from "./s3-parts.js";
import type { Fed } from "./stretch.js";
import type { TransportOptions } from "./transport.js";
import { discardedBuffers } from "./young-garbage.js";

export interface Download {
  readonly connection: S3Connection;
  readonly lanes: Lanes;
  readonly key: string;
  readonly dest: string;
  readonly maxBytes: number;
  readonly options: TransportOptions;
}

/** @throws {BlobsyError}, or a system error of writing the file */
export async function downloadFile(download: Download): Promise<void> {
  const { connection, maxBytes } = download;
  if (!isInParts(maxBytes, connection.spec.partSize)) return downloadWhole(download);
  const head = await headOf(connection, download.key, download.options.signal);
  if (!head) throw notThere(download);
  if (head.size > maxBytes) throw tooLong(maxBytes);
  if (!isInParts(head.size, connection.spec.partSize)) return downloadWhole(download);
  const subject = `${connection.id} ${download.key}`;
  const resume = await Resume.take(connection.spec.stateDir, subject, "download");
  try {
    await new PartsDownload(download, head, resume).run();
  } finally {
    await resume?.close();
  }
}

async function downloadWhole(download: Download): Promise<void> {
  const { connection, key, dest, maxBytes, options } = download;
  const input = objectOf(connection, key);
  const target = await createFile(dest);
  try {
    const answer = await connection.send(
      `downloading ${key}`,
      (sdk) => new sdk.GetObjectCommand(input),
      options.signal,
      true,
    );
    const body = answer.Body as Readable;
    const length = answer.ContentLength;
    if (length !== undefined && length > maxBytes) {
      body.destroy();
      throw tooLong(maxBytes);
    }
    const hash = createHash("sha256");
    const into = { target, file: dest, at: 0, most: maxBytes, fed: hash };
    const bytes = await pump(download, body, into);
    if (length !== undefined && bytes !== length) throw cutShort(download, bytes, length);
    options.onHashed?.(asOid(hash.digest("hex")));
  } finally {
    await target.close();
  }
}

interface Into {
  readonly target: OpenFile;
  readonly file: string;
  readonly at: number;
  readonly most: number;
  /** With what arrives. */
  readonly fed: Fed;
}

async function pump(
  { connection, key, options }: Download,
  body: Readable,
  { target, file, at, most, fed }: Into,
): Promise<number> {
  let bytes = 0;
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      throwIfStopped(options.signal);
      if (bytes + piece.length > most) throw tooLong(most);
      await writeAll(target, file, piece, at + bytes).catch((error: unknown) => {
        throw fromErrno(error, `writing ${key}`, file);
      });
      fed.update(piece);
      bytes += piece.length;
      options.onBytes?.(piece.length);
      discardedBuffers(piece.length);
    }
  } catch (error) {
    throwIfStopped(options.signal);
    throw broken(error, connection, key);
  } finally {
    body.destroy();
  }
  return bytes;
}

/** A connection that ends in the middle of a body ends with words of Node's own. */
function broken(error: unknown, connection: S3Connection, key: string): unknown {
  if (isBlobsyError(error)) return error;
  const where = connection.where(`downloading ${key}`, true);
  const told = classed(error, where);
  if (isBlobsyError(told) && told.code !== "IO") return told;
  const why = errnoOf(error) ?? "aborted";
  return new BlobsyError("NETWORK", `${where.doing} (${where.remote}): it was cut off (${why})`);
}

class PartsDownload {
  readonly #download: Download;
  readonly #head: Head;
  readonly #resume: Resume | null;
  readonly #file: string;
  readonly #partSize: number;
  readonly #behind: HashBehind;

  constructor(download: Download, head: Head, resume: Resume | null) {
    this.#download = download;
    this.#head = head;
    this.#resume = resume;
    this.#file = resume?.partFile ?? download.dest;
    this.#partSize = partSizeFor(head.size, download.connection.spec.partSize);
    this.#behind = new HashBehind(this.#file, head.size, download.options.signal);
  }

  async run(): Promise<void> {
    const { dest, lanes, options } = this.#download;
    const missing = await this.#missing();
    const target = await openWrite(this.#file);
    let oid: Oid;
    try {
      await moveParts(missing, lanes, options.signal, async (part) => {
        await this.#fetch(target, part);
        this.#behind.arrived(part);
      });
      oid = await this.#behind.digest(partsOf(this.#head.size, this.#partSize).length);
    } catch (error) {
      await this.#behind.stop();
      await this.#giveUp(error);
      throw error;
    } finally {
      await target.close();
    }
    if (this.#resume) {
      await this.#resume.forget();
      await rename(this.#file, dest);
    }
    options.onHashed?.(oid);
  }

  /** Those that are not in the file yet. */
  async #missing(): Promise<Part[]> {
    const { size, tag } = this.#head;
    const parts = partsOf(size, this.#partSize);
    if (!this.#resume) return parts;
    const { begun } = this.#resume;
    const facts = { size: String(size), partSize: String(this.#partSize), tag };
    const isSame = begun && Object.entries(facts).every(([name, value]) => begun[name] === value);
    const there = lstatFacts(this.#file);
    if (!isSame || there?.kind !== "file" || there.size > size) {
      await unlinkIfThere(this.#file);
      await this.#resume.begin(facts);
      return parts;
    }
    const missing: Part[] = [];
    for (const part of parts) {
      if (await this.#isIn(part)) {
        this.#download.options.onBytes?.(part.length);
        this.#behind.arrived(part);
      } else {
        missing.push(part);
      }
    }
    return missing;
  }

  async #isIn(part: Part): Promise<boolean> {
    const known = this.#resume?.parts.get(part.number);
    if (!known) return false;
    const { signal } = this.#download.options;
    try {
      return await hasChecksum(known.checksum, { file: this.#file, ...part }, signal);
    } catch (error) {
      throwIfStopped(signal);
      if (isBlobsyError(error)) return false; // the file is shorter than was noted
      throw error;
    }
  }

  async #fetch(target: OpenFile, part: Part): Promise<void> {
    const { connection, key, options } = this.#download;
    const { tag } = this.#head;
    const answer = await connection.send(
      `downloading ${key}`,
      (sdk) =>
        new sdk.GetObjectCommand({
          ...objectOf(connection, key),
          Range: `bytes=${part.start}-${part.start + part.length - 1}`,
          ...(tag === "" ? {} : { IfMatch: tag }),
        }),
      options.signal,
      true,
    );
    const body = answer.Body as Readable;
    if (!answer.ContentRange?.startsWith(`bytes ${part.start}-`)) {
      body.destroy();
      const message = `${connection.id} answers with other bytes than were asked for: ${key}`;
      throw new BlobsyError("IO", message);
    }
    const checksum = partChecksum();
    const into = {
      target,
      file: this.#file,
      at: part.start,
      most: part.length,
      fed: checksum,
    };
    const bytes = await pump(this.#download, body, into);
    if (bytes !== part.length) throw cutShort(this.#download, bytes, part.length);
    await this.#resume?.note(part.number, { checksum: checksum.digest(), tag: "-" });
  }

  /** What arrived is kept where it can be of use again, and not where it stands in the way. */
  async #giveUp(error: unknown): Promise<void> {
    const code = isBlobsyError(error) ? error.code : "";
    if (!["DISK_FULL", "NOT_FOUND", "BLOB_CORRUPT", "IO"].includes(code)) return;
    await this.#resume?.forget();
    await unlinkIfThere(this.#file);
  }
}

function objectOf(connection: S3Connection, key: string): { Bucket: string; Key: string } {
  return { Bucket: connection.spec.bucket, Key: connection.nameOf(key) };
}

function notThere({ connection, key }: Download): BlobsyError {
  const { doing, remote } = connection.where(`downloading ${key}`);
  return new BlobsyError("NOT_FOUND", `${doing} (${remote}): it is not there`);
}

function cutShort({ connection, key }: Download, found: number, wanted: number): BlobsyError {
  const message = `${connection.id} gave ${found} bytes of ${wanted}: ${key}`;
  return new BlobsyError("NETWORK", message);
}
