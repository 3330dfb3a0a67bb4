/**
 * From how a program ended to one of our errors. Its own last words are part of the message; secrets
 * it was given through the environment are not.
 */
import { BlobsyError, type ErrorCode } from "../domain/errors.js";
import { withoutSecrets } from "../domain/redact.js";
import { formatDuration } from "../domain/size.js";
import { escapeForTerminal } from "../domain/terminal.js";
import type { ChildEnd } from "./child.js";

/** Exit codes that mean the same for every command (sysexits.h). */
const BY_EXIT_CODE: Readonly<Record<number, ErrorCode>> = {
  69: "NETWORK", // EX_UNAVAILABLE
  73: "DISK_FULL", // EX_CANTCREAT
  75: "THROTTLED", // EX_TEMPFAIL
  77: "PERMISSION", // EX_NOPERM
};

/** What programs say, the most telling first. */
const BY_WORDS: readonly (readonly [ErrorCode, RegExp])[] = [
  ["DISK_FULL", /no space left|disk quota exceeded|not enough space|\bENOSPC\b/i],
  [
    "THROTTLED",
    /SlowDown|TooManyRequests|RequestLimitExceeded|throttl|rate exceeded|\b429\b|\b503\b|reduce your request rate/i,
  ],
  [
    "CREDENTIALS",
    /InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|RequestTimeTooSkewed|(?:locate|load|find|retrieve|no valid|missing) .{0,30}credential|NoCredentialProviders|\b401\b|authentication failed|unauthorized/i,
  ],
  ["PERMISSION", /AccessDenied|access denied|permission denied|not permitted|forbidden|\b403\b/i],
  ["NOT_FOUND", /NoSuchKey|NoSuchBucket|no such (?:key|bucket|object)|bucket does ?not exist/i],
  [
    "NETWORK",
    /could not resolve|no such host|name or service not known|temporary failure in name resolution|connection (?:was )?(?:refused|reset|closed|timed out)|could not connect|network is unreachable|no route to host|i\/o timeout|(?:operation|connect|read) timed out|timeout on (?:endpoint|read)|TLS handshake|unexpected EOF|broken pipe/i,
  ],
];

/** The class of a failure, by what was said of it. */
export function classOf(said: string): ErrorCode | undefined {
  return BY_WORDS.find(([, words]) => words.test(said))?.[0];
}

export interface Explained {
  /** "the push command of backend \"default\"": the subject of the sentence. */
  readonly what: string;
  readonly limitMs: number;
  /** The setting that lengthens the limit, as a command. */
  readonly lengthen: string;
  /** A command that shows what was run; to look at where nothing else is known to help. */
  readonly look?: string;
}

/** Why it did not end well. */
export function explainChild(
  end: ChildEnd,
  { what, limitMs, lengthen, look }: Explained,
): BlobsyError {
  const said = lastWords(end.err);
  const facts = end.err === "" ? {} : { cause: withoutSecrets(end.err, process.env).trim() };
  if (end.because === "stopped") return new BlobsyError("INTERRUPTED", `${what} was stopped`);
  if (end.because === "limit") {
    const message = `${what} did not end within ${formatDuration(limitMs / 1000)}, and was ended${said}`;
    return new BlobsyError("IO", message, { ...facts, next: lengthen });
  }
  const how =
    end.signal === null ? `failed with exit code ${end.code}` : `was ended by ${end.signal}`;
  const code = BY_EXIT_CODE[end.code ?? 0] ?? classOf(end.err) ?? "IO";
  const next = code === "IO" && look !== undefined ? { next: look } : {};
  return new BlobsyError(code, `${what} ${how}${said}`, { ...facts, ...next });
}

/** The last line that says something, after ": ". */
export function lastWords(err: string): string {
  const line = err
    .split(/[\r\n]+/)
    .map((text) => text.trim())
    .findLast((text) => text !== "");
  return line === undefined
    ? ""
    : `: ${escapeForTerminal(withoutSecrets(line, process.env).slice(0, 300))}`;
}
