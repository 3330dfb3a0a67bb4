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

  it.each([["sync"], ["track", "model.bin"], ["push"]])(
    "is told by %s, since what is committed here would be pushed without its blobs",
    (...args) => {
      const b = clone();
      b.blobsy("pull");
      b.write("model.bin", bytes("v2"));
      expect(b.blobsy(...args).stderr).toMatch(SAID);
    },
  );

  it("is not told where install --global has set up all repositories", () => {
    const b = clone();
    b.mustBlobsy("install", "--global");
    try {
      expect(b.blobsy("pull").stderr).not.toMatch(SAID);
    } finally {
      b.mustBlobsy("uninstall", "--global");
    }
  });
});
