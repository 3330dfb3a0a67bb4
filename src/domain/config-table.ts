/** The settings that are in force, key by key, before they are put together. */
import {
  BACKEND_KEYS,
  PLAIN_KEYS,
  REMOTE_KEYS,
  type BackendKey,
  type PlainKey,
} from "./config-keys.js";
import type { Setting } from "./config-text.js";
import { BlobsyError } from "./errors.js";
import type { Origin } from "./remote-url.js";
import { escapeForTerminal } from "./terminal.js";
import type * as z from "zod/mini";

/** A value and who chose it. */
export interface Sourced<T> {
  readonly value: T;
  readonly origin: Origin;
  /** The file, or git's own words for the place, such as "file:.git/config". */
  readonly file: string;
}

export interface Entry {
  readonly value: string;
  readonly file: string;
  readonly origin: Origin;
  /** The key as a message shows it. */
  readonly name: string;
}

type Plain<K extends PlainKey> = z.output<(typeof PLAIN_KEYS)[K]["schema"]>;
type OfBackend<K extends BackendKey> = z.output<(typeof BACKEND_KEYS)[K]["schema"]>;

/** The entries that are in force, by section, subsection and key. */
export class Table {
  readonly #entries = new Map<string, Entry[]>();

  add(setting: Setting, entry: Entry): void {
    const id = idOf(setting.section, setting.sub, setting.key);
    const known = this.#entries.get(id) ?? [];
    // The user's values replace the committed ones, and are not joined with them.
    const kept = known.filter(({ origin }) => origin === entry.origin);
    // As in Git, an empty value empties a list.
    this.#entries.set(id, entry.value === "" ? [entry] : [...kept, entry]);
  }

  values(key: string, backend: string | null): readonly Entry[] {
    const dot = key.indexOf(".");
    const [section, name] =
      backend === null ? [key.slice(0, dot), key.slice(dot + 1)] : ["backend", key];
    return this.#entries.get(idOf(section, backend, name)) ?? [];
  }

  backendNames(): string[] {
    return this.#namesIn("backend");
  }

  /** By the name of a remote of Git's: its backend. */
  gitRemotes(): Map<string, string> {
    const { schema, allowed } = REMOTE_KEYS.backend;
    return new Map(
      this.#namesIn("remote").flatMap((remote) => {
        const entry = this.#entries.get(idOf("remote", remote, "backend"))?.at(-1);
        return entry ? [[remote, parseWith<string>(schema, allowed, entry, false)]] : [];
      }),
    );
  }

  #namesIn(wanted: string): string[] {
    const names = new Set<string>();
    for (const id of this.#entries.keys()) {
      const [section, sub] = JSON.parse(id) as [string, string | null];
      if (section === wanted && sub !== null) names.add(sub);
    }
    return [...names].sort();
  }

  /** `value` is the last one given, or the default; `all` is the list; `one` is absent when unset. */
  plain<K extends PlainKey>(key: K) {
    const { schema, allowed, default: preset } = PLAIN_KEYS[key];
    const read = (entry: Entry) => parseWith<Plain<K>>(schema, allowed, entry, false);
    const entries = this.values(key, null);
    const last = entries.at(-1);
    const one = () => last && { value: read(last), origin: last.origin, file: last.file };
    return {
      get one() {
        return one();
      },
      get all(): Plain<K>[] {
        return entries.filter(({ value }) => value !== "").map(read);
      },
      get value(): Plain<K> {
        return one()?.value ?? (schema.parse(preset) as Plain<K>);
      },
    };
  }

  backend<K extends BackendKey>(key: K, backend: string): Sourced<OfBackend<K>> | undefined {
    const entry = this.values(key, backend).at(-1);
    if (!entry) return undefined;
    const { schema, allowed } = BACKEND_KEYS[key];
    const value = parseWith<OfBackend<K>>(schema, allowed, entry, "secret" in BACKEND_KEYS[key]);
    return { value, origin: entry.origin, file: entry.file };
  }
}

interface Schema {
  safeParse(value: unknown): { success: boolean; data?: unknown };
}

function parseWith<T>(schema: Schema, allowed: string, entry: Entry, secret: boolean): T {
  const parsed = schema.safeParse(entry.value);
  if (parsed.success) return parsed.data as T;
  const value = secret ? "not allowed" : `"${entry.value.slice(0, 80)}"`;
  throw bad(entry.file, `${entry.file}: ${entry.name} is ${value}; allowed is ${allowed}`);
}

function idOf(section: string, sub: string | null, key: string): string {
  return JSON.stringify([section, sub, key.toLowerCase()]);
}

/** @param message made safe to print */
export function bad(file: string, message: string): BlobsyError {
  return new BlobsyError("BAD_CONFIG", escapeForTerminal(message), { path: file });
}
