/**
 * The reversal: A pushed v2, B still has an untouched v1, and some tool takes B's old bytes for an
 * edit and sets everybody back. It must be impossible, whatever B runs and in whatever order.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytes, sha256 } from "../helpers/bytes.js";
import type { Repo } from "../helpers/repo.js";
import type { Ran } from "../helpers/run.js";
import { sharedWorld, world, World } from "../helpers/world.js";

/** Plain Git as it is where blobsy is not installed: no filter, no monitor, no hooks. */
const WITHOUT_BLOBSY = [
  "-c",
  "filter.blobsy.process=",
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "core.fsmonitor=",
];

const WAYS: Record<string, (b: Repo) => Ran> = {
  "plain git pull": (b) => b.git("pull", "-q"),
  "git pull with filter and hooks off": (b) => b.git(...WITHOUT_BLOBSY, "pull", "-q"),
  "git pull with BLOBSY_SKIP_SMUDGE": (b) =>
    b.run(["git", "pull", "-q"], { env: { BLOBSY_SKIP_SMUDGE: "1" } }),
};

const STEPS: Record<string, (b: Repo) => Ran> = {
  sync: (b) => b.blobsy("sync"),
  push: (b) => b.git("push", "-q"),
  status: (b) => b.git("status", "--porcelain"),
  "commit -a": (b) => b.git("commit", "-qam", "nothing to say"),
};

const MORE_STEPS: Record<string, (b: Repo) => Ran> = {
  "blobsy push": (b) => b.blobsy("push"),
  "blobsy status": (b) => b.blobsy("status"),
  "add -u": (b) => b.git("add", "-u"),
  track: (b) => b.blobsy("track", "model.bin"),
};

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) =>
    permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]),
  );
}

const ORDERS = permutations(Object.keys(STEPS)).map((order) => order.join(", "));
const MORE_ORDERS = permutations(Object.keys(MORE_STEPS))
  .filter((_, at) => at % 5 === 0)
  .map((order) => order.join(", "));

/** Every order where B's Git knew nothing; some of them where blobsy was there all along. */
function ordersFor(way: string): string[] {
  if (way.includes("filter and hooks off")) return [...ORDERS, ...MORE_ORDERS];
  return [...ORDERS.slice(0, 3), ...MORE_ORDERS.slice(0, 2)];
}

/** Only has work to do when the round before failed. */
function bringBack(b: Repo, content: Buffer): void {
  if (b.ref("model.bin")?.hash !== sha256(content) || b.status().length > 0) {
    b.must("fetch", "-q");
    b.must("reset", "-q", "--hard", "origin/main");
    b.mustBlobsy("sync");
  }
  b.assertPayload("model.bin", content);
}

/** A chain of versions: in every round A pushes the next one and B, in step with the last, pulls. */
describe.each(Object.keys(WAYS))("B pulls by %s", (way) => {
  let round = 0;
  const w = sharedWorld((made) => {
    const a = made.initWithRemote();
    a.track("model.bin", bytes("v0"));
    a.must("push", "-q");
    made.clone("b");
  });

  it.each(ordersFor(way))("and then runs %s", (order) => {
    const [a, b] = [w().repo("a"), w().repo("b")];
    const last = bytes(`v${round}`);
    bringBack(b, last);
    round += 1;
    const next = bytes(`v${round}`);
    a.write("model.bin", next);
    a.commitAll(`v${round}`);
    a.must("push", "-q");

    expect(WAYS[way]?.(b).code).toBe(0);
    for (const step of order.split(", ")) {
      const ran = (STEPS[step] ?? MORE_STEPS[step])?.(b);
      if (step === "commit -a") expect(ran?.code, "nothing to commit").toBe(1);
      else expect(ran?.code, step).toBe(0);
      expect(b.ref("model.bin")?.hash, `ref file after ${step}`).toBe(sha256(next));
      expect(b.refIn("", "model.bin")?.hash, `index after ${step}`).toBe(sha256(next));
    }
    b.mustBlobsy("sync");

    b.assertPayload("model.bin", next);
    b.assertPristine();
    expect(b.refIn("HEAD", "model.bin")?.hash).toBe(sha256(next));
    b.must("fetch", "-q");
    expect(b.refIn("origin/main", "model.bin")?.hash).toBe(sha256(next));
    expect(b.must("rev-parse", "HEAD")).toBe(a.must("rev-parse", "HEAD"));
    expect(b.remoteHas(next)).toBe(true);
    b.assertBytesSomewhere(last, "the version before");
  });
});

describe("B had edited", () => {
  let made: World;
  beforeAll(() => {
    made = new World();
    const a = made.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q");
    const b = made.clone("b");
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    a.must("push", "-q");
    b.write("model.bin", bytes("mine"));
    made.snapshot();
  });
  afterAll(() => made.dispose());

  function again(): Repo {
    made.restore();
    return made.repo("b");
  }

  it("Git refuses a plain pull, and nothing moved", () => {
    const b = again();

    const ran = b.git("pull", "-q");

    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/would be overwritten/);
    b.assertPayload("model.bin", bytes("mine"));
    expect(b.refIn("HEAD", "model.bin")?.hash).toBe(sha256(bytes("v1")));
    expect(b.status()).toEqual([" M model.bin.bref"]);
  });

  it.each(permutations(Object.keys(STEPS)).map((order) => order.join(", ")))(
    "where Git could not know, both are kept as a conflict: %s",
    (order) => {
      const b = again();
      expect(b.git(...WITHOUT_BLOBSY, "pull", "-q").code).toBe(0);

      for (const step of order.split(", ")) {
        const ran = STEPS[step]?.(b);
        if (step === "sync") expect(ran?.code, "sync tells a conflict").toBe(2);
        b.assertPayload("model.bin", bytes("mine"));
        expect(b.ref("model.bin")?.hash, `ref file after ${step}`).toBe(sha256(bytes("v2")));
      }
      expect(b.refIn("HEAD", "model.bin")?.hash).toBe(sha256(bytes("v2")));
      expect(b.blobsy("status", "--exit-code").code).toBe(2);
      expect(b.blobsy("status").stdout).toMatch(/conflict/i);
      b.must("fetch", "-q");
      expect(b.refIn("origin/main", "model.bin")?.hash).toBe(sha256(bytes("v2")));
    },
  );

  it("resolve --ours keeps the edit as an edit of v2", () => {
    const b = again();
    b.must(...WITHOUT_BLOBSY, "pull", "-q");
    expect(b.blobsy("sync").code).toBe(2);

    b.mustBlobsy("resolve", "--ours", "model.bin");

    b.assertPayload("model.bin", bytes("mine"));
    b.assertInStep("model.bin");
    expect(b.status()).toEqual([" M model.bin.bref"]);
    b.commitAll("mine on top of v2");
    b.must("push", "-q");
    expect(b.remoteHas(bytes("mine"))).toBe(true);
    expect(b.remoteHas(bytes("v2"))).toBe(true);
    b.assertPristine();
  });

  it("resolve --theirs takes v2, and recover has the edit", () => {
    const b = again();
    b.must(...WITHOUT_BLOBSY, "pull", "-q");
    expect(b.blobsy("sync").code).toBe(2);

    b.mustBlobsy("resolve", "--theirs", "model.bin");

    b.assertPayload("model.bin", bytes("v2"));
    b.assertPristine();
    expect(b.storeHas(bytes("mine"))).toBe(true);
    expect(b.mustBlobsy("recover")).toContain("model.bin");
    b.mustBlobsy("recover", "model.bin");
    b.assertBytesSomewhere(bytes("mine"), "the edit");
  });

  it("pull --force takes v2 and keeps what it replaced", () => {
    const b = again();
    b.must(...WITHOUT_BLOBSY, "pull", "-q");

    expect(b.blobsy("pull").code).toBe(2);
    b.assertPayload("model.bin", bytes("mine"));
    b.mustBlobsy("pull", "--force", "model.bin");

    b.assertPayload("model.bin", bytes("v2"));
    expect(b.storeHas(bytes("mine"))).toBe(true);
  });
});

describe("what else could set a version back", () => {
  it("a third clone that was two versions behind", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q");
    const b = w.clone("b");
    for (const tag of ["v2", "v3"]) {
      a.write("model.bin", bytes(tag));
      a.commitAll(tag);
    }
    a.must("push", "-q");

    b.must(...WITHOUT_BLOBSY, "fetch", "-q");
    b.must(...WITHOUT_BLOBSY, "checkout", "-q", "-B", "main", "origin/main~1");
    b.must(...WITHOUT_BLOBSY, "merge", "-q", "origin/main");
    b.mustBlobsy("sync");

    b.assertPayload("model.bin", bytes("v3"));
    b.assertPristine();
  });

  it("an edit that was noticed, then a pull of other files by Git alone", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.track("other.bin", bytes("o1"));
    a.must("push", "-q");
    const b = w.clone("b");
    b.write("model.bin", bytes("mine"));
    b.status();
    a.write("other.bin", bytes("o2"));
    a.commitAll("o2");
    a.must("push", "-q");

    b.must(...WITHOUT_BLOBSY, "pull", "-q");
    b.mustBlobsy("sync");

    b.assertPayload("other.bin", bytes("o2"));
    b.assertPayload("model.bin", bytes("mine"));
    expect(b.status()).toEqual([" M model.bin.bref"]);
  });

  it("a touched but unchanged payload follows", () => {
    const w = world();
    const a = w.initWithRemote();
    a.track("model.bin", bytes("v1"));
    a.must("push", "-q");
    const b = w.clone("b");
    a.write("model.bin", bytes("v2"));
    a.commitAll("v2");
    a.must("push", "-q");

    b.sh("touch model.bin; cp model.bin x; mv x model.bin");
    b.must(...WITHOUT_BLOBSY, "pull", "-q");
    b.git("commit", "-qam", "no");
    b.mustBlobsy("sync");

    b.assertPayload("model.bin", bytes("v2"));
    b.assertPristine();
  });

  it("two clones that committed apart: a conflict in Git, settled either way", () => {
    for (const side of ["--ours", "--theirs"]) {
      const w = world();
      const a = w.initWithRemote();
      a.track("model.bin", bytes("v1"));
      a.must("push", "-q");
      const b = w.clone("b");
      a.write("model.bin", bytes("theirs"));
      a.commitAll("a");
      a.must("push", "-q");
      b.write("model.bin", bytes("ours"));
      b.commitAll("b");

      const pull = b.git("pull", "-q", "--no-rebase", "--no-edit");
      expect(pull.code).toBe(1);
      expect(b.status()).toEqual(["UU model.bin.bref"]);
      b.assertPayload("model.bin", bytes("ours"));
      b.assertInStep("model.bin");
      expect(pull.stdout + pull.stderr).toMatch(/model\.bin/);

      b.mustBlobsy("resolve", side, "model.bin");
      b.must("add", "model.bin.bref");
      b.must("commit", "-qm", "settled");
      b.assertPayload("model.bin", bytes(side.slice(2)));
      b.assertPristine();
      b.must("push", "-q");
      a.must("pull", "-q");
      a.assertPayload("model.bin", bytes(side.slice(2)));
      w.dispose();
    }
  });
});
