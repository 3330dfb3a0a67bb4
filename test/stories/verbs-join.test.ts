/** Git's verbs that bring two histories together: push, clone, pull, merge. */
import { describeVerbs, type Row } from "../helpers/verbs.js";

/** Rows for a pull that goes through when nothing here is edited. */
function pulls(...args: string[]): Row[] {
  const after: Record<string, Row["payloads"]> = {
    changed: { "model.bin": "v2" },
    removed: { "model.bin": null },
    added: { "model.bin": "v1", "extra.bin": "x1" },
    renamed: { "model.bin": null, "moved.bin": "v1" },
  };
  return Object.entries(after).map(([branch, payloads]) => ({
    state: `unchanged, ${branch} there`,
    tell: (s) => {
      s.advanceOrigin(branch);
      s.git("pull", "-q", ...args);
    },
    codes: [0],
    payloads,
  }));
}

describeVerbs("verbs that join", {
  "git push": [
    {
      state: "unchanged",
      tell: (s) => s.git("push", "-q"),
      codes: [0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "edited since the commit",
      tell: (s) => {
        s.edit("model.bin", "c1");
        s.git("commit", "-qam", "c1");
        s.edit("model.bin", "e1");
        s.git("push", "-q");
      },
      codes: [0, 0],
      payloads: { "model.bin": "e1" },
      onRemote: ["c1"],
    },
    {
      state: "absent",
      tell: (s) => {
        s.edit("model.bin", "c1");
        s.git("commit", "-qam", "c1");
        s.removePayload("model.bin");
        s.git("push", "-q");
      },
      codes: [0, 0],
      payloads: { "model.bin": "c1" },
      onRemote: ["c1"],
    },
    {
      state: "ref removed in a later commit",
      tell: (s) => {
        s.edit("model.bin", "c1");
        s.git("commit", "-qam", "c1");
        s.edit("model.bin", "c2");
        s.git("commit", "-qam", "c2");
        s.git("rm", "-q", "model.bin.bref");
        s.git("commit", "-qm", "gone");
        s.git("push", "-q");
      },
      codes: [0, 0, 0, 0, 0],
      payloads: { "model.bin": null },
      onRemote: ["c1", "c2"],
    },
    {
      state: "added",
      tell: (s) => {
        s.add("new.bin", "n1");
        s.git("commit", "-qm", "n1");
        s.git("push", "-q");
      },
      codes: [0, 0],
      payloads: { "new.bin": "n1" },
      onRemote: ["n1"],
    },
    {
      state: "renamed and edited",
      tell: (s) => {
        s.git("mv", "model.bin.bref", "moved.bin.bref");
        s.git("commit", "-qm", "renamed");
        s.edit("moved.bin", "e1");
        s.git("commit", "-qam", "edited");
        s.git("push", "-q");
      },
      codes: [0, 0, 0, 0],
      payloads: { "model.bin": null, "moved.bin": "e1" },
      onRemote: ["v1", "e1"],
    },
    {
      state: "conflicting is rejected",
      tell: (s) => {
        s.advanceOrigin("changed");
        s.edit("model.bin", "c1");
        s.git("commit", "-qam", "c1");
        s.git("push", "-q");
      },
      codes: [0, 1],
      payloads: { "model.bin": "c1" },
    },
  ],

  "git clone": ["main", "changed", "removed", "added", "renamed"].map((branch) => ({
    state: `of ${branch}`,
    tell: (s) => {
      s.git("-C", "..", "clone", "-q", "-b", branch, "origin.git", "fresh");
      if (s.constructor.name === "BlobsySide") {
        s.in("fresh").repo.mustBlobsy("install");
        s.in("fresh").repo.mustBlobsy("pull");
      }
    },
    codes: [0],
    payloads: { "keep.bin": "k1" },
    in: "fresh",
  })),

  "git pull": [
    ...pulls(),
    {
      state: "edited here, changed there: refused",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.advanceOrigin("changed");
        s.git("pull", "-q");
      },
      codes: [1],
      payloads: { "model.bin": "e1" },
    },
    {
      state: "edited here, removed there: refused",
      tell: (s) => {
        s.edit("model.bin", "E1");
        s.advanceOrigin("removed");
        s.git("pull", "-q");
      },
      codes: [1],
      payloads: { "model.bin": "E1" },
    },
    {
      state: "edited here, renamed there: refused",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.advanceOrigin("renamed");
        s.git("pull", "-q");
      },
      codes: [1],
      payloads: { "model.bin": "e1" },
    },
    {
      state: "edited here, added there",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.advanceOrigin("added");
        s.git("pull", "-q");
      },
      codes: [0],
      payloads: { "model.bin": "e1", "extra.bin": "x1" },
    },
    {
      state: "absent here, changed there",
      tell: (s) => {
        s.removePayload("model.bin");
        s.advanceOrigin("changed");
        s.git("pull", "-q");
      },
      codes: [0],
      payloads: { "model.bin": "v2" },
    },
    {
      state: "the same edit on both sides",
      tell: (s) => {
        s.edit("model.bin", "v2");
        s.git("commit", "-qam", "the same");
        s.advanceOrigin("changed");
        s.git("pull", "-q", "--no-rebase", "--no-edit");
      },
      codes: [0, 0],
      payloads: { "model.bin": "v2" },
    },
    {
      state: "conflicting, --theirs taken",
      tell: (s) => {
        s.edit("model.bin", "c1");
        s.git("commit", "-qam", "c1");
        s.advanceOrigin("changed");
        s.git("pull", "-q", "--no-rebase", "--no-edit");
        s.git("checkout", "-q", "--theirs", "model.bin.bref");
        s.git("add", "model.bin.bref");
        s.git("commit", "-qm", "theirs");
      },
      codes: [0, 1, 0, 0, 0],
      payloads: { "model.bin": "v2" },
    },
  ],

  "git pull --rebase": [
    ...pulls("--rebase"),
    {
      state: "edited is refused",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.advanceOrigin("changed");
        s.git("pull", "-q", "--rebase");
      },
      codes: [128],
      payloads: { "model.bin": "e1" },
    },
    {
      state: "committed here, added there",
      tell: (s) => {
        s.edit("model.bin", "c1");
        s.git("commit", "-qam", "c1");
        s.advanceOrigin("added");
        s.git("pull", "-q", "--rebase");
      },
      codes: [0, 0],
      payloads: { "model.bin": "c1", "extra.bin": "x1" },
    },
    {
      state: "conflicting and --abort",
      tell: (s) => {
        s.edit("model.bin", "c1");
        s.git("commit", "-qam", "c1");
        s.advanceOrigin("changed");
        s.git("pull", "-q", "--rebase");
        s.git("rebase", "--abort");
      },
      codes: [0, 1, 0],
      payloads: { "model.bin": "c1" },
    },
  ],

  "git pull --rebase --autostash": [
    {
      state: "unchanged",
      tell: (s) => {
        s.advanceOrigin("changed");
        s.git("pull", "-q", "--rebase", "--autostash");
      },
      codes: [0],
      payloads: { "model.bin": "v2" },
    },
    {
      state: "edited here, added there",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.advanceOrigin("added");
        s.git("pull", "-q", "--rebase", "--autostash");
      },
      codes: [0],
      payloads: { "model.bin": "e1", "extra.bin": "x1" },
    },
    {
      state: "committed and edited here, changed there",
      tell: (s) => {
        s.edit("keep.bin", "c1");
        s.git("commit", "-qam", "c1");
        s.edit("keep.bin", "E2");
        s.advanceOrigin("changed");
        s.git("pull", "-q", "--rebase", "--autostash");
      },
      codes: [0, 0],
      payloads: { "model.bin": "v2", "keep.bin": "E2" },
    },
    {
      state: "conflicting: the edit stays in the stash",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.advanceOrigin("changed");
        s.git("pull", "-q", "--rebase", "--autostash");
      },
      codes: [0],
      payloads: { "model.bin": "v2" },
    },
  ],

  "git merge": [
    ...["changed", "removed", "added", "renamed"].map((branch): Row => ({
      state: `real, ${branch} there`,
      tell: (s) => {
        s.git("checkout", "-q", "apart");
        s.git("merge", "-q", "--no-edit", branch);
      },
      codes: [0, 0],
      payloads:
        branch === "changed"
          ? { "model.bin": "v2" }
          : branch === "added"
            ? { "model.bin": "v1", "extra.bin": "x1" }
            : { "model.bin": null },
    })),
    {
      state: "fast-forward",
      tell: (s) => s.git("merge", "-q", "--ff-only", "changed"),
      codes: [0],
      payloads: { "model.bin": "v2" },
    },
    {
      state: "edited is refused",
      tell: (s) => {
        s.git("checkout", "-q", "apart");
        s.edit("model.bin", "e1");
        s.git("merge", "-q", "--no-edit", "changed");
      },
      codes: [0, 2],
      payloads: { "model.bin": "e1" },
    },
    {
      state: "edited elsewhere stays",
      tell: (s) => {
        s.git("checkout", "-q", "apart");
        s.edit("keep.bin", "E1");
        s.git("merge", "-q", "--no-edit", "changed");
      },
      codes: [0, 0],
      payloads: { "model.bin": "v2", "keep.bin": "E1" },
    },
    {
      state: "renamed there, edited here: both",
      tell: (s) => {
        s.git("checkout", "-q", "mine");
        s.git("merge", "-q", "--no-edit", "renamed");
        s.git("commit", "-qam", "settled");
      },
      codes: [0, 0, 1],
      payloads: { "model.bin": null, "moved.bin": "v3" },
    },
    {
      state: "conflicting",
      tell: (s) => {
        s.git("checkout", "-q", "mine");
        s.git("merge", "-q", "--no-edit", "changed");
      },
      codes: [0, 1],
      payloads: { "model.bin": "v3" },
    },
    {
      state: "conflicting and --abort",
      tell: (s) => {
        s.git("checkout", "-q", "mine");
        s.git("merge", "-q", "--no-edit", "changed");
        s.git("merge", "--abort");
      },
      codes: [0, 1, 0],
      payloads: { "model.bin": "v3" },
    },
    {
      state: "conflicting, ours taken by git add",
      tell: (s) => {
        s.git("checkout", "-q", "mine");
        s.git("merge", "-q", "--no-edit", "changed");
        s.git("add", "model.bin.bref");
        s.git("commit", "-qm", "ours");
      },
      codes: [0, 1, 0, 0],
      payloads: { "model.bin": "v3" },
    },
    {
      state: "conflicting, edited in the middle, then settled",
      tell: (s) => {
        s.git("checkout", "-q", "mine");
        s.git("merge", "-q", "--no-edit", "changed");
        s.edit("model.bin", "m1");
        s.git("add", "model.bin.bref");
        s.git("commit", "-qm", "both joined by hand");
      },
      codes: [0, 1, 0, 0],
      payloads: { "model.bin": "m1" },
    },
    {
      state: "removed there, changed here: conflict and --abort",
      tell: (s) => {
        s.git("checkout", "-q", "mine");
        s.git("merge", "-q", "--no-edit", "removed");
        s.git("merge", "--abort");
      },
      codes: [0, 1, 0],
      payloads: { "model.bin": "v3" },
    },
    {
      state: "-X theirs",
      tell: (s) => {
        s.git("checkout", "-q", "mine");
        s.git("merge", "-q", "--no-edit", "-X", "theirs", "changed");
      },
      codes: [0, 0],
      payloads: { "model.bin": "v2" },
    },
  ],
});
