/** Git's verbs that move to another commit: checkout, switch, bisect, worktree, rebase, cherry-pick, revert. */
import { describeVerbs, type Row } from "../helpers/verbs.js";
import type { Side } from "../helpers/mirror.js";

/** The same moves by two verbs: to each branch, with the payload as it was, edited or absent. */
function moves(verb: string): Row[] {
  const go = (s: Side, branch: string): number => s.git(verb, "-q", branch);
  const after: Record<string, Row["payloads"]> = {
    changed: { "model.bin": "v2" },
    removed: { "model.bin": null },
    added: { "model.bin": "v1", "extra.bin": "x1" },
    renamed: { "model.bin": null, "moved.bin": "v1" },
  };
  const rows: Row[] = [];
  for (const [branch, payloads] of Object.entries(after)) {
    const touchesModel = branch !== "added";
    rows.push({
      state: `unchanged, to ${branch} and back`,
      tell: (s) => {
        go(s, branch);
        go(s, "main");
      },
      codes: [0, 0],
      payloads: { "model.bin": "v1", "extra.bin": null, "moved.bin": null },
    });
    rows.push({
      state: `unchanged, to ${branch}`,
      tell: (s) => go(s, branch),
      codes: [0],
      payloads,
    });
    rows.push({
      state: `edited, to ${branch}`,
      tell: (s) => {
        s.edit("model.bin", "e1");
        go(s, branch);
      },
      codes: [touchesModel ? 1 : 0],
      payloads: { "model.bin": "e1" },
    });
    rows.push({
      state: `absent, to ${branch}`,
      tell: (s) => {
        s.removePayload("model.bin");
        go(s, branch);
      },
      codes: [0],
      payloads,
    });
  }
  return rows;
}

describeVerbs("verbs that move", {
  "git checkout": moves("checkout"),

  "git switch": [
    ...moves("switch").filter((row) => !row.state.includes("absent")),
    {
      state: "added and staged goes along",
      tell: (s) => {
        s.add("new.bin", "n1");
        s.git("switch", "-q", "changed");
      },
      codes: [0],
      payloads: { "new.bin": "n1", "model.bin": "v2" },
    },
    {
      state: "-c from an edit keeps it",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("switch", "-q", "-c", "new");
      },
      codes: [0],
      payloads: { "model.bin": "e1" },
    },
  ],

  "git switch -f": [
    {
      state: "edited",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("switch", "-q", "-f", "changed");
      },
      codes: [0],
      payloads: { "model.bin": "v2" },
    },
    {
      state: "edited to other digits, ref removed there",
      tell: (s) => {
        s.edit("keep.bin", "E1");
        s.git("switch", "-q", "-f", "removed");
      },
      codes: [0],
      payloads: { "model.bin": null, "keep.bin": "k1" },
    },
    {
      state: "renamed in the index",
      tell: (s) => {
        s.git("mv", "model.bin.bref", "moved.bin.bref");
        s.git("switch", "-q", "-f", "changed");
      },
      codes: [0, 0],
      payloads: { "model.bin": "v2", "moved.bin": null },
    },
  ],

  "git bisect": [
    {
      state: "unchanged",
      tell: (s) => {
        for (const tag of ["b1", "b2", "b3", "b4", "b5"]) {
          s.edit("model.bin", tag);
          s.git("commit", "-qam", tag);
        }
        s.git("bisect", "start", "HEAD", "main~5");
        s.git("bisect", "bad");
        s.git("bisect", "reset");
      },
      codes: [0, 0, 0, 0, 0, 0, 0, 0],
      payloads: { "model.bin": "b5" },
    },
    {
      state: "stopped in the middle",
      tell: (s) => {
        for (const tag of ["b1", "b2", "b3", "b4"]) {
          s.edit("model.bin", tag);
          s.git("commit", "-qam", tag);
        }
        s.git("bisect", "start", "HEAD", "main~4");
      },
      codes: [0, 0, 0, 0, 0],
      payloads: { "model.bin": "b2" },
    },
    {
      state: "edited is refused",
      tell: (s) => {
        s.edit("model.bin", "b1");
        s.git("commit", "-qam", "b1");
        s.edit("model.bin", "b2");
        s.git("commit", "-qam", "b2");
        s.edit("model.bin", "e1");
        s.git("bisect", "start", "HEAD", "main~2");
      },
      codes: [0, 0, 1],
      payloads: { "model.bin": "e1" },
    },
  ],

  "git worktree add": [
    {
      state: "unchanged",
      tell: (s) => s.git("worktree", "add", "-q", "../tree", "changed"),
      codes: [0],
      payloads: { "model.bin": "v2", "keep.bin": "k1" },
      in: "tree",
    },
    {
      state: "edited stays in its own worktree",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("worktree", "add", "-q", "../tree", "changed");
      },
      codes: [0],
      payloads: { "model.bin": "e1" },
    },
    {
      state: "ref removed there",
      tell: (s) => s.git("worktree", "add", "-q", "../tree", "removed"),
      codes: [0],
      payloads: { "model.bin": null, "keep.bin": "k1" },
      in: "tree",
    },
  ],

  "git rebase": [
    {
      state: "unchanged",
      tell: (s) => {
        s.git("checkout", "-q", "apart");
        s.git("rebase", "-q", "changed");
      },
      codes: [0, 0],
      payloads: { "model.bin": "v2" },
    },
    {
      state: "edited is refused",
      tell: (s) => {
        s.git("checkout", "-q", "apart");
        s.edit("keep.bin", "e1");
        s.git("rebase", "-q", "changed");
      },
      codes: [0, 1],
      payloads: { "model.bin": "v1", "keep.bin": "e1" },
    },
    {
      state: "edited, --autostash",
      tell: (s) => {
        s.git("checkout", "-q", "apart");
        s.edit("keep.bin", "E1");
        s.git("rebase", "-q", "--autostash", "changed");
      },
      codes: [0, 0],
      payloads: { "model.bin": "v2", "keep.bin": "E1" },
    },
    {
      state: "absent",
      tell: (s) => {
        s.git("checkout", "-q", "apart");
        s.removePayload("model.bin");
        s.git("rebase", "-q", "changed");
      },
      codes: [0, 0],
      payloads: { "model.bin": "v2" },
    },
    {
      state: "a chain of edits onto a renamed keep",
      tell: (s) => {
        for (const tag of ["r1", "R2", "r3"]) {
          s.edit("model.bin", tag);
          s.git("commit", "-qam", tag);
        }
        s.git("rebase", "-q", "added");
      },
      codes: [0, 0, 0, 0],
      payloads: { "model.bin": "r3", "extra.bin": "x1" },
    },
    {
      state: "ref removed meanwhile, edited here: conflict and --abort",
      tell: (s) => {
        s.git("checkout", "-q", "mine");
        s.git("rebase", "-q", "removed");
        s.git("rebase", "--abort");
      },
      codes: [0, 1, 0],
      payloads: { "model.bin": "v3" },
    },
    {
      state: "conflicting",
      tell: (s) => {
        s.git("checkout", "-q", "mine");
        s.git("rebase", "-q", "changed");
      },
      codes: [0, 1],
      payloads: { "model.bin": "v2" },
    },
    {
      state: "conflicting and --abort",
      tell: (s) => {
        s.git("checkout", "-q", "mine");
        s.git("rebase", "-q", "changed");
        s.git("rebase", "--abort");
      },
      codes: [0, 1, 0],
      payloads: { "model.bin": "v3" },
    },
    {
      state: "conflicting, settled with --theirs, --continue",
      tell: (s) => {
        s.git("checkout", "-q", "mine");
        s.git("rebase", "-q", "changed");
        s.git("checkout", "-q", "--theirs", "model.bin.bref");
        s.git("add", "model.bin.bref");
        s.git("rebase", "--continue");
      },
      codes: [0, 1, 0, 0, 0],
      payloads: { "model.bin": "v3" },
    },
  ],

  // Of payloads the rebase itself does not move. One that it moves follows when the rebase ends, and is a
  // conflict when it was edited inside: see nested.test.ts.
  "git rebase --exec": [
    {
      state: "unchanged",
      tell: (s) => {
        s.git("checkout", "-q", "apart");
        s.git("rebase", "-q", "--exec", "true", "changed");
      },
      codes: [0, 0],
      payloads: { "model.bin": "v2" },
    },
    {
      state: "edited inside: the rebase stops with the edit kept",
      tell: (s) => {
        s.git("checkout", "-q", "apart");
        s.git("rebase", "-q", "--exec", s.editCommand("keep.bin", "e1"), "changed");
      },
      codes: [0, 1],
      payloads: { "model.bin": "v2", "keep.bin": "e1" },
    },
    {
      state: "edited and committed inside",
      tell: (s) => {
        s.git("checkout", "-q", "apart");
        const exec = `${s.editCommand("keep.bin", "e1")} && git commit -qam inside`;
        s.git("rebase", "-q", "--exec", exec, "changed");
      },
      codes: [0, 0],
      payloads: { "model.bin": "v2", "keep.bin": "e1" },
    },
  ],

  "git cherry-pick": [
    {
      state: "unchanged",
      tell: (s) => s.git("cherry-pick", "changed"),
      codes: [0],
      payloads: { "model.bin": "v2" },
    },
    {
      state: "edited is refused",
      tell: (s) => {
        s.edit("model.bin", "e1");
        s.git("cherry-pick", "changed");
      },
      codes: [128],
      payloads: { "model.bin": "e1" },
    },
    {
      state: "absent",
      tell: (s) => {
        s.removePayload("model.bin");
        s.git("cherry-pick", "changed");
      },
      codes: [0],
      payloads: { "model.bin": "v2" },
    },
    {
      state: "ref removed",
      tell: (s) => s.git("cherry-pick", "removed"),
      codes: [0],
      payloads: { "model.bin": null },
    },
    {
      state: "added and renamed",
      tell: (s) => s.git("cherry-pick", "added", "renamed"),
      codes: [0],
      payloads: { "model.bin": null, "moved.bin": "v1", "extra.bin": "x1" },
    },
    {
      state: "-n leaves it staged",
      tell: (s) => s.git("cherry-pick", "-n", "changed"),
      codes: [0],
      payloads: { "model.bin": "v2" },
    },
    {
      state: "conflicting",
      tell: (s) => {
        s.git("checkout", "-q", "mine");
        s.git("cherry-pick", "changed");
      },
      codes: [0, 1],
      payloads: { "model.bin": "v3" },
    },
    {
      state: "conflicting and --abort",
      tell: (s) => {
        s.git("checkout", "-q", "mine");
        s.git("cherry-pick", "changed");
        s.git("cherry-pick", "--abort");
      },
      codes: [0, 1, 0],
      payloads: { "model.bin": "v3" },
    },
  ],

  "git revert": [
    {
      state: "unchanged",
      tell: (s) => {
        s.git("checkout", "-q", "changed");
        s.git("revert", "--no-edit", "HEAD");
      },
      codes: [0, 0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "edited is refused",
      tell: (s) => {
        s.git("checkout", "-q", "changed");
        s.edit("model.bin", "e1");
        s.git("revert", "--no-edit", "HEAD");
      },
      codes: [0, 128],
      payloads: { "model.bin": "e1" },
    },
    {
      state: "ref removed comes back",
      tell: (s) => {
        s.git("checkout", "-q", "removed");
        s.git("revert", "--no-edit", "HEAD");
      },
      codes: [0, 0],
      payloads: { "model.bin": "v1" },
    },
    {
      state: "added goes again",
      tell: (s) => {
        s.git("checkout", "-q", "added");
        s.git("revert", "--no-edit", "HEAD");
      },
      codes: [0, 0],
      payloads: { "extra.bin": null },
    },
    {
      state: "renamed moves back",
      tell: (s) => {
        s.git("checkout", "-q", "renamed");
        s.git("revert", "--no-edit", "HEAD");
      },
      codes: [0, 0],
      payloads: { "model.bin": "v1", "moved.bin": null },
    },
  ],
});
