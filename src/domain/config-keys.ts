import * as z from "zod/mini";
import { checkKeyTemplate, DEFAULT_KEY_TEMPLATE } from "./key-template.js";
import { whyNotGlob } from "./path-match.js";
import { parseDuration, parseSize } from "./size.js";

/**
 * Every setting there is: what it is for, what it may be, what it is when nobody says.
 * The documentation and `blobsy config` print this table; config.ts reads by it.
 *
 * URLs are only text here. What they may name depends on who named them (remote-url.ts).
 */

export interface KeyFacts {
  readonly description: string;
  /** The allowed values, in words. */
  readonly allowed: string;
  /** As it would be written; `null` when unset. */
  readonly default: string | null;
  /** All values given, not just the last. */
  readonly list?: true;
  /** Only a user's own git config may set it. */
  readonly userOnly?: true;
  /** May hold a secret by mistake: never repeated in a message. */
  readonly secret?: true;
}

const choice = <const T extends readonly [string, ...string[]]>(...values: T) => ({
  schema: z.pipe(z.pipe(z.string(), z.transform(lower)), z.enum(values)),
  allowed: values.join(", "),
});
const SIZE = { schema: converted(parseSize), allowed: "a size such as 100kb, 1mb or 10gb" };
const FLAG = { schema: converted(parseFlag), allowed: "true or false" };
const WORKERS = { schema: converted(parseWorkers), allowed: "a number from 1 to 64" };
const DURATION = { schema: converted(parseLimit), allowed: "a time such as 90s, 30m, 12h or 2d" };
const NAME = {
  schema: z.string().check(z.regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/)),
  allowed: "letters, digits, _ . - and no dash in front",
};
const TEXT = {
  schema: z.string().check(z.regex(/^[^\p{Cc}\p{Surrogate}]{1,4096}$/u)),
  allowed: "one line of text",
};
const GLOB = {
  schema: z.string().check(z.refine((glob) => whyNotGlob(glob) === null)),
  allowed: "a pattern such as *.bin or data/**, of at most 500 characters and without !",
  list: true as const,
};
const TEMPLATE = {
  schema: z.string().check(z.refine((template) => checkKeyTemplate(template).ok)),
  allowed: "a template with {content_sha256} or {content_sha256_short} in it",
};

/** Keys of plain sections, as `section.key`; `[blobsy]` is the section "blobsy". */
export const PLAIN_KEYS = {
  "blobsy.backend": {
    ...NAME,
    description: "the backend that is the remote",
    default: "default",
  },
  "blobsy.keyTemplate": {
    ...TEMPLATE,
    description: "how a blob is named on the remote",
    default: DEFAULT_KEY_TEMPLATE,
  },
  "blobsy.detect": {
    ...choice("monitor", "arm", "commit"),
    description: "how Git notices that a payload was edited",
    default: "monitor",
  },
  "blobsy.ignore": {
    ...choice("exclude", "gitignore"),
    description: "where payloads are ignored: .git/info/exclude or .gitignore",
    default: "exclude",
  },
  "blobsy.skipSmudge": {
    ...FLAG,
    description: "leave payloads out of the working tree until they are asked for by name",
    default: "false",
    userOnly: true,
  },
  "blobsy.trustedEndpoint": {
    ...TEXT,
    description: "an endpoint that may be given this user's credentials",
    allowed: "an https:// address",
    default: null,
    list: true,
    userOnly: true,
    secret: true,
  },
  "externalize.minSize": {
    ...SIZE,
    description: "files of this size and more become payloads",
    default: "1mb",
  },
  "externalize.always": {
    ...GLOB,
    description: "files that become payloads whatever their size",
    default: null,
  },
  "externalize.never": {
    ...GLOB,
    description: "files that never become payloads",
    default: null,
  },
  "compress.algorithm": {
    ...choice("none", "zstd", "gzip", "brotli"),
    description: "how new blobs are compressed on the remote",
    default: "none",
  },
  "compress.minSize": {
    ...SIZE,
    description: "blobs smaller than this are not compressed",
    default: "100kb",
  },
  "compress.always": {
    ...GLOB,
    description: "files that are compressed whatever their size and format",
    default: null,
  },
  "compress.never": {
    ...GLOB,
    description: "files that are not compressed",
    default: null,
  },
  "transfer.concurrency": {
    ...WORKERS,
    description: "how many files are transferred at a time",
    default: "8",
  },
  "fetch.include": {
    ...GLOB,
    description: "only these payloads are fetched by themselves",
    default: null,
  },
  "fetch.exclude": {
    ...GLOB,
    description: "payloads that are not fetched by themselves",
    default: null,
  },
  "cache.keep": {
    ...SIZE,
    description: "how much the local store may hold of what the remote has too",
    default: null,
  },
} satisfies Record<string, KeyFacts & { schema: z.ZodMiniType<unknown, string> }>;

/** Keys of `[backend "name"]`. */
export const BACKEND_KEYS = {
  url: {
    ...TEXT,
    description: "where the blobs are: local:<dir>, s3://bucket/prefix or https://host/prefix",
    allowed: "local:<dir>, s3://bucket/prefix or https://host/prefix",
    default: null,
    secret: true,
  },
  region: { ...NAME, description: "the region of the bucket", default: null },
  endpoint: {
    ...TEXT,
    description: "the address of an S3 service other than AWS",
    allowed: "an https:// address",
    default: null,
    secret: true,
  },
  pathStyle: {
    ...FLAG,
    description: "name the bucket in the path instead of the host",
    default: null,
  },
  profile: {
    ...NAME,
    description: "the AWS profile whose credentials are used",
    default: null,
    userOnly: true,
  },
  tool: {
    ...choice("sdk", "auto", "rclone", "aws", "s5cmd"),
    description:
      "the program that copies; auto takes one that is installed, when there are many files",
    default: "sdk",
  },
  toolArgs: {
    ...TEXT,
    description: "further arguments for the tool, one each",
    default: null,
    list: true,
  },
  type: {
    ...choice("local", "s3", "https", "command"),
    description: "the kind of backend; told by the URL, except for a command",
    default: null,
  },
  push: { ...TEXT, description: "the command that uploads {local}", default: null },
  pull: { ...TEXT, description: "the command that downloads {remote_key}", default: null },
  exists: { ...TEXT, description: "the command that asks for {remote_key}", default: null },
  list: { ...TEXT, description: "the command that lists keys", default: null },
  remove: { ...TEXT, description: "the command that deletes {remote_key}", default: null },
  shell: { ...FLAG, description: "run the commands through a shell", default: null },
  timeLimit: {
    ...DURATION,
    description:
      "how long a command or a tool may run; unless told, 10 minutes and 32 KiB a second",
    default: null,
  },
} satisfies Record<string, KeyFacts & { schema: z.ZodMiniType<unknown, string> }>;

/** Keys of `blobsy.remote.<name>`, where `<name>` is a remote of Git's: those are each clone's own. */
export const REMOTE_KEYS = {
  backend: {
    ...NAME,
    description: "the backend that gets the blobs of what is pushed to this remote of Git's",
    default: null,
    userOnly: true,
  },
} satisfies Record<string, KeyFacts & { schema: z.ZodMiniType<unknown, string> }>;

export type PlainKey = keyof typeof PLAIN_KEYS;
export type BackendKey = keyof typeof BACKEND_KEYS;

/** A row of the table for people. */
export interface KnownKey extends Omit<KeyFacts, "list" | "userOnly" | "secret"> {
  /** As written after `blobsy.` in git config: `detect`, `transfer.concurrency`, `backend.<name>.url`. */
  readonly name: string;
  readonly list: boolean;
  readonly userOnly: boolean;
}

export const KNOWN_KEYS: readonly KnownKey[] = [
  ...Object.entries<KeyFacts>(PLAIN_KEYS).map(([name, facts]) =>
    row(name.replace(/^blobsy\./, ""), facts),
  ),
  ...Object.entries<KeyFacts>(BACKEND_KEYS).map(([key, facts]) =>
    row(`backend.<name>.${key}`, facts),
  ),
  ...Object.entries<KeyFacts>(REMOTE_KEYS).map(([key, facts]) =>
    row(`remote.<name>.${key}`, facts),
  ),
];

/** Names of backends become parts of file names and messages. */
export function isBackendName(name: string): boolean {
  return NAME.schema.safeParse(name).success;
}

function row(
  name: string,
  { description, allowed, default: preset, list, userOnly }: KeyFacts,
): KnownKey {
  return {
    name,
    description,
    allowed,
    default: preset,
    list: list ?? false,
    userOnly: userOnly ?? false,
  };
}

/** A schema of what `convert` makes of a string, where `null` means that it is none. */
function converted<T>(convert: (text: string) => T | null) {
  return z.pipe(
    z.string(),
    z.transform((text, context): T => {
      const value = convert(text);
      if (value !== null) return value;
      context.issues.push({ code: "custom", message: "not allowed", input: text });
      return z.NEVER;
    }),
  );
}

/** The spellings Git takes for a boolean. */
function parseFlag(text: string): boolean | null {
  if (/^(?:true|yes|on|1)$/i.test(text)) return true;
  return /^(?:false|no|off|0|)$/i.test(text) ? false : null;
}

function parseWorkers(text: string): number | null {
  return /^[1-9][0-9]?$/.test(text) && Number(text) <= 64 ? Number(text) : null;
}

/** Longer ones a timer cannot measure. */
function parseLimit(text: string): number | null {
  const seconds = parseDuration(text);
  return seconds === null || seconds === 0 || seconds > 20 * 86_400 ? null : seconds;
}

function lower(text: string): string {
  return text.toLowerCase();
}
