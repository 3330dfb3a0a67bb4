/** A file system of its own, in memory, that is soon full. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface SmallDisk {
  readonly dir: string;
  /** Leaves so many bytes, or less. */
  fill(leave: number): void;
  /** Frees what `fill` took. */
  free(): void;
  unmount(): void;
}

/** Mounts one, or says why this machine cannot. */
export function mountSmallDisk(megabytes: number): SmallDisk | string {
  const dir = mkdtempSync(path.join(tmpdir(), "blobsy-small-"));
  const options = ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", dir];
  const made = spawnSync("mount", options, { encoding: "utf8" });
  if (made.status !== 0) {
    rmSync(dir, { recursive: true });
    return `no tmpfs can be mounted: ${made.stderr.trim()}`;
  }
  const filler = path.join(dir, "filler");
  return {
    dir,
    fill: (leave) => {
      const { bavail, bsize } = statfsSync(dir);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leave)));
    },
    free: () => rmSync(filler),
    unmount: () => {
      execFileSync("umount", [dir]);
      rmSync(dir, { recursive: true });
    },
  };
}
