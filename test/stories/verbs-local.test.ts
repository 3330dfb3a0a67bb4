/** Git's verbs that stay on one commit: add, commit, mv, rm, restore, reset, stash, clean. */
import { describeVerbs } from "../helpers/verbs.js";

describeVerbs("verbs on one commit", {
  "git add": [
    {
      state: "unchanged",
      tell: (s) => s.git("add", "-u"),
      codes: [0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "edited",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("add", "-u");
      },
      codes: [0],
      payloads: { "model.bin": "e1" },
    },
    {
      state: "edited to another number of digits",
      tell: (s) => {
        s.edit("model.bin", "E1");
        s.git("add", ".");
      },
      codes: [0],
      payloads: { "model.bin": "E1" },
    },
    {
      state: "absent",
      tell: (s) => {
        s.removePayload("model.bin");
        s.git("add", "-u");
      },
      codes: [0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "ref removed by hand",
      tell: (s) => {
        s.removeRef("model.bin");
        s.git("add", "-u");
      },
      codes: [0],
      payloads: { "model.bin": null },
    },
    {
      state: "ref removed by hand, payload edited",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.removeRef("model.bin");
        s.git("add", "-u");
      },
      codes: [0],
      payloads: { "model.bin": "e1" },
      alsoInStatus: ["?? model.bin"],
      withoutRef: ["model.bin"],
    },
    {
      state: "added",
      tell: (s) => {
        s.add("sub/new.bin", "n1");
        s.git("add", ".");
      },
      codes: [0],
      payloads: { "sub/new.bin": "n1" },
    },
  ],

  "git commit -a": [
    {
      state: "unchanged",
      tell: (s) => s.git("commit", "-qam", "nothing"),
      codes: [1],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "edited",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("commit", "-qam", "e1");
        s.git("push", "-q");
      },
      codes: [0, 0],
      payloads: { "model.bin": "e1" },
      onRemote: ["e1"],
    },
    {
      state: "edited to another number of digits",
      tell: (s) => {
        s.edit("model.bin", "E1");
        s.git("commit", "-qam", "e1");
      },
      codes: [0],
      payloads: { "model.bin": "E1" },
    },
    {
      state: "absent",
      tell: (s) => {
        s.removePayload("model.bin");
        s.git("commit", "-qam", "nothing");
      },
      codes: [1],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "ref removed",
      tell: (s) => {
        s.removeRef("model.bin");
        s.git("commit", "-qam", "removed");
      },
      codes: [0],
      payloads: { "model.bin": null, "keep.bin": "k1" },
    },
    {
      state: "added",
      tell: (s) => {
        s.add("new.bin", "n1");
        s.git("commit", "-qam", "added");
      },
      codes: [0],
      payloads: { "new.bin": "n1" },
    },
    {
      state: "renamed and edited",
      tell: (s) => {
        s.git("mv", "model.bin.bref", "moved.bin.bref");
        s.git("status");
        s.edit("moved.bin", "e1");
        s.git("commit", "-qam", "renamed");
      },
      codes: [0, 0, 0],
      payloads: { "model.bin": null, "moved.bin": "e1" },
    },
  ],

  "git mv": [
    {
      state: "renamed",
      tell: (s) => s.git("mv", "model.bin.bref", "moved.bin.bref"),
      codes: [0],
      payloads: { "model.bin": null, "moved.bin": "v1" },
    },
    {
      state: "edited and renamed",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("add", "-u");
        s.git("mv", "model.bin.bref", "moved.bin.bref");
      },
      codes: [0, 0],
      payloads: { "model.bin": null, "moved.bin": "e1" },
    },
    {
      state: "renamed and back",
      tell: (s) => {
        s.git("mv", "model.bin.bref", "moved.bin.bref");
        s.git("status");
        s.git("mv", "moved.bin.bref", "model.bin.bref");
      },
      codes: [0, 0, 0],
      payloads: { "model.bin": "v1", "moved.bin": null },
    },
    {
      state: "a directory renamed",
      tell: (s) => {
        s.add("dir/one.bin", "d1");
        s.add("dir/sub/two.bin", "d2");
        s.git("commit", "-qm", "dir");
        for (const name of ["other/one.bin", "other/sub/two.bin"]) s.payloads.add(name);
        s.git("mv", "dir", "other");
      },
      codes: [0, 0],
      payloads: { "other/one.bin": "d1", "other/sub/two.bin": "d2", "dir/one.bin": null },
    },
  ],

  "git rm": [
    {
      state: "unchanged",
      tell: (s) => s.git("rm", "-q", "model.bin.bref"),
      codes: [0],
      payloads: { "model.bin": null },
    },
    {
      state: "edited is refused",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("rm", "-q", "model.bin.bref");
      },
      codes: [1],
      payloads: { "model.bin": "e1" },
    },
    {
      state: "--cached keeps the file",
      tell: (s) => {
        s.git("rm", "-q", "--cached", "model.bin.bref");
        s.git("add", "model.bin.bref");
      },
      codes: [0, 0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "absent",
      tell: (s) => {
        s.removePayload("model.bin");
        s.git("rm", "-q", "model.bin.bref");
      },
      codes: [0],
      payloads: { "model.bin": null },
    },
  ],

  "rm by hand, then git checkout": [
    {
      state: "ref removed",
      tell: (s) => {
        s.removeRef("model.bin");
        s.git("checkout", "-q", "--", "model.bin.bref");
      },
      codes: [0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "ref and payload removed",
      tell: (s) => {
        s.removeRef("model.bin");
        s.removePayload("model.bin");
        s.git("checkout", "-q", "--", ".");
      },
      codes: [0],
      payloads: { "model.bin": "v1" },
    },
  ],

  "git checkout -- path": [
    {
      state: "edited",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("checkout", "-q", "--", "model.bin.bref");
      },
      codes: [0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "edited, from another commit",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("checkout", "-q", "changed", "--", "model.bin.bref");
      },
      codes: [0],
      payloads: { "model.bin": "v2" },
    },
    {
      state: "unchanged, from another commit",
      tell: (s) => s.git("checkout", "-q", "changed", "--", "."),
      codes: [0],
      payloads: { "model.bin": "v2" },
    },
    {
      state: "added, from another commit",
      tell: (s) => s.git("checkout", "-q", "added", "--", "extra.bin.bref"),
      codes: [0],
      payloads: { "extra.bin": "x1" },
    },
  ],

  "git restore": [
    {
      state: "edited",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("restore", ".");
      },
      codes: [0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "edited to another number of digits",
      tell: (s) => {
        s.edit("model.bin", "E1");
        s.git("restore", "model.bin.bref");
      },
      codes: [0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "edited and staged",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("add", "-u");
        s.git("restore", "--staged", "--worktree", ".");
      },
      codes: [0, 0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "edited, staged, edited again: back to what is staged",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("add", "-u");
        s.edit("model.bin", "e2");
        s.git("restore", ".");
      },
      codes: [0, 0],
      payloads: { "model.bin": "e1" },
    },
    {
      state: "--source with a removed ref",
      tell: (s) => s.git("restore", "--source=removed", "--staged", "--worktree", "."),
      codes: [0],
      payloads: { "model.bin": null },
    },
  ],

  "git restore --staged": [
    {
      state: "edited",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("add", "-u");
        s.git("restore", "--staged", ".");
      },
      codes: [0, 0],
      payloads: { "model.bin": "e1" },
    },
  ],

  "git reset --mixed": [
    {
      state: "edited and staged",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("add", "-u");
        s.git("reset", "-q");
      },
      codes: [0, 0],
      payloads: { "model.bin": "e1" },
    },
    {
      state: "unchanged, to another commit",
      tell: (s) => s.git("reset", "-q", "changed"),
      codes: [0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "committed edit undone",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("commit", "-qam", "e1");
        s.git("reset", "-q", "HEAD~1");
      },
      codes: [0, 0],
      payloads: { "model.bin": "e1" },
    },
  ],

  "git clean": [
    {
      state: "-fd takes no payload",
      tell: (s) => {
        s.plain("dropping", "x\n");
        s.edit("model.bin", "e1");
        s.git("clean", "-qfd");
      },
      codes: [0],
      payloads: { "model.bin": "e1", "keep.bin": "k1" },
    },
  ],
});
