/** Runs the rows of a verbs table: one world per file, brought back to its start for each row. */
import { describe, expect, it } from "vitest";
import {
  assertSameCodes,
  assertSound,
  BlobsySide,
  buildBothSides,
  content,
  GitSide,
  picture,
  type Side,
} from "./mirror.js";
import type { Repo } from "./repo.js";
import { sharedWorld } from "./world.js";

export interface Row {
  /** What becomes of payload or ref file: unchanged, edited, absent ... */
  readonly state: string;
  readonly tell: (side: Side) => void;
  /** Exit codes of the `side.git` calls of the story, in order. */
  readonly codes: readonly number[];
  /** Content of payloads at the end; `null` is absent. */
  readonly payloads: Readonly<Record<string, string | null>>;
  /** Lines of `git status` that only blobsy can cause. */
  readonly alsoInStatus?: readonly string[];
  /** Payloads that stay without a ref file, on purpose. */
  readonly withoutRef?: readonly string[];
  /** Contents the remote must have at the end. */
  readonly onRemote?: readonly string[];
  /** The repository to look at in the end, when it is not `a`. */
  readonly in?: string;
}

export type VerbTable = Readonly<Record<string, readonly Row[]>>;

export function describeVerbs(title: string, table: VerbTable): void {
  describe(title, () => {
    let tags: ReadonlyMap<string, string> = new Map();
    const w = sharedWorld((made) => {
      tags = buildBothSides(made).blobsy.tags;
      made.snapshot();
    });

    describe.each(Object.entries(table))("%s", (_verb, rows) => {
      it.each(rows.map((row) => [row.state, row] as const))("%s", (_state, row) => {
        const world = w();
        world.restore();
        const blobsy = new BlobsySide(world.repo("a"));
        for (const [hash, tag] of tags) blobsy.tags.set(hash, tag);
        const git = new GitSide(world.repo("mirror/a"));
        // The copy has other inodes and times: let Git and blobsy look at it once.
        for (const side of [blobsy, git]) side.must("status");

        row.tell(git);
        expect(git.codes, "exit codes of plain Git").toEqual(row.codes);
        row.tell(blobsy);
        assertSameCodes(blobsy, git);

        const there = row.in === undefined ? { blobsy, git } : at(row.in, blobsy, git);
        const expected = picture(there.git);
        const isClean = (expected as { status: string[] }).status.length === 0;
        if (isClean && row.alsoInStatus === undefined) there.blobsy.repo.assertPristine();
        expect(picture(there.blobsy, row.alsoInStatus), "what Git says").toEqual(expected);
        if (row.state.includes("absent")) there.blobsy.repo.mustBlobsy("sync");
        for (const [name, tag] of Object.entries(row.payloads)) {
          there.blobsy.repo.assertPayload(name, tag === null ? null : content(tag));
        }
        for (const line of row.alsoInStatus ?? []) {
          expect(there.blobsy.repo.status()).toContain(line);
        }
        assertSound(there.blobsy, row.withoutRef ?? [], blobsy.repo);
        for (const tag of row.onRemote ?? []) {
          expect(blobsy.repo.remoteHas(content(tag)), `the remote has ${tag}`).toBe(true);
        }
        assertStatusAgrees(there.blobsy.repo);
      });
    });
  });
}

/** `blobsy status` and `git status` say the same of every ref file. */
function assertStatusAgrees(repo: Repo): void {
  const letters = new Map<string, string>();
  const args = ["--porcelain", "-z", "--no-renames", "--untracked-files=all"];
  for (const record of repo.must("status", ...args).split("\0")) {
    if (record.endsWith(".bref")) letters.set(record.slice(3, -".bref".length), record.slice(0, 2));
  }
  const told = JSON.parse(repo.mustBlobsy("status", "--json")) as {
    files: { path: string; state: string; git: string; committed: boolean }[];
  };
  for (const { path, state, git, committed } of told.files) {
    expect(git, `${path}: the letters of git status`).toBe(letters.get(path) ?? "  ");
    expect(committed, `${path}: committed`).toBe(git === "  ");
    if (state === "edited") expect(git[1], `${path} is edited`).toBe("M");
  }
  const names = new Set(told.files.map(({ path }) => path));
  for (const [path, git] of letters) {
    // What is gone on both sides is nothing any more.
    if (!git.includes("D")) expect([...names], `${path} (${git}) is listed`).toContain(path);
  }
}

function at(name: string, blobsy: BlobsySide, git: GitSide): { blobsy: BlobsySide; git: GitSide } {
  return { blobsy: blobsy.in(name), git: git.in(name) };
}
