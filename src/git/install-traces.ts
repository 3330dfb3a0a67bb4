/**
 * What an install left behind, found without its record: when `.git/blobsy` was lost but for the store,
 * or when an install was killed. Less exact than a record, and enough to uninstall.
 */
import path from "node:path";
import { lstatFacts } from "../fs/facts.js";
import { namesIn } from "../fs/temp.js";
import { withoutAttributes } from "./attributes-block.js";
import { valuesIn, type ConfigPlace } from "./config-file.js";
import { isOurMonitor } from "./detect.js";
import { BEFORE_SUFFIX, isOurScript, OUR_HOOKS } from "./hook-files.js";
import { isOurHooksPath } from "./hook-plan.js";
import type { FileRecord, InstallRecord, KeyRecord } from "./install-record.js";
import type { Repository } from "./repository.js";
import { readText } from "./text-file.js";

const OWN_KEYS = [
  "filter.blobsy.process",
  "filter.blobsy.required",
  "diff.blobsy.textconv",
  "merge.blobsy.name",
  "merge.blobsy.driver",
  "merge.blobsy.recursive",
  "blobsy.fsmonitor",
  "blobsy.hooksPath",
  ...OUR_HOOKS.flatMap((name) => [`hook.blobsy-${name}.command`, `hook.blobsy-${name}.event`]),
];

export async function recordFromTraces(places: {
  place: ConfigPlace;
  home: string;
  repo: Repository | undefined;
}): Promise<InstallRecord> {
  const { place, home, repo } = places;
  const keys: Record<string, KeyRecord> = {};
  const shared = [
    { key: "core.fsmonitor", kept: "blobsy.fsmonitor", isOurs: isOurMonitor },
    { key: "core.hooksPath", kept: "blobsy.hooksPath", isOurs: isOurHooksPath },
  ];
  for (const { key, kept, isOurs } of shared) {
    const [after] = await valuesIn(place, key);
    if (after !== undefined && isOurs(after)) {
      keys[key] = { before: await valuesIn(place, kept), after };
    }
  }
  for (const key of OWN_KEYS) {
    const [after] = await valuesIn(place, key);
    if (after !== undefined) keys[key] = { before: [], after };
  }
  const hooks = [path.join(home, "hooks"), ...(repo ? [path.join(repo.commonDir, "hooks")] : [])];
  const files: Record<string, FileRecord> = {};
  for (const file of [...hooks.flatMap(entriesIn), ...entriesIn(home)]) {
    if (lstatFacts(file)?.kind === "file" && isOurScript(readText(file) ?? ""))
      files[file] = { kind: "script", after: "" };
  }
  if (repo) addTextFiles(repo, files);
  return {
    version: 1,
    keys,
    files,
    kept: hooks.flatMap(keptHooks),
    dirs: [path.join(home, "hooks")],
  };
}

/** Files and links; what a link leads to is not looked at. */
function entriesIn(dir: string): string[] {
  const names = lstatFacts(dir)?.kind === "directory" ? namesIn(dir) : [];
  const files = names.map((name) => path.join(dir, name));
  return files.filter((file) => ["file", "symlink"].includes(lstatFacts(file)?.kind ?? ""));
}

function addTextFiles(repo: Repository, files: Record<string, FileRecord>): void {
  const attributes = path.join(repo.commonDir, "info", "attributes");
  const text = readText(attributes) ?? "";
  // An attributes file with nothing but the block in it was not there before.
  if (withoutAttributes(text) !== text) {
    files[attributes] = { kind: "block", before: null, after: "" };
  }
  files[path.join(repo.commonDir, "info", "exclude")] = { kind: "ignore", after: "" };
}

function keptHooks(dir: string): [string, string][] {
  return entriesIn(dir)
    .filter((file) => file.endsWith(BEFORE_SUFFIX))
    .map((file) => [file.slice(0, -BEFORE_SUFFIX.length), file]);
}
