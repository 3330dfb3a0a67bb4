/** Pushes and pulls of a large payload that are killed half way: the next one goes on. */
import { existsSync, readdirSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { sized } from "../helpers/bytes.js";
import { FaultProxy } from "../helpers/fault-proxy.js";
import { describeWithRadosgw, type Radosgw } from "../helpers/radosgw.js";
import type { Repo } from "../helpers/repo.js";
import { world, type World } from "../helpers/world.js";

const MIB = 1024 * 1024;
const SIZE = 112 * MIB;
/** Not the same twice, so that parts that change places would show. */
const CONTENT = Buffer.alloc(SIZE, sized("large", 1_000_003));
/** Parts on their way when a process dies are lost: four of 8 MiB. */
const ON_THE_WAY = 32 * MIB;

describeWithRadosgw("a killed transfer of a large payload", (server) => {
  let proxy: FaultProxy | undefined;
  afterEach(() => proxy?.stop());

  async function start(from: Radosgw): Promise<{ w: World; a: Repo; line: FaultProxy }> {
    const bucket = await from.bucket();
    const line = (proxy = await FaultProxy.start(from.endpoint));
    const w = world();
    Object.assign(w.env, from.environment());
    w.config("blobsy.backend.default.endpoint", line.endpoint);
    w.must("git", "init", "-q", "a");
    const a = w.repo("a");
    // Not by `run`: that one waits, and the proxy, which lives in this process, would wait as well.
    await succeed(a, "blobsy", "init", `s3://${bucket}/x`);
    a.must("commit", "-qm", "set up");
    a.must("remote", "add", "origin", w.bare());
    a.write("large.bin", CONTENT);
    await succeed(a, "blobsy", "track", "large.bin");
    a.must("commit", "-qm", "large");
    return { w, a, line };
  }

  async function succeed(repo: Repo, ...argv: string[]): Promise<void> {
    const { code, stderr } = await repo.start(argv).done;
    expect({ argv, code, stderr: code === 0 ? "" : stderr }).toEqual({ argv, code: 0, stderr: "" });
  }

  /** Runs it until so many bytes have passed, and kills it with all it has started. */
  async function kill(
    repo: Repo,
    line: FaultProxy,
    after: number,
    ...argv: string[]
  ): Promise<void> {
    line.calm();
    const running = repo.start(argv);
    let isKilled = false;
    line.onBytes((up, down) => {
      if (isKilled || up + down < after) return;
      isKilled = true;
      running.signal("SIGKILL");
    });
    expect((await running.done).code).toBe(128 + 9);
    line.calm();
  }

  it("push, then clone and pull", async () => {
    const { w, a, line } = await start(server());
    await kill(a, line, 80 * MIB, "git", "push", "-q", "-u", "origin", "main");
    expect(a.git("ls-remote", "origin").stdout).toBe("");
    await succeed(a, "git", "push", "-q", "-u", "origin", "main");
    // 80 MiB had been sent, and what was on its way is sent once more.
    expect(line.up).toBeLessThan(SIZE - (80 * MIB - ON_THE_WAY) + MIB);
    expect(line.up).toBeGreaterThan(SIZE - 80 * MIB);

    w.must("git", "clone", "-q", "origin.git", "b");
    const b = w.repo("b");
    await succeed(b, "blobsy", "install");
    await kill(b, line, 80 * MIB, "blobsy", "pull");
    b.assertPayload("large.bin", null);
    await succeed(b, "blobsy", "pull");
    expect(line.down).toBeLessThan(SIZE - (80 * MIB - ON_THE_WAY) + MIB);
    b.assertPayload("large.bin", CONTENT);
    expect(existsSync(b.path(".git/blobsy/transfers"))).toBe(true);
    expect(readdirSync(b.path(".git/blobsy/transfers"))).toEqual([]);
    b.assertPristine();
  });

  it("a second push of what is there asks once, and moves nothing", async () => {
    const { a, line } = await start(server());
    await succeed(a, "git", "push", "-q", "-u", "origin", "main");
    a.must("commit", "-q", "--allow-empty", "-m", "nothing new");
    line.calm();
    await succeed(a, "git", "push", "-q");
    expect(line.up).toBe(0);
    expect(line.log).toEqual(["GET 404"]);
  });
});
