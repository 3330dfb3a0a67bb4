/** What a push publishes, from real repositories. */
import { describe, expect, it } from "vitest";
import {
  introducedBy,
  parsePushInput,
  refFilesToPublish,
  type PublishedRefFile,
  type PushedRef,
} from "../../../src/git/history.js";
import { gitWorld, type TestRepo } from "./git-world.js";

const A = "a".repeat(40);
const B = "b".repeat(40);
const ZERO = "0".repeat(40);

describe("parsePushInput", () => {
  const parse = (text: string) => parsePushInput(Buffer.from(text, "latin1"));

  it("reads updates and deletions", () => {
    expect(
      parse(`refs/heads/x ${A} refs/heads/y ${B}\n(delete) ${ZERO} refs/heads/z ${B}\n`),
    ).toEqual([
      {
        localRef: "refs/heads/x",
        localOid: A,
        remoteRef: "refs/heads/y",
        remoteOid: B,
        isDelete: false,
      },
      {
        localRef: "(delete)",
        localOid: ZERO,
        remoteRef: "refs/heads/z",
        remoteOid: B,
        isDelete: true,
      },
    ]);
  });

  it("reads what an expression with blanks gives", () => {
    expect(parse(`HEAD@{1 day ago} ${A} refs/heads/y ${ZERO}\n`)[0]).toMatchObject({
      localRef: "HEAD@{1 day ago}",
      localOid: A,
    });
  });

  it("nothing is nothing", () => {
    expect(parse("")).toEqual([]);
  });

  it.each([
    ["no line end", `r ${A} r ${B}`],
    ["an empty line", `\nr ${A} r ${B}\n`],
    ["three fields", `r ${A} r\n`],
    ["two blanks", `r  ${A} r ${B}\n`],
    ["a blank at the end", `r ${A} r ${B} \n`],
    ["a tab", `r\t${A} r ${B}\n`],
    ["a carriage return", `r ${A} r ${B}\r\n`],
    ["upper-case digits", `r ${A.toUpperCase()} r ${B}\n`],
    ["something else for an object", `r --output=x r ${B}\n`],
    ["a short object id", `r ${A.slice(1)} r ${B}\n`],
    ["object ids of two kinds", `r ${A} r ${"b".repeat(64)}\n`],
    ["a blank in the remote ref", `r ${A} r r ${B.slice(0, 39)}\n`],
    ["a line of a megabyte", `${"r".repeat(1 << 20)} ${A} r ${B}\n`],
  ])("refuses %s", (_what, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "PUSH_REFUSED" }));
  });
});

const push = (...oids: string[]): PushedRef[] =>
  oids.map((localOid) => ({
    localRef: "x",
    localOid,
    remoteRef: "refs/heads/x",
    remoteOid: ZERO,
    isDelete: localOid === ZERO,
  }));

async function published(repo: TestRepo, tips: string[], proven: string[] = []): Promise<string[]> {
  const oids = tips.map((tip) => repo.must("rev-parse", tip));
  const known = proven.map((tip) => repo.must("rev-parse", tip));
  const files = await allOf(await repo.find(), push(...oids), known);
  return files.map(({ path, content }) => `${path.toString()}=${content.toString()}`).sort();
}

async function allOf(...args: Parameters<typeof refFilesToPublish>): Promise<PublishedRefFile[]> {
  const files: PublishedRefFile[] = [];
  for await (const file of refFilesToPublish(...args)) files.push(file);
  return files;
}

describe("refFilesToPublish", () => {
  it("finds those of every commit, gone ones too, each path and text once", async () => {
    const repo = gitWorld().init("repo");
    repo.commit("a.bref", "1");
    repo.commit("a.bref", "2");
    repo.commit("dir/b c.bref", "b");
    repo.must("rm", "-q", "dir/b c.bref");
    repo.must("commit", "-qm", "gone");
    repo.commit("note.txt", "1");
    repo.commit("a.bref", "1");

    expect(await published(repo, ["main"])).toEqual(["a.bref=1", "a.bref=2", "dir/b c.bref=b"]);
  });

  it("leaves out what proven commits have, but never a pushed commit's own tree", async () => {
    const repo = gitWorld().init("repo");
    repo.commit("old.bref", "old");
    repo.commit("kept.bref", "kept");
    repo.must("rm", "-q", "old.bref");
    repo.must("commit", "-qm", "gone");
    repo.commit("a.bref", "1");
    repo.commit("a.bref", "2");

    expect(await published(repo, ["main"], ["main~2"])).toEqual([
      "a.bref=1",
      "a.bref=2",
      "kept.bref=kept",
    ]);
    expect(await published(repo, ["main"], ["main"])).toEqual(["a.bref=2", "kept.bref=kept"]);
  });

  it("passes over proven commits that are not here", async () => {
    const repo = gitWorld().init("repo");
    repo.commit("a.bref", "1");
    const main = repo.must("rev-parse", "main");
    const files = await allOf(await repo.find(), push(main), [A, "--all", "HEAD"]);

    expect(files).toHaveLength(1);
  });

  it("finds a text that lies under another name as well", async () => {
    const repo = gitWorld().init("repo");
    repo.commit("z.bref", "same");
    repo.commit("a.txt", "same");
    repo.must("rm", "-q", "z.bref");
    repo.must("commit", "-qm", "gone");

    expect(await published(repo, ["main"])).toEqual(["z.bref=same"]);
  });

  it("finds what a merge itself brings, and both its sides", async () => {
    const repo = gitWorld().init("repo");
    repo.commit("a.bref", "base");
    repo.must("checkout", "-q", "-b", "side");
    repo.commit("side.bref", "side");
    repo.commit("a.bref", "theirs");
    repo.must("checkout", "-q", "main");
    repo.commit("a.bref", "ours");
    repo.git("merge", "-q", "side");
    repo.write("a.bref", "merged");
    repo.must("commit", "-qam", "merge");
    repo.commit("a.bref", "after");

    expect(await published(repo, ["main"])).toEqual(
      ["after", "base", "merged", "ours", "theirs"]
        .map((text) => `a.bref=${text}`)
        .concat("side.bref=side"),
    );
    // Only the second parent is proven.
    expect(await published(repo, ["main"], ["side"])).toEqual([
      "a.bref=after",
      "a.bref=merged",
      "a.bref=ours",
      "side.bref=side",
    ]);
  });

  it("follows annotated tags, also of tags and of trees; a tag of a blob publishes nothing", async () => {
    const repo = gitWorld().init("repo");
    repo.commit("a.bref", "1");
    repo.must("tag", "-a", "-m", "one", "one");
    repo.must("tag", "-a", "-m", "two", "two", "one");
    repo.must("tag", "-a", "-m", "tree", "tree", "HEAD^{tree}");
    repo.must("tag", "-a", "-m", "blob", "blob", "HEAD:a.bref");

    for (const tag of ["one", "two", "tree"])
      expect(await published(repo, [tag])).toEqual(["a.bref=1"]);
    expect(await published(repo, ["blob"])).toEqual([]);
  });

  it("a deletion publishes nothing", async () => {
    const repo = gitWorld().init("repo");
    repo.commit("a.bref", "1");
    expect(await allOf(await repo.find(), push(ZERO), [])).toEqual([]);
  });

  it("takes in a shallow clone's oldest commit whole", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    repo.commit("a.bref", "1");
    repo.commit("b.bref", "2");
    repo.commit("a.bref", "3");
    world.run(["git", "clone", "-q", "--depth=1", `file://${repo.dir}`, "shallow"], world.dir);
    const shallow = Object.assign(Object.create(repo) as TestRepo, { dir: world.path("shallow") });

    expect(await published(shallow, ["main"])).toEqual(["a.bref=3", "b.bref=2"]);
  });

  it("looks at the real objects, whatever replaces them here", async () => {
    const repo = gitWorld().init("repo");
    repo.commit("a.bref", "real");
    const real = repo.must("rev-parse", "main");
    repo.must("checkout", "-q", "--orphan", "other");
    repo.must("rm", "-qf", "a.bref");
    repo.commit("x.txt", "x");
    repo.must("replace", real, "other");

    const files = await allOf(await repo.find(), push(real), []);
    expect(files.map(({ path }) => path.toString())).toEqual(["a.bref"]);
  });

  it("keeps odd paths as bytes, and takes neither links nor too much text for a ref file", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    const blob = world
      .run(["sh", "-c", "printf x | git hash-object -w --stdin"], repo.dir)
      .stdout.trim();
    const names = ["\xff\xfe.bref", "new\\012line.bref", "--output=x.bref", "*.bref"];
    for (const name of names) {
      const ran = world.run(
        [
          "sh",
          "-c",
          `printf '100644 %s 0\\t${name.replace("\xff\xfe", "\\377\\376")}\\0' ${blob} | git update-index -z --index-info`,
        ],
        repo.dir,
      );
      expect(ran.code).toBe(0);
    }
    repo.must("update-index", "--add", "--cacheinfo", `120000,${blob},link.bref`);
    repo.must("commit", "-qm", "odd");
    repo.commit("long.bref", "x".repeat(1_000_000));

    const files = await allOf(await repo.find(), push(repo.must("rev-parse", "main")), []);
    const found = new Map(
      files.map(({ path, content }) => [path.toString("latin1"), content.length]),
    );

    expect(found).toEqual(
      new Map([
        ["*.bref", 1],
        ["--output=x.bref", 1],
        ["long.bref", 4097],
        ["new\nline.bref", 1],
        ["\xff\xfe.bref", 1],
      ]),
    );
  });

  it("finds one in each of many commits", async () => {
    const world = gitWorld();
    const repo = world.init("repo");
    const commits = Array.from({ length: 2000 }, (_, n) => {
      const text = `text ${n}`;
      const file = `M 100644 inline d/${n % 7}.bref\ndata ${text.length}\n${text}\n`;
      return `commit refs/heads/main\ncommitter A <a@b> ${n} +0000\ndata 1\nx\n${file}`;
    });
    repo.write("stream", commits.join(""));
    expect(world.run(["sh", "-c", "git fast-import --quiet <stream"], repo.dir).code).toBe(0);

    expect(await published(repo, ["main"])).toHaveLength(2000);
    expect(await published(repo, ["main"], ["main~10"])).toHaveLength(10);
  });
});

describe("introducedBy", () => {
  it("names the commit that brought the text in, and its author", async () => {
    const repo = gitWorld().init("repo");
    repo.commit("note.txt", "1");
    repo.write("a.bref", "text");
    repo.must("add", ".");
    repo.must("commit", "-qm", "in", "--author=B\u00f6 <bo@example.org>");
    const commit = repo.must("rev-parse", "main");
    repo.must("rm", "-q", "a.bref");
    repo.must("commit", "-qm", "out");
    repo.commit("b.bref", "text");
    const blob = repo.must("rev-parse", "main:b.bref");

    expect(await introducedBy(await repo.find(), blob, "a.bref")).toEqual({
      commit,
      author: "B\u00f6 <bo@example.org>",
    });
  });

  it("knows nothing of a text that no ref leads to", async () => {
    const repo = gitWorld().init("repo");
    repo.commit("note.txt", "1");
    expect(await introducedBy(await repo.find(), A, "a.bref")).toBeNull();
    await expect(introducedBy(await repo.find(), "--output=x", "a")).rejects.toThrow(TypeError);
  });
});
