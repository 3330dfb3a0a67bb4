/**
 * What an `s3://` remote may do: whose credentials go where. This user's go to AWS's own endpoints,
 * and to one that this user has named. What only a commit names is asked without any, and must not be
 * an address of this machine or network: whoever wrote the commit could otherwise collect signed
 * requests, or have every clone ask around behind its firewall.
 */
import path from "node:path";
import type { BackendConfig, Config } from "../domain/config.js";
import { BlobsyError } from "../domain/errors.js";
import type { RemoteUrl } from "../domain/remote-url.js";
import { isAwsEndpoint, isRegion } from "../domain/s3-endpoint.js";
import type { Repository } from "../git/repository.js";
import type { S3Spec } from "../transport/s3-client.js";

type S3Url = Extract<RemoteUrl, { kind: "s3" }>;

/** @throws {BlobsyError} BAD_CONFIG for a region that is none */
export function s3Spec(
  repo: Repository,
  config: Config,
  backend: BackendConfig,
  { bucket, prefix }: S3Url,
): S3Spec {
  const { region, endpoint, pathStyle, profile } = backend;
  if (region && !isRegion(region.value)) {
    const message = `${region.file}: backend.${backend.name}.region is no region: ${region.value}`;
    throw new BlobsyError("BAD_CONFIG", message, { path: region.file });
  }
  const isAws = endpoint !== undefined && isAwsEndpoint(endpoint.value);
  return {
    kind: "s3",
    backend: backend.name,
    bucket,
    prefix,
    access: isTrusted(config, endpoint) ? "signed" : "anonymous",
    stateDir: path.join(repo.sharedState, "transfers"),
    ...(region ? { region: region.value } : {}),
    ...(endpoint ? { endpoint: endpoint.value } : {}),
    // AWS names the bucket in the host, and no longer promises that the path will do.
    ...(pathStyle ? { pathStyle: pathStyle.value } : isAws ? { pathStyle: false } : {}),
    ...(profile ? { profile: profile.value } : {}),
  };
}

/** All that a commit says of where this remote is: one line, for the pin. */
export function s3Name(url: string, { endpoint }: BackendConfig): string {
  return endpoint?.origin === "committed" ? `${url} at ${endpoint.value}` : url;
}

/** May this endpoint be given this user's credentials? Without one it is AWS, or the user's own word. */
function isTrusted(config: Config, endpoint: BackendConfig["endpoint"]): boolean {
  if (endpoint === undefined || endpoint.origin === "user") return true;
  return isAwsEndpoint(endpoint.value) || config.trustedEndpoints.includes(endpoint.value);
}
