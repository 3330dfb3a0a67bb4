/**
 * Installs blobsy into one repository, or for every repository of a user or a machine.
 *
 * A plan is assembled (install-plan.ts) and then carried out here; what was there before is recorded,
 * so that `uninstall` can put it back. Only `install` and `init` come here: a filter that installed
 * hooks would have a clone run what it brought along.
 */
import path from "node:path";
import { BlobsyError, errnoOf, fromErrno } from "../domain/errors.js";
import { lstatFacts } from "../fs/facts.js";
import { link, mkdirs, rename } from "../fs/ops.js";
import { replaceFile, type Replacement } from "../fs/user-file.js";
import { setValues, valuesIn, type ConfigPlace, type Scope } from "./config-file.js";
import type { Detect } from "./detect.js";
import type { HookPlan, PlannedFile } from "./hook-plan.js";
import { planInstall, type InstallOptions, type InstallPlan } from "./install-plan.js";
import {
  decode,
  EMPTY_RECORD,
  encode,
  readRecord,
  writeRecord,
  type FileRecord,
  type InstallRecord,
  type KeyRecord,
} from "./install-record.js";
import { recordFromTraces } from "./install-traces.js";
import { putBackFile, putBackKey, putBackName } from "./put-back.js";
import type { Repository } from "./repository.js";
import { readBytes } from "./text-file.js";

export type { InstallOptions } from "./install-plan.js";

export interface InstallReport {
  readonly scope: Scope;
  readonly detect: Detect;
  readonly hooks: HookPlan["way"];
  readonly hooksDir: string | null;
  /** The configuration file, and every other file that has blobsy's lines now. */
  readonly files: readonly string[];
  /** What a person should know. */
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

/** @throws {BlobsyError} GIT_FAILED, REFUSED_PATH, PERMISSION, DISK_FULL, IO */
export async function install(options: InstallOptions): Promise<InstallReport> {
  const plan = await planInstall(options);
  if (!options.dryRun) await carryOut(plan, options.repo);
  return {
    scope: plan.place.scope,
    detect: plan.choice.detect,
    hooks: plan.hooks.way,
    hooksDir: plan.hooks.dir,
    files: [plan.configFile, ...plan.files.map((file) => file.path)],
    notes: plan.notes,
    warnings: plan.warnings,
  };
}

async function carryOut(plan: InstallPlan, repo: Repository | undefined): Promise<void> {
  const old = readRecord(plan.home) ?? (await lostRecord(plan, repo));
  const dirs = [...old.dirs];
  const files: Record<string, FileRecord> = {};
  const configBefore = readBytes(plan.configFile);
  await makeDir(plan.home, dirs);

  for (const { from, to } of plan.hooks.kept) await giveSecondName(from, to);
  for (const file of plan.files) {
    const earlier = old.files[file.path];
    // A hook of somebody else's was not there under this name, as far as putting back goes.
    const moved = plan.hooks.kept.some(({ from }) => from === file.path);
    const before = moved ? null : readBytes(file.path);
    await makeDir(path.dirname(file.path), dirs);
    const after = await writePlanned(file);
    files[file.path] = { kind: file.kind, ...beforeOf(earlier, before), after };
  }
  const kept = new Map([
    ...old.kept,
    ...plan.hooks.kept.map(({ from, to }) => [from, to] as const),
  ]);
  await putBackUnwanted(old, files, kept);
  const keys = await setKeys(plan.place, plan.set, old.keys);

  files[plan.configFile] = {
    kind: "config",
    ...beforeOf(old.files[plan.configFile], configBefore),
    after: encode(readBytes(plan.configFile)) ?? "",
  };
  if (plan.ignoreFile !== null) {
    const before = old.files[plan.ignoreFile]?.before ?? encode(readBytes(plan.ignoreFile));
    files[plan.ignoreFile] = { kind: "ignore", before, after: "" };
  }
  const record: InstallRecord = { version: 1, keys, files, kept: [...kept], dirs };
  await writeRecord(plan.home, record);
}

/** Without it, what blobsy itself had put there would pass for what was there before blobsy. */
async function lostRecord(
  { place, home, configFile }: InstallPlan,
  repo: Repository | undefined,
): Promise<InstallRecord> {
  const traces = await recordFromTraces({ place, home, repo });
  if (Object.keys(traces.keys).length === 0) return EMPTY_RECORD;
  const config = { kind: "config", after: "" } as const;
  return { ...traces, files: { ...traces.files, [configFile]: config } };
}

/** Takes back what an earlier install put in and this one does not. */
async function putBackUnwanted(
  old: InstallRecord,
  files: Readonly<Record<string, FileRecord>>,
  kept: Map<string, string>,
): Promise<void> {
  for (const [from, to] of kept) {
    if (!(from in files) && (await putBackName(from, to))) kept.delete(from);
  }
  for (const [file, record] of Object.entries(old.files)) {
    if (file in files || (record.kind !== "script" && record.kind !== "block")) continue;
    await putBackFile(file, record);
  }
}

/** What was there before the first install, as long as nobody else wrote between it and this one. */
function beforeOf(earlier: FileRecord | undefined, now: Buffer | null): Pick<FileRecord, "before"> {
  if (earlier === undefined) return { before: encode(now) };
  const untouched = now !== null && decode(earlier.after).equals(now);
  return untouched && earlier.before !== undefined ? { before: earlier.before } : {};
}

async function makeDir(dir: string, made: string[]): Promise<void> {
  const missing: string[] = [];
  for (let at = dir; lstatFacts(at) === null; at = path.dirname(at)) missing.push(at);
  if (missing.length === 0) return;
  await mkdirs(dir);
  made.push(...missing);
}

/** Keeps a hook under another name, without a moment in which it has none. */
async function giveSecondName(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (errnoOf(error) === "EEXIST") throw fromErrno(error, "keeping this hook", to);
    await rename(from, to);
  }
}

async function writePlanned(planned: PlannedFile): Promise<string> {
  const { path: file, was = readBytes(file) } = planned;
  const bytes = Buffer.from(planned.text, "latin1");
  const mode = planned.mode ?? lstatFacts(file)?.mode;
  const isDone = readBytes(file)?.equals(bytes) && lstatFacts(file)?.mode === mode;
  if (!isDone && !(await replacePlanned(file, { was, next: bytes, mode: planned.mode }))) {
    throw new BlobsyError("PAYLOAD_CHANGED", "it was changed meanwhile, and stays as it is", {
      path: file,
      next: "blobsy install",
    });
  }
  return bytes.toString("base64");
}

async function replacePlanned(file: string, replacement: Replacement): Promise<boolean> {
  try {
    return await replaceFile(file, replacement);
  } catch (error) {
    throw fromErrno(error, "installing", file);
  }
}

async function setKeys(
  place: ConfigPlace,
  wanted: ReadonlyMap<string, string>,
  old: InstallRecord["keys"],
): Promise<Record<string, KeyRecord>> {
  const keys: Record<string, KeyRecord> = {};
  for (const [key, value] of wanted) {
    const now = await valuesIn(place, key);
    const earlier = old[key];
    const ours = earlier !== undefined && now.length === 1 && now[0] === earlier.after;
    keys[key] = { before: ours ? earlier.before : now, after: value };
    if (now.length !== 1 || now[0] !== value) await setValues(place, key, [value]);
  }
  for (const [key, record] of Object.entries(old)) {
    if (!wanted.has(key)) await putBackKey(place, key, record);
  }
  return keys;
}
