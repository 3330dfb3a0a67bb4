/** What people do on a random day, and how often. */
import { existsSync, readFileSync, statSync, utimesSync } from "node:fs";
import type { Repo } from "./repo.js";
import type { Walk } from "./walk.js";

export interface Way {
  readonly name: string;
  readonly often: number;
  /**
   * The command to run; an empty one if it is done already without any, and `undefined` where there is
   * nothing to do it to.
   */
  readonly does: (walk: Walk, r: Repo) => readonly string[] | undefined;
  /** Moves a pristine tree to another pristine one. */
  readonly moves?: boolean;
  readonly publishes?: boolean;
  /** Changes no payload. */
  readonly keeps?: boolean;
}

const DONE: readonly string[] = [];

/** The user changes files. */
const BY_HAND: readonly Way[] = [
  { name: "the remote goes away, or is back", often: 2, does: (walk) => walk.moveRemote() },
  { name: "edit", often: 14, does: onPayload((walk, r, file) => r.write(file, walk.content())) },
  {
    name: "edit by rename",
    often: 4,
    does: onPayload((walk, r, file) => {
      r.write("new file", walk.content());
      r.rename("new file", file);
    }),
  },
  {
    name: "edit, old times kept",
    often: 3,
    does: onPayload((walk, r, file) => {
      const { atime, mtime } = statSync(r.path(file));
      r.write(file, walk.content());
      utimesSync(r.path(file), atime, mtime);
    }),
  },
  {
    name: "touch",
    often: 2,
    does: onPayload((_, r, file) => r.setMtime(file, new Date())),
  },
  { name: "rm by hand", often: 1, does: onPayload((_, r, file) => r.remove(file)) },
  {
    name: "touch the ref file",
    often: 1,
    does: onPayload((_, r, file) => {
      if (existsSync(r.path(`${file}.bref`))) r.setMtime(`${file}.bref`, new Date());
    }),
  },
  {
    name: "write the ref file again",
    often: 1,
    does: onPayload((_, r, file) => {
      const ref = r.path(`${file}.bref`);
      if (existsSync(ref)) r.write(`${file}.bref`, readFileSync(ref));
    }),
  },
];

const GIT: readonly Way[] = [
  keeping(4, () => ["status"]),
  keeping(6, () => ["add", "-A", "--", "*.bref"]),
  keeping(3, (walk) => ["add", "--", `${walk.payload()}.bref`]),
  keeping(18, () => ["commit", "-qam", "all"]),
  keeping(3, () => ["commit", "-qm", "staged"]),
  keeping(2, (walk) => ["commit", "-qm", "one", "--", `${walk.payload()}.bref`]),
  keeping(1, () => ["commit", "-q", "--amend", "--no-edit"]),
  moving(12, (walk) => ["switch", "-q", walk.branch()]),
  git(2, (walk) => ["switch", "-qf", walk.branch()]),
  git(1, (walk) => ["checkout", "-qm", walk.branch()]),
  moving(3, (walk) => ["checkout", "-q", "--detach", walk.pick(["HEAD~1", "HEAD~2", "main", "x"])]),
  git(3, (walk) => ["checkout", "--", `${walk.payload()}.bref`]),
  git(1, (walk) => ["checkout", "HEAD~1", "--", `${walk.payload()}.bref`]),
  keeping(2, (walk) => ["restore", "--staged", "--", `${walk.payload()}.bref`]),
  git(1, (walk) => ["restore", "-s", "x", "-SW", "--", `${walk.payload()}.bref`]),
  moving(3, () => ["reset", "-q", "--hard"]),
  moving(2, (walk) => [
    "reset",
    "-q",
    "--hard",
    walk.pick(["HEAD~1", "ORIG_HEAD", "main", "@{1}"]),
  ]),
  keeping(1, () => ["reset", "-q", "HEAD~1"]),
  keeping(1, () => ["reset", "-q", "--soft", "HEAD~1"]),
  git(1, () => ["reset", "-q", "--keep", "HEAD~1"]),
  git(5, () => ["stash", "-q"]),
  git(4, () => ["stash", "pop", "-q"]),
  git(1, () => ["stash", "apply", "-q", "--index"]),
  moving(5, (walk) => ["merge", "-q", "--no-edit", walk.branch()]),
  git(1, () => ["merge", "--abort"]),
  moving(4, (walk) => ["rebase", "-q", walk.branch()]),
  git(2, (walk) => ["rebase", "-q", "--autostash", walk.branch()]),
  git(3, (walk) => ["rebase", walk.pick(["--abort", "--continue", "--skip"])]),
  moving(2, (walk) => ["cherry-pick", walk.pick(["x", "y", "main"])]),
  git(1, () => ["cherry-pick", "--abort"]),
  moving(2, () => ["revert", "--no-edit", "HEAD"]),
  git(1, () => ["revert", "--abort"]),
  moving(8, () => ["pull", "-q", "--no-rebase", "--no-edit", "origin", "main"]),
  moving(3, () => ["pull", "-q", "--rebase", "origin", "main"]),
  git(2, () => ["pull", "-q", "--rebase", "--autostash", "origin", "main"]),
  { ...keeping(10, () => ["push", "-q", "origin", "HEAD:main"]), publishes: true },
  {
    ...keeping(3, (walk) => ["push", "-q", "-f", "origin", `HEAD:${walk.branch()}`]),
    publishes: true,
  },
  git(1, (walk) => ["rm", "-q", "--", `${walk.payload()}.bref`]),
  git(1, (walk) => ["mv", "--", `${walk.payload()}.bref`, `${walk.payload()}.bref`]),
];

const BLOBSY: readonly Way[] = [
  { ...blobsy(2, () => ["status"]), keeps: true },
  { ...blobsy(5, (walk) => ["track", "--", walk.payload()]), keeps: true },
  { ...blobsy(1, (walk) => ["untrack", "--", walk.payload()]), keeps: true },
  blobsy(1, (walk) => ["rm", "--", walk.payload()]),
  blobsy(1, (walk) => ["mv", "--", walk.payload(), walk.payload()]),
  blobsy(1, (walk) => ["drop", "--", walk.payload()]),
  blobsy(3, () => ["pull"]),
  blobsy(2, (walk) => ["pull", "--", walk.payload()]),
  blobsy(1, (walk) => ["pull", "--force", "--", walk.payload()]),
  { ...blobsy(2, () => ["push"]), keeps: true },
  blobsy(3, () => ["sync"]),
  { ...blobsy(1, () => ["fetch", "--all"]), keeps: true },
  blobsy(3, (walk) => ["resolve", walk.pick(["--ours", "--theirs"]), "--", walk.payload()]),
  blobsy(1, (walk) => ["recover", "--", walk.payload()]),
  { ...blobsy(1, () => ["fsck", "--repair"]), keeps: true },
];

export const WAYS: readonly Way[] = [...BY_HAND, ...GIT, ...BLOBSY];

function git(often: number, args: (walk: Walk) => readonly string[]): Way {
  return { name: "git", often, does: (walk) => ["git", ...args(walk)] };
}

function moving(often: number, args: (walk: Walk) => readonly string[]): Way {
  return { ...git(often, args), moves: true };
}

function keeping(often: number, args: (walk: Walk) => readonly string[]): Way {
  return { ...git(often, args), keeps: true };
}

function blobsy(often: number, args: (walk: Walk) => readonly string[]): Way {
  return { name: "blobsy", often, does: (walk) => ["blobsy", ...args(walk)] };
}

function onPayload(change: (walk: Walk, r: Repo, file: string) => void): Way["does"] {
  return (walk, r) => {
    const file = walk.payload();
    if (!existsSync(r.path(file))) return undefined;
    change(walk, r, file);
    return DONE;
  };
}
