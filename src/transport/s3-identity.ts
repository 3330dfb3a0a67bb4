/** As whom a bucket is asked, in which region, and by which way: all of it this user's own settings. */
import { errnoOf } from "../domain/errors.js";
import { QUIET, type S3Spec, type Sdk } from "./s3-client.js";
import { limitAnswers } from "./s3-answer-limit.js";
import { webAgents } from "./web-agents.js";

const CONNECT_MS = 15_000;
/** Without a single byte. */
const SILENT_MS = 60_000;
export type Handler = InstanceType<Sdk["NodeHttpHandler"]>;

/** What a client is made of, and made of again. */
export interface Means {
  readonly spec: S3Spec;
  readonly sdk: Sdk;
  readonly handler: Handler;
}

/** One for all clients of a remote: connections stay open when credentials or the region change. */
export async function handlerFor(sdk: Sdk, { access, way, profile }: S3Spec): Promise<Handler> {
  const agents = webAgents({
    way,
    isGuarded: access === "anonymous",
    maxSockets: Infinity,
    authorities: [await bundleOf(sdk, profile)],
  });
  const handler = new sdk.NodeHttpHandler({
    connectionTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
    httpAgent: agents.http,
    httpsAgent: agents.https,
  });
  limitAnswers(handler);
  return handler;
}

/** AWS_CA_BUNDLE, or `ca_bundle` of the profile, which the SDK itself does not read. */
async function bundleOf(sdk: Sdk, profile: string | undefined): Promise<string | undefined> {
  const selectors = {
    environmentVariableSelector: (env: NodeJS.ProcessEnv) => env["AWS_CA_BUNDLE"],
    configFileSelector: (section: Readonly<Record<string, string | undefined>>) =>
      section["ca_bundle"],
    default: "",
  };
  const options = profile === undefined ? {} : { profile };
  return (
    (await sdk
      .loadConfig<string>(selectors, options)()
      .catch(() => "")) || undefined
  );
}

/** The standard chain of AWS, from the environment on; single sign-on and roles are asked for our way. */
export function credentialsFrom(
  { sdk, spec, handler }: Means,
  reread: boolean,
): ReturnType<Sdk["defaultProvider"]> {
  const provide = sdk.defaultProvider({
    ...(spec.profile === undefined ? {} : { profile: spec.profile }),
    ignoreCache: reread,
    logger: QUIET,
    clientConfig: { requestHandler: handler },
  });
  return (options) => provide(options).catch(asLackOfKeys);
}

/** For whoever signs in by another program. @throws errors of the SDK */
export async function credentialsOf(
  sdk: Sdk,
  spec: S3Spec,
): ReturnType<ReturnType<Sdk["defaultProvider"]>> {
  return credentialsFrom({ sdk, spec, handler: await handlerFor(sdk, spec) }, false)();
}

/** A file of the user's credentials that cannot be read is not one of ours. */
function asLackOfKeys(error: unknown): never {
  if (!/^E(NOENT|ACCES|PERM|ISDIR|NOTDIR)$/.test(errnoOf(error) ?? "")) throw error;
  throw Object.assign(new Error("unreadable", { cause: error }), { name: "TokenProviderError" });
}

/** Configured, or this user's; AWS answers for any bucket at its oldest one with where it is. */
export async function regionOf(sdk: Sdk, { region, profile }: S3Spec): Promise<string> {
  if (region !== undefined) return region;
  const options = { ...sdk.NODE_REGION_CONFIG_FILE_OPTIONS, ...(profile ? { profile } : {}) };
  try {
    return await sdk.loadConfig(sdk.NODE_REGION_CONFIG_OPTIONS, options)();
  } catch {
    return "us-east-1";
  }
}
