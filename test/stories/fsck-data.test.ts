/** `fsck` over payloads, ref files, the store, and what blobsy remembers of them. */
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { statRecord } from "../../src/domain/stat-trust.js";
import { formatIdentity, ownIdentity } from "../../src/fs/owner.js";
import { lstatFacts } from "../../src/fs/facts.js";
import { StatCache } from "../../src/worktree/stat-cache.js";
import { sha256 } from "../helpers/bytes.js";
import { CONTENTS, describeFaults, fsckJson, UNPUSHED } from "../helpers/fsck.js";
import type { Repo } from "../helpers/repo.js";
import { world } from "../helpers/world.js";

const MODEL = CONTENTS["model.bin"];
/** As a process of another machine would have named it; once it is old, that process counts as gone. */
const dead = (prefix: string): string => `${prefix}.00000000.00000000.4711.1.0123456789ab`;
const DAYS_AGO = new Date(Date.now() - 3 * 86_400_000);

function old(file: string): void {
  utimesSync(file, DAYS_AGO, DAYS_AGO);
}

/** Other bytes, and a stat record that vouches for them: what a failing disk leaves. */
async function rot(repo: Repo, name: string): Promise<void> {
  const file = repo.path(name);
  const bytes = repo.read(name);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  const cache = StatCache.load(repo.worktreeState());
  const record = cache.get(name).payload;
  const facts = lstatFacts(file);
  if (!record || !facts) throw new Error("not in the stat cache");
  cache.update(name, { payload: statRecord(record.oid, facts, facts.ctimeNs + 5_000_000_000n) });
  await cache.save();
}

describeFaults("fsck finds and mends what is left over and remembered", [
  {
    what: "a temporary file",
    plant: (repo) => {
      const file = repo.state("tmp", dead("ingest"));
      writeFileSync(file, "half");
      old(file);
    },
    finds: [`leftover ${dead("ingest")}`],
  },
  {
    what: "a payload that was moved aside",
    plant: (repo) => {
      const file = repo.state("tmp", "aside", dead("aside"));
      writeFileSync(file, "bytes of the user's\n");
      old(file);
    },
    finds: [`leftover ${dead("aside")}`],
    then: (repo) => {
      expect(repo.storeHas("bytes of the user's\n")).toBe(true);
      expect(repo.mustBlobsy("recover")).toContain("interrupted");
    },
  },
  {
    what: "files beside a payload, any of which may have been one",
    plant: (repo) => {
      const names = [".blobsy-tmp", ".blobsy-aside"].map((name) => repo.path("data", dead(name)));
      for (const file of [...names, repo.path(dead(".blobsy-tmp"))]) {
        writeFileSync(file, file.includes("data") ? path.basename(file) : "");
        old(file);
      }
      // Of one the note is torn; of another one nothing is left.
      const torn = repo.state("tmp", "aside", `${dead(".blobsy-aside")}.json`);
      for (const file of [torn, torn.replace("0123", "4567")]) {
        writeFileSync(file, "{");
        old(file);
      }
    },
    finds: [
      `leftover data/${dead(".blobsy-tmp")}`,
      `leftover data/${dead(".blobsy-aside")}`,
      `leftover a/${dead(".blobsy-tmp")}`,
      `leftover ${dead(".blobsy-aside")}.json`,
      `leftover ${dead(".blobsy-aside").replace("0123", "4567")}.json`,
    ],
    then: (repo) => {
      expect(repo.storeHas(dead(".blobsy-tmp"))).toBe(true);
      expect(repo.storeHas(dead(".blobsy-aside"))).toBe(true);
      expect(repo.mustBlobsy("recover").split("interrupted")).toHaveLength(3);
    },
  },
  {
    what: "a journal",
    plant: (repo) => {
      mkdirSync(repo.worktreeState("journal"), { recursive: true });
      writeFileSync(repo.worktreeState("journal", "4711.1"), "owner\tnobody\n");
    },
    finds: ["leftover 4711.1"],
  },
  {
    what: "a lock",
    plant: (repo) => {
      const owner = formatIdentity({ ...ownIdentity(), start: "1" });
      writeFileSync(repo.worktreeState("lock"), owner);
      writeFileSync(repo.state("exclude.lock"), "nobody\n");
    },
    finds: ["leftover lock", "leftover exclude.lock"],
  },
  {
    what: "bytes that lay under another blob's name",
    plant: (repo) => {
      mkdirSync(repo.state("bad"), { recursive: true });
      writeFileSync(repo.state("bad", dead("bad")), "found elsewhere\n");
      old(repo.state("bad", dead("bad")));
    },
    finds: [`leftover ${dead("bad")}`],
    then: (repo) => expect(repo.storeHas("found elsewhere\n")).toBe(true),
  },
  {
    what: "a damaged stat cache",
    plant: (repo) => appendFileSync(repo.worktreeState("stat-cache"), "garbage\n"),
    finds: ["stat-cache stat-cache", "watch-list payloads", "watch-list refs"],
    then: (repo) => repo.assertPristine(),
  },
  {
    what: "a lost stat cache",
    plant: (repo) => rmSync(repo.worktreeState("stat-cache")),
    finds: [
      "stat-cache data/deep/part.bin",
      "stat-cache data/own.bin",
      "stat-cache model.bin",
      "watch-list payloads",
      "watch-list refs",
    ],
    then: (repo) => repo.assertPristine(),
  },
  {
    what: "an emptied list of payloads to watch",
    plant: (repo) => writeFileSync(repo.worktreeState("payloads"), ""),
    finds: ["watch-list payloads"],
    then: (repo) => {
      repo.write("model.bin", "edited\n");
      expect(repo.status()).toEqual([" M model.bin.bref"]);
    },
  },
  {
    what: "a stamp from the future",
    plant: (repo) => {
      const later = new Date(Date.now() + 86_400_000);
      utimesSync(repo.worktreeState("stamp"), later, later);
    },
    finds: ["stamp stamp"],
    then: (repo) => {
      repo.write("model.bin", "edited\n");
      expect(repo.status()).toEqual([" M model.bin.bref"]);
    },
  },
  {
    what: "no ignore lines",
    plant: (repo) => writeFileSync(repo.path(".git/info/exclude"), "# mine\n"),
    finds: ["ignore-lines info/exclude"],
    then: (repo) => {
      expect(repo.status()).toEqual([]);
      expect(repo.read(".git/info/exclude").toString()).toMatch(/^# mine\n/);
    },
  },
  {
    what: "a line too many",
    plant: (repo) => repo.sh("sed -i 's,^/model.bin$,&\\n/gone.bin,' .git/info/exclude"),
    finds: ["ignore-lines info/exclude"],
    then: (repo) => expect(repo.read(".git/info/exclude").toString()).not.toContain("gone.bin"),
  },
  {
    what: "a committed rule that has Git see payloads",
    plant: (repo) => {
      repo.write(".gitignore", "!model.bin\n");
      repo.must("add", ".gitignore");
    },
    finds: ["not-ignored model.bin"],
    repair: "left",
    byHand: (repo) => rmSync(repo.path(".gitignore")),
  },
  {
    what: "what an earlier run could not do",
    plant: (repo) => {
      const problem = { path: "model.bin", code: "NETWORK", message: "the remote was away" };
      writeFileSync(repo.worktreeState("problems"), `${JSON.stringify(problem)}\n`);
    },
    finds: ["unfinished model.bin"],
  },
]);

describeFaults("fsck finds and mends ref files", [
  ...(
    [
      ["cut short", (text: string) => text.slice(0, 40)],
      ["without its last line ending", (text: string) => text.slice(0, -1)],
      ["empty", () => ""],
      ["with an upper-case hash", (text: string) => text.toUpperCase()],
      ["with a second hash", (text: string) => text + text.split("\n")[2] + "\n"],
      ["longer than one may be", (text: string) => text + "#".repeat(5000) + "\n"],
      ["with a size that cannot be", (text: string) => text.replace(/size: .*/, "size: -1")],
    ] as const
  ).map(([what, damage]) => ({
    what: `one ${what}`,
    plant: (repo: Repo) => repo.write("model.bin.bref", damage(repo.ref("model.bin")?.text ?? "")),
    finds: ["ref-file model.bin.bref"],
    then: (repo: Repo) => {
      repo.assertInStep("model.bin");
      repo.assertPristine();
    },
  })),
  {
    what: "one that is staged broken, and whole in the last commit",
    plant: (repo) => {
      repo.write("model.bin.bref", "garbage\n");
      repo.must("add", "model.bin.bref");
    },
    finds: ["ref-file model.bin.bref"],
    then: (repo) => repo.assertPristine(),
  },
  {
    what: "one that is broken in the last commit too, from what was agreed",
    plant: (repo) => {
      repo.write("model.bin.bref", "garbage\n");
      repo.must("commit", "-q", "--no-verify", "-am", "break it");
    },
    finds: ["ref-file model.bin.bref"],
    then: (repo) => {
      repo.assertInStep("model.bin");
      repo.must("commit", "-qm", "mended");
      repo.assertPristine();
    },
  },
  {
    what: "one with conflict markers, which stays for a person",
    plant: (repo) => repo.write("model.bin.bref", "<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n"),
    finds: ["ref-file model.bin.bref"],
    repair: "left",
    byHand: (repo) => repo.must("checkout", "HEAD", "--", "model.bin.bref"),
  },
  {
    what: "one of a newer version, which stays",
    plant: (repo) => {
      const text = repo.ref("model.bin")?.text ?? "";
      repo.write("model.bin.bref", text.replace("blobsy-bref/0.1", "blobsy-bref/1.0"));
    },
    finds: ["ref-file model.bin.bref"],
    repair: "left",
  },
  {
    what: "one that is a link",
    plant: (repo) => {
      renameSync(repo.path("model.bin.bref"), repo.path("elsewhere"));
      symlinkSync("elsewhere", repo.path("model.bin.bref"));
    },
    finds: ["ref-file model.bin.bref"],
    repair: "left",
    byHand: (repo) => {
      rmSync(repo.path("model.bin.bref"));
      repo.must("restore", "model.bin.bref");
    },
  },
]);

describeFaults("fsck finds names that cannot be", [
  {
    what: "a refused name",
    plant: (repo) => {
      const oid = repo.must("rev-parse", "HEAD:model.bin.bref").trim();
      repo.must("update-index", "--add", "--cacheinfo", `100644,${oid},data/.gitmodules.bref`);
    },
    finds: ["path-refused data/.gitmodules.bref"],
    repair: "left",
    byHand: (repo) => repo.must("rm", "-q", "--cached", "data/.gitmodules.bref"),
  },
  {
    what: "a payload behind a link",
    plant: (repo) => {
      renameSync(repo.path("data/deep"), repo.path("data/real"));
      symlinkSync("real", repo.path("data/deep"));
    },
    finds: ["path-refused data/deep/part.bin"],
    repair: "left",
    byHand: (repo) => {
      rmSync(repo.path("data/deep"));
      renameSync(repo.path("data/real"), repo.path("data/deep"));
    },
  },
  {
    what: "a payload that Git tracks itself",
    plant: (repo) => repo.must("add", "-f", "model.bin"),
    finds: ["payload-in-git model.bin"],
    then: (repo) => {
      repo.assertInStep("model.bin");
      repo.assertPristine();
    },
  },
  {
    what: "another file of Git's at a payload's path",
    plant: (repo) => {
      repo.write("model.bin", "Git's own\n");
      repo.must("add", "-f", "model.bin");
      repo.must("restore", "--staged", "--worktree", "model.bin.bref");
    },
    finds: ["payload-in-git model.bin"],
    repair: "left",
    byHand: (repo) => {
      repo.must("rm", "-q", "--cached", "model.bin");
      repo.mustBlobsy("resolve", "--theirs", "model.bin");
    },
    then: (repo) => repo.assertPayload("model.bin", MODEL),
  },
  {
    what: "names that are one where case does not count",
    plant: (repo) => repo.track("Model.BIN", "other\n"),
    finds: ["names-collide Model.BIN"],
    repair: "left",
    byHand: (repo) => repo.must("mv", "Model.BIN.bref", "second.bin.bref"),
    then: (repo) => repo.assertPayload("second.bin", "other\n"),
  },
  {
    what: "names that are one where Unicode is normalised",
    plant: (repo) => {
      repo.track("caf\u00e9.bin", "one\n");
      repo.track("cafe\u0301.bin", "two\n");
    },
    finds: ["names-collide cafe\u0301.bin"],
    repair: "left",
  },
  {
    what: "a payload and a plain file that are one where case does not count",
    plant: (repo) => {
      repo.write("MODEL.bin", "plain\n");
      repo.must("add", "MODEL.bin");
    },
    finds: ["names-collide model.bin"],
    repair: "left",
    byHand: (repo) => repo.must("mv", "MODEL.bin", "plain.txt"),
  },
]);

describeFaults("fsck finds and mends damaged bytes", [
  {
    what: "an object that rotted, from its payload",
    plant: (repo) => repo.corruptObject(UNPUSHED.content),
    finds: [`object-damaged ${sha256(UNPUSHED.content)}`],
    then: (repo) => expect(repo.storeHas(UNPUSHED.content)).toBe(true),
  },
  {
    what: "an object that was cut short, from its payload",
    plant: (repo) => {
      chmodSync(repo.object(UNPUSHED.content), 0o644);
      truncateSync(repo.object(UNPUSHED.content), 10);
    },
    finds: [`object-damaged ${sha256(UNPUSHED.content)}`],
    then: (repo) => expect(repo.storeHas(UNPUSHED.content)).toBe(true),
  },
  {
    what: "an object that rotted, from the remote",
    plant: (repo) => {
      repo.mustBlobsy("fetch");
      rmSync(repo.path("model.bin"));
      if (!repo.storeHas(MODEL)) throw new Error("nothing to damage");
      repo.corruptObject(MODEL);
    },
    finds: [`object-damaged ${sha256(MODEL)}`],
    then: (repo) => {
      expect(repo.storeHas(MODEL)).toBe(true);
      repo.mustBlobsy("pull");
      repo.assertPayload("model.bin", MODEL);
    },
  },
  {
    what: "an object of which there is no good copy stays",
    plant: (repo) => {
      rmSync(repo.path(UNPUSHED.name));
      repo.corruptObject(UNPUSHED.content);
    },
    finds: [`object-damaged ${sha256(UNPUSHED.content)}`],
    repair: "left",
    byHand: (repo) => {
      repo.write("back", UNPUSHED.content);
      renameSync(repo.path("back"), repo.path(UNPUSHED.name));
      repo.mustBlobsy("sync");
      repo.mustBlobsy("fsck", "--repair");
    },
  },
  {
    what: "a file that is none of the store's",
    plant: (repo) => repo.write(".git/blobsy/objects/00/notes.txt", "mine\n"),
    finds: ["object-stray notes.txt"],
    then: (repo) => expect(repo.storeHas("mine\n")).toBe(true),
  },
  {
    what: "a payload that rotted, from the store",
    plant: (repo) => rot(repo, UNPUSHED.name),
    finds: [`payload-damaged ${UNPUSHED.name}`],
    then: (repo) => {
      repo.assertPayload(UNPUSHED.name, UNPUSHED.content);
      repo.assertPristine();
      expect(repo.mustBlobsy("recover")).toContain(UNPUSHED.name);
    },
  },
  {
    what: "a payload that rotted, from the remote",
    plant: (repo) => {
      rmSync(repo.object(MODEL), { force: true });
      return rot(repo, "model.bin");
    },
    finds: ["payload-damaged model.bin"],
    then: (repo) => {
      repo.assertPayload("model.bin", MODEL);
      repo.assertPristine();
    },
  },
  {
    what: "a payload that rotted and is nowhere else stays, and is no edit",
    plant: (repo) => {
      rmSync(repo.object(UNPUSHED.content));
      return rot(repo, UNPUSHED.name);
    },
    finds: [`payload-damaged ${UNPUSHED.name}`],
    repair: "left",
    then: (repo) => expect(repo.status()).toEqual([]),
  },
]);

test("fsck takes no edit for damage, whatever its times say", () => {
  const w = world();
  const repo = w.initWithRemote();
  repo.track("model.bin", "one version\n");
  repo.track("other.bin", "one version\n");
  const before = lstatFacts(repo.path("model.bin"));
  repo.write("model.bin", "two version\n");
  repo.setMtime("model.bin", new Date(Number((before?.mtimeNs ?? 0n) / 1_000_000n)));
  rmSync(repo.path("other.bin"));
  expect(fsckJson(repo)).toEqual({ code: 0, faults: [] });
  expect(fsckJson(repo, "--repair")).toEqual({ code: 0, faults: [] });
  repo.assertPayload("model.bin", "two version\n");
  expect(repo.status()).toEqual([" M model.bin.bref"]);
});

test("fsck --all fetches damaged blobs of other commits as well", () => {
  const w = world();
  const repo = w.initWithRemote();
  repo.track("model.bin", "first\n");
  repo.write("model.bin", "second\n");
  repo.commitAll("second");
  repo.must("push", "-q");
  repo.corruptObject("first\n");

  expect(fsckJson(repo, "--all", "--repair")).toMatchObject({
    code: 0,
    faults: [{ state: "mended" }],
  });
  expect(repo.storeHas("first\n")).toBe(true);
});

test("a payload that a link hides stops no commit of something else", () => {
  const w = world();
  const repo = w.initWithRemote();
  repo.track("data/model.bin", "first\n");
  renameSync(repo.path("data"), repo.path("real"));
  symlinkSync("real", repo.path("data"));
  repo.write(".gitignore", "*.tmp\n");
  repo.must("add", ".gitignore");
  repo.must("commit", "-qm", "ignore");
});

test("fsck reads for people, too", () => {
  const w = world();
  const repo = w.initWithRemote();
  repo.track("model.bin", "first\n");
  repo.corruptObject("first\n");
  const found = repo.blobsy("fsck");
  expect(found.stdout).toMatch(
    /^object-damaged: .*: its bytes are not what its name says \(the blob of model\.bin\)\n$/,
  );
  expect(found.stderr).toMatch(/: 1 fault\nnext: blobsy fsck --repair\n$/);
  const mended = repo.blobsy("fsck", "--repair");
  expect(mended.stdout).toMatch(/\(mended\)\n$/);
  expect(repo.blobsy("fsck").stderr).toMatch(/^looked at 1 ref file, .*: nothing is wrong\n$/);
});
