import {
  BACKEND_KEYS,
  isBackendName,
  PLAIN_KEYS,
  REMOTE_KEYS,
  type BackendKey,
  type KeyFacts,
  type PlainKey,
} from "./config-keys.js";
import { bad, Table, type Entry, type Sourced } from "./config-table.js";
import { readConfigText, readGitEntry, type Setting } from "./config-text.js";
import { whyNotGlobs } from "./path-match.js";
import {
  checkEndpoint,
  isTrustedAddress,
  parseRemoteUrl,
  type Origin,
  type RemoteUrl,
  type UrlVerdict,
} from "./remote-url.js";
import { escapeForTerminal } from "./terminal.js";

/**
 * The settings in force: `.blobsyconfig`, overridden key by key by the user's git config.
 *
 * `.blobsyconfig` was written by whoever wrote the commit. So every value of a backend says where
 * it came from, and what a committed one may do is decided where it is used: a program, arguments
 * or a shell need the user's approval first. Nothing is expanded here, whoever wrote it.
 */

export interface Config {
  /** Name of the backend in use. */
  readonly backend: Sourced<string>;
  readonly keyTemplate: string;
  readonly detect: "monitor" | "arm" | "commit";
  readonly ignore: "exclude" | "gitignore";
  readonly skipSmudge: boolean;
  /** Endpoints, without a slash at the end, that may be given this user's credentials. */
  readonly trustedEndpoints: readonly string[];
  readonly backends: ReadonlyMap<string, BackendConfig>;
  /** By the name of a remote of Git's: the backend that gets the blobs of what is pushed there. */
  readonly gitRemotes: ReadonlyMap<string, string>;
  readonly externalize: {
    /** Bytes. */
    readonly minSize: number;
    readonly always: readonly string[];
    readonly never: readonly string[];
  };
  readonly compress: {
    readonly algorithm: "none" | "zstd" | "gzip" | "brotli";
    /** Bytes. */
    readonly minSize: number;
    readonly always: readonly string[];
    readonly never: readonly string[];
  };
  readonly transfer: {
    readonly concurrency: number;
    /** Whether somebody has said so, and it is not just the default. */
    readonly isChosen: boolean;
  };
  readonly fetch: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  /** Bytes; `null` keeps everything. */
  readonly cache: { readonly keep: number | null };
}

/** `[backend "name"]`; what is not set is absent. */
export interface BackendConfig {
  readonly name: string;
  readonly url?: Sourced<RemoteUrl>;
  readonly region?: Sourced<string>;
  readonly endpoint?: Sourced<string>;
  readonly pathStyle?: Sourced<boolean>;
  readonly profile?: Sourced<string>;
  readonly tool?: Sourced<"sdk" | "auto" | "rclone" | "aws" | "s5cmd">;
  readonly toolArgs?: Sourced<readonly string[]>;
  readonly type?: Sourced<"local" | "s3" | "https" | "command">;
  readonly push?: Sourced<string>;
  readonly pull?: Sourced<string>;
  readonly exists?: Sourced<string>;
  readonly list?: Sourced<string>;
  readonly remove?: Sourced<string>;
  readonly shell?: Sourced<boolean>;
  /** Seconds. */
  readonly timeLimit?: Sourced<number>;
}

export interface ConfigInput {
  readonly committed: { readonly text: string; readonly file: string } | null;
  /** `blobsy.*` entries of git config, least specific first, as `git config --list` gives them. */
  readonly local: ReadonlyArray<{
    readonly key: string;
    readonly value: string;
    readonly origin: string;
  }>;
}

export { KNOWN_KEYS, type KnownKey } from "./config-keys.js";
export type { Sourced } from "./config-table.js";

/** @throws {BlobsyError} BAD_CONFIG with file, key and what is allowed */
export function readConfig(input: ConfigInput): { config: Config; warnings: string[] } {
  const warnings: string[] = [];
  const table = gather(input, warnings);
  const of = <K extends PlainKey>(key: K) => table.plain(key);
  const globs = (key: GlobKey) => readGlobs(table, key);
  const backends = new Map<string, BackendConfig>();
  for (const name of table.backendNames()) backends.set(name, readBackend(name, table));
  const config: Config = {
    backend: of("blobsy.backend").one ?? { value: "default", origin: "committed", file: "" },
    keyTemplate: of("blobsy.keyTemplate").value,
    detect: of("blobsy.detect").value,
    ignore: of("blobsy.ignore").value,
    skipSmudge: of("blobsy.skipSmudge").value,
    trustedEndpoints: trustedEndpoints(table),
    backends,
    gitRemotes: table.gitRemotes(),
    externalize: {
      minSize: of("externalize.minSize").value,
      always: globs("externalize.always"),
      never: globs("externalize.never"),
    },
    compress: {
      algorithm: of("compress.algorithm").value,
      minSize: of("compress.minSize").value,
      always: globs("compress.always"),
      never: globs("compress.never"),
    },
    transfer: {
      concurrency: of("transfer.concurrency").value,
      isChosen: of("transfer.concurrency").one !== undefined,
    },
    fetch: { include: globs("fetch.include"), exclude: globs("fetch.exclude") },
    cache: { keep: of("cache.keep").one?.value ?? null },
  };
  return { config, warnings };
}

type GlobKey =
  `${"externalize" | "compress"}.${"always" | "never"}` | `fetch.${"include" | "exclude"}`;

function readGlobs(table: Table, key: GlobKey): string[] {
  const { all } = table.plain(key);
  const reason = whyNotGlobs(all);
  if (reason === null) return all;
  const file = table.values(key, null).at(-1)?.file ?? "";
  throw bad(file, `${file}: ${key} cannot be used: ${reason}`);
}

function gather({ committed, local }: ConfigInput, warnings: string[]): Table {
  const table = new Table();
  const add = (setting: Setting, origin: Origin, file: string) => {
    const name = (origin === "user" ? "blobsy." : "") + nameOf(setting);
    const known = lookUp(setting);
    const shown = escapeForTerminal(`${file}: ${name}`);
    if (known === null) {
      if (!isOwnRecord(setting, origin))
        warnings.push(`${shown} is not a known setting, and ignored`);
    } else if (known.userOnly && origin === "committed") {
      warnings.push(`${shown} is ignored: only your own git config can set it`);
    } else {
      if (setting.section === "backend" && !isBackendName(setting.sub ?? "")) {
        throw bad(file, `${shown}: a backend's name has only letters, digits, _ . - in it`);
      }
      table.add(setting, { value: setting.value, file, origin, name });
    }
  };
  if (committed) {
    const settings = readConfigText(committed.text, committed.file);
    for (const setting of settings) add(setting, "committed", committed.file);
  }
  for (const { key, value, origin } of local) {
    const setting = readGitEntry(key, value);
    if (setting) add(setting, "user", origin);
  }
  return table;
}

function readBackend(name: string, table: Table): BackendConfig {
  const text = <K extends BackendKey>(key: K) => table.backend(key, name);
  const url = checkedUrl(table, "url", name, parseRemoteUrl);
  const type = text("type");
  if (type && type.value !== "command" && url && url.value.kind !== type.value) {
    throw bad(
      type.file,
      `${type.file}: backend.${name}.type is ${type.value}, and its URL is of kind ${url.value.kind}`,
    );
  }
  const args = table.values("toolArgs", name).filter(({ value }) => value !== "");
  const [first] = args;
  return dropAbsent({
    name,
    url,
    region: text("region"),
    endpoint: checkedUrl(table, "endpoint", name, checkEndpoint),
    pathStyle: text("pathStyle"),
    profile: text("profile"),
    tool: text("tool"),
    toolArgs: first && {
      value: args.map(({ value }) => value),
      origin: first.origin,
      file: first.file,
    },
    type,
    push: text("push"),
    pull: text("pull"),
    exists: text("exists"),
    list: text("list"),
    remove: text("remove"),
    shell: text("shell"),
    timeLimit: text("timeLimit"),
  });
}

function checkedUrl<T>(
  table: Table,
  key: "url" | "endpoint",
  backend: string,
  check: (text: string, origin: Origin) => UrlVerdict<T>,
): Sourced<T> | undefined {
  const entry = table.values(key, backend).at(-1);
  if (!entry) return undefined;
  // A server that the user trusts may be inside; whoever wrote the commit still chose it.
  const isTrusted = isTrustedAddress(entry.value, trustedEndpoints(table));
  const verdict = check(entry.value, isTrusted ? "user" : entry.origin);
  if (verdict.ok) return { value: verdict.value, origin: entry.origin, file: entry.file };
  const { allowed } = BACKEND_KEYS[key];
  throw bad(entry.file, `${entry.file}: ${entry.name}: ${verdict.reason}; allowed is ${allowed}`);
}

function trustedEndpoints(table: Table): string[] {
  return table
    .values("blobsy.trustedEndpoint", null)
    .filter(({ value }) => value !== "")
    .map(readTrusted);
}

function readTrusted(entry: Entry): string {
  const verdict = checkEndpoint(entry.value, "user");
  if (verdict.ok) return verdict.value;
  throw bad(entry.file, `${entry.file}: ${entry.name}: ${verdict.reason}`);
}

const PLAIN_BY_FOLDED = new Map(
  Object.entries<KeyFacts>(PLAIN_KEYS).map(([key, facts]) => [key.toLowerCase(), facts] as const),
);
const BACKEND_BY_FOLDED = new Map(
  Object.entries<KeyFacts>(BACKEND_KEYS).map(([key, facts]) => [key.toLowerCase(), facts] as const),
);

function lookUp({ section, sub, key }: Setting): KeyFacts | null {
  if (section === "backend") return sub === null ? null : (BACKEND_BY_FOLDED.get(key) ?? null);
  if (section === "remote") return sub === null || key !== "backend" ? null : REMOTE_KEYS.backend;
  return sub === null ? (PLAIN_BY_FOLDED.get(`${section}.${key}`) ?? null) : null;
}

/** `install` keeps there what Git's own setting was before. */
const KEPT_BY_INSTALL = ["hookspath", "fsmonitor"];

/** `blobsy.trust.*` is what `blobsy trust` has written down; it is no setting, and neither are these. */
function isOwnRecord({ section, sub, key }: Setting, origin: Origin): boolean {
  if (origin !== "user") return false;
  const isKept =
    section === "blobsy" && sub === null && KEPT_BY_INSTALL.includes(key.toLowerCase());
  return section === "trust" || isKept;
}

/** As the documentation spells it: keys are read in lower case. */
const SPELLING = new Map(
  [PLAIN_KEYS, BACKEND_KEYS, REMOTE_KEYS]
    .flatMap((keys) => Object.keys(keys))
    .map((name) => name.slice(name.indexOf(".") + 1))
    .map((key) => [key.toLowerCase(), key] as const),
);

function nameOf({ section, sub, key: read }: Setting): string {
  const key = SPELLING.get(read) ?? read;
  const parts = section === "blobsy" && sub === null ? [key] : [section, sub, key];
  return parts
    .filter((part) => part !== null)
    .join(".")
    .slice(0, 200);
}

function dropAbsent(backend: {
  readonly [K in keyof BackendConfig]: BackendConfig[K] | undefined;
}): BackendConfig {
  const present = Object.entries(backend).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as unknown as BackendConfig;
}
