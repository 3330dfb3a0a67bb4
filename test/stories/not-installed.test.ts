/** A clone in which nobody ran `blobsy install`: sane without blobsy, and told how to go on. */
import { describe, expect, it } from "vitest";
import { bytes } from "../helpers/bytes.js";
import { sharedWorld } from "../helpers/world.js";

const SAID = /this clone is not set up.*next: blobsy install/;

describe("a clone without install", () => {
  const w = sharedWorld((made) => {
    const a = made.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q");
    made.clone("b", { then: "plain" });
    made.snapshot();
  });
  const clone = () => {
    w().restore();
    const b = w().repo("b");
    b.must("status");
    return b;
  };

  it("is an ordinary repository, whose ref files say in one line how to get the payloads", () => {
    const b = clone();
    b.assertPristine();
    expect(b.has("model.bin")).toBe(false);
    const lines = b.read("model.bin.bref").toString().split("\n");
    expect(lines.filter((line) => line.startsWith("#"))).toEqual([
      "# blobsy reference: the file itself is stored outside Git. Install blobsy, then: blobsy pull",
    ]);
  });

  it("is told by the command of that line, which does its work, that Git does not follow yet", () => {
    const b = clone();
    const pull = b.blobsy("pull");
    expect(pull.code).toBe(0);
    expect(pull.stderr).toMatch(SAID);
    b.assertPayload("model.bin", bytes("v1"));
    b.mustBlobsy("install");
    expect(b.blobsy("pull").stderr).not.toMatch(SAID);
    b.write("model.bin", bytes("v2"));
    expect(b.status()).toEqual([" M model.bin.bref"]);
  });

  it("after install: a look downloads nothing and asks nobody; pull does", () => {
    const b = clone();
    b.mustBlobsy("install");
    b.rename("../blobs", "../away");
    for (const look of [
      ["status"],
      ["show"],
      ["log", "-p"],
      ["diff"],
      ["add", "-A"],
      ["commit", "-q", "--allow-empty", "-m", "x"],
    ]) {
      const ran = b.git(...look);
      expect(ran, ran.stderr).toMatchObject({ code: 0, stderr: "" });
    }
    b.rename("../away", "../blobs");
    expect(b.status()).toEqual([]);
    expect([b.has("model.bin"), b.storeFiles()]).toEqual([false, []]);
    b.mustBlobsy("pull");
    b.assertInStep("model.bin");
  });

  it.each([["sync"], ["track", "model.bin"], ["push"]])(
    "is told by %s, since what is committed here would be pushed without its blobs",
    (...args) => {
      const b = clone();
      b.blobsy("pull");
      b.write("model.bin", bytes("v2"));
      expect(b.blobsy(...args).stderr).toMatch(SAID);
    },
  );

  it("after install --global: it has no hooks, and is told so; a new clone has them", () => {
    const told = /git push would not upload.*next: blobsy install/;
    const b = clone();
    const { stderr } = b.blobsy("install", "--global");
    try {
      expect(stderr).toContain("clones that are there already: run blobsy install in each");
      expect(b.blobsy().stdout).toContain("next: blobsy install");
      expect(b.blobsy("pull").stderr).toMatch(told);
      b.write("model.bin", bytes("v2"));
      expect(b.git("commit", "-qam", "v2").stderr).toMatch(told);
      b.mustBlobsy("install");
      expect(b.blobsy("pull").stderr).not.toMatch(told);

      const c = w().clone("c", { then: "plain" });
      c.write("model.bin", bytes("v3"));
      expect(c.git("commit", "-qam", "v3").stderr).not.toMatch(told);
      expect(c.blobsy("pull").stderr).not.toMatch(told);
      c.must("push", "-q");
      expect(c.remoteHas(bytes("v3"))).toBe(true);
    } finally {
      b.mustBlobsy("uninstall", "--global");
    }
  });
});
