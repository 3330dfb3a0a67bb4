/**
 * Does a list of many pages get anywhere? A server can give a new word for going on for ever.
 *
 * S3 sorts by the names' UTF-8 bytes, but directory buckets and others do not: so it is not the order
 * that is looked at, but that every page names what no page before it did.
 */
import { createHash } from "node:crypto";
import { BlobsyError } from "../domain/errors.js";

/** Pages in a row with nothing on them: what was deleted may still take its place. */
const MOST_EMPTY = 250;

export class Pages {
  readonly #doing: string;
  readonly #seen = new Set<string>();
  #empty = 0;

  /** @param doing for the message: "listing x (s3://bucket)" */
  constructor(doing: string) {
    this.#doing = doing;
  }

  /**
   * To be told of every page after which there are to be more.
   * @throws {BlobsyError} IO: half a list must not pass for the whole, nor the same page come for ever
   */
  turn(names: readonly string[]): void {
    this.#empty = names.length === 0 ? this.#empty + 1 : 0;
    const page = names.length === 0 ? null : fingerprint(names);
    if (this.#empty > MOST_EMPTY || (page !== null && this.#seen.has(page))) throw this.stuck();
    if (page !== null) this.#seen.add(page);
  }

  stuck(): BlobsyError {
    const message = `${this.#doing}: the server says that there is more, and does not give it`;
    return new BlobsyError("IO", message);
  }
}

/** A hundred million objects make a hundred thousand of them. */
function fingerprint(names: readonly string[]): string {
  const text = names.join("\0");
  return createHash("sha256").update(text).digest("base64").slice(0, 16);
}
