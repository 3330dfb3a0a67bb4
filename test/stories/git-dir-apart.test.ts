/** The Git directory on another file system than the worktree, and that one full. */
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytes, sized } from "../helpers/bytes.js";
import { fsckJson } from "../helpers/fsck.js";
import type { Repo } from "../helpers/repo.js";
import { mountSmallDisk, type SmallDisk } from "../helpers/small-disk.js";
import { world } from "../helpers/world.js";

describe("the Git directory on another file system, which is full", () => {
  let disk: SmallDisk | string = "not mounted yet";
  beforeAll(() => {
    disk = mountSmallDisk(12);
    if (typeof disk === "string") process.stderr.write(`SKIPPED: a full disk: ${disk}\n`);
  });
  afterAll(() => {
    if (typeof disk !== "string") disk.unmount();
  });

  /** v2 is listed by `recover`; in its place lies an edit that nobody has hashed. */
  function start({ dir }: SmallDisk, edit: Buffer): Repo {
    const w = world();
    w.must("git", "init", "-q", "--separate-git-dir", `${dir}/git`, "a");
    const a = w.repo("a");
    a.mustBlobsy("init", "local:../blobs");
    a.must("add", ".");
    a.must("commit", "-qm", "set up");
    a.track("data/m.bin", bytes("v1"));
    a.write("data/m.bin", bytes("v2"));
    a.must("checkout", "-q", "--", ".");
    a.write("data/m.bin", edit);
    return a;
  }

  it("keeps the payload that was replaced, whoever repairs what", (ctx) => {
    if (typeof disk === "string") return ctx.skip(disk);
    const edit = sized("an edit that was never looked at", 4_000_000);
    const a = start(disk, edit);
    disk.fill(1_500_000);
    const beside = (): string[] => readdirSync(a.path("data")).filter((n) => n.startsWith(".bl"));

    const recovered = a.blobsy("recover", "data/m.bin");
    a.assertPayload("data/m.bin", bytes("v2"));
    expect(recovered.code, "the old payload is not where it belongs").toBe(1);
    expect(recovered.stderr).toContain(a.path("data", beside()[0] ?? "no file beside"));
    a.assertBytesSomewhere(edit);

    const [left] = fsckJson(a, "--repair").faults.filter(({ about }) => about.includes("data/.bl"));
    expect(left?.state).toBe("left");
    a.assertBytesSomewhere(edit);

    // A torn note, as a failing disk leaves it, and none.
    const aside = a.state("tmp", "aside");
    const notes = readdirSync(aside).filter((name) => name.endsWith(".json"));
    expect(notes).toHaveLength(1);
    for (const name of notes) writeFileSync(`${aside}/${name}`, '{"path":"da');
    a.blobsy("sync");
    expect(fsckJson(a, "--repair").code).toBe(2);
    expect(readdirSync(aside)).toEqual(notes);
    for (const name of notes) rmSync(`${aside}/${name}`);
    expect(fsckJson(a, "--repair").code).toBe(2);
    a.assertBytesSomewhere(edit);

    disk.free();
    expect(fsckJson(a, "--repair").code).toBe(0);
    expect(beside()).toEqual([]);
    expect(a.storeHas(edit)).toBe(true);
    expect(a.mustBlobsy("recover")).toContain("interrupted");
    expect(fsckJson(a)).toEqual({ code: 0, faults: [] });
  });
});
