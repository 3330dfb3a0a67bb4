/** `track`: files that Git has already, files that Git ignores, files that are still being written. */
import { describe, expect, it } from "vitest";
import { bytes, sha256, sized } from "../helpers/bytes.js";
import type { Repo } from "../helpers/repo.js";
import { sharedWorld } from "../helpers/world.js";

const BIG = sized("big", 1_500_000);

const w = sharedWorld((made) => {
  const a = made.initWithRemote();
  a.write("data/big.bin", BIG);
  a.write("data/small.txt", "small\n");
  a.sh("chmod +x data/big.bin && git add data && git commit -q --no-verify -m data");
  made.snapshot();
});

function fresh(): Repo {
  w().restore();
  const a = w().repo("a");
  a.status();
  return a;
}

describe("track of a file that Git has", () => {
  it.each([["data/big.bin"], ["data"], ["data/*.bin"]])(
    "%s: out of the index, the file untouched, with a word about history",
    (argument) => {
      const a = fresh();
      const inode = a.inode("data/big.bin");
      const ran = a.blobsy("track", argument);
      expect(ran.code, ran.stderr).toBe(0);
      expect(ran.stderr).toMatch(/taken out of Git's index: data\/big\.bin/);
      expect(ran.stderr).toMatch(/history keeps the versions committed before/);
      expect(a.status()).toEqual(["D  data/big.bin", "A  data/big.bin.bref"]);
      expect(a.inode("data/big.bin")).toBe(inode);
      a.must("commit", "-qm", "a payload now");
      a.assertPristine();
      a.assertInStep("data/big.bin");
      expect(a.must("ls-files", "-s", "data/big.bin.bref")).toMatch(/^100755/);
      a.must("push", "-q");
      expect(a.remoteHas(BIG)).toBe(true);
    },
  );

  it("with changes that are not committed: the file as it is becomes the payload", () => {
    const a = fresh();
    a.write("data/big.bin", bytes("edit"));
    a.mustBlobsy("track", "data/big.bin");
    a.assertInStep("data/big.bin");
    a.assertPayload("data/big.bin", bytes("edit"));
  });

  it("refuses what would lose a staged version, and a path in a stopped merge", () => {
    const a = fresh();
    a.write("data/big.bin", bytes("staged"));
    a.must("add", "data/big.bin");
    a.write("data/big.bin", bytes("later"));
    const ran = a.blobsy("track", "data/big.bin");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/git restore --staged data\/big\.bin/);
    expect(a.has("data/big.bin.bref")).toBe(false);
    expect(a.status()).toEqual(["MM data/big.bin"]);
  });

  it("--dry-run says so and changes nothing; --json has it", () => {
    const a = fresh();
    const dry = JSON.parse(a.mustBlobsy("track", "--dry-run", "--json", "data")) as object;
    expect(dry).toMatchObject({
      tracked: [{ path: "data/big.bin", was: "in-git" }],
      skipped: [
        {
          path: "data/small.txt",
          reason: "stays in Git: smaller than 1.0 MB (externalize.minSize)",
        },
      ],
    });
    a.assertPristine();
  });
});

describe("track and what Git reads itself", () => {
  it("is neither taken from a directory nor asked for by pre-commit, however small minSize is", () => {
    const a = fresh();
    a.mustBlobsy("config", "set", "externalize.minSize", "1");
    a.mustBlobsy("config", "set", "externalize.always", "**");
    a.write("data/.gitignore", "*.log\n");
    a.write("data/.gitattributes", "*.png binary\n");
    a.must("add", ".blobsyconfig", "data/.gitignore", "data/.gitattributes");
    a.must("commit", "-qm", "rules");
    const document = JSON.parse(a.mustBlobsy("track", "--json", ".")) as {
      skipped: { path: string; reason: string }[];
    };
    const reason = "stays in Git: Git or blobsy reads it itself";
    for (const path of [".blobsyconfig", ".gitattributes", "data/.gitignore"]) {
      expect(document.skipped).toContainEqual({ path, reason });
    }
    expect(a.has("data/small.txt.bref")).toBe(true);
  });
});

describe("track and what Git ignores", () => {
  it("in a directory ignored files stay out, each with the reason", () => {
    const a = fresh();
    a.write(".gitignore", "*.log\nbuild/\n");
    a.write("data/huge.log", BIG);
    a.write("data/build/out.bin", BIG);
    const document = JSON.parse(a.mustBlobsy("track", "--json", "data")) as {
      skipped: { path: string; reason: string }[];
    };
    expect(document.skipped).toContainEqual({ path: "data/huge.log", reason: "ignored by Git" });
    expect(document.skipped).toContainEqual({ path: "data/build/", reason: "ignored by Git" });
    expect(a.must("ls-files", "data")).toBe("data/big.bin.bref\ndata/small.txt\n");
  });

  it("a payload may be ignored by the user's own rule; an ignored ref file is never staged", () => {
    const a = fresh();
    a.write(".gitignore", "*.npy\n/out/\n");
    a.write("x.npy", bytes("x"));
    a.write("out/y.bin", bytes("y"));
    const ran = a.blobsy("track", "x.npy", "out/y.bin");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(
      /out\/y\.bin: Git ignores its ref file, by this rule: \.gitignore:2: \/out\//,
    );
    a.assertInStep("x.npy");
    expect(a.has("out/y.bin.bref")).toBe(false);
    expect(a.status()).toEqual(["A  x.npy.bref", "?? .gitignore"]);
  });
});

describe("track of a file that is still being written", () => {
  it("notices, stages nothing, and says to try again", async () => {
    const a = fresh();
    a.write("growing.bin", sized("start", 30_000_000));
    const writer = a.start(["sh", "-c", "while echo more >> growing.bin; do :; done"]);
    try {
      const ran = a.blobsy("track", "growing.bin");
      expect(ran.code).toBe(1);
      expect(ran.stderr).toMatch(/growing\.bin/);
      expect(ran.stderr).toMatch(/when nothing writes to the file/);
      expect(a.has("growing.bin.bref")).toBe(false);
      expect(a.must("ls-files", "growing.bin.bref")).toBe("");
    } finally {
      writer.signal("SIGKILL");
      await writer.done;
    }
    a.mustBlobsy("track", "growing.bin");
    a.assertInStep("growing.bin");
  });
});

describe("track of a file that cannot be kept", () => {
  it("leaves it in Git's sight, and tracks the others", () => {
    const a = fresh();
    a.write("one.bin", bytes("one"));
    a.write("two.bin", bytes("two"));
    // Where the first one's blob belongs lies something else.
    a.write(`.git/blobsy/objects/${sha256(bytes("one")).slice(0, 2)}`, "in the way");
    const ran = a.blobsy("track", "one.bin", "two.bin");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/one\.bin/);
    expect(a.status()).toEqual(["A  two.bin.bref", "?? one.bin"]);
  });
});
