/**
 * The way to one bucket: whom it is asked for, where, and what is done about answers that say "not
 * like this, but like that" (expired credentials, another region, a clock that is wrong).
 *
 * The SDK's own retries are off: retry.ts is the one place that repeats. Its default checksums are off
 * too: over streams it frames the content, and there are servers that store the frames and report
 * success. What we send carries checksums of our own (s3-body.ts).
 *
 * Not here: whether this remote may be used, and with credentials (app/remote-trust.ts).
 */
import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import { setMaxListeners } from "node:events";
import type * as sdkModule from "./aws-sdk.js";
import { isRegion } from "../domain/s3-endpoint.js";
import { throwIfStopped } from "./copy.js";
import { Chain } from "./s3-chain.js";
import { answerOf, classed, type Where } from "./s3-errors.js";
import { credentialsFrom, handlerFor, regionOf, type Handler, type Means } from "./s3-identity.js";
import { RESERVED_PREFIX } from "./transport.js";
import type { WebWay } from "./web-agents.js";

/** Where an S3 remote is, checked and trusted before. */
export interface S3Spec {
  readonly kind: "s3";
  /** The backend's name, for commands that help. */
  readonly backend: string;
  readonly bucket: string;
  /** Without slashes at its ends; "" when objects lie at the top. */
  readonly prefix: string;
  readonly region?: string;
  /** Other than what AWS, or this user's environment and profile, say. */
  readonly endpoint?: string;
  /** In the path for every endpoint but AWS's own, unless told. */
  readonly pathStyle?: boolean;
  readonly profile?: string;
  /**
   * "signed" with this user's credentials; "anonymous" for an endpoint that only a commit names, which
   * must not lead to this machine or network either.
   */
  readonly access: "signed" | "anonymous";
  /** Where interrupted transfers leave what they go on from; absolute. */
  readonly stateDir: string;
  /** The user's own settings of how to get there. */
  readonly way?: WebWay;
  /** Bytes; for tests that cannot wait for large files. */
  readonly partSize?: number;
}

export type Sdk = typeof sdkModule;
/** A command of the SDK, by what it answers. */
export interface AnyCommand<Out extends object> {
  resolveMiddleware(
    stack: never,
    configuration: never,
    options: never,
  ): (args: never) => Promise<{ readonly output: Out }>;
}

/** The SDK writes warnings to wherever this points; people are spoken to by cli/ alone. */
export const QUIET = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

export class S3Connection {
  /** Holds the address in force, so that records of one server are not taken for another's. */
  readonly id: string;
  readonly spec: S3Spec;
  readonly sdk: Sdk;
  readonly #handler: Handler;
  readonly #chain: Chain;
  #client: S3Client;
  #region: string;

  private constructor(
    { spec, sdk, handler }: Means,
    chain: Chain,
    region: string,
    client: S3Client,
    id: string,
  ) {
    this.spec = spec;
    this.sdk = sdk;
    this.#handler = handler;
    this.#chain = chain;
    this.#region = region;
    this.#client = client;
    this.id = id;
  }

  /** Reaches nobody yet. */
  static async open(spec: S3Spec): Promise<S3Connection> {
    process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
    const sdk = await import("./aws-sdk.js");
    const region = await regionOf(sdk, spec);
    const means = { spec, sdk, handler: await handlerFor(sdk, spec) };
    const chain = new Chain(means.handler);
    const client = makeClient(means, chain, region, false);
    const host = await hostOf(sdk, spec, client);
    const below = spec.prefix === "" ? "" : `/${spec.prefix}`;
    return new S3Connection(means, chain, region, client, `s3://${spec.bucket}${below} at ${host}`);
  }

  /** The object's full name in the bucket. */
  nameOf(key: string): string {
    return this.spec.prefix === "" ? key : `${this.spec.prefix}/${key}`;
  }

  /** @returns `null` for an object that is not below our prefix */
  keyOf(name: string): string | null {
    const start = this.nameOf("");
    return name.startsWith(start) ? name.slice(start.length) : null;
  }

  isOurs(key: string): boolean {
    return key.startsWith(RESERVED_PREFIX);
  }

  /** How far the server's clock is ahead of ours, as far as it was found to be: else 0. */
  get clockOffsetMs(): number {
    return this.#client.config.systemClockOffset;
  }

  where(doing: string, isRead = false): Where {
    const { bucket, backend, access, endpoint } = this.spec;
    const untrusted = access === "anonymous" ? endpoint : undefined;
    const profile = this.spec.profile ?? process.env["AWS_PROFILE"];
    return { doing, remote: this.id, bucket, backend, untrusted, isRead, profile };
  }

  /** Asks for something that every reader may have, and whose answer says what is wrong. */
  async probe(doing: string, signal: AbortSignal | undefined): Promise<void> {
    const input = { Bucket: this.spec.bucket, Prefix: this.nameOf(""), MaxKeys: 1 };
    try {
      await this.sendRaw((sdk) => new sdk.ListObjectsV2Command(input), signal);
    } catch (error) {
      throw classed(error, this.where(doing, true));
    }
  }

  /** Another word each time that credentials or the region were found anew. */
  get turn(): object {
    return this.#client;
  }

  /**
   * Sends one request; a second one where the answer says how.
   * @param make called for each, as a body can be sent only once
   * @throws {BlobsyError}
   */
  async send<Out extends object>(
    doing: string,
    make: (sdk: Sdk) => AnyCommand<Out> | Promise<AnyCommand<Out>>,
    signal: AbortSignal | undefined,
    isRead = false,
  ): Promise<Out> {
    try {
      return await this.sendRaw(make, signal);
    } catch (error) {
      throw classed(error, this.where(doing, isRead));
    }
  }

  /**
   * As `send`, for callers who read the SDK's errors themselves.
   * @param sha256 of the body, hex
   */
  async sendRaw<Out extends object>(
    make: (sdk: Sdk) => AnyCommand<Out> | Promise<AnyCommand<Out>>,
    signal: AbortSignal | undefined,
    sha256?: string,
  ): Promise<Out> {
    // Each request under way listens to it, and Node warns of more than ten.
    if (signal) setMaxListeners(0, signal);
    for (let mended = false; ; mended = true) {
      throwIfStopped(signal);
      const client = this.#client;
      const command = await make(this.sdk);
      this.#chain.note(command, { signal, sha256 });
      try {
        return await (client.send as Send)(command);
      } catch (error) {
        if (mended || !this.#mend(error, client)) throw error;
      }
    }
  }

  /** @returns whether the same request may go better now */
  #mend(error: unknown, used: S3Client): boolean {
    const { status, name, header } = answerOf(error);
    // The SDK has taken the server's time from this very answer.
    if (name === "RequestTimeTooSkewed") return true;
    if (/^(ExpiredToken|TokenRefreshRequired)/.test(name)) return this.#renew(used, this.#region);
    const region = header("x-amz-bucket-region");
    const isElsewhere = status === 301 || status === 307 || status === 400;
    if (!isElsewhere || region === undefined || this.spec.endpoint !== undefined) return false;
    if (!isRegion(region) || region === this.#region) return false;
    return this.#renew(used, region);
  }

  /** Others may have done so already, while this request was on its way. */
  #renew(used: S3Client, region: string): boolean {
    if (used !== this.#client) return true;
    if (this.spec.access === "anonymous" && region === this.#region) return false;
    this.#region = region;
    this.#client = makeClient(
      { spec: this.spec, sdk: this.sdk, handler: this.#handler },
      this.#chain,
      region,
      true,
    );
    return true;
  }
}

type Send = <Out extends object>(command: AnyCommand<Out>) => Promise<Out>;

function makeClient(
  { sdk, spec, handler }: Means,
  chain: Chain,
  region: string,
  reread: boolean,
): S3Client {
  const { endpoint, access, profile, pathStyle } = spec;
  const config: S3ClientConfig = {
    region,
    cacheMiddleware: true,
    maxAttempts: 1,
    logger: QUIET,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // With agents of our own the SDK asks for the server's consent and does not wait for it.
    expectContinueHeader: false,
    followRegionRedirects: false,
    forcePathStyle: pathStyle ?? endpoint !== undefined,
    requestHandler: handler,
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  if (access === "anonymous") {
    config.credentials = { accessKeyId: "", secretAccessKey: "" };
    config.signer = { sign: (request) => Promise.resolve(request) };
  } else {
    if (profile !== undefined) config.profile = profile;
    config.credentials = credentialsFrom({ sdk, spec, handler }, reread);
  }
  const client = new sdk.S3Client(config);
  chain.join(client);
  return client;
}

/** Of the address in force: the configured one, or that of AWS_ENDPOINT_URL, the profile, or AWS. */
async function hostOf(sdk: Sdk, spec: S3Spec, client: S3Client): Promise<string> {
  if (spec.endpoint !== undefined) return spec.endpoint;
  const instructions = sdk.HeadObjectCommand as unknown as {
    getEndpointParameterInstructions(): never;
  };
  const input = { Bucket: spec.bucket, Key: "x" };
  const { url } = await sdk.getEndpointFromInstructions(
    input,
    instructions,
    client.config as never,
  );
  return /(^|\.)amazonaws\.com(\.cn)?$/.test(url.hostname) ? "AWS" : url.origin;
}
