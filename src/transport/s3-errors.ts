/**
 * What a failed S3 request means to a person. Only known words of an answer get into a message: a
 * server's own text may repeat what it was sent, and that holds session tokens and signatures.
 */
import {
  BlobsyError,
  errnoOf,
  fromErrno,
  isBlobsyError,
  saysCertificate,
  saysUnreachable,
  type ErrorCode,
  type ErrorFacts,
} from "../domain/errors.js";
import { isRegion } from "../domain/s3-endpoint.js";
import { pasteWord } from "../domain/shell-words.js";
import { NotS3 } from "./s3-answer-limit.js";
import { pauseAsked } from "./pause-asked.js";

/** What was going on. */
export interface Where {
  /** "uploading sha256/ab..." */
  readonly doing: string;
  readonly remote: string;
  readonly bucket: string;
  /** The backend's name, for commands that help. */
  readonly backend: string;
  /** Set when requests go out unsigned because nobody has trusted this endpoint. */
  readonly untrusted?: string | undefined;
  /** To whom may not list, servers refuse what is not there: 403 instead of 404. */
  readonly isRead?: boolean;
  /** Whose credentials were to be used, where the user has said. */
  readonly profile?: string | undefined;
}

/** What can be told of an error of the SDK without repeating a secret. */
export interface Answer {
  /** 0 when there was none. */
  readonly status: number;
  /** S3's word for it, or the SDK's. */
  readonly name: string;
  readonly header: (name: string) => string | undefined;
  /** Where the bucket is, if the answer says. */
  readonly region: string | undefined;
}

const KEYS_ARE_WRONG = new Set([
  "AuthorizationHeaderMalformed",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidSecurity",
  "InvalidToken",
  "NotSignedUp",
  "RequestExpired",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
  "TokenRefreshRequired",
]);
/** Names of the SDK's own: it did not get as far as asking. */
const NO_KEYS = new Set(["CredentialsProviderError", "TokenProviderError"]);
const TOO_MUCH = new Set([
  "BandwidthLimitExceeded",
  "ConditionalRequestConflict",
  "OperationAborted",
  "RequestLimitExceeded",
  "ServiceUnavailable",
  "SlowDown",
  "Throttling",
  "ThrottlingException",
  "TooManyRequests",
]);
/** The server got other bytes than we sent, or got them too slowly. */
const ON_THE_WAY = new Set([
  "BadDigest",
  "IncompleteBody",
  "InternalError",
  "InvalidDigest",
  "RequestTimeout",
  "TimeoutError",
  "XAmzContentSHA256Mismatch",
]);
const UNREACHABLE =
  /^(E(CONN|HOST|NET|PIPE|PROTO|AI_|NOTFOUND|TIMEDOUT|ADDR|SOCKET)|HPE_|UND_ERR|ERR_HTTP|ERR_STREAM)/;

export function answerOf(error: unknown): Answer {
  const found = (error ?? {}) as {
    readonly name?: unknown;
    readonly Code?: unknown;
    readonly Region?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: unknown };
    readonly $response?: { readonly statusCode?: unknown; readonly headers?: unknown };
  };
  const status = found.$metadata?.httpStatusCode ?? found.$response?.statusCode;
  const headers = (found.$response?.headers ?? {}) as Readonly<Record<string, string>>;
  return {
    status: typeof status === "number" ? status : 0,
    name: word(found.name === "Error" ? found.Code : found.name) ?? word(found.Code) ?? "unknown",
    header: (name) => headers[name],
    region: regionIn(headers["x-amz-bucket-region"]) ?? regionIn(found.Region),
  };
}

/** @returns what to throw; an error that came from no server and no socket is our own, and left as it is */
export function classed(error: unknown, where: Where): unknown {
  const known = inChain(error, isBlobsyError);
  if (known) return known;
  const other = inChain(error, (at): at is NotS3 => at instanceof NotS3);
  // The same would come again.
  if (other) {
    return told("IO", `the answer is not that of an S3 server (${other.what})`, where);
  }
  if ((error as Error | null)?.name === "AbortError") return stopped(error);
  const answer = answerOf(error);
  if (NO_KEYS.has(answer.name)) return withoutKeys(error, answer, where);
  if (answer.status >= 300 || KEYS_ARE_WRONG.has(answer.name)) return fromAnswer(answer, where);
  const errno = errnoOf(error) ?? "";
  if (saysCertificate(errno)) {
    return told("NETWORK", `the server's certificate is not accepted (${errno})`, where, {
      next: "export NODE_EXTRA_CA_CERTS=<file with your authority's certificate>",
      isUnreachable: true,
    });
  }
  if (UNREACHABLE.test(errno) || ON_THE_WAY.has(answer.name)) {
    const isUnreachable = saysUnreachable(errno);
    return told("NETWORK", unreachable(errno || answer.name), where, { isUnreachable });
  }
  if (answer.status > 0) return told("NETWORK", "the answer is not that of an S3 server", where);
  return /^E[A-Z]+$/.test(errno) ? fromErrno(error, `${where.doing} (${where.remote})`, "") : error;
}

function fromAnswer(answer: Answer, where: Where): BlobsyError {
  const { status, name } = answer;
  const because = `${name}${status > 0 ? `, HTTP ${status}` : ""}`;
  const say = (code: ErrorCode, what: string, next?: string): BlobsyError =>
    told(code, `${what} (${because})`, where, next === undefined ? {} : { next });
  if (KEYS_ARE_WRONG.has(name)) return fromKeys(answer, where, say);
  if (name === "NoSuchBucket") {
    const make = `aws s3 mb ${pasteWord(`s3://${where.bucket}`)}`;
    return say("IO", `there is no bucket ${where.bucket}`, make);
  }
  if (status === 404) return say("NOT_FOUND", "it is not there");
  if (TOO_MUCH.has(name) || status === 429 || status === 503 || status === 509) {
    const retryAfterMs = pauseAsked(answer.header("retry-after"));
    return told("THROTTLED", `the server asks to slow down (${because})`, where, {
      next: "git config blobsy.transfer.concurrency 2",
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  if (status === 301 || status === 307 || status === 308 || status === 302) {
    return redirected(answer, where, say);
  }
  if (status === 407) return say("CREDENTIALS", "the proxy wants a name and a password");
  if (status === 401 || status === 403 || status === 405) return refused(where, say);
  if (status === 412) return say("NETWORK", "it has changed meanwhile");
  if (status === 507) return say("DISK_FULL", "the remote has no space left");
  if (status >= 500 && status !== 501) return say("NETWORK", "the server has failed");
  if (ON_THE_WAY.has(name) || status === 408) return say("NETWORK", "it did not arrive whole");
  return say("IO", "the server refuses the request");
}

type Say = (code: ErrorCode, what: string, next?: string) => BlobsyError;

/**
 * The SDK's text may repeat the command line of a `credential_process` and what that printed: it is read,
 * and not passed on. aws-cli, asked in the same words, tells the user more.
 */
function withoutKeys(error: unknown, { name }: Answer, where: Where): BlobsyError {
  const { profile } = where;
  const said = error instanceof Error ? error.message : "";
  const whose = profile === undefined ? "" : ` for the profile ${profile}`;
  const option = profile === undefined ? "" : ` --profile ${pasteWord(profile)}`;
  const isSso = /\bSSO\b/i.test(said);
  const what = isSso
    ? `the single sign-on${whose} is missing or over`
    : `no usable AWS credentials were found${whose}`;
  const look = option === "" ? "aws configure" : `aws sts get-caller-identity${option}`;
  return told("CREDENTIALS", `${what} (${name})`, where, {
    next: isSso ? `aws sso login${option}` : look,
  });
}

function fromKeys({ name, region }: Answer, where: Where, say: Say): BlobsyError {
  if (/Expired|Refresh/.test(name)) {
    const option = where.profile === undefined ? "" : ` --profile ${pasteWord(where.profile)}`;
    return say("CREDENTIALS", "the credentials have expired", `aws sso login${option}`);
  }
  if (name === "RequestTimeTooSkewed") {
    return say("CREDENTIALS", "this machine's clock and the server's differ too much", "date");
  }
  if (name === "AuthorizationHeaderMalformed") {
    return say(
      "CREDENTIALS",
      "the signature is not accepted; the region may be another one",
      settingRegion(where, region ?? "<region>"),
    );
  }
  return say("CREDENTIALS", "the credentials are not accepted", "aws sts get-caller-identity");
}

function settingRegion({ backend }: Where, region: string): string {
  return `git config ${pasteWord(`blobsy.backend.${backend}.region`)} ${region}`;
}

function refused({ untrusted, isRead, profile }: Where, say: Say): BlobsyError {
  if (untrusted === undefined) {
    const hint = isRead ? ", or it is missing and they may not list the bucket" : "";
    const option = profile === undefined ? "" : ` --profile ${pasteWord(profile)}`;
    const next = `aws sts get-caller-identity${option}`;
    return say("PERMISSION", `these credentials may not do this${hint}`, next);
  }
  return say(
    "CREDENTIALS",
    `${untrusted} is asked without credentials, as only a commit names it, and refuses`,
    `git config --global --add blobsy.trustedEndpoint ${pasteWord(originOf(untrusted))}`,
  );
}

function redirected({ region }: Answer, where: Where, say: Say): BlobsyError {
  if (region !== undefined) {
    return say("IO", `the bucket is in region ${region}`, settingRegion(where, region));
  }
  return say("IO", "the server points to another address, which is not followed");
}

/** The error or one of its causes. */
function inChain<T>(error: unknown, is: (at: unknown) => at is T): T | null {
  for (let at = error, depth = 0; at && depth < 4; depth += 1) {
    if (is(at)) return at;
    at = (at as { cause?: unknown }).cause;
  }
  return null;
}

function stopped(error: unknown): BlobsyError {
  return new BlobsyError("INTERRUPTED", "the transfer was stopped", { cause: error });
}

function told(
  code: ErrorCode,
  what: string,
  { doing, remote }: Where,
  facts: ErrorFacts = {},
): BlobsyError {
  return new BlobsyError(code, `${doing} (${remote}): ${what}`, facts);
}

function unreachable(errno: string): string {
  if (errno === "ENOTFOUND" || errno === "EAI_AGAIN") return `the host is not found (${errno})`;
  if (errno === "ECONNREFUSED") return `nobody answers there (${errno})`;
  return `the connection failed (${errno})`;
}

/** Trust is a matter of the server, whatever the path: what a commit says behind it is not repeated. */
function originOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).origin : endpoint;
}

/** It becomes a word of a command: no option, and nothing for a shell. */
function regionIn(text: unknown): string | undefined {
  const said = word(text);
  return said !== undefined && isRegion(said) ? said : undefined;
}

/** Something that may be printed. */
function word(text: unknown): string | undefined {
  return typeof text === "string" && /^[A-Za-z0-9._-]{1,64}$/.test(text) ? text : undefined;
}
