/**
 * `config`: settings one by one, as the code reads them. `.blobsyconfig` is the team's and what `set`
 * changes; with a scope it is the user's own Git configuration, which outranks it. Nothing is written that
 * would not be read back as the value that was asked for.
 */
import { KNOWN_KEYS, type KnownKey, readConfig } from "../domain/config.js";
import { readConfigText, readGitEntry, type Setting } from "../domain/config-text.js";
import { type SettingName, withValues } from "../domain/config-edit.js";
import { BlobsyError, isBlobsyError } from "../domain/errors.js";
import { pasteWord } from "../domain/shell-words.js";
import { type Scope, setValues, valuesIn } from "../git/config-file.js";
import type { Repository } from "../git/repository.js";
import { CONFIG_FILE, readGitConfig } from "./read-config.js";
import { readRootFile, writeRootFile } from "./root-file.js";

export interface ShownSetting {
  /** As it is written after `blobsy config get`. */
  readonly key: string;
  readonly values: readonly string[];
  /** `.blobsyconfig`, Git's own words for the place, or "default". */
  readonly origin: string;
  /** What this outranks. */
  readonly overrides: readonly { readonly values: readonly string[]; readonly origin: string }[];
}

/** A setting that was named, with what is known of it. */
export interface NamedKey {
  readonly name: SettingName;
  /** `transfer.concurrency`, `backend.default.url` */
  readonly shown: string;
  readonly known: KnownKey;
}

/** @throws {BlobsyError} USAGE for what is no setting */
export function namedKey(text: string): NamedKey {
  const bare = text.replace(/^blobsy\.(?=.)/i, "");
  const setting = readGitEntry(`blobsy.${bare}`, "");
  const known = setting && KNOWN_KEYS.find(({ name }) => fold(name) === patternOf(setting));
  if (!setting || !known) {
    const near = KNOWN_KEYS.find(({ name }) =>
      fold(name).endsWith(fold(bare.split(".").at(-1) ?? bare)),
    );
    throw new BlobsyError("USAGE", `there is no setting ${text}`, {
      next: near ? `blobsy config get ${near.name}` : "blobsy config",
    });
  }
  const key = known.name.split(".").at(-1) ?? known.name;
  const shown = known.name.replace("<name>", () => setting.sub ?? "");
  return { name: { section: setting.section, sub: setting.sub, key }, shown, known };
}

/** Is it the name of a setting, as `namedKey` takes it? */
export function isSettingName(text: string): boolean {
  try {
    return namedKey(text) !== null;
  } catch (error) {
    if (isBlobsyError(error)) return false;
    throw error;
  }
}

const fold = (name: string): string => name.toLowerCase();

function patternOf({ section, sub, key }: Setting): string {
  if (section === "backend" && sub !== null) return `backend.<name>.${key}`;
  return section === "blobsy" ? key : `${section}.${key}`;
}

/** Every setting that somebody made; with `defaults` the others too. @throws {BlobsyError} BAD_CONFIG */
export async function listSettings(
  repo: Repository,
  { defaults }: { defaults: boolean },
): Promise<ShownSetting[]> {
  const found = new Map<string, ShownSetting>();
  for (const { setting, value, origin } of await allEntries(repo)) {
    const named = nameOrNull(setting);
    if (named === null) continue;
    const before = found.get(named.shown);
    const isSame = before?.origin === origin && named.known.list;
    // As it is read: what the user says replaces what was committed, and is not joined with it.
    if (before && isSame) found.set(named.shown, { ...before, values: [...before.values, value] });
    else {
      const overrides = before
        ? [{ values: before.values, origin: before.origin }, ...before.overrides]
        : [];
      found.set(named.shown, { key: named.shown, values: [value], origin, overrides });
    }
  }
  if (defaults) {
    for (const { name, default: preset } of KNOWN_KEYS) {
      if (found.has(name) || name.includes("<") || preset === null) continue;
      found.set(name, { key: name, values: [preset], origin: "default", overrides: [] });
    }
  }
  return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

interface Entry {
  readonly setting: Setting;
  readonly value: string;
  readonly origin: string;
}

async function allEntries(repo: Repository): Promise<Entry[]> {
  const committed = readConfigText(readRootFile(repo, CONFIG_FILE), CONFIG_FILE);
  const own = (await readGitConfig(repo)).flatMap(({ key, value, origin }) => {
    const setting = readGitEntry(key, value);
    return setting ? [{ setting, value, origin }] : [];
  });
  return [
    ...committed.map((setting) => ({ setting, value: setting.value, origin: CONFIG_FILE })),
    ...own,
  ];
}

function nameOrNull({ section, sub, key }: Setting): NamedKey | null {
  const parts = section === "blobsy" ? [key] : [section, ...(sub === null ? [] : [sub]), key];
  try {
    return namedKey(parts.join("."));
  } catch {
    return null; // whoever reads the configuration warns of it
  }
}

/** @throws {BlobsyError} NOT_FOUND when it is not set and has no default */
export async function getSetting(
  repo: Repository,
  { shown, known }: NamedKey,
): Promise<ShownSetting> {
  const found = (await listSettings(repo, { defaults: true })).find(({ key }) => key === shown);
  if (found) return found;
  if (known.default !== null) {
    return { key: shown, values: [known.default], origin: "default", overrides: [] };
  }
  throw new BlobsyError("NOT_FOUND", `${shown} is not set`, { next: "blobsy config" });
}

export interface Change {
  readonly key: NamedKey;
  readonly values: readonly string[];
  /** Keep the values of the list that are there. */
  readonly adds: boolean;
  readonly dryRun: boolean;
}

/**
 * Makes a setting in `.blobsyconfig`; no value takes it away.
 * @returns the values it has there now
 * @throws {BlobsyError} BAD_CONFIG for a value that is not allowed, USAGE, NOT_FOUND
 */
export async function changeShared(repo: Repository, change: Change): Promise<readonly string[]> {
  const { key, dryRun } = change;
  if (key.known.userOnly && change.values.length > 0) {
    throw new BlobsyError(
      "USAGE",
      `${key.shown} can only be your own setting, not a committed one`,
      {
        next: `blobsy config set --global ${pasteWord(key.shown)} <value>`,
      },
    );
  }
  const text = readRootFile(repo, CONFIG_FILE);
  const before = committedValues(text, key.name);
  if (change.values.length === 0 && before.length === 0) {
    throw await notSet({ ...key, where: CONFIG_FILE, cwd: repo.worktree });
  }
  const values = wantedValues(change, before);
  const next = withValues(text, key.name, values);
  checkAll(change, { committed: { text: next, file: CONFIG_FILE }, local: [] });
  const readBack = committedValues(next, key.name);
  if (JSON.stringify(readBack) !== JSON.stringify(values)) {
    const what = values.length === 0 ? "be unset" : "have that value";
    throw new BlobsyError("BAD_CONFIG", `${key.shown} cannot ${what} in ${CONFIG_FILE} as it is`, {
      path: CONFIG_FILE,
      next: `edit ${CONFIG_FILE}: each setting there is one line`,
    });
  }
  if (!dryRun && next !== text) await writeRootFile(repo, CONFIG_FILE, { was: text, next });
  return values;
}

/** @throws {BlobsyError} BAD_CONFIG for what would be refused when it is read */
function checkAll({ key }: Change, sources: Parameters<typeof readConfig>[0]): void {
  try {
    readConfig(sources);
  } catch (error) {
    if (!isBlobsyError(error)) throw error;
    throw new BlobsyError(error.code, `nothing was changed: ${error.message}`, {
      next: `blobsy config get ${pasteWord(key.shown)}`,
      cause: error,
    });
  }
}

function committedValues(text: string, name: SettingName): string[] {
  const key = fold(name.key);
  return readConfigText(text, CONFIG_FILE)
    .filter((one) => one.section === name.section && one.sub === name.sub && one.key === key)
    .map(({ value }) => value);
}

/** As `changeShared`, in the user's own Git configuration. @throws {BlobsyError} and GIT_FAILED */
export async function changeOwn(
  cwd: string,
  scope: Scope,
  change: Change,
): Promise<readonly string[]> {
  const { key, dryRun } = change;
  const place = { scope, cwd };
  const gitKey = `blobsy.${key.shown}`;
  const before = await valuesIn(place, gitKey);
  if (change.values.length === 0 && before.length === 0) {
    throw await notSet({ ...key, where: `git config --${scope}`, cwd });
  }
  const values = wantedValues(change, before);
  const local = values.map((value) => ({ key: gitKey, value, origin: `git config --${scope}` }));
  checkAll(change, { committed: null, local });
  if (!dryRun) await setValues(place, gitKey, values);
  return values;
}

function wantedValues({ key, values, adds }: Change, before: readonly string[]): readonly string[] {
  const wanted = adds ? [...before, ...values.filter((value) => !before.includes(value))] : values;
  if (wanted.length > 1 && !key.known.list) {
    throw new BlobsyError("USAGE", `${key.shown} has one value`, {
      next: `blobsy config set ${pasteWord(key.shown)} <value>`,
    });
  }
  return wanted;
}

/** What is so instead: set elsewhere, or by nobody. */
async function notSet(key: NamedKey & { where: string; cwd: string }): Promise<BlobsyError> {
  const { shown, known, where, cwd } = key;
  const scopes = (["local", "global", "system"] as const).map((scope) => ({ scope, cwd }));
  for (const place of scopes) {
    if ((await valuesIn(place, `blobsy.${shown}`)).length === 0) continue;
    const message = `${shown} is not set in ${where}, but in git config --${place.scope}; nothing was changed`;
    return new BlobsyError("NOT_FOUND", message, {
      next: `blobsy config unset --${place.scope} ${pasteWord(shown)}`,
    });
  }
  const preset = known.default === null ? "" : ` (where nobody sets it, it is ${known.default})`;
  return new BlobsyError(
    "NOT_FOUND",
    `${shown} is not set in ${where}${preset}; nothing was changed`,
    { next: "blobsy config list" },
  );
}
