/** What `fsck` finds, and how a check is written. */
import type { Survey } from "./survey.js";

/** Stable names: scripts may rely on them, and docs/fsck.md explains each. */
export const FAULTS = [
  "state-not-own",
  "not-installed",
  "filter",
  "merge-driver",
  "textconv",
  "pinned-attributes",
  "monitor",
  "hook",
  "config",
  "remote-not-pinned",
  "remote-unusable",
  "attributes",
  "leftover",
  "stat-cache",
  "watch-list",
  "stamp",
  "ref-file",
  "path-refused",
  "payload-in-git",
  "names-collide",
  "object-damaged",
  "object-stray",
  "payload-damaged",
  "ignore-lines",
  "not-ignored",
  "unfinished",
  "remote-missing",
  "remote-damaged",
  "remote-unreadable",
  "remote-unfinished",
  "ref-file-in-history",
] as const;
export type Fault = (typeof FAULTS)[number];

/** Puts one or several findings right. @throws {BlobsyError} why it could not */
export type Mend = () => Promise<void>;

export interface Finding {
  readonly fault: Fault;
  /** A path of the worktree, a file, or a key of the configuration; not safe to print. */
  readonly about: string;
  /** One sentence: what is true now. */
  readonly message: string;
  /** What `--repair` would do; findings that share it are put right together. `null`: nothing can. */
  readonly mend: Mend | null;
  /** What a person can do where `--repair` cannot. */
  readonly next?: string;
}

/** Looks at one group of things. Changes nothing. */
export interface Check {
  /** For people: what is being looked at. */
  readonly group: string;
  readonly look: (survey: Survey) => Promise<Finding[]>;
}
