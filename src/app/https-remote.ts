/**
 * What an `https://` remote may do: it is read without credentials, so it may be anywhere on the public
 * Internet. One of this machine or network needs the user's own word, in their git config: as the
 * backend's url there, or as `blobsy.trustedEndpoint`.
 */
import path from "node:path";
import type { Config } from "../domain/config.js";
import { isTrustedAddress, type Origin } from "../domain/remote-url.js";
import type { Repository } from "../git/repository.js";
import type { HttpsSpec } from "../transport/https.js";

/** @param url as parsed from the configuration */
export function httpsSpec(
  repo: Repository,
  config: Config,
  found: { readonly name: string; readonly url: string; readonly origin: Origin },
): HttpsSpec {
  return {
    kind: "https",
    url: found.url,
    backend: found.name,
    isTrusted: found.origin === "user" || isTrustedAddress(found.url, config.trustedEndpoints),
    stateDir: path.join(repo.sharedState, "transfers"),
  };
}
