/**
 * All human output, in the states people meet it in, errors included: read test/golden/*.txt as
 * transcripts. They are written anew by UPDATE_GOLDEN=1.
 */
import { describe, expect, it } from "vitest";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { COMMANDS } from "../../src/cli/command-table.js";
import { expectGolden, Transcript, type Story, tracked } from "../helpers/golden.js";
import { world } from "../helpers/world.js";
import { MORE_STORIES } from "./golden-more.js";

const STORIES: Readonly<Record<string, Story>> = {
  "first-contact": (t, w) => {
    t.run("blobsy status");
    w.must("git", "init", "-q", "project");
    t.in("project");
    t.note("a repository that has not met blobsy");
    t.run("blobsy");
    t.run("blobsy status");
    t.run("blobsy pull");
    t.run("blobsy push");
    t.run("blobsy init");
    t.run("blobsy init ftp://host/path");
    t.run("blobsy init ../blobs");
    t.run("blobsy init https://host.example.org/path");
    t.run("blobsy init --dry-run local:../blobs");
    t.run("blobsy init local:../blobs");
    t.run("blobsy init local:../blobs");
    t.run("blobsy init --dry-run local:../other");
    t.run("git commit -qm 'share large files'");
    t.run("blobsy");
    t.run("blobsy status");
    t.run("blobsy psuh");
    t.run("blobsy frobnicate");
    t.run("blobsy push --froce");
    t.run("blobsy version");
    t.quietly("git init -q --bare ../bare.git");
    t.run("blobsy -C ../bare.git");
    t.run("blobsy -C ../bare.git status");
    t.run("blobsy -C ../nowhere status");
  },

  track: (t, w) => {
    const a = w.initWithRemote("project");
    t.in("project");
    a.write("data/model.bin", "model one\n");
    a.write("data/large.bin", Buffer.alloc(2_000_000, 1));
    a.write("data/notes.txt", "small\n");
    a.write("committed.bin", "in Git\n");
    t.quietly("git add committed.bin && git commit -qm plain && ln -s data/model.bin link.bin");
    t.run("blobsy track --dry-run data/model.bin");
    t.run("blobsy track data/model.bin");
    t.run("blobsy track data/model.bin");
    t.run("blobsy track data");
    t.run("blobsy track none.bin");
    t.run("blobsy track none.bin.bref");
    t.run("blobsy track --dry-run data data/notes.txt");
    t.run("blobsy track link.bin");
    t.run("blobsy track committed.bin");
    t.run("blobsy track ../elsewhere.bin");
    t.run("blobsy track");
    a.write("data/model.bin", "model two\n");
    t.note("data/model.bin was edited");
    t.run("blobsy track data/model.bin");
    t.run("blobsy --quiet track data/notes.txt");
    t.run("git status --short");
  },

  status: (t, w) => {
    tracked(t, w);
    const a = w.repo("project");
    t.run("blobsy status");
    for (const name of ["edited", "absent", "gone", "broken", "odd näme"]) {
      a.write(`data/${name}.bin`, `${name}\n`);
    }
    t.quietly("blobsy track -q data/*.bin && git commit -qm more");
    a.write("data/edited.bin", "edited, and longer\n");
    a.remove("data/absent.bin");
    a.remove("data/gone.bin.bref");
    a.write("data/broken.bin.bref", "format: blobsy-bref/0.1\nhash: md5:1\n");
    t.note("one edited, one absent, one without its ref file, one with a broken ref file");
    t.run("blobsy status");
    t.run("blobsy status --exit-code data/edited.bin");
    t.run("blobsy status --exit-code data/absent.bin");
    t.run("blobsy status none.bin");
    t.screen("blobsy status", { columns: 80 });
    t.screen("blobsy status", { columns: 40 });
    t.screen("blobsy status", { columns: 80, color: true });
  },

  transfer: (t, w) => {
    tracked(t, w);
    const a = w.repo("project");
    t.run("blobsy push");
    a.write("data/second.bin", "second\n");
    t.quietly("blobsy track -q data/second.bin && git commit -qm second");
    t.run("blobsy push --dry-run");
    t.run("blobsy push");
    t.run("blobsy push --to backup");
    t.run("blobsy pull");
    a.remove("data/second.bin");
    t.run("blobsy pull --dry-run");
    t.run("blobsy pull --include '*.txt'");
    t.run("blobsy pull");
    t.run("blobsy fetch");
    t.run("blobsy fetch --all --dry-run");
    t.run("blobsy fetch no-such-branch");
    t.run("blobsy sync");
    t.run("git push");
    t.in(".");
    t.run("git clone -q origin.git bob");
    t.in("bob");
    t.run("cat data/model.bin.bref");
    t.run("blobsy status");
    t.run("blobsy install");
    t.run("blobsy pull");
  },

  "remote-trouble": (t, w) => {
    tracked(t, w);
    const a = w.repo("project");
    t.in(".");
    t.quietly("git clone -q origin.git bob");
    t.in("bob");
    t.quietly("blobsy install -q && mv ../blobs ../away");
    t.note("the remote's directory is gone");
    t.run("blobsy pull");
    t.run("blobsy fetch");
    t.quietly("mv ../away ../blobs && mv ../blobs/sha256 ../kept && mkdir ../blobs/sha256");
    t.note("the remote is there, the blob is not");
    t.run("blobsy pull");
    t.quietly("for f in ../kept/*; do printf 'model ZZZ\\n' >../blobs/sha256/${f##*/}; done");
    t.note("the blob on the remote is damaged");
    t.run("blobsy pull");
    t.run("blobsy --verbose pull");
    t.in("project");
    t.quietly(
      "mkdir ../other && sed -i s,../blobs,../other, .blobsyconfig && git commit -qam moved",
    );
    t.note("a commit names another remote");
    t.run("blobsy push");
    t.run("blobsy trust --dry-run");
    t.run("blobsy trust");
    t.run("blobsy push");
    a.write(".blobsyconfig", "[transfer]\n    concurrency = many\n");
    t.run("blobsy push");
    a.write(".blobsyconfig", '[backend "default"]\n    url = s3://user:secret@bucket/prefix\n');
    t.run("blobsy push");
  },

  conflicts: (t, w) => {
    tracked(t, w);
    const a = w.repo("project");
    t.run("blobsy resolve data/model.bin");
    t.run("blobsy resolve --ours");
    t.run("blobsy resolve --ours --theirs data/model.bin");
    t.run("blobsy resolve --ours data/model.bin");
    t.run("blobsy resolve --ours --all");
    t.quietly("git switch -qc theirs");
    a.write("data/model.bin", "theirs\n");
    t.quietly("git commit -qam theirs && git switch -q main");
    a.write("data/model.bin", "ours\n");
    t.quietly("git commit -qam ours");
    t.run("git merge theirs");
    t.run("blobsy status");
    t.run("blobsy resolve --show data/model.bin");
    t.run("blobsy resolve --dry-run --theirs data/model.bin");
    t.run("blobsy resolve --theirs data/model.bin");
    t.run("git commit -qm merged");
    t.note("a ref file is replaced by hand while the payload is edited");
    t.quietly("git show HEAD~2:data/model.bin.bref >../old.bref");
    a.write("data/model.bin", "edited\n");
    t.quietly("cp ../old.bref data/model.bin.bref");
    t.run("blobsy status");
    t.run("blobsy pull");
    t.run("git add -u");
    t.run("blobsy resolve --ours data/model.bin");
    t.run("git status --short");
  },

  verbs: (t, w) => {
    tracked(t, w);
    const a = w.repo("project");
    for (const name of ["a", "b", "c"]) a.write(`data/${name}.bin`, `${name}\n`);
    t.quietly("blobsy track -q data/?.bin && git commit -qm more && git push -q");
    t.run("blobsy mv data/a.bin data/z.bin");
    t.run("blobsy mv data/b.bin data/z.bin");
    t.run("blobsy mv none.bin other.bin");
    t.run("blobsy mv --dry-run data moved");
    t.run("blobsy mv data moved");
    t.run("git commit -qm moved");
    t.run("blobsy rm moved");
    t.run("blobsy rm moved/b.bin");
    t.run("blobsy untrack moved/z.bin");
    t.run("blobsy untrack moved/z.bin");
    t.run("git status --short");
    t.run("git commit -qm fewer");
    t.run("blobsy drop --dry-run moved");
    t.run("blobsy drop moved/c.bin");
    t.run("blobsy status");
    t.run("blobsy pull moved/c.bin");
    a.write("moved/c.bin", "edited\n");
    t.note("moved/c.bin was edited");
    t.run("blobsy drop moved/c.bin");
    t.run("blobsy rm moved/c.bin");
    t.run("blobsy rm --force moved/c.bin");
    t.run("blobsy recover");
    t.run("blobsy recover moved/c.bin --to old.bin");
    t.run("blobsy recover --list moved");
  },

  fsck: (t, w) => {
    tracked(t, w);
    const a = w.repo("project");
    t.run("blobsy fsck");
    t.quietly("rm .git/hooks/pre-push && git config filter.blobsy.process cat");
    a.corruptObject("model one\n");
    a.write("stray.bin.bref", "<<<<<<< ours\n");
    t.quietly("git -c filter.blobsy.process= add stray.bin.bref");
    t.note("a hook and the filter are gone, a blob is damaged, a ref file has conflict markers");
    t.run("blobsy fsck");
    t.run("blobsy fsck --repair");
    t.quietly("git rm -qf stray.bin.bref");
    t.run("blobsy fsck");
  },

  recover: (t, w) => {
    tracked(t, w);
    const a = w.repo("project");
    t.run("blobsy recover");
    t.run("blobsy recover data/model.bin");
    a.write("data/model.bin", "precious\n");
    t.run("git reset -q --hard");
    t.run("git rm -q data/model.bin.bref");
    t.run("blobsy recover");
    t.run("blobsy recover --dry-run data/model.bin");
    t.run("git reset -q --hard");
    t.run("blobsy recover data/model.bin --oid 0000000000");
    t.run("blobsy recover data/model.bin --oid $(printf 'precious\\n' | sha256sum | cut -c1-64)");
    t.run("cat data/model.bin");
    t.run("git status --short");
    t.screen("blobsy recover", { columns: 80 });
    t.screen("blobsy recover", { columns: 40 });
  },

  install: (t, w) => {
    w.must("git", "init", "-q", "project");
    t.in("project");
    t.run("blobsy install --dry-run");
    t.run("blobsy install");
    t.run("blobsy install");
    t.run("blobsy uninstall --dry-run");
    t.run("blobsy uninstall");
    t.run("blobsy uninstall");
    t.note("with a hook of one's own, and with husky");
    t.quietly("printf '#!/bin/sh\\n' >.git/hooks/pre-push && chmod +x .git/hooks/pre-push");
    t.run("blobsy install");
    t.run("blobsy uninstall");
    t.quietly("mkdir -p .husky/_ && touch .husky/_/h && git config core.hooksPath .husky/_");
    t.run("blobsy install --skip-smudge");
    t.run("blobsy uninstall");
    t.run("blobsy install --global");
    t.run("blobsy install --global --system");
    t.run("blobsy uninstall --global");
  },

  hooks: (t, w) => {
    tracked(t, w);
    const a = w.repo("project");
    a.write("large.bin", Buffer.alloc(2_000_000, 1));
    t.quietly("git add large.bin");
    t.run("git commit -qm 'too large'");
    t.quietly("git rm -q --cached large.bin && rm large.bin");
    t.quietly("git add -f data/model.bin");
    t.run("git commit -qm 'the payload itself'");
    t.quietly("git rm -q --cached data/model.bin");
    t.quietly("sed s/[0-9]/7/g data/model.bin.bref | sed 's/.*bref.0.1/&/' >ghost.bin.bref");
    t.quietly("sed -i 's/^format.*/format: blobsy-bref\\/0.1/;s/sha777/sha256/g' ghost.bin.bref");
    t.quietly("git add ghost.bin.bref");
    t.note("a ref file without its blob; git commit runs this");
    t.run("blobsy hook pre-commit");
    t.quietly("git commit -q --no-verify -m ghost");
    t.run("git push -q");
    t.quietly("git reset -q --hard HEAD~1 && git config core.hooksPath .husky/_");
    a.write("data/model.bin", "model two\n");
    t.note("another program has taken the hooks");
    t.run("git commit -qam two");
  },
};

describe("what people see", () => {
  it.each(Object.entries({ ...STORIES, ...MORE_STORIES }))("%s", (name, story) => {
    const w = world();
    w.env["GIT_CONFIG_PARAMETERS"] = "'advice.statusHints=false' 'core.abbrev=12'";
    const t = new Transcript(w);
    story(t, w);
    expectGolden(name, t.text());
  });

  it("--help of every command, in 80 columns and in 40", () => {
    const t = new Transcript(world());
    const lines = COMMANDS.map(({ name }) => `blobsy ${name} --help`);
    for (const columns of [80, 40]) t.screen("blobsy --help", { columns });
    // One terminal for all: a screen is what starts slowly.
    t.screen(lines.join("; "), { columns: 80 });
    t.screen("blobsy pull --help", { columns: 40 });
    expectGolden("help", t.text());
  });

  it("is all that lies in test/golden", () => {
    const dir = fileURLToPath(new URL("../golden", import.meta.url));
    const known = [...Object.keys({ ...STORIES, ...MORE_STORIES }), "help", "errors"].map(
      (name) => `${name}.txt`,
    );
    expect(readdirSync(dir).sort()).toEqual(known.sort());
  });
});
