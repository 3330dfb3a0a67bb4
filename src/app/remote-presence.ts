/** What the remote has of the keys we ask for, with as few questions as it takes. */
import type { Transport, TransportOptions } from "../transport/transport.js";
import { forEachLimit } from "./for-each-limit.js";

/** From so many keys on, one listing costs less than a question for each. */
const LIST_FROM = 50;

/** Is one listing cheaper than a question for each of so many keys? */
export function isListingCheaper(transport: Transport, keys: number): boolean {
  return transport.capabilities.list && keys >= LIST_FROM;
}

/**
 * The sizes of those objects that are there.
 * @throws {BlobsyError} when the remote does not answer
 */
export async function sizesOnRemote(
  transport: Transport,
  keys: readonly string[],
  options: TransportOptions & { readonly concurrency: number },
): Promise<ReadonlyMap<string, number>> {
  const { concurrency, ...others } = options;
  const sizes = new Map<string, number>();
  if (isListingCheaper(transport, keys.length)) {
    const wanted = new Set(keys);
    for await (const { key, size } of transport.list(sharedPrefix(keys), others)) {
      if (wanted.has(key)) sizes.set(key, size);
      if (sizes.size === wanted.size) break;
    }
  } else {
    await forEachLimit(keys, concurrency, async (key) => {
      const found = await transport.has(key, others);
      if (found) sizes.set(key, found.size);
    });
  }
  return sizes;
}

/** The longest beginning that all keys share. */
export function sharedPrefix(keys: readonly string[]): string {
  let prefix = keys[0] ?? "";
  for (const key of keys) {
    while (!key.startsWith(prefix)) prefix = prefix.slice(0, -1);
  }
  return prefix;
}
