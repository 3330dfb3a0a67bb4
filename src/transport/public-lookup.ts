/**
 * A name that a commit chose may resolve to anything: a router, a metadata service, this machine. So
 * it is looked at once more where the connection is made, and after it was resolved.
 */
import { lookup as resolve, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { BlobsyError } from "../domain/errors.js";
import { isPublicAddress } from "../domain/network-address.js";

/**
 * For the `lookup` of an http or https agent. Names that lead to this machine or this network do not
 * resolve. Node asks no lookup about a literal address: those are checked with the URL.
 */
export const publicLookup: LookupFunction = (hostname, options, done) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, "");
    const inside = addresses.find(({ address }) => !isPublicAddress(address));
    if (inside) return done(leadsInside(hostname, inside), "");
    if (options.all) return done(null, addresses);
    const [first] = addresses;
    done(null, first?.address ?? "", first?.family);
  });
};

function leadsInside(hostname: string, { address }: LookupAddress): BlobsyError {
  return new BlobsyError(
    "NEEDS_TRUST",
    `the committed configuration names ${hostname}, which leads to ${address}, an address of this machine or this network`,
  );
}
