/** `fsck --remote`: what is wrong with the blobs of the history on the remote. */
import { existsSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { bytes, sha256 } from "../helpers/bytes.js";
import { fsckJson } from "../helpers/fsck.js";
import type { Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

const OLD = bytes("old version");
const NEW = bytes("new version");

/** `a` has two versions of a payload in its history, both on the remote. */
function start(): { w: World; a: Repo; object: (content: Buffer) => string } {
  const w = world();
  const a = w.initWithRemote();
  a.track("model.bin", OLD);
  a.write("model.bin", NEW);
  a.commitAll("new");
  a.must("push", "-q");
  const object = (content: Buffer) => path.join(w.blobs, "sha256", sha256(content));
  expect(existsSync(object(OLD))).toBe(true);
  return { w, a, object };
}

const faultsOf = (repo: Repo, ...args: string[]) =>
  fsckJson(repo, ...args).faults.map(({ fault, about, state }) => `${fault} ${about} ${state}`);

describe("fsck --remote", () => {
  it("finds nothing where all is there, and never asks without being told to", () => {
    const { w, a } = start();
    expect(fsckJson(a, "--remote")).toEqual({ code: 0, faults: [] });
    expect(fsckJson(a, "--read-data")).toEqual({ code: 0, faults: [] });
    renameSync(w.blobs, w.path("away"));
    expect(a.blobsy("fsck").stdout).not.toContain("remote-missing");
    expect(a.blobsy("fsck", "--remote").code).not.toBe(0);
  });

  it("a blob of an earlier commit is missing: uploaded from the store", () => {
    const { a, object } = start();
    rmSync(object(OLD));
    expect(fsckJson(a)).toEqual({ code: 0, faults: [] });
    expect(faultsOf(a, "--remote")).toEqual([
      `remote-missing model.bin (sha256/${sha256(OLD)}) found`,
    ]);
    expect(existsSync(object(OLD)), "nothing is changed without --repair").toBe(false);
    expect(faultsOf(a, "--remote", "--repair")).toEqual([
      `remote-missing model.bin (sha256/${sha256(OLD)}) mended`,
    ]);
    expect(existsSync(object(OLD))).toBe(true);
    expect(fsckJson(a, "--remote")).toEqual({ code: 0, faults: [] });
  });

  it("a blob that this clone has not got either is left, and named", () => {
    const { w, a, object } = start();
    const b = w.clone("b");
    rmSync(object(OLD));
    const { code, faults } = fsckJson(b, "--remote", "--repair");
    expect(code).toBe(2);
    expect(faults).toMatchObject([{ fault: "remote-missing", state: "left" }]);
    expect(faults[0]?.next).toBeTruthy();
    expect(fsckJson(a, "--remote", "--repair").code).toBe(0);
    expect(fsckJson(b, "--remote")).toEqual({ code: 0, faults: [] });
  });

  it("one that is cut short is found by its size; other bytes only by reading them", () => {
    const { a, object } = start();
    truncateSync(object(OLD), 3);
    const other = Buffer.from(NEW);
    other[0] = (other[0] ?? 0) ^ 1;
    rmSync(object(NEW));
    writeFileSync(object(NEW), other);
    expect(faultsOf(a, "--remote")).toEqual([
      `remote-damaged model.bin (sha256/${sha256(OLD)}) found`,
    ]);
    expect(faultsOf(a, "--read-data", "100%").sort()).toEqual(
      [OLD, NEW].map((one) => `remote-damaged model.bin (sha256/${sha256(one)}) found`).sort(),
    );
    const next = (...args: string[]) =>
      a
        .blobsy("fsck", ...args)
        .stderr.split("\n")
        .at(-2);
    expect(next("--remote")).toBe("next: blobsy fsck --remote --repair");
    expect(next("--read-data", "100%")).toBe("next: blobsy fsck --read-data --repair");
    expect(fsckJson(a, "--read-data", "--repair").code).toBe(0);
    expect(fsckJson(a, "--read-data")).toEqual({ code: 0, faults: [] });
  });

  it("refuses a share that is none", () => {
    const { a } = start();
    for (const share of ["0", "101%", "-1", "half", "1.5"]) {
      const ran = a.blobsy("fsck", `--read-data=${share}`);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain("--read-data takes a share such as 25%");
    }
  });
});
