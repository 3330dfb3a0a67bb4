/** Entries that Git is to believe again, while others change the index. */
import { mkdirSync, readdirSync, renameSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { settleEntries } from "../../../src/git/settle-entries.js";
import { gitWorld, type TestRepo } from "./git-world.js";

const REF = "m.bin.bref";
const TEXT = "size: 10\n";

/** The ref file's text grew, and was staged while the file was the old one: its entry has that size. */
async function unsettled(): Promise<{
  repo: TestRepo;
  settle: (meanwhile?: () => void) => Promise<void>;
}> {
  const world = gitWorld();
  const repo = world.init("repo");
  repo.must("config", "filter.blobsy.clean", "sed s/9/10/");
  repo.commit(".gitattributes", "*.bref filter=blobsy\n");
  repo.commit(REF, "size: 9\n");
  repo.write(REF, TEXT);
  const found = await repo.find();
  mkdirSync(`${found.sharedState}/tmp`, { recursive: true });
  const settle = async (meanwhile: () => void = () => undefined): Promise<void> => {
    let isFirst = true;
    await settleEntries(found, new Set([REF]), () => {
      if (isFirst) meanwhile();
      isFirst = false;
      return Buffer.from(TEXT);
    });
    expect(readdirSync(`${found.sharedState}/tmp`)).toEqual([]);
    expect(readdirSync(found.gitDir).filter((name) => name.includes("blobsy-"))).toEqual([]);
  };
  return { repo, settle };
}

const isPristine = (repo: TestRepo) => repo.git("diff-index", "--quiet", "HEAD").code === 0;
const staged = (repo: TestRepo) => repo.must("ls-files", "-s", REF);

describe("settling entries", () => {
  it.each([
    ["an index", []],
    ["a split index", ["--split-index"]],
    ["an index with an untracked cache", ["--untracked-cache"]],
    ["an index of version 4", ["--index-version", "4"]],
  ])("makes Git believe what %s says", async (_what, how) => {
    const { repo, settle } = await unsettled();
    repo.must("config", "core.splitIndex", String(how.includes("--split-index")));
    if (how.length > 0) repo.must("update-index", ...how);
    const before = staged(repo);
    expect(isPristine(repo)).toBe(false);
    await settle();
    expect(isPristine(repo)).toBe(true);
    expect(staged(repo)).toBe(before);
    expect(repo.must("fsck")).toBe("");
    const isSplit = readdirSync(repo.path(".git")).some((name) => name.startsWith("sharedindex"));
    expect(isSplit).toBe(how.includes("--split-index"));
    expect(repo.read(".git/index").includes("UNTR")).toBe(how.includes("--untracked-cache"));
  });

  it("where the index is a link, settles what it leads to", async () => {
    const { repo, settle } = await unsettled();
    renameSync(repo.path(".git/index"), repo.path(".git/real"));
    symlinkSync("real", repo.path(".git/index"));
    await settle();
    expect(isPristine(repo)).toBe(true);
    expect(repo.has(".git/index.lock") || repo.has(".git/real.lock")).toBe(false);
    expect(repo.read(".git/real")).toBe(repo.read(".git/index"));
  });

  it("undoes nothing that another Git command did meanwhile", async () => {
    const { repo, settle } = await unsettled();
    const other = repo.must("hash-object", "-w", "--no-filters", ".gitattributes");
    await settle(() => repo.must("update-index", "--cacheinfo", `100644,${other},${REF}`));
    expect(staged(repo)).toContain(other);

    const second = await unsettled();
    await second.settle(() => second.repo.must("rm", "-q", "--cached", REF));
    expect(staged(second.repo)).toBe("");
  });

  it("goes on from what another Git command did to other entries", async () => {
    const { repo, settle } = await unsettled();
    repo.write("new.txt", "new\n");
    await settle(() => repo.must("add", "new.txt"));
    expect(repo.must("diff", "--cached", "--name-only")).toBe("new.txt");
    expect(repo.must("diff-files", "--name-only")).toBe("");
  });

  it("leaves an index alone that another Git command has locked", async () => {
    const { repo, settle } = await unsettled();
    const before = repo.read(".git/index");
    await settle(() => repo.write(".git/index.lock", "theirs"));
    expect(repo.read(".git/index.lock")).toBe("theirs");
    expect(repo.read(".git/index")).toBe(before);
    await settle();
    expect(repo.read(".git/index")).toBe(before);
  });
});
