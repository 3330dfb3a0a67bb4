/**
 * A disk on which `Model.bin` and `model.bin` are one file. One is made where this machine can: ext4 that
 * folds case, or NTFS mounted without it; both take root.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { sharedWorld } from "../helpers/world.js";

const WAYS: readonly { readonly what: string; readonly mount: string }[] = [
  {
    what: "ext4 with casefold",
    mount:
      "truncate -s 40M image && mkfs.ext4 -q -O casefold image && mount -o loop image disk && " +
      "mkdir disk/work && chattr +F disk/work",
  },
  {
    what: "lowntfs-3g with ignore_case",
    mount:
      "truncate -s 40M image && mkfs.ntfs -q -F -Q image && " +
      "lowntfs-3g -o ignore_case,permissions,entry_timeout=0,attr_timeout=0,negative_timeout=0 image disk && " +
      "mkdir disk/work",
  },
];

function mountDisk(): { dir: string; work: string } | null {
  const dir = mkdtempSync(path.join(tmpdir(), "blobsy-disk-"));
  for (const { what, mount } of WAYS) {
    mkdirSync(path.join(dir, "disk"), { recursive: true });
    try {
      execFileSync("sh", ["-ec", mount], { cwd: dir, stdio: "pipe" });
      const work = path.join(dir, "disk", "work");
      writeFileSync(path.join(work, "Probe"), "");
      if (existsSync(path.join(work, "pROBE"))) return { dir, work };
      throw new Error("it tells upper and lower case apart");
    } catch (error) {
      const { stderr, message } = error as { stderr?: Buffer; message: string };
      const reason = stderr?.toString().trim().split("\n")[0] ?? "";
      console.warn(`no ${what}: ${reason || message}`);
      unmount(dir);
    }
  }
  rmSync(dir, { recursive: true, force: true });
  return null;
}

function unmount(dir: string): void {
  try {
    execFileSync("umount", [path.join(dir, "disk")], { stdio: "ignore" });
  } catch {
    // nothing was mounted
  }
  rmSync(path.join(dir, "image"), { force: true });
}

const disk = mountDisk();
afterAll(() => {
  if (disk === null) return;
  unmount(disk.dir);
  rmSync(disk.dir, { recursive: true, force: true });
});

const NAMES = ["Model.bin", "model.bin", "other.bin"];

const w = sharedWorld((made) => {
  const a = made.initWithRemote();
  for (const name of NAMES) a.track(name, `${name}\n`.repeat(100));
  a.must("push", "-q");
});

// Why there is no such disk has been said above.
describe.skipIf(disk === null)("a clone where case does not count", () => {
  it("places neither of two payloads that would be one file, and says so", () => {
    const work = disk?.work ?? "";
    const url = `local:${w().blobs}`;
    w().must("git", "clone", "-q", w().path("origin.git"), path.join(work, "b"));
    const at = (...command: string[]) => w().run(command, { cwd: path.join(work, "b") });
    expect(at("git", "config", "blobsy.backend.default.url", url).code).toBe(0);
    expect(at("blobsy", "install").code).toBe(0);

    const pulled = at("blobsy", "pull");
    expect(pulled.code).toBe(2);
    expect(pulled.stderr).toMatch(/Model\.bin is left alone: .* one file with model\.bin/);
    expect(pulled.stderr).toMatch(/model\.bin is left alone: .* one file with Model\.bin/);
    const there = (name: string) => existsSync(path.join(work, "b", name));
    expect([there("model.bin"), there("other.bin")]).toEqual([false, true]);
    expect(at("blobsy", "fsck").stdout).toMatch(/names-collide: Model\.bin/);
  });

  it("mv does not take another spelling for a free name", () => {
    const b = path.join(disk?.work ?? "", "b");
    const ran = w().run(["blobsy", "mv", "other.bin", "MODEL.bin"], { cwd: b });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/MODEL\.bin\.bref exists already/);
    expect(w().run(["cat", "other.bin"], { cwd: b }).stdout).toBe("other.bin\n".repeat(100));
  });

  it("mv to another spelling of the same name says which two steps it takes", () => {
    const b = path.join(disk?.work ?? "", "b");
    const ran = w().run(["blobsy", "mv", "other.bin", "Other.bin"], { cwd: b });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(
      /next: blobsy mv other\.bin other\.bin\.renaming && blobsy mv other\.bin\.renaming Other\.bin\n/,
    );
  });
});
