/**
 * Directories that are held open for whoever comes next: many payloads lie in one directory, and
 * going down to it anew for each costs more than what is done there.
 *
 * What is held was reached without following a link, and stays the same directory whatever becomes of
 * its path. Before it is used again the kernel is asked where it lies now; one that was moved or
 * removed is let go, and so is one that was looked at too long ago: a `.git` may have come to lie in it.
 */
import { readlinkSync } from "node:fs";
import { closeFd } from "./open-file.js";

export interface DirectoryIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
}

export class HeldDirectory {
  private users = 1;
  private isKept = false;
  private readonly openedAt = performance.now();

  /**
   * @param fd closed with the last user
   * @param place its path, with no link in it
   * @param identity of each directory on the way to it, its own last
   */
  constructor(
    readonly fd: number,
    readonly identity: readonly DirectoryIdentity[],
    private readonly place: string,
  ) {}

  /** True only when its path leads here: the kernel tells it without any link. */
  isInPlace(): boolean {
    return placeOf(this.fd) === this.place;
  }

  get ageMs(): number {
    return performance.now() - this.openedAt;
  }

  keep(): void {
    this.isKept = true;
  }

  use(): this {
    this.users += 1;
    return this;
  }

  release(): void {
    this.users -= 1;
    this.closeIfIdle();
  }

  letGo(): void {
    this.isKept = false;
    this.closeIfIdle();
  }

  private closeIfIdle(): void {
    if (this.users === 0 && !this.isKept) closeFd(this.fd);
  }
}

/** Where an open directory lies, as far as the kernel tells. */
export function placeOf(fd: number): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return null;
  }
}

const MOST = 16;
const MOST_AGE_MS = 1000;

export class HeldDirectories {
  /** In the order in which they came. */
  private readonly kept = new Map<string, HeldDirectory>();

  /** @returns one that is certainly in its place; the caller releases it */
  take(dir: string): HeldDirectory | null {
    const directory = this.kept.get(dir);
    if (!directory) return null;
    if (directory.ageMs < MOST_AGE_MS && directory.isInPlace()) return directory.use();
    this.forget(dir, directory);
    return null;
  }

  /** Keeps one that its caller goes on using, and has to release. */
  keep(dir: string, directory: HeldDirectory): void {
    const [oldest] = this.kept;
    if (oldest && this.kept.size >= MOST) this.forget(...oldest);
    this.kept.get(dir)?.letGo();
    this.kept.set(dir, directory);
    directory.keep();
  }

  /** Closes what nobody uses, now or when it is released. */
  letGo(): void {
    for (const [dir, directory] of this.kept) this.forget(dir, directory);
  }

  private forget(dir: string, directory: HeldDirectory): void {
    this.kept.delete(dir);
    directory.letGo();
  }
}
