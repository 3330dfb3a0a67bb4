/**
 * As whom, and where, a tool asks: what the SDK would have used, so that one place decides which
 * credentials go to which server. They are handed on in the environment, never as arguments, which
 * everybody on a machine can read.
 */
import type { S3Spec } from "./s3-client.js";
import { classed } from "./s3-errors.js";
import { credentialsOf, regionOf } from "./s3-identity.js";
import type { Identity } from "./tool-run.js";

/** @param id the S3 transport's, which ends in the address in force */
export async function toolIdentity(spec: S3Spec, id: string): Promise<Identity> {
  const sdk = await import("./aws-sdk.js");
  // Asked for anew for each run: they may expire within hours.
  const keys = await credentialsOf(sdk, spec).catch((error: unknown) => {
    const { bucket, backend, profile = process.env["AWS_PROFILE"] } = spec;
    throw classed(error, { doing: "signing in", remote: id, bucket, backend, profile });
  });
  const host = id.slice(id.lastIndexOf(" at ") + " at ".length);
  return {
    region: await regionOf(sdk, spec),
    endpoint: spec.endpoint ?? (host === "AWS" ? undefined : host),
    credentials: {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_SESSION_TOKEN: keys.sessionToken,
      AWS_SECURITY_TOKEN: undefined,
      AWS_EC2_METADATA_DISABLED: "true",
      ...proxyOf(spec),
    },
  };
}

/** What the environment says of proxies the tools follow by themselves; `http.proxy` outranks it. */
function proxyOf({ way }: S3Spec): Readonly<Record<string, string | undefined>> {
  if (way?.proxy === undefined) return {};
  const names = ["https_proxy", "http_proxy", "all_proxy"];
  const both = [...names, ...names.map((name) => name.toUpperCase())];
  return Object.fromEntries(both.map((name) => [name, way.proxy || undefined]));
}
