/**
 * What each command's `--json` document has in it: docs/json-schema.json and the tables of docs/json.md
 * are made from this, and what commands really print is tested against the former.
 *
 * A row is a field, its type and its meaning. `files[].path` is a field of each element of `files`, `?`
 * at the end of a name says that it may be absent. Types are words, joined by " or "; what is in quotes
 * stands for itself.
 */
import { FAULTS } from "../../src/app/fsck/finding.js";

export type Row = readonly [field: string, type: string, meaning: string];

/** One of the forms that a command's document has; they differ by what was asked. */
export interface Form {
  /** "" when it is the only one. */
  readonly when: string;
  readonly rows: readonly Row[];
}

const quoted = (...words: readonly string[]): string =>
  words.map((word) => `"${word}"`).join(" or ");

const only = (...rows: readonly Row[]): readonly Form[] => [{ when: "", rows }];

export const PROBLEM: readonly Row[] = [
  ["code", "code", "which failure, for scripts"],
  ["message", "text", "what is true now, for people"],
  ["path?", "text", "what it is about"],
  ["next?", "text", "what to run"],
];

const below = (name: string, rows: readonly Row[]): Row[] =>
  rows.map(([field, ...rest]) => [`${name}.${field}`, ...rest] as const);

/** Of every document. */
export const ENVELOPE: readonly Row[] = [
  ["schema_version", "version", "of this description: see above"],
  ["command", "text", "the command; empty when the command line was not understood"],
  ["exit_code", "exit", "0 done, 1 error, 2 a conflict or something else that needs you"],
  ...below("problems[]", PROBLEM),
];

const DRY: Row = ["dry_run?", "true", "nothing was done; the rest is what would be"];
const DRY_RUN: Row = ["dry_run", "true", "nothing was done"];

const GIT_LETTERS = "what `git status` shows for the ref file, two letters; blanks when committed";
const STATE = quoted(
  ...["in-step", "left-out", "edited", "stale", "absent", "ref-removed", "renamed", "conflict"],
  ...["tracked-by-git", "unusable"],
);

const REFUSED: readonly Row[] = [
  ["refused[].path", "text", "a ref file that is left alone"],
  ["refused[].reason", "text", "why"],
];

const RECONCILED: readonly Row[] = [
  ["files[].path", "text", "a payload about which there is something to tell"],
  [
    "files[].action",
    quoted(
      ...["placed", "moved", "removed", "ref-written", "discarded", "conflict", "released"],
      ...["git-owns", "left", "rescued"],
    ),
    "what was done, or met",
  ],
  ["files[].hash?", "hash", "of the bytes it is about"],
  ["files[].size?", "number", "of a payload that was placed, or whose ref file was written"],
  ["files[].from?", "text", "where a moved one was"],
  ["files[].why?", "text", "why an edit is gone: see [recover](recover.md)"],
  ["files[].reason?", "text", "why one was left as it is"],
  ["files[].payload?", "hash", "in a conflict: what the payload is"],
  ["files[].ref?", "hash", "in a conflict: what the ref file says"],
  ["files[].base?", "hash or null", "in a conflict: what both were, if that is known"],
  ["in_step", "number", "payloads in step"],
  ["left_out", "number", "payloads that are away because you want it so"],
  ...REFUSED,
];

const TRANSFERRED: readonly Row[] = [
  ["moved", "number", "blobs that were transferred"],
  ["bytes", "number", "their bytes"],
  ["already_there", "number", "blobs that were there before"],
];

const BLOBS: readonly Row[] = [
  ["blobs[].path?", "text", "a payload it is for"],
  ["blobs[].hash", "hash", "of the payload"],
  ["blobs[].size", "number", "of the payload"],
  ["blobs[].key", "text", "its name on the remote"],
  ["blobs[].compressed?", quoted("zstd", "gzip", "brotli"), "how it is compressed there"],
];

const TRANSFER: readonly Form[] = [
  { when: "", rows: TRANSFERRED },
  { when: "`--dry-run`", rows: [DRY_RUN, ...BLOBS] },
];

const INSTALLED: readonly Row[] = [
  ["scope", quoted("local", "global", "system"), "where it was installed"],
  ["detect", quoted("monitor", "arm", "commit"), "how edits are noticed"],
  [
    "hooks",
    quoted("configured", "beside", "before", "shared", "none"),
    "how Git comes to run the hooks",
  ],
  ["hooks_dir", "text or null", "where the hooks lie"],
  ["files", "texts", "files that have lines of blobsy now"],
  ["notes", "texts", "what is worth knowing"],
  ["warnings", "texts", "what needs attention"],
  DRY,
];

const STATUS: readonly Row[] = [
  ["files[].path", "text", "the payload"],
  ["files[].state", STATE, "how payload and ref file stand to each other"],
  ["files[].size", "number or null", "bytes"],
  ["files[].hash", "hash or null", "of the payload, or as the ref file says"],
  ["files[].short", "text or null", "the hash as `status` shows it"],
  ["files[].git", "text", GIT_LETTERS],
  ["files[].committed", "boolean", "both are what the last commit says"],
  ["files[].uploaded", "boolean", "the remote had it when it was asked last"],
  ["files[].reason?", "text", "why it is not as it should be"],
  ...STATE.replaceAll(/["-]/g, (mark) => (mark === "-" ? "_" : ""))
    .split(" or ")
    .map((state) => [`summary.${state}`, "number", "payloads in this state"] as const),
  ["totals.files", "number", "payloads"],
  ["totals.bytes", "number", "their bytes"],
  ["totals.not_committed", "number", "payloads that the last commit has not got as they are"],
  ["totals.not_uploaded", "number", "payloads that the next push uploads"],
  ["totals.bytes_not_uploaded", "number", "their bytes"],
  ...REFUSED,
  ["unfinished[].path", "text", "what an earlier run could not finish"],
  ["unfinished[].code", "code", "which failure"],
  ["unfinished[].message", "text", "what is true now"],
  ["installed", "boolean", "Git calls blobsy in this clone"],
  ["attention", "boolean", "something needs you: what `--exit-code` tells"],
  ["next", "text or null", "what to run next"],
];

const REMOVED: readonly Row[] = [
  ["files[].path", "text", "the payload"],
  ["files[].hash", "hash or null", "of what it was; null when it was not here"],
  ["files[].size", "number", "bytes"],
  DRY,
];

const VERSION: readonly Row[] = [
  ["time", "text", "when it went: ISO 8601, UTC"],
  ["path", "text", "the payload; empty when it is not known"],
  ["hash", "hash", "what `--oid` takes"],
  ["size", "number", "bytes"],
  ["executable", "boolean", "whether the file was"],
  ["why", "text", "see [recover](recover.md)"],
  ["worktree", "text", "the worktree it was in; empty when it is not known"],
  ["available", "boolean", "the store has the bytes"],
  ["key?", "text", "where the remote has them"],
  ["compressed?", quoted("zstd", "gzip", "brotli"), "how they are compressed there"],
];

const SETTING: readonly Row[] = [
  ["key", "text", "its name"],
  ["values", "texts", "what is in force"],
  ["origin", "text", "where that was set"],
  ["overrides[].values", "texts", "what it outranks"],
  ["overrides[].origin", "text", "where that was set"],
];

const STANDING = quoted("no-repository", "not-set-up", "not-installed", "in-use");

/** By command; `overview` is what `blobsy` alone prints. */
export const SHAPES: Readonly<Record<string, readonly Form[]>> = {
  overview: [
    {
      when: "",
      rows: [
        ["state", STANDING, "where the repository stands"],
        ["next", "text or null", "what to run"],
      ],
    },
    {
      when: "blobsy in use",
      rows: [
        ["state", STANDING, "where the repository stands"],
        ["next", "text or null", "what to run"],
        ...STATUS.filter(([field]) => field !== "next"),
      ],
    },
  ],
  init: only(
    ["url", "text", "where payloads are shared"],
    ["written", "texts", "files that were written and staged"],
    ...INSTALLED,
  ),
  install: only(...INSTALLED),
  uninstall: only(
    ["scope", quoted("local", "global", "system"), "where it was installed"],
    ["removed", "texts", "files and settings that are as they were before"],
    ["left", "texts", "what somebody has changed since, and is left alone"],
    ["store", "text or null", "the store that is kept"],
    DRY,
  ),
  track: only(
    ...RECONCILED,
    ["tracked[].path", "text", "a payload"],
    ["tracked[].was", quoted("new", "known", "in-git"), "what it was before"],
    ["tracked[].size", "number", "bytes"],
    ["skipped[].path", "text", "a file that was not tracked"],
    ["skipped[].reason", "text", "why"],
    DRY,
  ),
  untrack: only(...REMOVED),
  rm: only(...REMOVED),
  mv: only(["files[].from", "text", "where it was"], ["files[].path", "text", "where it is"], DRY),
  drop: only(
    ["files[].path", "text", "a payload that is away from now on"],
    ["files[].hash", "hash", "its blob"],
    ["files[].size", "number", "bytes"],
    ["files[].was_here", "boolean", "false: it was not here before"],
    ["files[].freed", "boolean", "the store gave it up too"],
    DRY,
  ),
  status: only(...STATUS),
  ls: only(
    ["files[].path", "text", "the payload"],
    ["files[].state", STATE, "as in `status`"],
    ["files[].size", "number or null", "bytes"],
    ["files[].hash", "hash or null", "of the payload, or as the ref file says"],
    ["files[].git", "text", GIT_LETTERS],
  ),
  push: TRANSFER,
  pull: only(...RECONCILED, DRY),
  fetch: TRANSFER.map(({ when, rows }) => ({
    when,
    rows: [["commits", "texts", "the commits whose blobs were looked for"], ...rows],
  })),
  sync: [
    {
      when: "",
      rows: [
        ...RECONCILED,
        DRY,
        ["uploads.dry_run?", "true", "nothing was uploaded"],
        ["uploads.moved?", "number", "blobs that were uploaded"],
        ["uploads.bytes?", "number", "their bytes"],
        ["uploads.already_there?", "number", "blobs that were there before"],
        ["uploads.blobs?", "blobs", "with `--dry-run`: each as in `push --dry-run`"],
      ],
    },
    { when: "`--from --to`", rows: TRANSFERRED },
    { when: "`--from --to --dry-run`", rows: [DRY_RUN, ...BLOBS] },
  ],
  resolve: only(
    ...RECONCILED,
    ["side", `${quoted("ours", "theirs")} or null`, "what was taken"],
    ["settled", "texts", "payloads whose conflict is over"],
    ["conflicts[].path", "text", "a payload in conflict"],
    ["conflicts[].ours", "null", "null: removed on this side"],
    ["conflicts[].ours.hash", "hash", "the version here"],
    ["conflicts[].ours.size", "number or null", "its bytes"],
    ["conflicts[].theirs", "null", "null: removed on that side"],
    ["conflicts[].theirs.hash", "hash", "the other version"],
    ["conflicts[].theirs.size", "number or null", "its bytes"],
    ["conflicts[].base", "hash or null", "what both were, if that is known"],
    ["beside", "texts", "files that were written beside"],
    DRY,
  ),
  recover: [
    { when: "listed", rows: below("versions[]", VERSION) },
    {
      when: "brought back",
      rows: [
        ["recovered[].path", "text", "where it came from; empty when it is not known"],
        ["recovered[].to", "text", "where it is now"],
        ["recovered[].tracked", "boolean", "false: an ordinary file now"],
        ...below("recovered[].version", VERSION),
        DRY,
      ],
    },
  ],
  fsck: only(
    ["faults[].fault", quoted(...FAULTS), "see [fsck](fsck.md#what-it-finds)"],
    ["faults[].about", "text", "a path, or a key of the configuration"],
    ["faults[].message", "text", "what is true now"],
    ["faults[].state", quoted("found", "mended", "left"), "what became of it"],
    ["faults[].repairable", "boolean", "`--repair` can mend it, or could have"],
    ["faults[].next?", "text", "what a person can do"],
    ["faults[].error?", "problem", "why the repair failed; as in `problems`"],
    ["notes", "texts", "what is worth knowing"],
    ["ref_files", "number", "ref files that were looked at"],
    ["files_read", "number", "files that were read whole"],
    ["bytes_read", "number", "their bytes"],
  ),
  trust: only(
    ["backend", "text", "its name in `.blobsyconfig`"],
    ["url", "text", "where it is: the remote that is used from now on"],
    ["approves", "texts", "the lines that name what runs"],
    ["already_approved", "boolean", "they were approved before"],
    ["commands[].name", quoted("push", "pull", "exists", "list", "remove"), "which command"],
    ["commands[].template", "text", "as it is written"],
    ["commands[].origin", quoted("committed", "user"), "who wrote it"],
    ["commands[].program?", "text", "the program it comes to here"],
    ["commands[].problem?", "text", "why it cannot run"],
    ["tool?", "tool", "the `name` of a tool, and its `program` if it is installed"],
    DRY,
  ),
  config: [
    { when: "list", rows: below("settings[]", SETTING) },
    { when: "get", rows: below("setting", SETTING) },
    {
      when: "set, add, unset",
      rows: [
        ["key", "text", "its name"],
        ["values", "texts", "what it is there from now on"],
        ["where", "text", "where it was written"],
        DRY,
      ],
    },
  ],
  completion: only(
    ["shell", quoted("bash", "zsh", "fish"), "for which shell"],
    ["script", "text", "the script"],
  ),
  version: only(["version", "text", "of blobsy"], ["node", "text", "of Node"]),
};
