/** The table of commands and flags, with examples. */
import { DRY_RUN, GLOBS, SCOPES, SETTING_SCOPES, SIDES, TEMPLATES } from "./command-options.js";
import type { CommandSpec, Example } from "./command-spec.js";

export type { CommandSpec, Example } from "./command-spec.js";

/** Under `blobsy --help`. */
export const FIRST_STEPS: readonly Example[] = [
  ["blobsy init local:../blobs", "once per project: where payloads are shared"],
  ["blobsy track data/model.bin", "keep it out of Git; commit its ref file"],
  ["git push", "uploads payloads, then pushes"],
  ["blobsy install", "once per clone; with --global, per machine"],
  ["blobsy status", "what there is, and what to run next"],
];

/** Under `blobsy --help`, too. */
export const ENVIRONMENT: readonly Example[] = [
  ["BLOBSY_TRACE=1", "tell on stderr what is done, and how long it takes"],
  ["BLOBSY_TRACE=/a/file", "append that to a file instead"],
  ["BLOBSY_SKIP_SMUDGE=1", "leave payloads unmaterialised in Git commands"],
];

/** What runs when no command is given. */
export const OVERVIEW: CommandSpec = {
  name: "overview",
  summary: "where this repository stands, and what to do",
  examples: [],
  load: () => import("./commands/overview.js"),
};

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: "init",
    args: "<url>",
    summary: "share payloads at <url>: write .blobsyconfig and .gitattributes, then install",
    options: [
      ...TEMPLATES,
      ["--region <name>", "of an s3:// bucket, for everybody"],
      ["--endpoint <address>", "of an S3 service other than AWS, for everybody"],
      ["--no-hooks", "leave Git's hooks alone"],
      DRY_RUN,
    ],
    examples: [
      ["blobsy init local:../blobs", "in a directory beside the repository"],
      ["blobsy init s3://bucket/project --region eu-central-1", "share them in a bucket"],
      ["blobsy init command --push upload-blob --pull download-blob", "with commands of your own"],
    ],
    load: () => import("./commands/init.js"),
  },
  {
    name: "install",
    summary: "set up the filter and the hooks in this clone",
    options: [
      ...SCOPES,
      ["--skip-smudge", "leave payloads unmaterialised until `blobsy pull`"],
      ["--no-hooks", "leave Git's hooks alone"],
      ["--no-textconv", "leave alone how `git diff` shows ref files"],
      DRY_RUN,
    ],
    examples: [
      ["blobsy install", "after git clone"],
      ["blobsy install --global", "every later git clone arrives complete"],
    ],
    load: () => import("./commands/install.js"),
  },
  {
    name: "uninstall",
    summary: "take back what install did; payloads and the store stay",
    options: [...SCOPES, DRY_RUN],
    examples: [
      ["blobsy uninstall --dry-run", "see what would be put back"],
      ["blobsy uninstall", "take it all back; payloads and the store stay"],
    ],
    load: () => import("./commands/uninstall.js"),
  },
  {
    name: "track",
    args: "<path...>",
    summary: "keep files out of Git: create or update their ref files, and stage them",
    options: [DRY_RUN],
    examples: [
      ["blobsy track data/model.bin", "one file, whatever its size"],
      ["blobsy track data", "what is large enough in a directory (externalize.minSize)"],
      ["blobsy track 'data/*.bin'", "what a pattern takes"],
    ],
    load: () => import("./commands/track.js"),
  },
  {
    name: "untrack",
    args: "<path...>",
    summary: "make payloads ordinary files again: they stay, their ref files go",
    options: [DRY_RUN],
    examples: [
      ["blobsy untrack data/model.bin", "one payload"],
      ["blobsy untrack data", "every payload below a directory"],
    ],
    load: () => import("./commands/untrack.js"),
  },
  {
    name: "rm",
    args: "<path...>",
    summary: "remove payloads and their ref files; `blobsy recover` has the bytes",
    options: [
      ["-r, --recursive", "directories too: every payload below them"],
      ["-f, --force", "also what was edited, is in conflict, or was never committed"],
      ["--cached", "keep the payload; the same as `blobsy untrack`"],
      DRY_RUN,
    ],
    examples: [
      ["blobsy rm data/old.bin", "one payload; commit the removal"],
      ["blobsy rm -r data/2023", "every payload below a directory"],
      ["blobsy rm --dry-run 'data/*.tmp.bin'", "see what a pattern takes"],
    ],
    load: () => import("./commands/rm.js"),
  },
  {
    name: "mv",
    args: "<path...>",
    summary: "rename payloads with their ref files; the last path is where to",
    options: [DRY_RUN],
    examples: [
      ["blobsy mv data/model.bin data/model-v1.bin", "one payload"],
      ["blobsy mv a.bin b.bin archive", "several, into a directory"],
      ["blobsy mv data archive", "a directory, with all that is in it"],
    ],
    load: () => import("./commands/mv.js"),
  },
  {
    name: "drop",
    args: "<path...>",
    summary: "free the disk of payloads that the remote has; `blobsy pull <path>` brings them back",
    options: [["--verify", "read each blob back from the remote first, and hash it"], DRY_RUN],
    examples: [
      ["blobsy drop data/raw", "everything below a directory"],
      ["blobsy drop --dry-run data", "see what could be dropped"],
      ["blobsy drop --verify data/model.bin", "do not believe the remote's word"],
    ],
    load: () => import("./commands/drop.js"),
  },
  {
    name: "status",
    args: "[path...]",
    summary: "the state of every tracked file, without asking the remote",
    options: [["--exit-code", "exit 2 when anything needs attention"]],
    examples: [
      ["blobsy status", "every payload, and what to run next"],
      ["blobsy status data", "those below a directory"],
      ["blobsy status --exit-code", "for scripts: 2 when something needs you"],
    ],
    load: () => import("./commands/status.js"),
  },
  {
    name: "ls",
    args: "[path...]",
    summary: "list payloads, one a line: those below the current directory unless told",
    options: [
      ["--name-only", "only their names"],
      ["-z", "only their names, each ended by a NUL: for xargs -0"],
    ],
    examples: [
      ["blobsy ls", "state, size, hash and name"],
      ["blobsy ls --name-only 'data/*.bin'", "the names that match"],
      ["blobsy ls --json", "for a script"],
    ],
    load: () => import("./commands/ls.js"),
  },
  {
    name: "push",
    args: "[path...]",
    summary: "upload what the remote has not got",
    options: [["--to <name>", "another backend of .blobsyconfig"], DRY_RUN],
    examples: [
      ["blobsy push", "what git push uploads by itself"],
      ["blobsy push --to backup", "to another backend of .blobsyconfig"],
    ],
    load: () => import("./commands/push.js"),
  },
  {
    name: "pull",
    args: "[path...]",
    summary: "bring payloads to what their ref files say",
    options: [
      ["--force", "replace edited payloads too; `blobsy recover` has what they were"],
      ...GLOBS,
      DRY_RUN,
    ],
    examples: [
      ["blobsy pull", "place every payload that is missing or older"],
      ["blobsy pull data/raw", "these, even when they are excluded"],
      ["blobsy pull --include '*.bin'", "those that match, wherever they are"],
      ["blobsy pull --force data/model.bin", "give up an edit; blobsy recover has it"],
    ],
    load: () => import("./commands/pull.js"),
  },
  {
    name: "fetch",
    args: "[ref...]",
    summary: "download into the store, for switching without a connection",
    options: [["--all", "every branch and tag"], DRY_RUN],
    examples: [
      ["blobsy fetch", "what HEAD needs"],
      ["blobsy fetch main v1.0", "what these need"],
      ["blobsy fetch --all", "what any branch or tag needs"],
    ],
    load: () => import("./commands/fetch.js"),
  },
  {
    name: "sync",
    args: "[path...]",
    summary: "bring payloads and ref files in step, then transfer both ways",
    options: [
      ...GLOBS,
      ["--from <name>", "with --to: copy the whole history's blobs from this backend"],
      ["--to <name>", "with --from: to this one"],
      DRY_RUN,
    ],
    examples: [
      ["blobsy sync", "everything, both ways"],
      ["blobsy sync --include 'data/**'", "only these"],
      ["blobsy sync --from default --to mirror", "copy every blob of the history"],
      ["blobsy sync --dry-run", "see what would be done"],
    ],
    load: () => import("./commands/sync.js"),
  },
  {
    name: "resolve",
    args: "[path...]",
    summary: "settle conflicts by taking one side",
    options: [
      ["--all", "every conflict there is"],
      ["--show", "only say what met: hash and size of both versions"],
      [
        "--keep-both",
        "write what is not taken beside; without a side, write theirs and settle nothing",
      ],
      DRY_RUN,
    ],
    conflicts: SIDES.map(([flags, text, others]) => [flags, text, [...others]]),
    examples: [
      ["blobsy resolve --show", "both versions of every conflict"],
      ["blobsy resolve --keep-both data/model.bin", "theirs beside yours, to look at both"],
      ["blobsy resolve --ours data/model.bin", "keep the payload as it lies here"],
      ["blobsy resolve --theirs data/model.bin", "take what the ref file says"],
      ["blobsy resolve --theirs --all", "of every conflict"],
    ],
    load: () => import("./commands/resolve.js"),
  },
  {
    name: "recover",
    args: "[path...]",
    summary: "list payloads that were replaced or removed; with paths, bring them back",
    options: [
      ["--list", "list the versions of these paths instead"],
      ["--oid <hash>", "which version, as listed; the latest unless told"],
      ["--to <file>", "bring it back as this file, over nothing that is there"],
      DRY_RUN,
    ],
    examples: [
      ["blobsy recover", "list what was replaced or removed"],
      ["blobsy recover data/model.bin", "bring the latest of it back"],
      ["blobsy recover --list data", "every version of what is below a directory"],
      ["blobsy recover data/model.bin --oid 1a2b3c4d", "an earlier version"],
      ["blobsy recover data/model.bin --to old.bin", "beside the one of today"],
    ],
    load: () => import("./commands/recover.js"),
  },
  {
    name: "fsck",
    summary: "look for what is damaged, missing or in the way, and mend it",
    options: [
      ["--repair", "put right what can be; without it nothing is changed"],
      ["--all", "also blobs that only other commits refer to"],
      ["--remote", "ask the remote too: has it every blob of the history"],
      ["--backend <name>", "ask this one instead, such as a mirror"],
      ["--read-data [share]", "and read them back, all or a share such as 25%, and hash them"],
    ],
    examples: [
      ["blobsy fsck", "see what is wrong; reads every payload and blob"],
      ["blobsy fsck --repair", "put it right"],
      ["blobsy fsck --read-data 10%", "read a tenth of the remote's blobs back, by lot"],
    ],
    load: () => import("./commands/fsck.js"),
  },
  {
    name: "trust",
    args: "[backend]",
    summary: "use the remote that .blobsyconfig names now, and run what it says; shows both",
    options: [DRY_RUN],
    examples: [
      ["blobsy trust --dry-run", "see which remote that would be, and what would run"],
      ["blobsy trust", "use it in this clone"],
    ],
    load: () => import("./commands/trust.js"),
  },
  {
    name: "config",
    args: "[words...]",
    summary: "show settings and where they come from; get, set, add or unset one",
    options: [
      ["--local", "your own setting for this clone (Git's configuration)"],
      ...SETTING_SCOPES,
      DRY_RUN,
    ],
    examples: [
      ["blobsy config", "every setting in force, and where it was made"],
      ["blobsy config get externalize.minSize", "one value"],
      ["blobsy config set externalize.minSize 5mb", "in .blobsyconfig, for everybody"],
      ["blobsy config add externalize.never '*.md'", "one more value of a list"],
      ["blobsy config set --local transfer.concurrency 2", "for yourself, in this clone"],
      ["blobsy config unset externalize.minSize", "back to the default"],
    ],
    load: () => import("./commands/config.js"),
  },
  {
    name: "completion",
    args: "<shell>",
    summary: "a script for bash, zsh or fish that completes commands, flags and settings",
    examples: [
      ["blobsy completion bash", "in ~/.bashrc: source <(blobsy completion bash)"],
      ["blobsy completion zsh", "into a file _blobsy in a directory of $fpath"],
      ["blobsy completion fish", "into ~/.config/fish/completions/blobsy.fish"],
    ],
    load: () => import("./commands/completion.js"),
  },
  {
    name: "version",
    summary: "this version",
    examples: [],
    load: () => import("./commands/version.js"),
  },
];
