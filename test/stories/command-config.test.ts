/** `ls` and `config`. */
import { describe, expect, it } from "vitest";
import { bytes, sha256 } from "../helpers/bytes.js";
import type { Repo } from "../helpers/repo.js";
import { sharedWorld } from "../helpers/world.js";

const w = sharedWorld((made) => {
  const a = made.initWithRemote();
  const names = ["data/x.bin", "data/y z.bin", "top.bin"];
  for (const name of names) a.write(name, bytes(name));
  a.mustBlobsy("track", ...names);
  a.must("commit", "-qm", "payloads");
  a.must("push", "-q");
  made.snapshot();
});

function fresh(): Repo {
  w().restore();
  const a = w().repo("a");
  a.status();
  return a;
}

describe("ls", () => {
  it("lists what is below the current directory, by names the next command takes", () => {
    const a = fresh();
    a.remove("data/x.bin");
    const lines = a.mustBlobsy("ls").trimEnd().split("\n");
    expect(lines.map((line) => line.replace(/\s{2,}/g, "|"))).toEqual([
      `absent|64 B|${sha256(bytes("data/x.bin")).slice(0, 12)}|data/x.bin`,
      `in-step|64 B|${sha256(bytes("data/y z.bin")).slice(0, 12)}|data/y z.bin`,
      `in-step|64 B|${sha256(bytes("top.bin")).slice(0, 12)}|top.bin`,
    ]);
    const below = a.run(["blobsy", "ls", "--name-only"], { in: "data" });
    expect(below.stdout).toBe("x.bin\ny z.bin\n");
    expect(a.run(["blobsy", "ls", "--name-only", ".."], { in: "data" }).stdout).toBe(
      "x.bin\ny z.bin\n../top.bin\n",
    );
    const dropped = a.run(["sh", "-c", "blobsy ls -z | xargs -0 blobsy drop --"], { in: "data" });
    expect(dropped.code, dropped.stderr).toBe(0);
    a.assertPayload("data/y z.bin", null);
  });

  it("--json; and what is not tracked is an error", () => {
    const a = fresh();
    expect(JSON.parse(a.mustBlobsy("ls", "--json", "top.bin"))).toMatchObject({
      files: [
        { path: "top.bin", state: "in-step", size: 64, hash: `sha256:${sha256(bytes("top.bin"))}` },
      ],
    });
    expect(a.blobsy("ls", "note.txt").code).toBe(1);
  });
});

describe("config", () => {
  it("sets, adds, gets and unsets in .blobsyconfig; every other line stays", () => {
    const a = fresh();
    const text = a.read(".blobsyconfig").toString();
    a.write(".blobsyconfig", `${text}# why\n[externalize]\n    minSize = 1mb ; for now\n`);
    a.mustBlobsy("config", "set", "externalize.minSize", "5mb");
    a.mustBlobsy("config", "add", "externalize.never", "*.md", "*.txt");
    expect(a.read(".blobsyconfig").toString()).toBe(
      `${text}# why\n[externalize]\n    minSize = 5mb ; for now\n    never = *.md\n    never = *.txt\n`,
    );
    expect(a.mustBlobsy("config", "get", "externalize.never")).toBe("*.md\n*.txt\n");
    a.mustBlobsy("config", "unset", "externalize.never");
    expect(a.mustBlobsy("config", "get", "externalize.minsize")).toBe("5mb\n");
    const again = a.blobsy("config", "unset", "externalize.never");
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/never is not set in \.blobsyconfig; nothing was changed/);
    a.mustBlobsy("config", "set", "--local", "externalize.never", "*.md");
    expect(a.blobsy("config", "unset", "externalize.never").stderr).toMatch(
      /but in git config --local.*\n.*next: blobsy config unset --local externalize\.never\n/,
    );
    a.write("three.dat", Buffer.alloc(3_000_000));
    expect(a.blobsy("track", ".").stderr).toMatch(/three\.dat: .*smaller than 5\.0 MB/);
  });

  it("lists every setting in force with its origin; your own outranks the committed one", () => {
    const a = fresh();
    a.mustBlobsy("config", "set", "transfer.concurrency", "4");
    a.mustBlobsy("config", "set", "--local", "transfer.concurrency", "2");
    a.mustBlobsy("config", "set", "--global", "detect", "commit");
    const lines = a.mustBlobsy("config").replace(/ {2,}/g, "|").split("\n");
    expect(lines).toContain("transfer.concurrency|2|(.git/config)");
    expect(lines).toContain("externalize.minSize|1mb|(default)");
    expect(lines).toContain("backend.default.url|local:../blobs|(.blobsyconfig)");
    expect(lines.find((line) => line.startsWith("detect|"))).toMatch(/commit\|\(.*\.gitconfig\)/);
    const document = JSON.parse(
      a.mustBlobsy("config", "get", "transfer.concurrency", "--json"),
    ) as object;
    expect(document).toMatchObject({
      setting: { values: ["2"], overrides: [{ values: ["4"], origin: ".blobsyconfig" }] },
    });
    a.mustBlobsy("config", "unset", "--local", "transfer.concurrency");
    expect(a.mustBlobsy("config", "get", "transfer.concurrency")).toBe("4\n");
    expect(a.git("config", "--local", "blobsy.transfer.concurrency").code).toBe(1);
  });

  it.each([
    ["a value that is not allowed", ["set", "detect", "sometimes"], /monitor, arm, commit/],
    ["the same for yourself", ["set", "--local", "detect", "sometimes"], /monitor, arm, commit/],
    ["a setting there is not", ["set", "frobnicate", "1"], /no setting frobnicate/],
    ["what only you may set", ["set", "backend.default.profile", "me"], /your own setting/],
    ["two values of one", ["set", "detect", "arm", "commit"], /one value/],
    ["a value that says nothing", ["set", "detect"], /its value/],
    ["to unset what is not set", ["unset", "fetch.include"], /not set/],
    ["to get what is not set", ["get", "fetch.include"], /not set/],
    ["another verb", ["frobnicate"], /does not know/],
    ["two scopes", ["set", "--local", "--global", "detect", "arm"], /only one/],
    [
      "an address with a password",
      ["set", "backend.default.url", "https://u:secret@h/p"],
      /user|password/,
    ],
  ])("refuses %s, and writes nothing", (_what, args, words) => {
    const a = fresh();
    const before = a.read(".blobsyconfig").toString() + a.read(".git/config").toString();
    const ran = a.blobsy("config", ...args);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(words);
    expect(ran.stderr).not.toMatch(/secret/);
    expect(a.read(".blobsyconfig").toString() + a.read(".git/config").toString()).toBe(before);
  });

  it("--global works outside a repository; --dry-run writes nothing", () => {
    const world = w();
    expect(
      world.run(["blobsy", "config", "set", "--global", "transfer.concurrency", "3"]).code,
    ).toBe(0);
    expect(world.must("git", "config", "--global", "blobsy.transfer.concurrency")).toBe("3\n");
    const a = fresh();
    a.mustBlobsy("config", "set", "--dry-run", "transfer.concurrency", "3");
    a.assertPristine();
  });
});

it("completion for a shell it does not know is an error", () => {
  expect(w().repo("a").blobsy("completion", "tcsh").code).toBe(1);
});
