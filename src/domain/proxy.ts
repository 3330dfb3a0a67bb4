/**
 * Through which proxy a web address is asked, by the rules of curl and so of Git: `http.proxy` of the
 * user's Git configuration outranks the environment, and NO_PROXY outranks both.
 *
 * A commit has no say in this: it all comes from the user's own environment and configuration.
 */
import { BlobsyError } from "./errors.js";
import { pasteWord } from "./shell-words.js";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Proxy {
  /** http: or https:, perhaps with a name and a password; never to be printed whole. */
  readonly url: URL;
  /** Where it was named: "HTTPS_PROXY", "http.proxy". */
  readonly from: string;
}

/** Is there any? Cheap, for who would load code for it. */
export function namesProxy(env: Environment, configured: string | undefined): boolean {
  if (configured !== undefined) return configured !== "";
  return Object.keys(env).some((name) => /^(https?|all)_proxy$/i.test(name) && env[name] !== "");
}

/**
 * @param target scheme, host and port are looked at
 * @param configured `http.proxy` for this address; "" is none, whatever the environment says
 * @returns `null` for the direct way
 * @throws {BlobsyError} BAD_CONFIG for a proxy of another kind: going round it is not for us to choose
 */
export function proxyFor(
  target: URL,
  env: Environment,
  configured: string | undefined,
): Proxy | null {
  const named = configured === undefined ? fromEnvironment(target, env) : { text: configured };
  if (!named?.text || isExcepted(target, env["no_proxy"] || env["NO_PROXY"] || "")) return null;
  const from = "name" in named ? named.name : "http.proxy";
  const text = named.text.includes("://") ? named.text : `http://${named.text}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol) && url.hostname !== "") return { url, from };
  const kind = url ? `of the kind ${url.protocol}//, which is not known here` : "no address";
  throw new BlobsyError("BAD_CONFIG", `the proxy that ${from} names is ${kind}`, {
    next: `export NO_PROXY=${pasteWord(target.hostname)}`,
  });
}

/** As it may be printed: without name and password. */
export function shownProxy({ url }: Proxy): string {
  return `${url.protocol}//${url.host}`;
}

function fromEnvironment(
  { protocol }: URL,
  env: Environment,
): { readonly name: string; readonly text: string } | null {
  const scheme = protocol.replace(":", "");
  const names = [`${scheme}_proxy`, `${scheme}_proxy`.toUpperCase(), "all_proxy", "ALL_PROXY"];
  const name = names.find((one) => env[one]);
  return name === undefined ? null : { name, text: env[name] ?? "" };
}

/** "example.com" means its subdomains too (CURLOPT_NOPROXY); with a port, that port alone. */
function isExcepted(target: URL, list: string): boolean {
  const host = target.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const port = target.port || (target.protocol === "https:" ? "443" : "80");
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      const [, name = "", only] = /^(.*?)(?::([0-9]{1,5}))?$/.exec(bare(entry)) ?? [];
      if (only !== undefined && only !== port && !name.includes(":")) return false;
      const suffix = name.includes(":") ? bare(entry) : name.replace(/^\*?\./, "");
      return host === suffix || host.endsWith(`.${suffix}`);
    });
}

function bare(entry: string): string {
  return entry.replace(/^\[(.*)\]$/, "$1");
}
