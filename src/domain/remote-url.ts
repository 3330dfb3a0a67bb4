import { isDotGit } from "./git-names.js";
import { isAddressLiteral, isPublicAddress } from "./network-address.js";
import { checkRemoteKey } from "./remote-key.js";

/**
 * What a remote's URL names. "committed" ones were chosen by whoever wrote the commit: they may
 * name data on the public Internet or below a relative path, and nothing else. "user" ones come
 * from the user's own git config or command line.
 *
 * Reasons never repeat the URL: it may hold a password.
 */

export type Origin = "committed" | "user";

export type RemoteUrl =
  | { readonly kind: "local"; readonly dir: string }
  | { readonly kind: "s3"; readonly bucket: string; readonly prefix: string }
  | { readonly kind: "https"; readonly url: string };

export type UrlVerdict<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/**
 * @returns `dir` as it was written (relative to the repository's root, or absolute from a user),
 *   `prefix` and `url` without slashes at their end
 */
export function parseRemoteUrl(text: string, origin: Origin): UrlVerdict<RemoteUrl> {
  const reason = whyNotText(text, origin);
  if (reason !== null) return refuse(reason);
  if (text.startsWith("local:")) return parseLocal(text.slice("local:".length), origin);
  if (text.startsWith("s3://")) return parseS3(text.slice("s3://".length));
  if (!/^https?:\/\//.test(text)) {
    return refuse("it starts with none of local: s3:// https://");
  }
  const web = checkWebUrl(text, origin);
  return web.ok ? { ok: true, value: { kind: "https", url: web.value } } : web;
}

/** An S3 endpoint: a web address, from a commit https and public only. */
export function checkEndpoint(text: string, origin: Origin): UrlVerdict<string> {
  const reason = whyNotText(text, origin);
  return reason === null ? checkWebUrl(text, origin) : refuse(reason);
}

/**
 * Has the user named this server, scheme and port included, as one to be trusted?
 * @param trusted addresses from their own git config
 */
export function isTrustedAddress(text: string, trusted: readonly string[]): boolean {
  const url = parsed(text);
  return url !== null && trusted.some((address) => parsed(address)?.origin === url.origin);
}

function whyNotText(text: string, origin: Origin): string | null {
  if (text.length > 2048) return "it is longer than 2048 characters";

  if (/[\0-\x20\x7f-\xa0\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u.test(text) && !isLocalWithSpaces(text)) {
    return "it has spaces or control characters in it";
  }
  if (origin === "user") return null;
  if (text.includes("$")) return "variables are not expanded here: it has a $ in it";
  if (/(?:^|[:/])~/.test(text)) return "a home directory is not expanded here: it has a ~ in it";
  return null;
}

/** Directories may have spaces in their names. */
function isLocalWithSpaces(text: string): boolean {
  return (
    text.startsWith("local:") && !/[\0-\x1f\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u.test(text)
  );
}

function parseLocal(dir: string, origin: Origin): UrlVerdict<RemoteUrl> {
  if (dir === "") return refuse("local: names no directory");
  if (origin === "committed") {
    if (dir.includes("\\")) return refuse("write the directory with / instead of \\");
    if (dir.startsWith("/") || /^[A-Za-z]:/.test(dir)) {
      return refuse("a committed local: directory must be relative to the repository");
    }
    if (dir.split("/").some(isDotGit)) return refuse("the directory lies inside a .git");
  }
  return { ok: true, value: { kind: "local", dir } };
}

function parseS3(rest: string): UrlVerdict<RemoteUrl> {
  if (rest.includes("@")) return refuse(CREDENTIALS);
  const slash = rest.indexOf("/");
  const bucket = slash === -1 ? rest : rest.slice(0, slash);
  const prefix = slash === -1 ? "" : rest.slice(slash + 1).replace(/\/$/, "");
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/.test(bucket) || bucket.includes("..")) {
    return refuse("that is no name of a bucket");
  }
  const legal = prefix === "" ? null : checkRemoteKey(prefix);
  if (legal && !legal.ok) return refuse(`the prefix cannot be used: ${legal.reason}`);
  return { ok: true, value: { kind: "s3", bucket, prefix } };
}

const CREDENTIALS = "user names and passwords do not belong in a URL";

function checkWebUrl(text: string, origin: Origin): UrlVerdict<string> {
  const match = /^(https?):\/\/([^/?#\\]+)(\/[^?#\\]*)?$/.exec(text);
  if (text.includes("@")) return refuse(CREDENTIALS);
  if (!match) return refuse("it is not an https:// address without query and fragment");
  const [, scheme, , path = "/"] = match;
  const url = parsed(text);
  if (url === null) return refuse("it is not a web address");
  // The parser resolves `..` and `%2e`: what it changed was not what it looked like.
  if (url.pathname !== path) return refuse("its path is not in plain form");
  // The URL standard lets more stand in a host (`;`, `'`, `$`); no name on the Internet has it.
  if (!/^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/.test(url.hostname)) {
    return refuse("its host has other characters than a-z 0-9 . - in it");
  }
  if (origin === "committed") {
    if (!/^[A-Za-z0-9._~%=/-]*$/.test(path)) {
      return refuse("its path has other characters than A-Z a-z 0-9 . _ ~ % = - / in it");
    }
    if (scheme !== "https") return refuse("only https:// is allowed in a committed configuration");
    if (!isPublicHost(url.hostname))
      return refuse(
        "it leads to this machine or this network; blobsy.trustedEndpoint in your own git config can allow that",
      );
  }
  return { ok: true, value: url.href.replace(/\/+$/, "") };
}

/** The URL parser has made `0x7f.1` and `2130706433` into `127.0.0.1` by now. */
function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/\.$/, "").toLowerCase();
  if (isAddressLiteral(host)) return isPublicAddress(host);
  const domain = host.slice(host.lastIndexOf(".") + 1);
  return host.includes(".") && !["localhost", "local", "internal", "arpa", "lan"].includes(domain);
}

function parsed(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

function refuse(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
