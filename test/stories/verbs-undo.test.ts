/** Git's verbs that put work aside or throw it away: reset --hard, stash. */
import { describeVerbs } from "../helpers/verbs.js";

describeVerbs("verbs that put work aside", {
  "git reset --hard": [
    {
      state: "unchanged",
      tell: (s) => s.git("reset", "-q", "--hard"),
      codes: [0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "unchanged, to another commit",
      tell: (s) => s.git("reset", "-q", "--hard", "changed"),
      codes: [0],
      payloads: { "model.bin": "v2" },
    },
    {
      state: "edited",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("reset", "-q", "--hard");
      },
      codes: [0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "edited and staged, other digits",
      tell: (s) => {
        s.edit("model.bin", "E1");
        s.git("add", "-u");
        s.git("reset", "-q", "--hard");
      },
      codes: [0, 0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "edited, to another commit",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("reset", "-q", "--hard", "changed");
      },
      codes: [0],
      payloads: { "model.bin": "v2" },
    },
    {
      state: "edited, to a commit without the ref",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("add", "-u");
        s.git("status");
        s.git("reset", "-q", "--hard", "removed");
      },
      codes: [0, 0, 0],
      payloads: { "model.bin": null },
    },
    {
      state: "absent",
      tell: (s) => {
        s.removePayload("model.bin");
        s.git("reset", "-q", "--hard");
      },
      codes: [0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "ref removed",
      tell: (s) => {
        s.git("rm", "-q", "model.bin.bref");
        s.git("status");
        s.git("reset", "-q", "--hard");
      },
      codes: [0, 0, 0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "added",
      tell: (s) => {
        s.add("new.bin", "n1");
        s.git("reset", "-q", "--hard");
      },
      codes: [0],
      payloads: { "new.bin": null },
    },
    {
      state: "renamed",
      tell: (s) => {
        s.git("mv", "model.bin.bref", "moved.bin.bref");
        s.git("status");
        s.git("reset", "-q", "--hard");
      },
      codes: [0, 0, 0],
      payloads: { "model.bin": "v1", "moved.bin": null },
    },
    {
      state: "conflicting",
      tell: (s) => {
        s.git("checkout", "-q", "mine");
        s.git("merge", "-q", "changed");
        s.git("reset", "-q", "--hard");
      },
      codes: [0, 1, 0],
      payloads: { "model.bin": "v3" },
    },
  ],

  "git stash": [
    {
      state: "unchanged",
      tell: (s) => s.git("stash"),
      codes: [0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "edited",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("stash");
      },
      codes: [0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "edited, staged, edited again",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("add", "-u");
        s.edit("model.bin", "E2");
        s.git("stash");
      },
      codes: [0, 0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "--keep-index",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("add", "-u");
        s.edit("keep.bin", "e2");
        s.git("stash", "--keep-index");
      },
      codes: [0, 0],
      payloads: { "model.bin": "e1", "keep.bin": "k1" },
    },
    {
      state: "one path of two",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.edit("keep.bin", "e2");
        s.git("stash", "push", "-q", "--", "model.bin.bref");
      },
      codes: [0],
      payloads: { "model.bin": "v1", "keep.bin": "e2" },
    },
    {
      state: "absent",
      tell: (s) => {
        s.removePayload("model.bin");
        s.git("stash");
      },
      codes: [0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "ref removed",
      tell: (s) => {
        s.git("rm", "-q", "model.bin.bref");
        s.git("status");
        s.git("stash");
      },
      codes: [0, 0, 0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "added",
      tell: (s) => {
        s.add("new.bin", "n1");
        s.git("stash");
      },
      codes: [0],
      payloads: { "new.bin": null },
    },
    {
      state: "renamed",
      tell: (s) => {
        s.git("mv", "model.bin.bref", "moved.bin.bref");
        s.git("status");
        s.git("stash");
      },
      codes: [0, 0, 0],
      payloads: { "model.bin": "v1", "moved.bin": null },
    },
  ],

  "git stash pop": [
    {
      state: "edited",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("stash");
        s.git("stash", "pop");
      },
      codes: [0, 0],
      payloads: { "model.bin": "e1" },
    },
    {
      state: "edited to other digits, on another branch",
      tell: (s) => {
        s.edit("keep.bin", "E1");
        s.git("stash");
        s.git("checkout", "-q", "changed");
        s.git("stash", "pop");
      },
      codes: [0, 0, 0],
      payloads: { "model.bin": "v2", "keep.bin": "E1" },
    },
    {
      state: "--index brings the staged version back too",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("add", "-u");
        s.edit("model.bin", "e2");
        s.git("stash");
        s.git("stash", "pop", "--index");
      },
      codes: [0, 0, 0],
      payloads: { "model.bin": "e2" },
    },
    {
      state: "added",
      tell: (s) => {
        s.add("new.bin", "n1");
        s.git("stash");
        s.git("stash", "pop");
      },
      codes: [0, 0],
      payloads: { "new.bin": "n1" },
    },
    {
      state: "renamed",
      tell: (s) => {
        s.git("mv", "model.bin.bref", "moved.bin.bref");
        s.git("stash");
        s.git("stash", "pop");
      },
      codes: [0, 0, 0],
      // Without --index the old name comes back as deleted but still listed: then nothing is touched.
      payloads: { "model.bin": "v1", "moved.bin": "v1" },
      withoutRef: ["model.bin"],
    },
    {
      state: "onto an edit is refused",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("stash");
        s.edit("model.bin", "e2");
        s.git("stash", "pop");
      },
      codes: [0, 1],
      payloads: { "model.bin": "e2" },
    },
    {
      state: "conflicting",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("stash");
        s.git("checkout", "-q", "changed");
        s.git("stash", "pop");
      },
      codes: [0, 0, 1],
      payloads: { "model.bin": "v2" },
    },
  ],

  "git stash -u": [
    {
      state: "edited, with an untracked plain file",
      tell: (s) => {
        s.plain("scratch.txt", "x\n");
        s.edit("model.bin", "e1");
        s.git("stash", "-u");
      },
      codes: [0],
      payloads: { "model.bin": "v1", "keep.bin": "k1" },
    },
    {
      state: "and pop",
      tell: (s) => {
        s.plain("scratch.txt", "x\n");
        s.edit("model.bin", "e1");
        s.git("stash", "-u");
        s.git("stash", "pop");
      },
      codes: [0, 0],
      payloads: { "model.bin": "e1", "keep.bin": "k1" },
    },
  ],
});
