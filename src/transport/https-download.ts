/**
 * Downloads from a web server. What is large goes into a file of its own, with a note of the checksum
 * of each part that is there; an interrupted download, in another process too, goes on behind the last
 * of them that still has its checksum, as long as the server says that it is the same object.
 */
import { createHash } from "node:crypto";
import { BlobsyError, fromErrno, isBlobsyError } from "../domain/errors.js";
import { asOid } from "../domain/oid.js";
import { lstatFacts } from "../fs/facts.js";
import { OpenFile } from "../fs/open-file.js";
import { createFile, openWrite, rename, unlinkIfThere, writeAll } from "../fs/ops.js";
import { throwIfStopped, tooLong } from "./copy.js";
import { refusal, type WebAnswer, type WebClient } from "./https-client.js";
import { likeThat, partChecksum } from "./part-checksum.js";
import { Resume, sweepResumes } from "./resume.js";
import type { TransportOptions } from "./transport.js";
import { discardedBuffers } from "./young-garbage.js";

export interface WebDownload {
  readonly client: WebClient;
  readonly id: string;
  readonly key: string;
  readonly dest: string;
  readonly maxBytes: number;
  readonly options: TransportOptions;
  readonly stateDir: string;
  readonly partSize: number | undefined;
}

const PART = 4 * 1024 * 1024;

/** @throws {BlobsyError} as a transport does */
export async function downloadFromWeb(download: WebDownload): Promise<void> {
  const partSize = download.partSize ?? PART;
  try {
    if (download.maxBytes <= partSize) return await new WebTransfer(download, null).run();
    await sweepResumes(download.stateDir);
    const resume = await Resume.take(
      download.stateDir,
      `${download.id} ${download.key}`,
      "download",
    );
    try {
      await new WebTransfer(download, resume).run();
    } finally {
      await resume?.close();
    }
  } catch (error) {
    throw fromErrno(error, `downloading ${download.key}`, download.dest);
  }
}

class WebTransfer {
  readonly #download: WebDownload;
  readonly #resume: Resume | null;
  readonly #partSize: number;
  readonly #file: string;
  /** Of all that is in the file. */
  #whole = createHash("sha256");

  /** @param resume `null` for what is small, and where another process downloads the same */
  constructor(download: WebDownload, resume: Resume | null) {
    this.#download = download;
    this.#resume = resume;
    this.#partSize = download.partSize ?? PART;
    this.#file = resume?.partFile ?? download.dest;
  }

  async run(): Promise<void> {
    const start = await this.#whatIsThere();
    const answer = await this.#ask(start);
    const isRest = answer.statusCode === 206;
    try {
      const at = isRest ? start : 0;
      const size = this.#sizeOf(answer, at);
      if (size !== null && size > this.#download.maxBytes) throw tooLong(this.#download.maxBytes);
      if (isRest) {
        this.#download.options.onBytes?.(start);
      } else {
        this.#whole = createHash("sha256");
        await this.#begin(answer);
      }
      await this.#receive(answer, at, size);
    } catch (error) {
      await this.#giveUp(error);
      throw error;
    } finally {
      answer.destroy();
    }
    if (this.#resume) {
      await this.#resume.forget();
      await rename(this.#file, this.#download.dest);
    }
    this.#download.options.onHashed?.(asOid(this.#whole.digest("hex")));
  }

  async #ask(start: number): Promise<WebAnswer> {
    const { client, key, options } = this.#download;
    const tag = this.#resume?.begun?.["tag"] ?? "";
    const range = start === 0 ? {} : { headers: { range: `bytes=${start}-`, "if-range": tag } };
    const answer = await client.ask({ method: "GET", key, signal: options.signal, ...range });
    if (answer.statusCode === 200) return answer;
    if (answer.statusCode === 206 && rangeOf(answer)?.start === start && start > 0) return answer;
    answer.destroy();
    if (start > 0) {
      await this.#discard();
      return this.#ask(0);
    }
    throw refusal(answer, `downloading ${key} (${this.#download.id})`, key);
  }

  /** How many bytes of it are there for certain. */
  async #whatIsThere(): Promise<number> {
    const resume = this.#resume;
    if (!resume?.begun || !lstatFacts(this.#file)) return 0;
    const file = OpenFile.toReadItself(this.#file);
    try {
      const piece = Buffer.allocUnsafe(this.#partSize);
      for (let part = 0; ; part += 1) {
        throwIfStopped(this.#download.options.signal);
        const start = part * this.#partSize;
        const { bytesRead } = await file.read(piece, 0, piece.length, start);
        const known = resume.parts.get(part)?.checksum ?? "";
        const found = likeThat(known);
        if (bytesRead < piece.length || !found) return start;
        found.update(piece);
        if (found.digest() !== known) return start;
        this.#whole.update(piece);
      }
    } finally {
      await file.close();
    }
  }

  /** Notes what it is, if the server says so in a way that can be asked again (RFC 9110, 8.8). */
  async #begin(answer: WebAnswer): Promise<void> {
    if (!this.#resume) return;
    await this.#discard();
    const { etag } = answer.headers;
    if (etag !== undefined && !etag.startsWith("W/")) await this.#resume.begin({ tag: etag });
  }

  async #receive(answer: WebAnswer, from: number, size: number | null): Promise<void> {
    const { maxBytes, options } = this.#download;
    const target = this.#resume ? await openWrite(this.#file) : await createFile(this.#file);
    const notes = new PartNotes(this.#resume, this.#partSize, from);
    let at = from;
    try {
      for await (const piece of this.#pieces(answer)) {
        if (at + piece.length > maxBytes) throw tooLong(maxBytes);
        await writeAll(target, this.#file, piece, at);
        at += piece.length;
        this.#whole.update(piece);
        await notes.add(piece);
        options.onBytes?.(piece.length);
        discardedBuffers(piece.length);
        throwIfStopped(options.signal);
      }
    } finally {
      await target.close();
    }
    if (size !== null && at !== size) throw this.#cutOff(`${at} bytes of ${size} came`);
  }

  async *#pieces(answer: WebAnswer): AsyncGenerator<Buffer> {
    const { client, key, options } = this.#download;
    try {
      for await (const piece of answer as AsyncIterable<Buffer>) yield piece;
    } catch (error) {
      throwIfStopped(options.signal);
      throw client.classed(error, `downloading ${key}`);
    }
    if (!answer.complete) throw this.#cutOff("the connection ended early");
  }

  #sizeOf(answer: WebAnswer, from: number): number | null {
    const total = rangeOf(answer)?.total;
    if (total !== undefined) return total;
    const length = answer.headers["content-length"];
    return length === undefined ? null : from + Number(length);
  }

  #cutOff(why: string): BlobsyError {
    const { id, key } = this.#download;
    return new BlobsyError("NETWORK", `downloading ${key} (${id}): ${why}`);
  }

  /** What arrived is kept where it can be of use again, and not where it stands in the way. */
  async #giveUp(error: unknown): Promise<void> {
    const code = isBlobsyError(error) ? error.code : "";
    if (code !== "NETWORK" && code !== "THROTTLED" && code !== "INTERRUPTED") await this.#discard();
  }

  async #discard(): Promise<void> {
    if (!this.#resume) return;
    await this.#resume.forget();
    await unlinkIfThere(this.#file);
  }
}

/** Notes each part as soon as it is whole. */
class PartNotes {
  #checksum = partChecksum();
  #filled = 0;
  #part: number;

  constructor(
    private readonly resume: Resume | null,
    private readonly partSize: number,
    from: number,
  ) {
    this.#part = from / partSize;
  }

  async add(piece: Buffer): Promise<void> {
    if (!this.resume?.begun) return;
    for (let at = 0; at < piece.length;) {
      const some = piece.subarray(at, at + this.partSize - this.#filled);
      this.#checksum.update(some);
      this.#filled += some.length;
      at += some.length;
      if (this.#filled < this.partSize) continue;
      await this.resume.note(this.#part, { checksum: this.#checksum.digest(), tag: "-" });
      this.#part += 1;
      this.#filled = 0;
      this.#checksum = partChecksum();
    }
  }
}

function rangeOf({ headers }: WebAnswer): { start: number; total: number | undefined } | null {
  const match = /^bytes ([0-9]+)-[0-9]+\/([0-9]+|\*)$/.exec(headers["content-range"] ?? "");
  if (!match) return null;
  return { start: Number(match[1]), total: match[2] === "*" ? undefined : Number(match[2]) };
}
