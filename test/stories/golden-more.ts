/** More transcripts for golden.test.ts: settings, settling, several remotes, names, and every state at first sight. */
import { tracked, type Story } from "../helpers/golden.js";
import type { Repo } from "../helpers/repo.js";

/** `data/model.bin` in a conflict that no merge made: its ref file went back while it was edited. */
function conflict(a: Repo, committed = "model two\n", edited = "model three\n"): void {
  const old = a.read("data/model.bin.bref");
  a.write("data/model.bin", committed);
  a.must("commit", "-qam", "another");
  a.write("data/model.bin", edited);
  a.write("data/model.bin.bref", old);
}

export const MORE_STORIES: Readonly<Record<string, Story>> = {
  overview: (t, w) => {
    t.run("blobsy");
    tracked(t, w);
    const a = w.repo("project");
    t.note("all is well");
    t.run("blobsy");
    a.write("data/model.bin", "edited\n");
    t.note("a payload was edited");
    t.run("blobsy");
    t.quietly("git commit -qam edited");
    t.note("the edit is committed, and not uploaded");
    t.run("blobsy");
    a.remove("data/model.bin");
    t.note("the payload is not here");
    t.run("blobsy");
    t.quietly("blobsy pull -q && rm .git/hooks/pre-push");
    t.note("a hook is missing");
    t.run("blobsy");
    t.quietly("blobsy install -q");
    conflict(a);
    t.note("a conflict");
    t.run("blobsy");
    t.in(".");
    t.quietly("git clone -q origin.git bob");
    t.in("bob");
    t.note("a clone, not installed yet");
    t.run("blobsy");
    t.run("blobsy --json");
  },

  settling: (t, w) => {
    tracked(t, w);
    const a = w.repo("project");
    t.run("blobsy resolve --show");
    t.run("blobsy resolve --show none.bin");
    conflict(a);
    t.run("blobsy resolve --show");
    t.run("blobsy resolve --keep-both data/model.bin");
    t.run("ls data");
    t.run("blobsy resolve --dry-run --ours --keep-both data/model.bin");
    t.run("blobsy resolve --ours --keep-both data/model.bin");
    t.run("ls data");
    t.run("blobsy status");
    t.quietly("git commit -qam three && rm data/*.theirs-*");
    conflict(a, "model four\n", "model five\n");
    t.screen("blobsy resolve --show", { columns: 40 });
    t.run("blobsy resolve --theirs --all");
    t.run("blobsy recover");
  },

  config: (t, w) => {
    tracked(t, w);
    t.run("blobsy config");
    t.run("blobsy config get externalize.minSize");
    t.run("blobsy config set externalize.minSize 5mb");
    t.run("blobsy config add externalize.never '*.md' '*.txt'");
    t.run("blobsy config set --local transfer.concurrency 2");
    t.run("blobsy config set --dry-run detect arm");
    t.run("blobsy config list");
    t.run("blobsy config get externalize.never");
    t.run("blobsy config unset externalize.never");
    t.run("blobsy config unset externalize.never");
    t.run("blobsy config get externalize.never");
    t.run("blobsy config get frobnicate");
    t.run("blobsy config set detect sometimes");
    t.run("blobsy config set externalize.minSize lots");
    t.run("blobsy config set detect");
    t.run("blobsy config set backend.default.profile me");
    t.run("blobsy config set --local --global detect arm");
    t.run("blobsy config frobnicate");
    t.run("blobsy config externalize.minSize");
    t.screen("blobsy config", { columns: 80 });
    t.screen("blobsy config", { columns: 40 });
  },

  mirrors: (t, w) => {
    tracked(t, w);
    const a = w.repo("project");
    t.run("blobsy sync --from default --to mirror");
    a.write(
      ".blobsyconfig",
      `${a.read(".blobsyconfig").toString()}[backend "mirror"]\n    url = local:../mirror\n`,
    );
    t.quietly("git commit -qam mirror");
    t.run("blobsy push --to mirror");
    t.run("blobsy sync --from default --to mirror");
    t.run("blobsy trust --dry-run mirror");
    t.run("blobsy trust mirror");
    t.quietly("mkdir ../mirror");
    t.run("blobsy trust mirror");
    t.run("blobsy sync --dry-run --from default --to mirror");
    t.run("blobsy sync --from default --to mirror");
    t.run("blobsy sync --from default --to mirror");
    t.run("blobsy sync --from default");
    t.run("blobsy sync --from mirror --to mirror");
    t.run("blobsy push --to mirror");
    t.run("blobsy trust nowhere");
    t.quietly("rm -r ../blobs && rm data/model.bin && rm -r .git/blobsy/objects");
    t.note("the first remote is gone, and so are payload and store");
    t.run("blobsy pull");
  },

  commands: (t, w) => {
    const a = w.initWithRemote("project");
    t.in("project");
    a.write(
      ".blobsyconfig",
      [
        '[backend "default"]',
        "    type = command",
        `    push = cp {local} ${w.blobs}/{hash}`,
        `    pull = cp ${w.blobs}/{hash} {local}`,
        "",
      ].join("\n"),
    );
    t.quietly("git commit -qam command");
    a.write("model.bin", "model one\n");
    t.quietly("blobsy track -q model.bin && git commit -qm model");
    t.run("blobsy push");
    t.run("blobsy trust --dry-run");
    t.run("blobsy trust");
    t.run("blobsy trust");
    t.run("blobsy push");
    t.quietly("sed -i 's/push = .*/push = false/' .blobsyconfig && git commit -qam worse");
    a.write("model.bin", "model two\n");
    t.quietly("git commit -qam two");
    t.run("blobsy push");
    t.run("blobsy trust");
    t.run("blobsy push");
    t.run("git push -q");
  },

  "fsck-remote": (t, w) => {
    tracked(t, w);
    const a = w.repo("project");
    for (const name of ["a", "b"]) a.write(`data/${name}.bin`, `${name}\n`);
    t.quietly("blobsy track -q data/?.bin && git commit -qm more && git push -q");
    t.run("blobsy fsck --remote");
    t.run("blobsy fsck --read-data");
    t.quietly("for f in $(ls ../blobs/sha256 | head -2); do printf ZZ >../blobs/sha256/$f; done");
    t.quietly("rm ../blobs/sha256/$(ls ../blobs/sha256 | tail -1)");
    t.note("two blobs on the remote are damaged, one is gone");
    t.run("blobsy fsck --remote");
    t.run("blobsy fsck --read-data");
    t.run("blobsy fsck --remote --repair");
    t.run("blobsy fsck --remote");
    t.run("blobsy fsck --read-data lots");
    t.quietly("mv ../blobs ../away");
    t.run("blobsy fsck --remote");
  },

  "by-name": (t, w) => {
    tracked(t, w);
    const a = w.repo("project");
    t.run("blobsy drop none.bin");
    t.run("blobsy drop data/model.bin");
    t.run("blobsy drop data/model.bin");
    t.run("blobsy pull data/model.bin");
    a.write("data/new.bin", "new\n");
    t.quietly("blobsy track -q data/new.bin");
    t.run("blobsy drop data/new.bin");
    t.run("blobsy drop data");
    t.run("blobsy drop --verify data/model.bin");
    t.run("blobsy rm data/new.bin");
    t.run("blobsy untrack none.bin");
    t.run("blobsy untrack --dry-run data");
    t.run("blobsy untrack data/new.bin");
    t.run("blobsy recover none.bin");
    t.run("blobsy recover data/model.bin --to data/model.bin");
    t.run("blobsy recover data/model.bin --oid xyz");
    t.run("blobsy recover --to x data none");
    t.run("blobsy ls");
    t.run("blobsy ls none.bin");
    t.run("blobsy ls --name-only data");
    t.run("blobsy fetch HEAD none");
    t.run("blobsy fetch --all HEAD");
    t.run("blobsy sync none.bin");
    t.run("blobsy sync --dry-run");
    t.run("blobsy status --exit-code --frobnicate");
    t.run("blobsy version 1");
    t.run("blobsy hook frobnicate");
    t.run("blobsy completion tcsh");
    t.run("blobsy help frobnicate");
    t.run("blobsy pull --force --include");
  },

  names: (t, w) => {
    tracked(t, w);
    const a = w.repo("project");
    const names = [
      "data/模型/非常に長い名前のファイル.bin",
      `data/${"a-rather-long-name-of-a-directory/".repeat(3)}and-the-file-itself.bin`,
      "data/sp ace 'and' \"quotes\".bin",
      "data/emoji 🚀🧬.bin",
      "-starts-with-a-dash.bin",
    ];
    for (const name of names) a.write(name, `${name}\n`);
    t.quietly("blobsy track -q -- -starts-with-a-dash.bin data/*/*.bin data/*.bin");
    t.quietly("blobsy track -q data/a-rather*/*/*/*.bin && git commit -qm names");
    for (const name of names) a.write(name, "edited, and longer than before\n");
    t.run("blobsy status");
    t.run("blobsy ls");
    // One at a time: what one command moves away, it moves side by side, and in no order.
    for (const name of names) a.must("restore", "--", `:(literal)${name}.bref`);
    t.run("blobsy recover");
    for (const columns of [80, 40]) {
      t.screen("blobsy ls", { columns });
      t.screen("blobsy recover", { columns });
    }
    t.run("blobsy rm -- -starts-with-a-dash.bin");
    t.run("blobsy recover -starts-with-a-dash.bin");
    t.run("blobsy recover ./-starts-with-a-dash.bin");
    a.write("data/esc\u001b[2Jape.bin", "x\n");
    t.run("blobsy track data/esc*");
  },
};
