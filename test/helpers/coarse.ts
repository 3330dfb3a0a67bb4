/**
 * A file system whose times have whole seconds: ext4 with 128-byte inodes on a loop device. New
 * kernels give every change its own time elsewhere, and hide what happens within one tick.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface CoarseDisk {
  readonly dir: string;
  unmount(): void;
}

/** Mounts one, or says why this machine cannot. */
export function mountCoarseDisk(): CoarseDisk | string {
  const base = mkdtempSync(path.join(tmpdir(), "blobsy-coarse-"));
  const image = path.join(base, "image");
  const dir = path.join(base, "disk");
  mkdirSync(dir);
  const script = `truncate -s 64M "$0" && mkfs.ext4 -q -I 128 "$0" && mount -o loop "$0" "$1"`;
  const made = spawnSync("sh", ["-c", script, image, dir], {
    encoding: "utf8",
    env: { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` },
  });
  if (made.status !== 0) {
    rmSync(base, { recursive: true, force: true });
    return `no loop mount of an ext4 image: ${made.stderr.trim().split("\n").at(-1) ?? ""}`;
  }
  return {
    dir,
    unmount: () => {
      execFileSync("umount", [dir]);
      rmSync(base, { recursive: true, force: true });
    },
  };
}
