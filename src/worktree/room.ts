/**
 * Where a payload's temporary neighbours go: into the common Git directory when that is on the same
 * file system, else beside the payload; and what that file system's clock says.
 */
import path from "node:path";
import { ASIDE_BESIDE, TEMP_BESIDE } from "../domain/repo-path.js";
import { fileSystemTick } from "../fs/clock.js";
import { lstatFacts } from "../fs/facts.js";
import { unlinkIfThere } from "../fs/ops.js";
import type { SafeParent } from "../fs/safe-parent.js";
import { tempName } from "../fs/temp.js";
import { ASIDE_PREFIX, expectedInNote, writeNote } from "./aside.js";

export const PLACE_PREFIX = "place";

export interface RoomContext {
  readonly worktree: string;
  readonly asideDir: string;
  readonly tempDir: string;
}

/** Directories for which equal device numbers proved wrong. */
const apart = new Set<string>();

export class Room {
  /** Whether renames between the Git directory and the payload work. */
  readonly isShared: boolean;
  private readonly ctx: RoomContext;
  private readonly parent: SafeParent;
  private noted: { temp: string; noteFile: string } | null = null;

  constructor(ctx: RoomContext, parent: SafeParent, isShared: boolean) {
    this.ctx = ctx;
    this.parent = parent;
    this.isShared = isShared;
  }

  /** A directory of the payload's file system, for probes. */
  get probeDir(): string {
    return this.isShared ? this.ctx.tempDir : this.parent.at(".");
  }

  /** A path for the new payload while it is made; noted, where nobody would find it otherwise. */
  async newTemp(payload: string): Promise<string> {
    if (this.isShared) return path.join(this.ctx.tempDir, tempName(PLACE_PREFIX));
    const name = tempName(TEMP_BESIDE);
    const note = {
      path: payload,
      worktree: this.ctx.worktree,
      time: new Date().toISOString(),
      why: null,
      executable: false,
      aside: null,
      temp: path.join(this.parent.dir, name),
      expected: expectedInNote(null),
      expectedOid: null,
      movingTo: null,
    };
    const noteFile = await writeNote(this.ctx.asideDir, note, false);
    this.noted = { temp: this.parent.at(name), noteFile };
    return this.noted.temp;
  }

  /** Called at the end: the note goes once the temporary file has gone. Never fails. */
  async forgetTemp(): Promise<void> {
    if (!this.noted || lstatFacts(this.noted.temp)) return;
    await unlinkIfThere(this.noted.noteFile).catch(() => undefined);
    this.noted = null;
  }

  /**
   * Where to move the payload: a path to use now, and the one for the note. Git may show it for a
   * moment as untracked where it is beside the payload.
   */
  newAside(): { file: string; noted: string } {
    const name = tempName(this.isShared ? ASIDE_PREFIX : ASIDE_BESIDE);
    const noted = path.join(this.isShared ? this.ctx.asideDir : this.parent.dir, name);
    return { file: this.isShared ? noted : this.parent.at(name), noted };
  }

  /** The directory whose sync makes the moved payload's name durable; null when it is the parent's. */
  get asideDir(): string | null {
    return this.isShared ? this.ctx.asideDir : null;
  }
}

export function findRoom(ctx: RoomContext, parent: SafeParent): Room {
  const isShared = parent.dev === devOf(ctx.asideDir) && !apart.has(parent.dir);
  return new Room(ctx, parent, isShared);
}

const devs = new Map<string, bigint>();

/** Of a directory of blobsy's own. One that came to lie elsewhere since, a rename tells. */
function devOf(dir: string): bigint | undefined {
  const dev = devs.get(dir) ?? lstatFacts(dir)?.dev;
  if (dev !== undefined) devs.set(dir, dev);
  return dev;
}

/** Called when a rename said that these are two file systems after all. */
export function noteApart(parent: SafeParent, room: Room): void {
  if (room.isShared) apart.add(parent.dir);
}

const TICK_AGE_MS = 1000;
const ticks = new Map<bigint, { tick: bigint; readAt: number }>();

/**
 * The clock of the payload's file system, read within the last second. An older tick is no less safe:
 * what is placed gets a time before it, and whoever writes later gets a later one.
 */
export async function recentTick(parent: SafeParent, room: Room): Promise<bigint> {
  const known = ticks.get(parent.dev);
  const now = performance.now();
  if (known && now - known.readAt < TICK_AGE_MS) return known.tick;
  const tick = await fileSystemTick(room.probeDir);
  ticks.set(parent.dev, { tick, readAt: now });
  return tick;
}
