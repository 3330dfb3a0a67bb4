/** `fsck` over what `install` and the configuration should be. */
import { chmodSync, rmSync, symlinkSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { CONTENTS, describeFaults, fsckJson } from "../helpers/fsck.js";
import type { Repo } from "../helpers/repo.js";
import { world } from "../helpers/world.js";

const config = (repo: Repo, ...args: string[]): string => repo.must("config", ...args);
const noticesEdits = (repo: Repo): void => {
  repo.write("model.bin", "edited\n");
  expect(repo.status("--", "model.bin.bref")).toEqual([" M model.bin.bref"]);
};

describeFaults("fsck finds and mends the installation", [
  {
    what: "taken out",
    plant: (repo) => repo.mustBlobsy("uninstall"),
    finds: ["not-installed filter.blobsy.process", "ignore-lines info/exclude"],
    then: noticesEdits,
  },
  {
    what: "another filter",
    plant: (repo) => config(repo, "filter.blobsy.process", "cat"),
    finds: ["filter filter.blobsy.process"],
  },
  {
    what: "a filter that would break every checkout",
    plant: (repo) => config(repo, "filter.blobsy.required", "true"),
    finds: ["filter filter.blobsy.required"],
  },
  {
    what: "no merge driver",
    plant: (repo) => config(repo, "--unset", "merge.blobsy.driver"),
    finds: ["merge-driver merge.blobsy.driver"],
  },
  {
    what: "ref files shown by another program",
    plant: (repo) => config(repo, "diff.blobsy.textconv", "cat"),
    finds: ["textconv diff.blobsy.textconv"],
  },
  {
    what: "no pinned attributes",
    plant: (repo) => rmSync(repo.path(".git/info/attributes")),
    finds: ["pinned-attributes .git/info/attributes"],
  },
  {
    what: "a line that outranks the pinned attributes",
    plant: (repo) => repo.sh("echo '*.bref -filter' >>.git/info/attributes"),
    finds: ["pinned-attributes .git/info/attributes"],
    then: noticesEdits,
  },
  {
    what: "no monitor",
    plant: (repo) => config(repo, "--unset", "core.fsmonitor"),
    finds: ["monitor core.fsmonitor"],
    then: noticesEdits,
  },
  {
    what: "a monitor of somebody else's in its place, which goes on being asked",
    plant: (repo, w) => {
      writeFileSync(w.path("mine"), "#!/bin/sh\nprintf '/\\0'\n");
      chmodSync(w.path("mine"), 0o755);
      config(repo, "core.fsmonitor", w.path("mine"));
    },
    finds: ["monitor core.fsmonitor"],
    then: (repo, w) => {
      noticesEdits(repo);
      expect(config(repo, "blobsy.fsmonitor")).toBe(`${w.path("mine")}\n`);
    },
  },
  {
    what: "Git's own file-system monitor in its place",
    plant: (repo) => config(repo, "core.fsmonitor", "true"),
    finds: ["monitor blobsy.detect"],
    then: (repo) => {
      expect(repo.blobsy("fsck").stderr).toContain("hides unchanged ref files");
      config(repo, "--unset", "core.fsmonitor");
    },
  },
  {
    what: "a monitor script of another version",
    plant: (repo) => repo.sh("echo '# older' >>.git/blobsy/fsmonitor"),
    finds: ["monitor .git/blobsy/fsmonitor"],
  },
  {
    what: "a hook that is gone",
    plant: (repo) => rmSync(repo.path(".git/hooks/pre-push")),
    finds: ["hook .git/hooks/pre-push"],
  },
  {
    what: "a hook of another version",
    plant: (repo) => repo.sh("echo '# older' >>.git/hooks/post-merge"),
    finds: ["hook .git/hooks/post-merge"],
  },
  {
    what: "a hook that cannot be executed",
    plant: (repo) => chmodSync(repo.path(".git/hooks/pre-commit"), 0o644),
    finds: ["hook .git/hooks/pre-commit"],
  },
  {
    what: "a hook of somebody else's in its place, which goes on running",
    plant: (repo) => {
      repo.write(".git/hooks/pre-push", "#!/bin/sh\necho mine >>ran\n");
      chmodSync(repo.path(".git/hooks/pre-push"), 0o755);
    },
    finds: ["hook .git/hooks/pre-push"],
    then: (repo) => {
      repo.must("push", "-q");
      expect(repo.has("ran")).toBe(true);
      expect(repo.remoteHas("own\n".repeat(100))).toBe(true);
    },
  },
  {
    what: "two hooks of somebody else's under one name",
    plant: (repo) => {
      for (const name of ["pre-push", "pre-push.before-blobsy"]) {
        repo.write(`.git/hooks/${name}`, "#!/bin/sh\n");
        chmodSync(repo.path(".git/hooks", name), 0o755);
      }
    },
    finds: ["hook .git/hooks/pre-push"],
    repair: "left",
    byHand: (repo) => {
      rmSync(repo.path(".git/hooks/pre-push.before-blobsy"));
      repo.mustBlobsy("install");
    },
  },
  {
    what: "no monitor, by a configuration of this worktree alone",
    plant: (repo) => {
      config(repo, "extensions.worktreeConfig", "true");
      config(repo, "--worktree", "core.fsmonitor", "false");
    },
    finds: ["monitor core.fsmonitor"],
    repair: "left",
    byHand: (repo) => {
      const next = fsckJson(repo).faults[0]?.next?.replace(", then: ", " && ") ?? "";
      expect(repo.sh(next).code).toBe(0);
    },
    then: noticesEdits,
  },
  {
    what: "a hook manager that set core.hooksPath",
    plant: (repo) => {
      mkdirSync(repo.path(".husky"));
      config(repo, "core.hooksPath", ".husky");
    },
    finds: ["hook core.hooksPath", "monitor .git/blobsy/fsmonitor"],
  },
]);

describeFaults("fsck finds what is wrong with configuration and attributes", [
  {
    what: "a wrong value in .blobsyconfig",
    plant: (repo) => repo.sh("printf '[transfer]\\n  concurrency = many\\n' >>.blobsyconfig"),
    finds: ["config .blobsyconfig"],
    repair: "left",
    byHand: (repo) => repo.must("restore", ".blobsyconfig"),
  },
  {
    what: "another remote than this clone has used",
    plant: (repo, w) => {
      w.must("cp", "-a", "blobs", "others");
      repo.sh("sed -i s,../blobs,../others, .blobsyconfig");
    },
    finds: ["remote-not-pinned backend default"],
    repair: "left",
    byHand: (repo) => repo.mustBlobsy("trust"),
  },
  {
    what: "a remote that is not there",
    plant: (_repo, w) => renameSync(w.path("blobs"), w.path("elsewhere")),
    finds: ["remote-unusable backend default"],
    repair: "left",
    byHand: (_repo, w) => renameSync(w.path("elsewhere"), w.path("blobs")),
  },
  {
    what: "no committed attributes",
    plant: (repo) => rmSync(repo.path(".gitattributes")),
    finds: ["attributes .gitattributes"],
    then: (repo) => expect(repo.status("--", ".gitattributes")).toEqual([]),
  },
  {
    what: "a later rule that switches the filter off",
    plant: (repo) => repo.sh("echo '* -filter text=auto' >>.gitattributes"),
    finds: ["attributes .gitattributes"],
  },
  {
    what: "a rule below that rewrites ref files",
    plant: (repo) => repo.write("data/.gitattributes", "*.bref text eol=crlf\n"),
    finds: ["attributes data/.gitattributes"],
    then: (repo) =>
      expect(repo.read("data/.gitattributes").toString()).toMatch(
        /^\*\.bref text eol=crlf\n\*\.bref filter/,
      ),
  },
  {
    what: "an encoding that would rewrite ref files",
    plant: (repo) => repo.write("data/deep/.gitattributes", "* working-tree-encoding=UTF-16\n"),
    finds: ["attributes data/deep/.gitattributes"],
  },
]);

describeFaults("fsck finds directories that are not this user's own", [
  {
    what: ".git/blobsy is a link",
    plant: (repo, w) => {
      renameSync(repo.path(".git/blobsy"), w.path("state"));
      symlinkSync(w.path("state"), repo.path(".git/blobsy"));
    },
    finds: ["state-not-own .git/blobsy"],
    then: (repo) => {
      for (const content of Object.values(CONTENTS)) expect(repo.storeHas(content)).toBe(true);
      repo.assertPristine();
    },
  },
  {
    what: "the objects are behind a link",
    plant: (repo, w) => {
      renameSync(repo.path(".git/blobsy/objects"), w.path("objects"));
      symlinkSync(w.path("objects"), repo.path(".git/blobsy/objects"));
    },
    finds: ["state-not-own .git/blobsy/objects"],
    then: (repo, w) => {
      expect(repo.storeHas("own\n".repeat(100))).toBe(true);
      expect(w.repo(".").has("objects")).toBe(true);
    },
  },
  {
    what: "the worktree's state is behind a link that leads nowhere",
    plant: (repo) => {
      rmSync(repo.path(".git/blobsy/worktree"), { recursive: true });
      symlinkSync("/nowhere/at/all", repo.path(".git/blobsy/worktree"));
    },
    finds: ["state-not-own .git/blobsy/worktree"],
    then: (repo) => noticesEdits(repo),
  },
]);

it("a repair keeps what install was told: --skip-smudge, for one clone and for all", () => {
  const w = world();
  const a = w.initWithRemote();
  const skips = (...scope: string[]) => a.git("config", ...scope, "blobsy.skipSmudge").stdout;
  a.mustBlobsy("install", "--skip-smudge");
  a.sh("rm -r .git/blobsy");
  a.blobsy("pull"); // puts the scripts back
  config(a, "--unset", "filter.blobsy.process");
  a.mustBlobsy("fsck", "--repair");
  expect(skips("--local")).toBe("true\n");
  a.mustBlobsy("uninstall");
  expect(config(a, "--local", "--list", "--name-only")).not.toMatch(/fsmonitor|\.blobsy\./);

  a.mustBlobsy("install", "--global", "--skip-smudge");
  config(a, "--global", "filter.blobsy.required", "true");
  config(a, "--local", "--unset-all", "blobsy.skipSmudge");
  a.mustBlobsy("fsck", "--repair");
  expect(skips("--global")).toBe("true\n");
  a.mustBlobsy("uninstall", "--global");
  expect(skips("--global")).toBe("");
});
